import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { breakDecided } from '../../domain/audit/reconciliation-acts.js';
import { AppError } from '../../domain/errors.js';
import type { Entered } from '../../domain/ledger/rules.js';
import type { Actor, RequestActor } from '../../domain/orders/cause.js';
import type { BreakResolution } from '../../domain/reconciliation/break-types.js';
import { isUndecided, type Break } from '../../domain/reconciliation/break.js';
import { decide, namesOrder } from '../../domain/reconciliation/decide.js';
import { OperatorsRepository } from '../../persistence/access/operators.repository.js';
import { BreaksRepository } from '../../persistence/breaks/breaks.repository.js';
import {
  BreakDecisionsRepository,
  type Decided,
  type Decision,
} from '../../persistence/breaks/decisions.repository.js';
import { PostLedger } from '../ledger/post-ledger.js';
import { personOf } from '../operators/person-of.js';
import { requireStill } from '../operators/still-may.js';
import { OpenMonths } from '../periods/open-months.js';
import { ApprovalLimit } from './approval-limit.js';
import { FindBreak } from './find-break.js';

export interface WantedResolution {
  readonly resolution: BreakResolution;
  readonly note: string;
  /** For the resolutions that name one. */
  readonly orderId: string | null;
}

/** The break, decided or with what is proposed; and what is posted for it, or would be. */
export interface Resolved {
  readonly found: Break;
  readonly posted: readonly Entered[];
}

/**
 * Decides what is made of a break. What it posts follows from the books at that moment, and is posted by the same commit.
 * Above the limit it is proposed, and another person with `finance:approve` carries it out.
 */
@Injectable()
export class ResolveBreak {
  constructor(
    private readonly find: FindBreak,
    private readonly breaks: BreaksRepository,
    private readonly decisions: BreakDecisionsRepository,
    private readonly operators: OperatorsRepository,
    private readonly ledger: PostLedger,
    private readonly months: OpenMonths,
    private readonly limit: ApprovalLimit,
  ) {}

  /** A repeat finds it decided, and changes nothing. */
  async run(id: string, wanted: WantedResolution, by: Actor): Promise<Resolved> {
    const operatorId = by.by === 'request' ? personOf(by).id : null;
    if (operatorId !== null) await requireStill(this.operators, operatorId, 'finance:write');
    refuseMisnamed(wanted);
    const found = await this.open(id, wanted);
    if ('posted' in found) return found;
    const decided = await this.decide(found, { ...wanted, resolvedBy: operatorId, approvedBy: null }, by);
    if (decided.is === 'decided') return { found: decided.decided, posted: decided.posted };
    if (decided.is !== 'too_large') throw refusalOf(decided.is);
    if (by.by !== 'request' || operatorId === null)
      throw new AppError(
        'second_person_required',
        'It takes two people, whom the command line does not know: use the API.',
      );
    return this.propose(found, wanted, operatorId, decided.posted, by);
  }

  /** What it would post, as the books are; null: it cannot be resolved so without more. Nothing is decided. */
  async preview(found: Break, resolution: BreakResolution): Promise<readonly Entered[] | null> {
    return namesOrder(resolution) ? null : decide(resolution, await this.decisions.read(found));
  }

  /** The second person. */
  async approve(id: string, by: RequestActor): Promise<Resolved> {
    const { id: operatorId } = personOf(by);
    await requireStill(this.operators, operatorId, 'finance:approve');
    const found = await this.find.run(id);
    const { proposal } = found;
    if (!isUndecided(found)) throw new AppError('break_not_open', `The break is ${found.status} already.`);
    if (!proposal) throw new AppError('break_not_proposed', 'Nothing is proposed for this break: it waits for nobody.');
    if (proposal.by.id === operatorId)
      throw new AppError('second_person_required', 'Somebody else has to approve what you have proposed.');
    const decision = { ...proposal, resolvedBy: proposal.by.id, approvedBy: operatorId };
    const decided = await this.decide(found, decision, by);
    if (decided.is === 'decided') return { found: decided.decided, posted: decided.posted };
    throw refusalOf(decided.is === 'too_large' ? 'refused' : decided.is);
  }

  private async open(id: string, wanted: WantedResolution): Promise<Break | Resolved> {
    const found = await this.find.run(id);
    if (isUndecided(found)) return found;
    if (found.resolution === wanted.resolution && found.linkedOrderId === wanted.orderId) return { found, posted: [] };
    throw new AppError('break_not_open', `The break is ${found.status} already.`);
  }

  private async decide(found: Break, decision: Decision, by: Actor): Promise<Decided> {
    if (!(await this.ledger.catchUp()))
      throw new AppError('overloaded', 'The books are behind by more than a moment. Try again soon.', {
        retryAfterMs: 10_000,
      });
    await this.months.current();
    const { resolution, approvedBy } = decision;
    const act = breakDecided(
      approvedBy === null ? 'break.resolve' : 'break.approve',
      found.id,
      found.status,
      resolution,
    );
    return this.decisions.run(
      found,
      decision,
      {
        decide: (about) => decide(resolution, about),
        isTooLarge: (posted) => approvedBy === null && this.limit.isBelow(posted),
      },
      by,
      applied(by, act),
    );
  }

  private async propose(
    found: Break,
    wanted: WantedResolution,
    operatorId: string,
    posted: readonly Entered[],
    by: RequestActor,
  ): Promise<Resolved> {
    const act = breakDecided('break.propose', found.id, found.status, wanted.resolution);
    const moved = await this.breaks.propose(found, { ...wanted, operatorId }, posted, by, applied(by, act));
    if (!moved) throw refusalOf('moved');
    return { found: moved, posted };
  }
}

const refuseMisnamed = ({ resolution, orderId }: WantedResolution): void => {
  if (namesOrder(resolution) === (orderId !== null)) return;
  const why = orderId === null ? 'is required for this resolution' : 'is not for this resolution';
  throw new AppError('resolution_not_allowed', `The order that it is about ${why}.`, { errors: { order_id: [why] } });
};

const refusalOf = (is: 'moved' | 'refused' | 'order_unknown'): AppError => {
  switch (is) {
    case 'moved':
      return new AppError(
        'break_not_open',
        'Somebody else has just done something about this break: look at it again.',
      );
    case 'refused':
      return new AppError(
        'resolution_not_allowed',
        'This break cannot be resolved so: it does not take this resolution, or there is nothing in the books that it would settle.',
      );
    case 'order_unknown':
      return new AppError('resolution_not_allowed', 'The provider has no such order.', {
        errors: { order_id: ['must be an order of the same provider; of a pool, what it has bought, and no member'] },
      });
  }
};
