import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import { stepsToAdmit, type Admission, type KeyWanted, type OperatorWanted } from '../../domain/operators/admission.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import { AdmissionsRepository } from '../../persistence/access/admissions.repository.js';
import { OperatorsRepository } from '../../persistence/access/operators.repository.js';
import { newApiKey } from './api-key.js';
import { requireFuture } from './issue-key.js';

export interface AdmissionWanted {
  readonly wanted: KeyWanted | Omit<OperatorWanted, 'operatorId'>;
  /** What the text of the key begins with; null for no key, as where operators sign in by the identity provider alone. */
  readonly environment: 'live' | 'dev' | null;
  readonly idempotencyKey: string;
  readonly fingerprint: Uint8Array<ArrayBuffer>;
}

export interface RequestedAdmission {
  readonly admission: Admission;
  /** The text of the key, shown this once and stored nowhere; null where there is none, or for a repeat. */
  readonly secret: string | null;
  /** Whether this request has made it, and not one before under the same key. */
  readonly isNew: boolean;
}

/**
 * An admin lets a machine or a person in. The key opens nothing until a second admin has approved, where it takes two; it is
 * shown to the one who asks for it, so that the one who approves never has it.
 */
@Injectable()
export class RequestAdmission {
  constructor(
    private readonly admissions: AdmissionsRepository,
    private readonly operators: OperatorsRepository,
  ) {}

  /** Throws `expiry_past`. */
  async run(request: AdmissionWanted, by: RequestActor): Promise<RequestedAdmission> {
    const known = await this.madeBefore(request, by);
    if (known) return { admission: known, secret: null, isNew: false };
    const wanted = this.completed(request.wanted);
    if (wanted.kind === 'key') requireFuture(wanted.expiresAt);
    if (stepsToAdmit(wanted) === 2 && by.operator === null)
      throw new AppError('operator_key_required', 'What takes two people is asked for by a person.');
    if (wanted.kind === 'operator' && (await this.operators.isKnown(wanted.email)))
      throw new AppError('operator_exists', 'There is an operator with this email address, disabled or not.');
    const { text, keyId, secretHash } = newApiKey(request.environment ?? 'live');
    const { idempotencyKey, fingerprint } = request;
    const hasSecret = request.environment !== null;
    const id = await this.admissions.request(
      { wanted, keyId, secretHash: hasSecret ? secretHash : null, idempotencyKey, fingerprint },
      by,
    );
    if (id === null) {
      // The same request, sent twice at once: the other one was faster.
      const made = await this.madeBefore(request, by);
      if (made) return { admission: made, secret: null, isNew: false };
      throw new AppError('tenant_not_found', 'There is no such tenant, or its access has ended.');
    }
    const admission = await this.admissions.find(id);
    if (!admission) throw new Error('the admission is not there after it was written');
    return { admission, secret: hasSecret ? text : null, isNew: true };
  }

  private completed(wanted: AdmissionWanted['wanted']): KeyWanted | OperatorWanted {
    return wanted.kind === 'key' ? wanted : { ...wanted, operatorId: this.operators.nextId() };
  }

  private async madeBefore(
    { idempotencyKey, fingerprint }: AdmissionWanted,
    { keyId }: RequestActor,
  ): Promise<Admission | null> {
    const known = await this.admissions.findByKey(keyId, idempotencyKey);
    if (!known) return null;
    if (Buffer.compare(known.fingerprint, fingerprint) === 0) return known.admission;
    throw new AppError('idempotency_key_reused', 'The Idempotency-Key was used before with another request.');
  }
}
