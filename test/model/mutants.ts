import { decide } from '../../src/domain/orders/lifecycle.js';
import type { Idempotency } from '../../src/domain/providers/capabilities.js';
import type { Attempt } from '../../src/domain/purchases/attempt.js';
import { nextStep, type NextStep } from '../../src/domain/purchases/next-step.js';
import type { InvariantName } from './invariants.js';
import { CALL_TICKS, type Failure, type ProviderClass } from './purchase-state.js';
import type { Scenario } from './purchase-model.js';
import { PROTOCOL, type Rules } from './rules.js';

/** The protocol with one rule broken, and the smallest world in which that does harm. */
export interface Mutant {
  readonly name: string;
  readonly breaks: Partial<Rules>;
  readonly harm: InvariantName | 'stuck';
  readonly scenario: Scenario;
}

/** The code's rule, with its answer replaced where `change` has another. */
const overruled =
  (change: (step: NextStep, sends: number) => NextStep): Rules['nextStep'] =>
  (attempts, ...rest) =>
    change(nextStep(attempts, ...rest), attempts.length);

const sendAnew = (sends: number): NextStep => ({ do: 'send', generation: sends + 1, repeat: false });

const keyPerAttempt = overruled((step, sends) => (step.do === 'send' ? sendAnew(sends) : step));
const sendsBeforeLooking = overruled((step, sends) =>
  step.do === 'look_up' || step.do === 'wait' ? sendAnew(sends) : step,
);
const absenceIsProof = overruled((step) => (step.do === 'look_up' ? { ...step, conclusive: true } : step));
const sendsInsteadOfReview = overruled((step, sends) => (step.do === 'review' ? sendAnew(sends) : step));

/** The code's rule, told something untrue about the attempts or the provider. */
const toldOf =
  (lie: { attempt?: (attempt: Attempt, isLast: boolean) => Attempt; policy?: (policy: Idempotency) => Idempotency }) =>
  (...[attempts, lookups, payment, { idempotency }, now]: Parameters<Rules['nextStep']>): NextStep => {
    const { attempt: told = (each: Attempt) => each, policy = (each: Idempotency) => each } = lie;
    const seen = attempts.map((attempt, index) => told(attempt, index === attempts.length - 1));
    return nextStep(seen, lookups, payment, { idempotency: policy(idempotency) }, now);
  };

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

const refusalEndsTheOrder: Rules['afterFailure'] = (failure, attempts, payment) =>
  failure === 'rejected' ? 'failed' : PROTOCOL.afterFailure(failure, attempts, payment);

const orphansAreOldNews: Rules['decide'] = (current, observed) => {
  const decision = decide(current, observed);
  return decision.kind === 'conflict' && decision.reason === 'orphan_purchase' ? { kind: 'stale' } : decision;
};

