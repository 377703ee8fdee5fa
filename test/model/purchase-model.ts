import { isOutcomePending } from '../../src/domain/orders/lifecycle.js';
import type { Model, Transition } from './checker.js';
import { invariantsFor } from './invariants.js';
import { GatewaySteps } from './gateway-steps.js';
import { arrivals, payments, tick } from './provider-steps.js';
import {
  CALL_TICKS,
  encodeFor,
  IDLE,
  initialState,
  LEASE_TICKS,
  withWorker,
  type Budget,
  type Doing,
  type ProviderClass,
  type Purchase,
  type State,
} from './purchase-state.js';
import type { Rules } from './rules.js';

/**
 * The purchase of one order by several workers, any of which may crash, or be suspended past its lease and wake up.
 *
 * Assumed, and nothing beyond it:
 * - the provider acts on a request within the visibility delay after the call's end, or never, and lists by then what it
 *   did;
 * - it honours a key for as long as it declares, and its refusals, 429 and 401 mean that it did nothing;
 * - a list that shrank while it was read is noticed, and an hour is longer than a lease and a visibility delay together;
 * - a process is not suspended between the look at its lease and the first byte, or its clock counts that time;
 * - what an account knows of an order is what was sent to it;
 * - a commit is atomic, and the database's clock is the only one that decides.
 *
 * A task is claimable whenever no lease on it runs: a callback may make it due at any moment, so waiting for the
 * due time is never what keeps a purchase safe.
 */
export interface Scenario {
  readonly provider: ProviderClass;
  readonly workers: number;
  readonly budget: Budget;
  /** False: requests may take effect at any time after the visibility delay, as if the first assumption were wrong. */
  readonly keepsPromises: boolean;
  /** 2: the second worker is of a gateway that was given another account, on the same database. */
  readonly accounts: 1 | 2;
}

export const purchaseModel = (scenario: Scenario, rules: Rules): Model<State> => {
  const steps = new Steps(scenario, rules);
  return {
    initial: initialState(scenario.workers, scenario.budget),
    encode: encodeFor(scenario.provider, scenario.accounts),
    transitionsFrom: (state) => steps.from(state),
    invariants: invariantsFor(scenario.keepsPromises),
    isGoal: (state) => state.review !== null || !(isOutcomePending(state.order) || state.order === 'awaiting_payment'),
  };
};

class Steps {
  private readonly gateway: GatewaySteps;

  constructor(
    private readonly scenario: Scenario,
    private readonly rules: Rules,
  ) {
    this.gateway = new GatewaySteps(scenario.provider, rules, scenario.accounts);
  }

  from(state: State): Transition<State>[] {
    return [
      ...state.workers.flatMap((_, index) => this.workerSteps(state, index)),
      ...state.requests.flatMap((request) =>
        arrivals(state, request, this.scenario.provider).flatMap(({ label, next, isFault }) =>
          isFault ? fault(label, next) : [sure(label, next)],
        ),
      ),
      ...this.timePasses(state),
      ...this.others(state),
    ];
  }

  private workerSteps(state: State, index: number): Transition<State>[] {
    const doing = state.workers[index]?.doing ?? IDLE.doing;
    const who = `worker ${index + 1}`;
    if (doing.do === 'nothing') {
      const claimed = this.gateway.claim(state, index);
      return claimed ? [sure(`${who} claims the order`, claimed)] : [];
    }
    return [...this.nextOf(state, index, doing, who), ...crash(state, index, who)];
  }

