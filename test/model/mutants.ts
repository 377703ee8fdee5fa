import { decide, TRANSITIONS } from '../../src/domain/orders/lifecycle.js';
import type { OrderState } from '../../src/domain/orders/order-state.js';
import type { Idempotency } from '../../src/domain/providers/capabilities.js';
import type { Attempt } from '../../src/domain/purchases/attempt.js';
import { afterFailure, type NextStep } from '../../src/domain/purchases/next-step.js';
import { DECISIONS, decisionsOver, type Decisions } from './decisions.js';
import type { InvariantName } from './invariants.js';
import { errorOf } from './judgement.js';
import { CALL_TICKS, type Failure, type ProviderClass } from './purchase-state.js';
import type { Scenario } from './purchase-model.js';
import type { Rules } from './rules.js';

/** The protocol with one rule broken, and the smallest world in which that does harm. */
export interface Mutant {
  readonly name: string;
  readonly breaks: Partial<Rules>;
  readonly harm: InvariantName | 'stuck';
  readonly scenario: Scenario;
}

const { nextStep, OrderChange } = DECISIONS;

/** One decision is replaced. */
const deciding = (decisions: Partial<Decisions>): Partial<Rules> => ({ decisions: { ...DECISIONS, ...decisions } });

/** A rule that decisions share is replaced in its module; the decisions over it are the code's. */
const over = (module: string, broken: object): Partial<Rules> => ({ decisions: decisionsOver(module, broken) });

/** The code's next step, replaced where `change` has another. */
const overruled = (change: (step: NextStep, sends: number) => NextStep): Partial<Rules> =>
  deciding({ nextStep: (attempts, ...rest) => change(nextStep(attempts, ...rest), attempts.length) });

const sendAnew = (sends: number): NextStep => ({ do: 'send', generation: sends + 1, repeat: false });

const keyPerAttempt = overruled((step, sends) => (step.do === 'send' ? sendAnew(sends) : step));
const sendsBeforeLooking = overruled((step, sends) =>
  step.do === 'lookup' || step.do === 'wait' ? sendAnew(sends) : step,
);
const absenceIsProof = overruled((step) => (step.do === 'lookup' ? { ...step, conclusive: true } : step));
const sendsInsteadOfReview = overruled((step, sends) => (step.do === 'review' ? sendAnew(sends) : step));

/** The code's next step, told something untrue about the attempts or the provider. */
const toldOf = (lie: {
  attempt?: (attempt: Attempt, isLast: boolean) => Attempt;
  policy?: (policy: Idempotency) => Idempotency;
}): Partial<Rules> =>
  deciding({
    nextStep: (attempts, lookups, payment, { idempotency }, now, here) => {
      const { attempt: told = (each: Attempt) => each, policy = (each: Idempotency) => each } = lie;
      const seen = attempts.map((attempt, index) => told(attempt, index === attempts.length - 1));
      return nextStep(seen, lookups, payment, { idempotency: policy(idempotency) }, now, here);
    },
  });

/** As if every send had gone to the account that is asked now. */
const goesWhereItIs = toldOf({ attempt: (attempt) => ({ ...attempt, farSide: null }) });

const callEndsAtItsStart = toldOf({ attempt: (attempt) => ({ ...attempt, sendDeadlineAt: attempt.startedAt }) });
const onlyTheLatestCounts = toldOf({
  attempt: (attempt, isLast) => (isLast || attempt.outcome !== null ? attempt : { ...attempt, outcome: 'not_sent' }),
});
const listsAtOnce = toldOf({
  policy: (policy) => (policy.kind === 'none' ? policy : { ...policy, visibilityDelayMs: 0 }),
});
const keysLastForEver = toldOf({
  policy: (policy) => (policy.kind === 'key' ? { ...policy, retentionMs: Number.MAX_SAFE_INTEGER } : policy),
});

const refusalEndsTheOrder = over('purchases/next-step', {
  afterFailure: (...[failure, attempts, payment]: Parameters<typeof afterFailure>) =>
    failure === 'rejected' ? 'failed' : afterFailure(failure, attempts, payment),
});

const orphansAreStale = over('orders/lifecycle', {
  decide: (...[current, observed]: Parameters<typeof decide>) => {
    const decision = decide(current, observed);
    return decision.kind === 'conflict' && decision.reason === 'orphan_purchase' ? { kind: 'stale' } : decision;
  },
});

const latestReasonShows = over('orders/review', {
  takesOver: (...[next, current]: Parameters<Decisions['takesOver']>) => next !== current,
});

const observationsEndEveryReview = over('orders/review', { endsWithObservation: () => true });

