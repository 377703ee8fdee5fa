import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { claimReleased } from '../../domain/audit/proof-acts.js';
import { AppError } from '../../domain/errors.js';
import { postProof } from '../../domain/ledger/post-proof.js';
import { claimedMass, isRefused, type Proof } from '../../domain/lots/proof.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import { OperatorsRepository } from '../../persistence/access/operators.repository.js';
import { ProofsRepository } from '../../persistence/lots/proofs.repository.js';
import { personOf } from '../operators/person-of.js';
import { requireStill } from '../operators/still-may.js';
import { OpenMonths } from '../periods/open-months.js';

/**
 * Gives up what an order, or all members of a pool, have claimed of a lot, so that another can have it. For an approver who
 * has not entered it.
 */
@Injectable()
export class ReleaseClaim {
  constructor(
    private readonly proofs: ProofsRepository,
    private readonly operators: OperatorsRepository,
    private readonly months: OpenMonths,
  ) {}

  /** A repeat finds it given up, and changes nothing. */
  async run(id: string, reason: string, by: RequestActor): Promise<Proof> {
    const person = personOf(by);
    const { proof, now } = await this.read(id);
    if (isRefused(proof.outcome))
      throw new AppError('proof_not_releasable', 'Nothing is claimed by this proof, so there is nothing to give up.');
    if (proof.enteredById === person.id)
      throw new AppError('second_person_required', 'You have entered it yourself: somebody else has to give it up.');
    await requireStill(this.operators, person.id, 'finance:approve');
    const claims = await this.proofs.claimsOf(id);
    await this.months.run([now]);
    const transfers = claims.flatMap((claim) =>
      postProof({ ...claim, releasedAt: now })
        .filter(({ rule }) => rule === 'release')
        .map((posting) => ({
          ...posting,
          source: claim.id,
          tenantId: claim.tenantId,
          provider: claim.provider,
          orderId: claim.orderId,
        })),
    );
    const act = claimReleased(proof.orderId, { proof: id, grams: claimedMass(claims) });
    const ids = claims.map((claim) => claim.id);
    await this.proofs.release(ids, { operatorId: person.id, reason, at: now }, transfers, applied(by, act));
    return (await this.read(id)).proof;
  }

  private async read(id: string): Promise<{ readonly proof: Proof; readonly now: Date }> {
    const found = await this.proofs.find(id, 'all_tenants');
    if (!found) throw new AppError('proof_not_found', 'There is no such proof.');
    return found;
  }
}
