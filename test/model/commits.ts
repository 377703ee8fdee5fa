import { isOutcomePending, isTerminal, TRANSITIONS } from '../../src/domain/orders/lifecycle.js';
import type { AttemptChange, CheckoutChange, OrderChange } from '../../src/domain/orders/order-change.js';
import type { OrderState } from '../../src/domain/orders/order-state.js';
import { inModel, Judgement, sessionId, type Outcome } from './judgement.js';
import {
  encodeRows,
  IDLE,
  isUnknown,
  LEASE_TICKS,
  replaceAt,
  withWorker,
  type Account,
  type Checkout,
  type Doing,
  type OrderRows,
  type ProviderClass,
  type SentAttempt,
  type State,
  type Worker,
} from './purchase-state.js';
import type { Rules } from './rules.js';

/** Who may commit: see `CommitGuard` of the persistence. */
export type Guard = 'version' | 'lease' | 'running_lease' | 'no_run';

export interface Commit {
  /** The decision, and all that it is asked beside the order. */
  readonly question: string;
  readonly decide: (state: OrderState) => OrderChange;
  readonly guard: Guard;
  readonly task: 'keep' | 'release' | 'renew';
}

/**
 * What the database guarantees: a commit writes all of a change or nothing, only while its guard holds, and never over a
 * version that was not decided on. A crash comes before or after it.
 */
export class Commits {
  constructor(
    private readonly provider: ProviderClass,
    private readonly rules: Rules,
    private readonly judgement: Judgement,
  ) {}

  /**
   * One statement takes the task and reads the order; SKIP LOCKED makes it one worker's. The holder before loses its token.
   * @returns null if the task is not to be had.
   */
  claim(state: State, index: number): State | null {
    const isFree = state.task && (state.leaseLeft ?? 0) === 0;
    if (!isFree || !isOutcomePending(state.order)) return null;
    const workers = state.workers.map((worker) => this.withoutToken(worker));
    const base = this.remembered(state);
    return withWorker({ ...state, leaseLeft: LEASE_TICKS, workers }, index, { ...CLAIMED, base });
  }

  /** @returns null if nothing was written, because the guard does not hold. */
  run(state: State, index: number | null, { question, decide, guard, task }: Commit): State | null {
    if (!holds(state, index, guard)) return null;
    const base = index === null ? null : (state.workers[index]?.base ?? null);
    const isOld = base !== null && encodeRows(base) !== encodeRows(state);
    if (isOld && this.rules.onNewerVersion === 'give_up') return null;
    const outcome = this.judgement.outcomeOf(base ?? state, (state.leaseLeft ?? 0) > 0, question, decide);
    const written = outcome.isEmpty ? state : this.write(state, index, outcome);
    return index !== null && task === 'release' ? release(written, index) : written;
  }

  /** All of a change, as the one statement writes it; and what the database's own rules would have refused. */
  private write(state: State, index: number | null, outcome: Outcome): State {
    const { row, lookedAt } = outcome;
    const attempts = outcome.attempt ? attemptsAfter(state.attempts, outcome.attempt) : state.attempts;
    const hasMoved = row.order !== state.order;
    const undeclared = hasMoved && !TRANSITIONS[state.order].includes(row.order);
    const unknown = row.order === 'failed' && hasMoved && this.provider !== 'checkout' && attempts.some(isUnknown);
    const written: State = {
      ...state,
      ...row,
      attempts,
      lookedAt: lookedAt === 'now' ? (state.attempts.at(-1)?.age ?? null) : lookedAt,
      checkouts: outcome.checkouts.reduce(checkoutsAfter, state.checkouts),
      breach: undeclared ? 'undeclared_move' : unknown ? 'failed_while_unknown' : state.breach,
    };
    const rows = this.remembered(written);
    const workers = written.workers.map((worker, at) => {
      if (at === index) return { ...worker, base: rows };
      return this.isOvertaken(worker) ? IDLE : worker;
    });
    const ends = isTerminal(row.order) || (!this.rules.keepsTaskInDoubt && row.order === 'in_doubt');
    if (!hasMoved || !ends) return { ...written, workers };
    return { ...written, task: false, leaseLeft: null, workers: workers.map((worker) => this.withoutToken(worker)) };
  }

