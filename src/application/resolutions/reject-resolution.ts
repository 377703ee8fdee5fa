import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { onResolution } from '../../domain/audit/resolution-acts.js';
import { AppError } from '../../domain/errors.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import type { Resolution } from '../../domain/resolutions/resolution.js';
import { ResolutionsRepository } from '../../persistence/resolutions/resolutions.repository.js';
import { personOf } from '../operators/person-of.js';
import { closed, openProposal } from './proposals.js';

/** Ends a proposal without carrying it out: a second person rejects it, or whoever proposed it takes it back. */
@Injectable()
export class RejectResolution {
  constructor(private readonly resolutions: ResolutionsRepository) {}

  async reject(id: string, note: string, by: RequestActor): Promise<Resolution> {
    const proposal = await openProposal(this.resolutions, id);
    const { id: operatorId } = personOf(by);
    if (proposal.proposedBy?.id === operatorId)
      throw new AppError('second_person_required', 'Withdraw what you have proposed; somebody else rejects it.', {
        orderId: proposal.orderId,
      });
    return this.close(proposal, 'rejected', note, operatorId, by);
  }

  /** By the person who proposed it, or for what a machine proposed by the same key. */
  async withdraw(id: string, note: string, by: RequestActor): Promise<Resolution> {
    const proposal = await openProposal(this.resolutions, id);
    const { proposedBy, proposedKeyId, orderId } = proposal;
    const isTheirs = proposedBy ? proposedBy.id === by.operator?.id : proposedKeyId === by.keyId;
    if (!isTheirs)
      throw new AppError('second_person_required', 'Only whoever proposed it withdraws it; others reject it.', {
        orderId,
      });
    return this.close(proposal, 'withdrawn', note, by.operator?.id ?? null, by);
  }

  private async close(
    proposal: Resolution,
    state: 'rejected' | 'withdrawn',
    note: string,
    operatorId: string | null,
    by: RequestActor,
  ): Promise<Resolution> {
    const { id, orderId, decision } = proposal;
    const type = state === 'rejected' ? 'resolution.reject' : 'resolution.withdraw';
    const act = applied(by, onResolution(type, orderId, { resolution: id, decision }));
    const outcome = { state, operatorId, note, refusal: null, findings: null };
    const isClosed = await this.resolutions.close(id, outcome, act);
    const now = (await this.resolutions.find(id)) ?? proposal;
    if (!isClosed) throw closed(now);
    return now;
  }
}
