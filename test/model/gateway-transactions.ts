import { isTerminal, isOutcomePending, TRANSITIONS, type OrderStatus } from '../../src/domain/orders/lifecycle.js';
import type { ReviewReason } from '../../src/domain/orders/review.js';
import { Judgement } from './judgement.js';
import {
  IDLE,
  isListed,
  isUnknown,
  LEASE_TICKS,
  MANY_LOOKS,
  replaceAt,
  withWorker,
  type Doing,
  type Failure,
  type ProviderClass,
  type PurchaseStatus,
  type SentAttempt,
  type State,
  type Worker,
} from './purchase-state.js';
import type { Rules } from './rules.js';

/**
 * The repositories' transactions, one function each. A transaction is atomic, and a crash comes before or after it.
 * Every one that needs the lease first looks whether the task still carries the worker's token.
 */
export class GatewayTransactions {
  private readonly judgement: Judgement;

  constructor(
    private readonly provider: ProviderClass,
    private readonly rules: Rules,
  ) {
    this.judgement = new Judgement(provider, rules);
  }

  /** SKIP LOCKED and the row lock make it one statement. The holder before, if it lives, has lost its token. */
  claim(state: State, index: number): State | null {
    const free = state.task && (state.leaseLeft ?? 0) === 0;
    if (!free || !isOutcomePending(state.order)) return null;
    const workers = state.workers.map((worker) => this.withoutToken(worker));
    const claimed = { ...state, leaseLeft: LEASE_TICKS, workers };
    return withWorker(claimed, index, { holdsToken: true, doing: { do: 'read' } });
  }

  /** Reads the order and decides. Waiting and handing over to a person end the run here. */
  read(state: State, index: number): State {
    if (!holdsToken(state, index)) return stop(state, index);
    const recovered = state.order === 'submitting' ? this.recover(state) : state;
    const step = this.judgement.nextStep(recovered);
    switch (step.do) {
      case 'send':
        return withWorker(recovered, index, {
          doing: { do: 'open', generation: step.generation, repeat: step.repeat },
        });
      case 'look_up':
        return withWorker(recovered, index, { doing: { do: 'look', conclusive: step.conclusive } });
      case 'wait':
        return this.release(recovered, index);
      case 'review':
        return this.review(recovered, index);
    }
  }

  /** The price guard said no. Leaves the lease to run out where it writes nothing. */
  refuse(state: State, index: number): State {
    const nothingBought = this.rules.refusesAfterProvenAbsence && !this.judgement.isUnknown(state);
    const may = state.order === 'created' || (state.order === 'in_doubt' && nothingBought);
    if (!holdsToken(state, index) || !may) return stop(state, index);
    return stop(this.move(state, 'failed'), index);
  }

  /** Commits the intent; from here on the attempt is unknown until somebody knows. */
  openAttempt(state: State, index: number, generation: number): State {
    const running = !this.rules.opensOnlyUnderRunningLease || (state.leaseLeft ?? 0) > 0;
    const may = state.order === 'created' || state.order === 'in_doubt';
    if (!holdsToken(state, index) || !running || !may) return stop(state, index);
    const attempt = state.attempts.length;
    const opened = this.rules.intentBeforeSend ? this.writeIntent(state, generation) : state;
    return withWorker({ ...opened, leaseLeft: LEASE_TICKS }, index, {
      doing: { do: 'send', attempt, generation, leaseLeft: LEASE_TICKS },
    });
  }

  recordFailure(state: State, index: number, attempt: number, failure: Failure): State {
    if (this.rules.failureNeedsLease && !holdsToken(state, index)) return stop(state, index);
    const begun = attempt < state.attempts.length ? state : this.writeIntent(state, 1);
    const understood = this.rules.classify(failure);
    const settled = settle(begun, attempt, understood);
    if (settled.order !== 'submitting') return this.release(settled, index);
    const to = this.judgement.afterFailure(settled, understood);
    const moved = this.move(settled, to);
    return this.release(failure === 'disagrees' ? this.flag(moved, 'answer_disagrees') : moved, index);
  }