/** An answer that proves nothing, taken for one that does. */
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
  ['takes a new key for every attempt', 'key', 'bought_once', [0, 0, 1], { nextStep: keyPerAttempt }],
  ['goes on with a key that the provider forgot', 'key', 'bought_once', [0, 0, 1], { nextStep: keysLastForEver }],
  ['asks only about the latest attempt', 'key', 'bought_once', [1, 0, 1], { nextStep: onlyTheLatestCounts }],
  [
    'lets a refusal end an order in doubt',
    'key',
    'not_bought_is_true',
    [1, 0, 1],
    { afterFailure: refusalEndsTheOrder },
  ],
  ['opens an attempt under an ended lease', 'key', 'bought_once', [0, 3, 1], { opensOnlyUnderRunningLease: false }],
  ['sends again before looking', 'lookup', 'bought_once', [0, 0, 1], { nextStep: sendsBeforeLooking }],
  ['takes every absence for proof', 'lookup', 'bought_once', [1, 1, 0], { nextStep: absenceIsProof }],
  ['counts no settle time', 'lookup', 'bought_once', [0, 0, 1], { nextStep: listsAtOnce }],
  ['counts the settle time from the start', 'lookup', 'bought_once', [0, 0, 1], { nextStep: callEndsAtItsStart }],
  ['forgets that a call may start late', 'lookup', 'bought_once', [1, 1, 0], { sendDeadlineTicks: CALL_TICKS }],
  ['takes an incomplete list for complete', 'lookup', 'bought_once', [1, 0, 1], { incompleteListProvesNothing: false }],
  ['records absence without the lease', 'lookup', 'not_bought_is_true', [0, 4, 1], { absenceNeedsLease: false }],
  ['sends without looking at its lease', 'lookup', 'bought_once', [0, 3, 0], { guardsBeforeSend: false }],
  [
    'takes a death while submitting for not sent',
    'lookup',
    'bought_once',
    [1, 0, 0],
    { diedSubmittingIsUnknown: false },
  ],
  ['commits the intent after the send', 'lookup', 'bought_once', [1, 0, 0], { intentBeforeSend: false }],
  ['cancels an order in doubt', 'lookup', 'not_bought_is_true', [0, 0, 1], { cancelsOnlyUnsent: false }],
  [
    'ignores a sighting of an order in doubt',
    'lookup',
    'seen_is_never_forgotten',
    [0, 0, 1],
    { adoptsDoubtfulOrders: false },
  ],
  [
    'sends again after a second absence',
    'lookup',
    'second_absence_goes_to_a_person',
    [1, 0, 1],
    { nextStep: sendsInsteadOfReview },
  ],
  ['refuses a price only before the first send', 'lookup', 'stuck', [1, 0, 1], { refusesAfterProvenAbsence: false }],
  ['sends again where nothing protects a repeat', 'none', 'bought_once', [0, 0, 1], { nextStep: sendsInsteadOfReview }],
  [
    'records a purchase only with the lease',
    'none',
    'seen_is_never_forgotten',
    [0, 3, 0],
    { purchaseNeedsLease: true },
  ],
  ['calls an order failed for want of ideas', 'none', 'not_bought_is_true', [0, 0, 1], { neverFailsInReview: false }],
  ['drops the task of an order in doubt', 'none', 'open_order_has_a_task', [0, 0, 1], { keepsTaskInDoubt: false }],
  ['has nobody left for an order in doubt', 'none', 'stuck', [0, 0, 1], { keepsTaskInDoubt: false }],
  [
    'shows the latest reason for a review, whatever it hides',
    'none',
    'seen_is_never_forgotten',
    [0, 0, 2],
    { takesOver: (next, current) => next !== current },
  ],
  ['shows a page without the lease', 'checkout', 'bought_once', [0, 3, 0], { pageNeedsLease: false }],
];

const mutant = ([name, provider, harm, budget, breaks]: Row, keepsPromises: boolean): Mutant => {
  const [crashes, slowTicks, faults] = budget;
  return {
    name,
    breaks,
    harm,
    scenario: { provider, workers: 2, budget: { crashes, slowTicks, faults }, keepsPromises },
  };
};

export const MUTANTS: readonly Mutant[] = [
  ...ROWS.map((row) => mutant(row, true)),
  // There is no purchase after the end unless the provider breaks its word; then it has to be an incident.
  mutant(
    [
      'takes a purchase after the end for old news',
      'lookup',
      'end_agrees_with_provider',
      [1, 0, 1],
      { decide: orphansAreOldNews },
    ],
    false,
  ),
  // The same for a second purchase: whoever is told of it is told until it is put right.
  mutant(
    [
      'lets news end what a person has to put right',
      'lookup',
      'seen_is_never_forgotten',
      [1, 0, 1],
      { endsWithNews: () => true },
    ],
    false,
  ),
];

/**
 * A rule whose loss does no harm by itself, because others stand behind it: an attempt is settled once, an order is
 * judged by all of its attempts, and only one that is `submitting` is moved.
 */
export const BACKED_UP: Mutant['breaks'] = { failureNeedsLease: false };