  private nextOf(state: State, index: number, doing: Exclude<Doing, { do: 'nothing' }>, who: string) {
    const { gateway } = this;
    switch (doing.do) {
      case 'recover':
        return [sure(`${who} takes the send that was left for unknown`, gateway.recover(state, index))];
      case 'open': {
        const refused = !doing.repeat && state.tooDear;
        return [
          refused
            ? sure(`${who} finds the price above the limit`, gateway.refuse(state, index))
            : sure(`${who} opens an attempt`, gateway.openAttempt(state, index, doing.generation)),
          luck(`${who} puts the send off`, gateway.defer(state, index, false)),
          ...fault(`${who} puts the send off, as for a day`, gateway.defer(state, index, true)),
        ];
      }
      case 'look':
        return this.looks(state, index, doing.conclusive, who);
      case 'send':
        return this.sends(state, index, doing, who);
      case 'call':
        return callEnds(state, index, doing, who);
      case 'record_failure': {
        const next = gateway.recordFailure(state, index, doing.attempt, doing.failure);
        return [sure(`${who} records ${doing.failure}`, next)];
      }
      case 'record_purchase':
        return [sure(`${who} records the purchase`, gateway.recordPurchase(state, index, doing))];
      case 'record_checkout':
        return [sure(`${who} records the checkout`, gateway.recordCheckout(state, index, doing.attempt))];
      case 'hand_over':
        return [sure(`${who} hands the order over to a person`, gateway.handOver(state, index))];
      case 'record_not_found': {
        const found = doing.proves ? 'proven absence' : 'that nothing was found';
        return [sure(`${who} records ${found}`, gateway.recordNotFound(state, index, doing.proves))];
      }
    }
  }

  /** A purchase may be missing from the list during the visibility delay, and rows may slip out of sight. */
  private looks(state: State, index: number, conclusive: boolean, who: string): Transition<State>[] {
    const finds = (doing: Doing): State => withWorker(state, index, { doing });
    const isShown = ({ at }: Purchase): boolean => at === this.gateway.accountOf(index);
    const found = state.purchases.flatMap((purchase, at) => {
      if (!isShown(purchase)) return [];
      const { status } = purchase;
      const record = { do: 'record_purchase', purchase: at, status } as const;
      const others = state.purchases.flatMap((each, other) =>
        other > at && each.hiddenFor === 0 && isShown(each) ? other : [],
      );
      const one = sure(`${who} finds the purchase`, finds({ ...record, others: [] }));
      return others.length === 0 ? [one] : [one, sure(`${who} finds several purchases`, finds({ ...record, others }))];
    });
    const mayMiss = state.purchases.every((purchase) => purchase.hiddenFor > 0 || !isShown(purchase));
    const missed = sure(`${who} finds nothing`, finds({ do: 'record_not_found', proves: conclusive }));
    const proves = conclusive && !this.rules.incompleteListProvesNothing;
    const slipped = fault(`${who} reads an incomplete list`, finds({ do: 'record_not_found', proves }));
    return [...found, ...(mayMiss ? [missed] : []), ...slipped];
  }

  private sends(
    state: State,
    index: number,
    { attempt, generation, leaseLeft }: Extract<Doing, { do: 'send' }>,
    who: string,
  ) {
    const unsent: State = withWorker(state, index, { doing: { do: 'record_failure', attempt, failure: 'not_sent' } });
    // Outlasts the call and a margin: a tick more than the call.
    if (this.rules.guardsBeforeSend && leaseLeft <= CALL_TICKS)
      return [sure(`${who} sends nothing, the lease is too short`, unsent)];
    const calling = withWorker(state, index, { doing: { do: 'call', attempt, age: 0 } });
    const requests = [...state.requests, { at: this.gateway.accountOf(index), attempt, generation, age: 0 }];
    return [
      sure(`${who} sends request ${attempt + 1} (key ${generation})`, { ...calling, requests }),
      ...fault(`${who} cannot connect`, unsent),
    ];
  }

  /** Time passes for free; a tick costs only while a worker is at an order of unknown outcome under its running lease. */
  private timePasses(state: State): Transition<State>[] {
    const next = tick(state, this.scenario.provider, this.scenario.keepsPromises);
    const leased = isOutcomePending(state.order) && (state.leaseLeft ?? 0) > 0;
    const busy = leased && state.workers.some(({ holdsToken }) => holdsToken);
    const { budget } = state;
    if (!busy) return [sure('time passes', next)];
    if (budget.slowTicks === 0) return [];
    return [luck('time passes', { ...next, budget: { ...budget, slowTicks: budget.slowTicks - 1 } })];
  }

