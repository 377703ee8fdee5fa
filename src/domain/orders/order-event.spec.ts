import fc from 'fast-check';
import { aCheckout, aFailure, aPurchase, aSend, aState, HERE, NOW } from '../../../test/support/order-state.js';
import { grams } from '../mass.js';
import { money } from '../money.js';
import { OBSERVED_STATUSES } from '../providers/calls.js';
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
} from '../purchases/submission.js';
import { cancelUnsent, recordCancellation, requestCancellation } from './cancellation.js';
import { isOutcomePending, isTerminal, ORDER_STATUSES, TRANSITIONS, type OrderStatus } from './lifecycle.js';
import { NO_CLAIMS } from '../purchases/claims.js';
import { adopt, observeAbsence, observeCheckout, observePayment, observePurchase } from './observe.js';
import { OrderChange } from './order-change.js';
import { ORDER_EVENTS, priceEvidence, sightingEvidence, upstreamEvidence } from './order-event.js';
import type { OrderState } from './order-state.js';
import { REVIEW_REASONS, type ReviewReason } from './review.js';

const ABOVE_LIMIT = { reason: 'price_above_limit', detail: 'CNaught asks 2.00 USD.' } as const;

const anyPrice = fc.constantFrom(null, money('2.00', 'USD'), money('3.50', 'USD'), money('2.00', 'GBP'));
const anySession = fc.constantFrom('open', 'complete', 'expired');

const anyPurchase = fc
  .record({
    providerOrderId: fc.constantFrom('p1', 'p2'),
    status: fc.constantFrom(...OBSERVED_STATUSES),
    price: anyPrice,
    mass: fc.constantFrom(null, grams(100_000), grams(1)),
    certificate: fc.constantFrom(null, { url: 'https://proof.example/1', pdfUrl: null }),
  })
  .map(aPurchase);

const anyState = fc
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
    tax: null,
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
const anyDecision: fc.Arbitrary<(state: OrderState) => OrderChange> = fc.oneof(
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

const everyChange = (holds: (change: OrderChange) => void): void =>
  fc.assert(
    fc.property(anyState, anyDecision, (state, decide) => holds(decide(state))),
    { numRuns: 500 },
  );

describe('whatever is decided about an order', () => {
  it('changes no price without saying so in its events', () => {
    everyChange(({ base, order, events }) => {
      if (order.price === base.order.price) return;
      const told = events.flatMap(({ evidence }) => ('price' in evidence ? { ...evidence.price, tax: null } : []));
      expect(told).toContainEqual(order.price && priceEvidence(order.price.total, order.price.source));
    });
  });

  it('changes no quoted price without saying so in its events', () => {
    everyChange(({ base, order, events }) => {
      if (order.quoted === base.order.quoted) return;
      expect(events.filter(({ type }) => type === 'quoted')).toHaveLength(1);
    });
  });

  it('counts one version for each of its events, and changes nothing of the order without one', () => {
    everyChange(({ base, order, events, checkouts }) => {
      expect(order.version).toBe(base.order.version + events.length);
      // Which checkout is shown, and whether it is open, is told with the order, and no part of it.
      if (events.length === 0 && checkouts.length > 0)
        expect({ ...order, checkout: null }).toEqual({ ...base.order, checkout: null });
      else if (events.length === 0) expect(order).toBe(base.order);
    });
  });

  it('moves only as declared, one event after the other', () => {
    everyChange(({ base, order, events }) => {
      let at = base.order.status;
      for (const { from, to } of events) {
        expect(from).toBe(at);
        if (to !== at) expect(TRANSITIONS[at]).toContain(to);
        at = to;
      }
      expect(order.status).toBe(at);
    });
  });

  it('calls no order failed while a send of it may have bought', () => {
    everyChange(({ base, order, sends }) => {
      if (order.status !== 'failed' || base.order.status === 'failed' || order.paymentMethod === 'checkout') return;
      expect(sends.filter(({ outcome }) => outcome === null || outcome === 'ambiguous')).toEqual([]);
    });
  });

  it('takes away no flag that a person has to end, and no purchase', () => {
    everyChange(({ base, order }) => {
      const { review, providerOrderId, status } = base.order;
      if (review && REVIEW_REASONS[review.reason].endedBy === 'person') expect(order.review).not.toBeNull();
      if (providerOrderId !== null) expect(order.providerOrderId).toBe(providerOrderId);
      if (isTerminal(status)) expect(order.status).toBe(status);
    });
  });

  it('keeps as evidence only what the table of events explains', () => {
    everyChange(({ events }) => {
      for (const { type, evidence } of events)
        expect(Object.keys(ORDER_EVENTS[type].evidence)).toEqual(expect.arrayContaining(Object.keys(evidence)));
    });
  });
});

describe('evidence', () => {
  it('keeps prices as decimal text, with the tax where one was named', () => {
    expect(priceEvidence(money('2', 'USD'), 'charged')).toEqual({
      amount: '2.00',
      tax: null,
      currency: 'USD',
      source: 'charged',
    });
    expect(priceEvidence(money('2', 'GBP'), 'quoted', money('0.4', 'GBP'))).toMatchObject({
      tax: '0.40',
      source: 'quoted',
    });
  });

  it('says nothing of what a sighting does not say', () => {
    expect(sightingEvidence(aPurchase({ mass: null }))).toStrictEqual({ provider_order_id: 'p1' });
  });

  it('says nothing of a response that did not come', () => {
    expect(upstreamEvidence(aFailure('not_sent', 'unavailable'))).toStrictEqual({});
    expect(upstreamEvidence(aFailure('rejected', 'rejected', { upstreamStatus: 400, upstreamCode: 'bad' }))).toEqual({
      upstream_status: 400,
      upstream_code: 'bad',
    });
  });
});