  /** Adopts a purchase as fact, from an answer or a list. Needs no lease. */
  recordPurchase(state: State, index: number, purchase: number, status: PurchaseStatus): State {
    const sighted = markSighted(state, purchase);
    if (this.rules.purchaseNeedsLease && !holdsToken(state, index)) return stop(sighted, index);
    return this.release(this.applyObserved(sighted, purchase, status), index);
  }

  /** The page may be shown from now on, unless somebody else is at it: then it is forgotten unseen. */
  recordPage(state: State, index: number, attempt: number): State {
    const mine = holdsToken(state, index) && state.order === 'submitting';
    if (this.rules.pageNeedsLease && !mine) return stop(state, index);
    const shown = {
      ...settle(state, attempt, 'accepted'),
      pages: [...state.pages, { age: 0, status: 'open' as const }],
    };
    return this.release(shown.order === 'submitting' ? this.move(shown, 'awaiting_payment') : shown, index);
  }

  recordNotFound(state: State, index: number, proves: boolean): State {
    if (this.rules.absenceNeedsLease && !holdsToken(state, index)) return stop(state, index);
    const attempts = proves ? settleUnknown(state.attempts, 'proven_absent') : state.attempts;
    const looks = Math.min(state.looks + 1, MANY_LOOKS);
    return this.release({ ...state, attempts, looks, lookedAt: state.attempts.at(-1)?.age ?? null }, index);
  }

  /** The caller cancels an order of which nothing was sent. Null: refused. */
  cancelUnsent(state: State): State | null {
    const unsent = state.order === 'created' && (state.leaseLeft ?? 0) === 0 && !this.judgement.isUnknown(state);
    const carelessly = !this.rules.cancelsOnlyUnsent && TRANSITIONS[state.order].includes('cancelled');
    return unsent || (carelessly && state.adopted === null) ? this.move(state, 'cancelled') : null;
  }

  /** A poll, a callback's fetch or an operator shows the purchase. Without a lease, at any time, as often as you like. */
  sight(state: State, purchase: number, status: PurchaseStatus): State {
    return this.applyObserved(markSighted(state, purchase), purchase, status);
  }

  /** A read of the shown pages. An expired one ends the order once no page of it is left open. */
  readPages(state: State): State {
    const open = state.pages.some(({ status }) => status === 'open');
    const paid = state.pages.some(({ status }) => status === 'paid');
    return state.order === 'awaiting_payment' && !open && !paid ? this.move(state, 'expired') : state;
  }

  /**
   * A worker that lost its token, though it need not know yet. Where all it can do next is to find that out and stop,
   * it stops at once: nobody can tell the difference, and there are far fewer states.
   */
  private withoutToken({ doing }: Worker): Worker {
    return this.canOnlyStop(doing) ? IDLE : { holdsToken: false, doing };
  }

  private canOnlyStop(doing: Doing): boolean {
    switch (doing.do) {
      case 'nothing':
      case 'read':
      case 'open':
        return true;
      case 'send':
        return this.rules.guardsBeforeSend && this.rules.failureNeedsLease;
      case 'record_failure':
        return this.rules.failureNeedsLease;
      case 'record_page':
        return this.rules.pageNeedsLease;
      case 'record_not_found':
        return this.rules.absenceNeedsLease;
      case 'call':
      case 'look':
      case 'record_purchase':
        return false;
    }
  }

  private writeIntent(state: State, generation: number): State {
    const attempts = [...state.attempts, { generation, age: 0, outcome: null }];
    return this.move({ ...state, attempts, looks: 0, lookedAt: null }, 'submitting');
  }

  private recover(state: State): State {
    if (this.rules.diedSubmittingIsUnknown) return this.move(state, 'in_doubt');
    return this.move({ ...state, attempts: settleUnknown(state.attempts, 'not_sent') }, 'created');
  }