  /** What a run keeps of the order that it read: nothing where its commits are decided on the order as it is. */
  private remembered({ order, adopted, review, attempts, looks, lookedAt, checkouts }: State): OrderRows | null {
    if (this.rules.onNewerVersion === 'decide_again') return null;
    return { order, adopted, review, attempts, looks, lookedAt, checkouts };
  }

  /**
   * An intent is not decided again: a run whose order has moved on sends nothing. All it can do is find that out and stop, so
   * it stops at once: the difference cannot be seen, and there are far fewer states.
   */
  private isOvertaken({ doing }: Worker): boolean {
    return doing.do === 'open' && this.rules.onNewerVersion === 'decide_again';
  }

  /** A worker that lost its token, though it need not know yet. It, too, stops at once where it can do nothing else. */
  private withoutToken({ doing, base }: Worker): Worker {
    return this.canOnlyStop(doing) ? IDLE : { holdsToken: false, doing, base };
  }

  private canOnlyStop(doing: Doing): boolean {
    switch (doing.do) {
      case 'nothing':
      case 'recover':
      case 'open':
      case 'hand_over':
        return true;
      case 'send':
        return this.rules.guardsBeforeSend && this.rules.failureNeedsLease;
      case 'record_failure':
        return this.rules.failureNeedsLease;
      case 'record_checkout':
        return this.rules.checkoutNeedsLease;
      case 'record_not_found':
        return this.rules.absenceNeedsLease;
      case 'call':
      case 'look':
      case 'record_purchase':
        return false;
    }
  }
}

const CLAIMED = { holdsToken: true, doing: { do: 'recover' } } as const satisfies Partial<Worker>;

const holds = ({ workers, leaseLeft }: State, index: number | null, guard: Guard): boolean => {
  const holdsToken = index !== null && workers[index]?.holdsToken === true;
  const isRunning = (leaseLeft ?? 0) > 0;
  switch (guard) {
    case 'version':
      return true;
    case 'lease':
      return holdsToken;
    case 'running_lease':
      return holdsToken && isRunning;
    case 'no_run':
      return !isRunning;
  }
};

/** Ends the run. Only the holder's token is taken off the task. */
export const release = (state: State, index: number): State => {
  const free = state.workers[index]?.holdsToken === true ? { ...state, leaseLeft: null } : state;
  return withWorker(free, index, IDLE);
};

/** What is known of an attempt is never overwritten: neither by the run that made it nor by a fact that resolves it. */
const attemptsAfter = (attempts: readonly SentAttempt[], change: AttemptChange): readonly SentAttempt[] => {
  switch (change.do) {
    case 'open':
      return [...attempts, { at: change.farSide as Account, generation: change.generation, age: 0, outcome: null }];
    case 'record': {
      const at = change.number - 1;
      const sent = attempts[at];
      if (sent?.outcome !== null) return attempts;
      return replaceAt(attempts, at, { ...sent, outcome: inModel(change.outcome, change.error) });
    }
    case 'resolve':
      return attempts.map((each) => (isUnknown(each) ? { ...each, outcome: change.outcome } : each));
  }
};

const checkoutsAfter = (checkouts: readonly Checkout[], change: CheckoutChange): readonly Checkout[] => {
  if (change.do === 'open') return [...checkouts, { age: 0, status: change.status, recorded: change.status }];
  return checkouts.map((checkout, index) => {
    const isMeant = change.sessionId === null ? checkout.recorded === 'open' : change.sessionId === sessionId(index);
    return isMeant ? { ...checkout, recorded: change.status } : checkout;
  });
};