  /** The holder is taken for dead, rightly or not. Costs as many slow ticks as a lease that runs out. */
  private endedEarly(state: State): Transition<State>[] {
    const { leaseLeft, budget } = state;
    if (leaseLeft === null || leaseLeft === 0 || budget.slowTicks < LEASE_TICKS) return [];
    const slowTicks = budget.slowTicks - LEASE_TICKS;
    return [luck('the holder is taken for dead', { ...state, leaseLeft: 0, budget: { ...budget, slowTicks } })];
  }

  /** What the provider, the payer, the caller and the market do. Nothing may depend on it. */
  private others(state: State): Transition<State>[] {
    const { gateway } = this;
    const missed = state.adopted === null ? state : gateway.missPurchase(state);
    const reads = state.checkouts.length > 0 ? [false, true].map((shows) => gateway.readCheckouts(state, shows)) : [];
    return [
      ...this.endedEarly(state),
      luck('the caller cancels', gateway.cancelUnsent(state)),
      ...(isOutcomePending(state.order) && !state.tooDear && this.scenario.provider !== 'checkout'
        ? fault('the price rises above the limit', { ...state, tooDear: true })
        : []),
      ...reads.map((read) => sure('a poll reads the checkouts', read)),
      ...payments(state).map((paid) => luck('the payer pays', paid)),
      ...(missed === state ? [] : fault('a poll finds no such order', missed)),
      ...state.purchases.flatMap((purchase, index) => this.purchaseSteps(state, purchase, index)),
    ];
  }

  /** The provider moves the purchase on, and sightings of it, late or fresh, arrive by callback, poll or operator. */
  private purchaseSteps(state: State, purchase: Purchase, index: number): Transition<State>[] {
    const becomes = (status: Purchase['status']): State => ({
      ...state,
      purchases: state.purchases.map((each, at) => (at === index ? { ...each, status } : each)),
    });
    // Polls follow an order that its provider has; a doubtful one is only ever seen by luck.
    const seen = isOutcomePending(state.order) ? luck : sure;
    const sighting = seen('a sighting of the purchase', this.gateway.sight(state, index, purchase.status));
    const completed = 'the provider completes the purchase';
    if (purchase.status !== 'placed')
      return [sighting, luck('a late sighting of the purchase', this.gateway.sight(state, index, 'placed'))];
    return [
      sighting,
      ...(state.adopted === index ? [luck(completed, becomes('completed'))] : fault(completed, becomes('completed'))),
      ...fault('the provider undoes the purchase', becomes('cancelled')),
    ];
  }
}

const sure = (label: string, next: State): Transition<State> => ({ label, next, reliable: true });
const luck = (label: string, next: State): Transition<State> => ({ label, next, reliable: false });

const fault = (label: string, next: State): Transition<State>[] => {
  const { budget } = next;
  return budget.faults > 0 ? [luck(label, { ...next, budget: { ...budget, faults: budget.faults - 1 } })] : [];
};

const crash = (state: State, index: number, who: string): Transition<State>[] => {
  const { budget } = state;
  if (budget.crashes === 0) return [];
  const dead = withWorker(state, index, IDLE);
  return [luck(`${who} crashes`, { ...dead, budget: { ...budget, crashes: budget.crashes - 1 } })];
};

/** The call ends without a response: at its deadline, or earlier by a reset, which is a fault. */
const callEnds = (state: State, index: number, doing: Extract<Doing, { do: 'call' }>, who: string) => {
  const { attempt, age } = doing;
  const silent = withWorker(state, index, { doing: { do: 'record_failure', attempt, failure: 'ambiguous' } });
  return age >= CALL_TICKS ? [sure(`${who} gives up the call`, silent)] : fault(`${who} is cut off`, silent);
};
