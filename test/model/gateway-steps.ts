import { isOutcomePending, isTerminal } from '../../src/domain/orders/lifecycle.js';
import type { OrderChange } from '../../src/domain/orders/order-change.js';
import type { OrderState } from '../../src/domain/orders/order-state.js';
import type { ProviderOrder } from '../../src/domain/providers/calls.js';
import { Commits, release, type Commit } from './commits.js';
import { checkoutSession, errorOf, hereAt, Judgement, sessionId, shown } from './judgement.js';
import {
  IDLE,
  isListed,
  LEASE_TICKS,
  replaceAt,
  withWorker,
  type Account,
  type Doing,
  type Failure,
  type ProviderClass,
  type PurchaseStatus,
  type State,
} from './purchase-state.js';
import type { Rules } from './rules.js';

const ABOVE_LIMIT = { reason: 'price_above_limit', detail: 'CNaught asks 2.00 USD.' } as const;

/** Stands for the bytes of a first send and of a repeat alike: no decision reads them. */
const PREPARED = null;

/** Evidence that no decision reads. */
const EXTENT = { pages: 1, rows: 0, unread: null };

/** What the gateway does to an order, one function per commit. What is decided is decided by the code's own functions. */
export class GatewaySteps {
  private readonly judgement: Judgement;
  private readonly commits: Commits;

  constructor(
    private readonly provider: ProviderClass,
    private readonly rules: Rules,
    private readonly accounts: 1 | 2,
  ) {
    this.judgement = new Judgement(provider, rules);
    this.commits = new Commits(provider, rules, this.judgement);
  }

  /** One process calls one account, all its life. */
  accountOf(index: number): Account {
    return this.accounts === 2 && index === 1 ? 'another' : 'ours';
  }

  /** @returns null if the order is not to be had. */
  claim(state: State, index: number): State | null {
    const claimed = this.commits.claim(state, index);
    return claimed && claimed.order !== 'submitting' ? this.stepOn(claimed, index) : claimed;
  }

  recover(state: State, index: number): State {
    const { recoverSubmission: decide } = this.rules.decisions;
    const recovered = this.commits.run(state, index, { question: 'recover', decide, guard: 'lease', task: 'keep' });
    return recovered && isOutcomePending(recovered.order) ? this.stepOn(recovered, index) : stop(state, index);
  }

  /** Too dear: ends an order of which nothing was bought, instead of sending it. */
  refuse(state: State, index: number): State {
    const decide = (current: OrderState) => this.rules.decisions.refuseSend(current, ABOVE_LIMIT);
    return this.endRun(state, index, { question: 'refuse', decide, guard: 'lease' });
  }

  /** Nothing could be sent this time, and where `forLong` not for more than a day. */
  defer(state: State, index: number, forLong: boolean): State {
    const decide = (current: OrderState) => {
      const createdAt = new Date(current.now.getTime() - (forLong ? 25 : 1) * 3_600_000);
      return this.rules.decisions.deferSend({ ...current, order: { ...current.order, createdAt } });
    };
    return this.endRun(state, index, { question: `defer ${forLong}`, decide, guard: 'lease' });
  }

  /** Commits the intent; from here on the attempt is unknown until its outcome is recorded. */
  openAttempt(state: State, index: number, generation: number): State {
    const attempt = state.attempts.length;
    const opened = this.rules.intentBeforeSend ? this.intend(state, index, generation) : state;
    if (opened === null) return stop(state, index);
    return withWorker({ ...opened, leaseLeft: LEASE_TICKS }, index, {
      doing: { do: 'send', attempt, generation, leaseLeft: LEASE_TICKS },
    });
  }

  recordFailure(state: State, index: number, attempt: number, failure: Failure): State {
    const begun = attempt < state.attempts.length ? state : (this.intend(state, index, 1) ?? state);
    const understood = this.rules.classify(failure);
    const decide = (current: OrderState) =>
      this.rules.decisions.recordFailure(current, attempt + 1, errorOf(understood));
    const guard = this.rules.failureNeedsLease ? 'lease' : 'version';
    return this.endRun(begun, index, { question: `failure ${attempt} ${understood}`, decide, guard });
  }

  /** Adopts a purchase as fact, from a response or a list. Needs no lease. */
  recordPurchase(state: State, index: number, found: Extract<Doing, { do: 'record_purchase' }>): State {
    const { purchase, status, others } = found;
    const sighted = [purchase, ...others].reduce(markSighted, state);
    const decide = (current: OrderState) =>
      this.rules.decisions.recordPurchase(
        current,
        shown(purchase, status),
        'lookup',
        others.map((other) => shown(other, 'placed').providerOrderId),
      );
    const guard = this.rules.purchaseNeedsLease ? 'lease' : 'version';
    return this.endRun(sighted, index, { question: `purchase ${purchase} ${status} ${others.join()}`, decide, guard });
  }

  /** The hosted checkout may be shown from now on, unless the order is known by now: then it is forgotten unseen. */
  recordCheckout(state: State, index: number, attempt: number): State {
    const decide = (current: OrderState) =>
      this.rules.decisions.openCheckout(current, attempt + 1, checkoutSession(state.checkouts.length, 'open'), 0);
    const guard = this.rules.checkoutNeedsLease ? 'lease' : 'version';
    return this.endRun(state, index, { question: `checkout ${attempt}`, decide, guard });
  }

  recordNotFound(state: State, index: number, proves: boolean): State {
    const decide = (current: OrderState) => this.rules.decisions.recordNotFound(current, proves, EXTENT);
    const guard = this.rules.absenceNeedsLease ? 'lease' : 'version';
    return this.endRun(state, index, { question: `not found ${proves}`, decide, guard });
  }

