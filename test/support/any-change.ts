import fc from 'fast-check';
import { cancelUnsent, recordCancellation, requestCancellation } from '../../src/domain/orders/cancellation.js';
import { isOutcomePending, ORDER_STATUSES, type OrderStatus } from '../../src/domain/orders/lifecycle.js';
import {
  adopt,
  observeAbsence,
  observeCheckout,
  observePayment,
  observePurchase,
} from '../../src/domain/orders/observe.js';
import { OrderChange } from '../../src/domain/orders/order-change.js';
import type { Order } from '../../src/domain/orders/order.js';
import type { OrderEvent } from '../../src/domain/orders/order-event.js';
import type { OrderState } from '../../src/domain/orders/order-state.js';
import { REVIEW_REASONS, type ReviewReason } from '../../src/domain/orders/review.js';
import { grams } from '../../src/domain/mass.js';
import { money, type Money } from '../../src/domain/money.js';
import { OBSERVED_STATUSES } from '../../src/domain/providers/calls.js';
import { NO_CLAIMS } from '../../src/domain/purchases/claims.js';
import {
  deferSend,
  intendSend,
  openCheckout,
  recordFailure,
  recordLookupFailure,
  recordNotFound,
  recordPurchase,
  recoverSubmission,
  refuseSend,
  type AskedPrice,
} from '../../src/domain/purchases/submission.js';
import { aCheckout, aFailure, aPurchase, aSend, aState, at, HERE, NOW } from './order-state.js';

/** Orders in any state, and every decision there is about them: for what holds whatever is decided. */

const ABOVE_LIMIT = { reason: 'price_above_limit', detail: 'CNaught asks 2.00 USD.' } as const;

const anyPrice = fc.constantFrom(null, money('2.00', 'USD'), money('3.50', 'USD'), money('2.00', 'GBP'));
/** In pounds, as at the provider that states tax. */
const taxOf = ({ currency }: Money): Money | null => (currency === 'GBP' ? money('0.40', 'GBP') : null);

const anySession = fc.constantFrom('open', 'complete', 'expired');

const anyPurchase = fc
  .record({
    providerOrderId: fc.constantFrom('p1', 'p2'),
    status: fc.constantFrom(...OBSERVED_STATUSES),
    price: anyPrice,
    mass: fc.constantFrom(null, grams(100_000), grams(1)),
    retiredAt: fc.constantFrom(null, at(-30_000), at(-86_400_000)),
    certificate: fc.constantFrom(null, { url: 'https://proof.example/1', pdfUrl: null }),
  })
  .map(aPurchase);

export const anyState = fc
  .record({
    status: fc.constantFrom(...ORDER_STATUSES),
    paymentMethod: fc.constantFrom('account', 'checkout'),
    providerOrderId: fc.constantFrom(null, 'p1'),
    price: fc.tuple(anyPrice, fc.constantFrom('charged', 'quoted', 'computed')),
    review: fc.constantFrom(null, ...(Object.keys(REVIEW_REASONS) as ReviewReason[])),
    outcomes: fc.array(fc.constantFrom(null, 'ambiguous', 'rejected', 'proven_absent'), { maxLength: 2 }),
    session: anySession,
    isLeased: fc.boolean(),
    cancelMayHaveArrived: fc.boolean(),
  })
  .map(({ price: [total, source], review, outcomes, session, isLeased, cancelMayHaveArrived, ...order }) =>
    aState(
      {
        ...order,
        price: total && { total, source },
        priceTax: total && source !== 'charged' ? taxOf(total) : null,
        review: review && { reason: review, since: NOW },
        createdAt: new Date(0),
      },
      {
        attempts: outcomes.map((outcome, index) => aSend(outcome, { number: index + 1 })),
        isLeased,
        cancelMayHaveArrived,
        targets: { sessions: [{ sessionId: 's1', status: session }], claims: NO_CLAIMS },
      },
    ),
  );

const anyFailure = fc
  .constantFrom(
    ['rejected', 'rejected'],
    ['not_sent', 'unavailable'],
    ['ambiguous', 'timed_out'],
    ['ambiguous', 'answer_disagrees'],
    ['ambiguous', 'unreadable_answer'],
  )
  .map(([failure, reason]) => aFailure(failure, reason));

