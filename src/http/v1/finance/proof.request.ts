import type { ProofFilter } from '../../../application/lots/list-proofs.js';
import type { TenantScope } from '../../../application/orders/list-orders.js';
import { LONGEST_SERIAL } from '../../../domain/lots/lot.js';
import { PROOF_OUTCOME_NAMES, type ProofOutcome } from '../../../domain/lots/proof.js';
import type { StatedProof } from '../../../domain/lots/stated-proof.js';
import { BooleanField, EnumField, ObjectField, PatternField } from '../../validation/field.js';
import { OrderIdField } from '../../validation/id.field.js';
import { PROOF_ID } from '../../validation/id-patterns.js';
import { PagingQuery } from '../../validation/paging.js';
import { TextField } from '../../validation/text.field.js';
import { gramsFrom, MassRequest } from '../../values/mass.request.js';

export class EnterProofRequest {
  @TextField({ min: 1, max: 100 }, { about: 'Which registry retired the credits', example: 'Verra' })
  registry!: string;

  @TextField(
    { min: 1, max: LONGEST_SERIAL },
    {
      about:
        'The serial numbers, as the document has them; if it has none, its own number. Ranges of Verra and Gold Standard are read',
      example: '5212-101-102-VCS-VCU-003-VER-US-14-1748-01012020-31122020-1',
    },
  )
  serial!: string;

  @ObjectField(() => MassRequest, { about: 'How much of the order it proves' })
  mass!: MassRequest;

  @ObjectField(() => MassRequest, {
    about: 'How much the whole document is about, if that is more. Ranges of serial numbers say it themselves',
    optional: true,
  })
  whole_mass?: MassRequest;

  @TextField({ min: 1, max: 255 }, { about: 'For whom, as the document has it. It is compared, and not kept' })
  beneficiary!: string;

  @TextField(
    { min: 1, max: 300 },
    { about: 'The project: its name, or its id at the provider', example: 'High Moor Peatland' },
  )
  project!: string;

  @TextField({ min: 1, max: 100 }, { about: 'Its id at the registry', optional: true, example: '1748' })
  registry_project_id?: string;

  @PatternField(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits', {
    about: 'SHA-256 of the document; documents are not kept here',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  document_sha256!: string;

  @BooleanField({
    about:
      'The document really says so: where it proves nothing, it is kept all the same, with an `outcome` that somebody has to settle',
    optional: true,
  })
  record_anyway?: boolean;
}

/** Expects a valid request. */
export const statedFrom = (request: EnterProofRequest): StatedProof => ({
  registry: request.registry,
  serial: request.serial,
  mass: gramsFrom(request.mass),
  wholeMass: request.whole_mass === undefined ? null : gramsFrom(request.whole_mass),
  beneficiary: request.beneficiary,
  project: request.project,
  registryProjectId: request.registry_project_id ?? null,
  documentSha256: request.document_sha256,
});

export class ReleaseClaimRequest {
  @TextField(
    { min: 20, max: 2_000, lines: true },
    {
      about: 'Why, for those who ask in a year. Kept: it names nobody',
      example: 'The registry has corrected the serial numbers of this order (ticket 4711).',
    },
  )
  reason!: string;
}

export class ListProofsRequest extends PagingQuery {
  @OrderIdField({ about: 'Only those of this order', optional: true })
  order_id?: string;

  @EnumField(PROOF_OUTCOME_NAMES, { about: 'Only those of which this came', optional: true })
  outcome?: ProofOutcome;
}

export const proofFilterFrom = (query: ListProofsRequest, scope: TenantScope): ProofFilter => ({
  scope,
  ...(query.order_id !== undefined && { orderId: query.order_id }),
  ...(query.outcome !== undefined && { outcome: query.outcome }),
});

/** @returns null if the parts are not a position */
export const proofPositionFrom = ([id]: readonly string[]): string | null =>
  id !== undefined && PROOF_ID.test(id) ? id : null;