  /** A person decides. The purchase is still looked for later, where it can be. */
  handOver(state: State, index: number): State {
    const { handOver: decide } = this.rules.decisions;
    return this.endRun(state, index, { question: 'hand over', decide, guard: 'lease' });
  }

  /** The caller cancels an order of which nothing was sent. */
  cancelUnsent(state: State): State {
    const decide = (current: OrderState): OrderChange => {
      const { cancelUnsent, OrderChange: change } = this.rules.decisions;
      const cancelled = cancelUnsent(current, 'request');
      return typeof cancelled === 'string' ? change.of(current) : cancelled;
    };
    return this.observe(state, { question: 'cancel', decide, guard: 'no_run', task: 'keep' });
  }

  /** A poll, a callback's fetch or a browser's return shows the purchase. Without a lease, at any time, however often. */
  sight(state: State, purchase: number, status: PurchaseStatus): State {
    const { OrderChange: change, adopt, observePayment, observePurchase } = this.rules.decisions;
    const decide = (current: OrderState): OrderChange => {
      const seen = shown(purchase, status);
      if (current.order.providerOrderId === seen.providerOrderId)
        return observePurchase(change.of(current), seen, 'poll');
      return this.provider === 'checkout'
        ? observePayment(change.of(current), seen)
        : adopt(change.of(current), seen, 'callback');
    };
    return this.observe(markSighted(state, purchase), {
      question: `sight ${purchase} ${status}`,
      decide,
      guard: 'version',
      task: 'keep',
    });
  }

  /** A read under the purchase's own id says that there is no such order. */
  missPurchase(state: State): State {
    const { OrderChange: change, observeAbsence } = this.rules.decisions;
    const decide = (current: OrderState) => observeAbsence(change.of(current));
    return this.observe(state, { question: 'absence', decide, guard: 'version', task: 'keep' });
  }

  /** A read of the checkouts that may still tell something; whether it shows already which purchases they led to. */
  readCheckouts(state: State, showsPurchases: boolean): State {
    const { OrderChange: change, observeCheckout } = this.rules.decisions;
    if (isTerminal(state.order) || isOutcomePending(state.order)) return state;
    const ledTo = state.checkouts.map((_, index): ProviderOrder | null => {
      const at = state.purchases.findIndex(({ generation }) => generation === index + 1);
      const purchase = state.purchases[at];
      return purchase && showsPurchases ? shown(at, purchase.status) : null;
    });
    const decide = (current: OrderState): OrderChange =>
      current.targets.sessions.reduce((seen, { sessionId: id }) => {
        const index = state.checkouts.findIndex((_, at) => sessionId(at) === id);
        const status = state.checkouts[index]?.status ?? 'open';
        return observeCheckout(seen, id, checkoutSession(index, status, ledTo[index]));
      }, change.of(current));
    const sighted = state.purchases.reduce((all, _, at) => (showsPurchases ? markSighted(all, at) : all), state);
    const statuses = state.checkouts.map(
      ({ status }, index) => `${status} ${ledTo[index]?.providerOrderId} ${ledTo[index]?.status}`,
    );
    return this.observe(sighted, { question: `checkouts ${statuses.join()}`, decide, guard: 'version', task: 'keep' });
  }

  /** What may be done next, decided on the order as the run read it. Waiting ends the run here. */
  private stepOn(state: State, index: number): State {
    const step = this.judgement.nextStep(state, this.accountOf(index));
    const goOn = (doing: Doing): State => withWorker(state, index, { doing });
    switch (step.do) {
      case 'send':
        return goOn({ do: 'open', generation: step.generation, repeat: step.repeat });
      case 'lookup':
        return goOn({ do: 'look', conclusive: step.conclusive });
      case 'wait':
      case 'elsewhere':
        return release(state, index);
      case 'review':
        if (this.rules.decisions.takesOver('unproven_outcome', state.review)) return goOn({ do: 'hand_over' });
        return isListed(this.provider) ? goOn({ do: 'look', conclusive: false }) : release(state, index);
    }
  }

  private intend(state: State, index: number, generation: number): State | null {
    const account = this.accountOf(index);
    const decide = (current: OrderState) =>
      this.rules.decisions.intendSend(current, generation, PREPARED, null, hereAt(account));
    const guard = this.rules.intentNeedsRunningLease ? 'running_lease' : 'lease';
    return this.commits.run(state, index, {
      question: `intend ${generation} ${account}`,
      decide,
      guard,
      task: 'renew',
    });
  }

  /** The last commit of a run. One that may not commit stops, and its lease runs out if it still holds one. */
  private endRun(state: State, index: number, commit: Omit<Commit, 'task'>): State {
    const committed = this.commits.run(state, index, { ...commit, task: 'release' });
    return committed ? withWorker(committed, index, IDLE) : stop(state, index);
  }

  /** A commit of none of the workers, decided on the order as it is. */
  private observe(state: State, commit: Commit): State {
    return this.commits.run(state, null, commit) ?? state;
  }
}

/** The worker found that the order is not its own any more, or has nothing more to do: it forgets it. */
const stop = (state: State, index: number): State => withWorker(state, index, IDLE);

const markSighted = (state: State, index: number): State => {
  const purchase = state.purchases[index];
  if (!purchase || purchase.sighted) return state;
  return { ...state, purchases: replaceAt(state.purchases, index, { ...purchase, sighted: true }) };
};