  /** A person decides. The purchase is still looked for, where it can be. */
  private review(state: State, index: number): State {
    if (!this.rules.neverFailsInReview && state.review === null) return this.release(this.move(state, 'failed'), index);
    if (this.rules.takesOver('unproven_outcome', state.review))
      return this.release(this.flag(state, 'unproven_outcome'), index);
    return isListed(this.provider)
      ? withWorker(state, index, { doing: { do: 'look', conclusive: false } })
      : this.release(state, index);
  }

  private applyObserved(state: State, purchase: number, status: PurchaseStatus): State {
    if (!this.rules.adoptsDoubtfulOrders && state.order === 'in_doubt') return state;
    if (state.adopted !== null && state.adopted !== purchase)
      return this.flag(state, this.provider === 'checkout' ? 'paid_twice' : 'bought_twice');
    const decision = this.rules.decide(state.order, status);
    switch (decision.kind) {
      case 'conflict':
        return this.flag(state, decision.reason);
      case 'stale':
        return this.endAnsweredReview(state.adopted === purchase ? state : { ...state, adopted: purchase });
      case 'advance': {
        const attempts = settleUnknown(state.attempts, 'accepted');
        return this.move({ ...state, attempts, adopted: purchase }, decision.to);
      }
    }
  }

  /** One reason shows. */
  private flag(state: State, reason: ReviewReason): State {
    return this.rules.takesOver(reason, state.review) ? { ...state, review: reason } : state;
  }

  private endAnsweredReview(state: State): State {
    return state.review !== null && this.rules.endsWithNews(state.review) ? { ...state, review: null } : state;
  }

  /** Moves the order, and says so where the database's own rules would have refused. */
  private move(state: State, to: OrderStatus): State {
    if (to === state.order) return state;
    const undeclared = !TRANSITIONS[state.order].includes(to);
    const unknown = to === 'failed' && this.provider !== 'checkout' && this.judgement.isUnknown(state);
    const breach = undeclared ? 'undeclared_move' : unknown ? 'failed_while_unknown' : state.breach;
    const stands = { ...state, order: to, breach };
    const moved = isOutcomePending(to) ? stands : this.endAnsweredReview(stands);
    const taskEnds = isTerminal(to) || (!this.rules.keepsTaskInDoubt && to === 'in_doubt');
    if (!taskEnds) return moved;
    const workers = state.workers.map((worker) => this.withoutToken(worker));
    return { ...moved, task: false, leaseLeft: null, workers };
  }

  /** Ends the run. Only the holder's token is taken off the task. */
  private release(state: State, index: number): State {
    const free = holdsToken(state, index) ? { ...state, leaseLeft: null } : state;
    return withWorker(free, index, IDLE);
  }
}

const holdsToken = (state: State, index: number): boolean => state.workers[index]?.holdsToken === true;

/** The worker found that the order is not its own any more, or has nothing more to do: it forgets it. */
const stop = (state: State, index: number): State => withWorker(state, index, IDLE);

/** The first definite outcome stands. */
const settle = (state: State, attempt: number, outcome: NonNullable<SentAttempt['outcome']>): State => {
  const sent = state.attempts[attempt];
  if (sent?.outcome !== null) return state;
  return { ...state, attempts: replaceAt(state.attempts, attempt, { ...sent, outcome }) };
};

type Proof = 'accepted' | 'proven_absent' | 'not_sent';

const settleUnknown = (attempts: readonly SentAttempt[], outcome: Proof): SentAttempt[] =>
  attempts.map((attempt) => (isUnknown(attempt.outcome) ? { ...attempt, outcome } : attempt));

const markSighted = (state: State, index: number): State => {
  const purchase = state.purchases[index];
  if (!purchase || purchase.sighted) return state;
  return { ...state, purchases: replaceAt(state.purchases, index, { ...purchase, sighted: true }) };
};