const isInDoubt = ({ order }: Pick<OrderState, 'order'>): boolean => order.status === 'in_doubt';

const sightingsInDoubtAreIgnored = deciding({
  adopt: (change, ...seen) => (isInDoubt(change) ? change : DECISIONS.adopt(change, ...seen)),
  recordPurchase: (state, ...seen) =>
    isInDoubt(state) ? OrderChange.of(state) : DECISIONS.recordPurchase(state, ...seen),
});

const diedSubmittingIsNotSent = deciding({
  recoverSubmission: (state) => {
    const { order, attempts } = state;
    if (order.status !== 'submitting') return OrderChange.of(state);
    const error = errorOf('not_sent');
    const sent = {
      do: 'record',
      operation: 'placeOrder',
      number: attempts.length,
      outcome: 'not_sent',
      error,
    } as const;
    const evidence = { attempt: sent.number, outcome: error.failure, reason: error.reason, detail: error.message };
    return OrderChange.of(state).recordAttempt(sent).move('created', 'not_sent', 'lookup', evidence);
  },
});

const cancelsInDoubt = deciding({
  cancelUnsent: (state) => {
    const { status, providerOrderId } = state.order;
    const careless = TRANSITIONS[status].includes('cancelled') && providerOrderId === null;
    return careless ? OrderChange.of(state).move('cancelled', 'cancelled', 'request', {}) : 'not_created';
  },
});

const refusesOnlyTheFirstSend = deciding({
  refuseSend: (state, ...rest) =>
    state.attempts.length > 0 ? OrderChange.of(state) : DECISIONS.refuseSend(state, ...rest),
});

const failsForWantOfIdeas = deciding({
  handOver: (state) => OrderChange.of(state).move('failed', 'failed', 'lookup', {}),
});

/** An order whose outcome is known gets another checkout. */
const showsEveryCheckout = deciding({
  openCheckout: (state, ...rest) =>
    DECISIONS.openCheckout({ ...state, order: { ...state.order, status: 'submitting' } }, ...rest),
});

/** A response that proves nothing, taken for one that does. */
const taking =
  (understood: Failure): Rules['classify'] =>
  (failure) =>
    failure === 'ambiguous' ? understood : failure;

/** The harm, and the fewest crashes, slow ticks and faults that bring it about. */
type Row = [
  name: string,
  provider: ProviderClass,
  harm: Mutant['harm'],
  budget: [crashes: number, slowTicks: number, faults: number],
  breaks: Partial<Rules>,
];

const ROWS: readonly Row[] = [
  ['takes a 5xx for a refusal', 'key', 'not_bought_is_true', [0, 0, 1], { classify: taking('rejected') }],
  ['takes a 5xx for not executed', 'key', 'bought_once', [0, 0, 1], { classify: taking('credentials') }],
  ['takes a new key for every attempt', 'key', 'bought_once', [0, 0, 1], keyPerAttempt],
  ['goes on with a key that the provider forgot', 'key', 'bought_once', [0, 0, 1], keysLastForEver],
  ['asks only about the latest attempt', 'key', 'bought_once', [1, 0, 1], onlyTheLatestCounts],
  ['lets a refusal end an order in doubt', 'key', 'not_bought_is_true', [1, 0, 1], refusalEndsTheOrder],
  ['opens an attempt under an ended lease', 'key', 'bought_once', [0, 3, 1], { intentNeedsRunningLease: false }],
  ['sends again before looking', 'lookup', 'bought_once', [0, 0, 1], sendsBeforeLooking],
  ['takes every absence for proof', 'lookup', 'bought_once', [1, 1, 0], absenceIsProof],
  ['counts no visibility delay', 'lookup', 'bought_once', [0, 0, 1], listsAtOnce],
  ['counts the visibility delay from the start', 'lookup', 'bought_once', [0, 0, 1], callEndsAtItsStart],
  ['forgets that a call may start late', 'lookup', 'bought_once', [1, 1, 0], { sendDeadlineTicks: CALL_TICKS }],
  ['takes an incomplete list for complete', 'lookup', 'bought_once', [1, 0, 1], { incompleteListProvesNothing: false }],
  ['records absence without the lease', 'lookup', 'not_bought_is_true', [0, 4, 1], { absenceNeedsLease: false }],
  ['sends without looking at its lease', 'lookup', 'bought_once', [0, 3, 0], { guardsBeforeSend: false }],
  ['takes a death while submitting for not sent', 'lookup', 'bought_once', [1, 0, 0], diedSubmittingIsNotSent],
  ['commits the intent after the send', 'lookup', 'bought_once', [1, 0, 0], { intentBeforeSend: false }],
  ['cancels an order in doubt', 'lookup', 'not_bought_is_true', [0, 0, 1], cancelsInDoubt],
  [
    'ignores a sighting of an order in doubt',
    'lookup',
    'seen_is_never_forgotten',
    [0, 0, 1],
    sightingsInDoubtAreIgnored,
  ],
  ['sends again after a second absence', 'lookup', 'second_absence_goes_to_a_person', [1, 0, 1], sendsInsteadOfReview],
  ['refuses a price only before the first send', 'lookup', 'stuck', [1, 0, 1], refusesOnlyTheFirstSend],
  ['sends again where nothing protects a repeat', 'none', 'bought_once', [0, 0, 1], sendsInsteadOfReview],
  [
    'records a purchase only with the lease',
    'none',
    'seen_is_never_forgotten',
    [0, 3, 0],
    { purchaseNeedsLease: true },
  ],
  ['calls an order failed for want of ideas', 'none', 'not_bought_is_true', [0, 0, 1], failsForWantOfIdeas],
  ['drops the task of an order in doubt', 'none', 'open_order_has_a_task', [0, 0, 1], { keepsTaskInDoubt: false }],
  ['leaves no run for an order in doubt', 'none', 'stuck', [0, 0, 1], { keepsTaskInDoubt: false }],
  [
    'shows the latest reason for a review, whatever it hides',
    'none',
    'seen_is_never_forgotten',
    [0, 0, 2],
    latestReasonShows,
  ],
  // The database would refuse the worst of it, a move back to doubt; not the loss of a flag.
  ['commits over a newer version', 'none', 'seen_is_never_forgotten', [0, 0, 1], { onNewerVersion: 'overwrite' }],
  [
    'drops a decision that a newer version overtook',
    'none',
    'seen_is_never_forgotten',
    [0, 3, 1],
    { onNewerVersion: 'give_up' },
  ],
  // Two rules, each of which alone would do.
  [
    'shows a checkout without the lease and whatever became of its order',
    'checkout',
    'bought_once',
    [0, 3, 0],
    { checkoutNeedsLease: false, ...showsEveryCheckout },
  ],
];