const anyAskedPrice = anyPrice.map((total): AskedPrice | null => {
  if (total === null) return null;
  const quote = {
    providerOfferingId: 'mix',
    offeringName: 'Mix',
    mass: grams(100_000),
    total,
    tax: taxOf(total),
    perTonne: total,
  };
  return { quote, source: 'computed' };
});

const anyCheckout = fc
  .record({ status: anySession, price: anyPrice, order: fc.option(anyPurchase) })
  .map((session) => aCheckout(session));

const KNOWN = ORDER_STATUSES.filter((status) => !isOutcomePending(status));

/** A decision that only the run which holds the order commits, and that run can have brought it to no other status. */
const heldAs =
  (statuses: readonly OrderStatus[], decide: (state: OrderState) => OrderChange) =>
  (state: OrderState): OrderChange =>
    statuses.includes(state.order.status) ? decide(state) : OrderChange.of(state);

const requestCancellationHere = (state: OrderState): OrderChange => requestCancellation(state, HERE, 'request');

/** Every decision there is about an order, with everything that it may be asked. */
export const anyDecision: fc.Arbitrary<(state: OrderState) => OrderChange> = fc.oneof(
  fc.constantFrom(recoverSubmission, deferSend, requestCancellationHere, (state: OrderState) => {
    const change = cancelUnsent(state, 'request');
    return typeof change === 'string' ? OrderChange.of(state) : change;
  }),
  anyAskedPrice.map((price) => heldAs(['created', 'in_doubt'], (state) => intendSend(state, 1, null, price, HERE))),
  anyAskedPrice.map((price) => (state: OrderState) => refuseSend(state, ABOVE_LIMIT, price)),
  anyFailure.map((error) => (state: OrderState) => recordFailure(state, 1, error)),
  anyFailure.map((error) => (state: OrderState) => recordLookupFailure(state, error)),
  fc.option(anyFailure).map((error) => (state: OrderState) => recordCancellation(state, 1, error)),
  fc
    .boolean()
    .map((proves) => (state: OrderState) => recordNotFound(state, proves, { pages: 1, rows: 0, unread: null })),
  anyCheckout.map((session) =>
    heldAs(['submitting', 'in_doubt', ...KNOWN], (state) => openCheckout(state, 1, session, 60_000)),
  ),
  fc.tuple(anyPurchase, fc.array(fc.constant('p2'), { maxLength: 1 })).map(
    ([purchase, extra]) =>
      (state: OrderState) =>
        recordPurchase(state, purchase, 'lookup', extra),
  ),
  fc
    .array(
      fc.oneof(
        anyPurchase.map((purchase) => (change: OrderChange) => observePurchase(change, purchase, 'poll')),
        anyPurchase.map((purchase) => (change: OrderChange) => adopt(change, purchase, 'callback')),
        anyPurchase.map((purchase) => (change: OrderChange) => observePayment(change, purchase)),
        fc.option(anyCheckout).map((session) => (change: OrderChange) => observeCheckout(change, 's1', session)),
        fc.constant(observeAbsence),
      ),
      { maxLength: 3 },
    )
    .map(
      (observations) => (state: OrderState) =>
        observations.reduce((change, next) => next(change), OrderChange.of(state)),
    ),
);

/** One event of a history, with the order as its commit left it. */
export interface PastEvent {
  readonly event: OrderEvent;
  readonly sequence: number;
  readonly order: Order;
  readonly at: Date;
}

/** A history that the decisions make of a new order, one after another: nothing else can be on record. */
export const anyHistory = fc
  .record({
    paymentMethod: fc.constantFrom('account', 'checkout'),
    decisions: fc.array(anyDecision, { minLength: 1, maxLength: 8 }),
  })
  .map(({ paymentMethod, decisions }): readonly PastEvent[] => {
    let state = aState(
      { paymentMethod },
      { targets: { sessions: [{ sessionId: 's1', status: 'open' }], claims: NO_CLAIMS } },
    );
    return decisions.flatMap((decide, index) => {
      const change = decide(state);
      const committedAt = at((index + 1) * 60_000);
      const first = state.order.version + 1;
      state = change.committedAt(committedAt);
      return change.events.map((event, of) => ({ event, sequence: first + of, order: state.order, at: committedAt }));
    });
  });
