import { PROOF_FIELDS, type ProofOutcome } from '../../../domain/lots/proof.js';
import { PropCode, PropEnum, PropEnumList, PropList, PropObject, PropText, PropTime } from '../../openapi/prop.js';
import { MassResponse } from '../../values/mass.response.js';

export class ProofResponse {
  @PropText('Proof id', { example: 'prf_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropText('Of which order', { example: 'ord_01m8bq5vg8fvg8x6ezhdxz8fdf' }) order_id!: string;
  @PropEnum(['provider', 'person'], 'Who told it: the provider, or a person by a document') source!: string;
  @PropCode('ProofOutcome', 'What came of it') outcome!: ProofOutcome;
  @PropText('Which registry', { example: 'verra' }) registry!: string;
  @PropText('The serial numbers, or the number of a certificate or transaction, as told') serial!: string;
  @PropText('The project at the registry; null where nobody tells', { nullable: true, example: '1748' })
  registry_project_id!: string | null;
  @PropObject(() => MassResponse, 'How much of the order it proves; null where nobody tells', { nullable: true })
  mass!: MassResponse | null;
  @PropObject(() => MassResponse, 'Where it claims more: what was left; null for nothing, and where it does not', {
    nullable: true,
  })
  left!: MassResponse | null;
  @PropEnumList(PROOF_FIELDS, 'In what it is not as the order is') disagreeing!: readonly string[];
  @PropText('SHA-256 of the document that a person has entered', { nullable: true }) document_sha256!: string | null;
  @PropText('Who has: an operator; null for a machine, and where the provider told it', { nullable: true })
  entered_by!: string | null;
  @PropTime('When it was taken in') at!: string;
  @PropTime('When its claim was given up; null while it stands', { nullable: true }) released_at!: string | null;
}

export class ProofListResponse {
  @PropList(() => ProofResponse, 'Newest first') data!: ProofResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true }) next_cursor!: string | null;
}