const mutant = ([name, provider, harm, budget, breaks]: Row, keepsPromises: boolean): Mutant => {
  const [crashes, slowTicks, faults] = budget;
  return {
    name,
    breaks,
    harm,
    scenario: { provider, workers: 2, budget: { crashes, slowTicks, faults }, keepsPromises, accounts: 1 },
  };
};

const backedUp = (name: string, provider: ProviderClass, breaks: Partial<Rules>): Omit<Mutant, 'harm'> => ({
  name,
  breaks,
  scenario: { provider, workers: 2, budget: { crashes: 1, slowTicks: 3, faults: 1 }, keepsPromises: true, accounts: 1 },
});

const atTwoAccounts = (name: string, provider: ProviderClass, breaks: Partial<Rules>): Mutant => {
  const budget = { crashes: 0, slowTicks: 3, faults: 1 };
  return {
    name,
    breaks,
    harm: 'bought_once',
    scenario: { provider, workers: 2, budget, keepsPromises: true, accounts: 2 },
  };
};

export const MUTANTS: readonly Mutant[] = [
  ...ROWS.map((row) => mutant(row, true)),
  atTwoAccounts('takes absence from another account for proof', 'lookup', goesWhereItIs),
  atTwoAccounts('repeats under a key at another account', 'key', goesWhereItIs),
  // There is no purchase after the end unless the provider breaks its word; then it has to be an incident.
  mutant(
    [
      'takes a purchase after the end for a late sighting',
      'lookup',
      'end_agrees_with_provider',
      [1, 0, 1],
      orphansAreStale,
    ],
    false,
  ),
  // The same for a second purchase: the person who is told of it is told until it is put right.
  mutant(
    [
      'lets an observation end what a person has to put right',
      'lookup',
      'seen_is_never_forgotten',
      [1, 0, 1],
      observationsEndEveryReview,
    ],
    false,
  ),
];

/**
 * Rules whose loss does no harm by itself, because others stand behind them. A failure: the outcome of an attempt is recorded
 * once, an order is judged by all of its attempts, and only one that is `submitting` is moved. A checkout: one that comes
 * late finds its order known and is forgotten; and while its run holds the lease, no other run can have shown one.
 */
export const BACKED_UP: readonly Omit<Mutant, 'harm'>[] = [
  backedUp('records a failure without the lease', 'lookup', { failureNeedsLease: false }),
  backedUp('shows a checkout without the lease', 'checkout', { checkoutNeedsLease: false }),
  backedUp('shows a checkout whatever became of its order', 'checkout', showsEveryCheckout),
];
