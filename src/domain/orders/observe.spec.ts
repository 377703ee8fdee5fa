import { aCheckout, aPurchase, aSend, aState, at, NOW } from '../../../test/support/order-state.js';
import { grams } from '../mass.js';
import { money } from '../money.js';
import type { Retirement } from '../providers/calls.js';
import { AT_COMMIT } from './commit-time.js';
import type { OrderStatus } from './lifecycle.js';
import { NO_CLAIMS } from '../purchases/claims.js';
import { adopt, observeAbsence, observeCheckout, observePayment, observePurchase } from './observe.js';
import { OrderChange } from './order-change.js';
import type { Order } from './order.js';
import type { ObservationTargets, OrderState } from './order-state.js';

const TOTAL = money('2.00', 'USD');
const CHARGED = { total: TOTAL, source: 'charged' } as const;
const RETIREMENT: Retirement = {
  project: 'Forest',
  registry: null,
  vintage: 2024,
  mass: grams(100_000),
  serialNumberRange: null,
  url: null,
  transactionHash: null,
};
const CERTIFICATE = { url: 'https://proof.example/1', pdfUrl: null };

const changeOf = (order: Partial<Order>, state: Partial<Omit<OrderState, 'order'>> = {}): OrderChange =>
  OrderChange.of(aState(order, state));

const watching = (targets: Partial<ObservationTargets>): Partial<OrderState> => ({
  targets: { sessions: [], claims: NO_CLAIMS, ...targets },
});

const reviewed = { review: { reason: 'vanished', since: NOW } } as const;

describe('adopt', () => {
  it('takes a purchase that is seen for the outcome of every unknown send', () => {
    const attempts = [aSend('rejected'), aSend('ambiguous', { number: 2 }), aSend(null, { number: 3 })];
    const change = adopt(
      changeOf({ status: 'in_doubt', statusReason: 'timed_out' }, { attempts }),
      aPurchase({ price: TOTAL, checkoutSessionId: 's1' }),
      'lookup',
    );
    expect(change.order).toMatchObject({
      status: 'placed',
      statusReason: null,
      providerOrderId: 'p1',
      providerStatus: 'booked',
      price: CHARGED,
      placedAt: AT_COMMIT,
      retiredAt: null,
      completedAt: null,
    });
    expect(change.attempt).toEqual({ do: 'resolve', outcome: 'accepted' });
    expect(change.sends.map(({ outcome }) => outcome)).toEqual(['rejected', 'accepted', 'accepted']);
    expect(change.events).toMatchObject([
      { type: 'placed', from: 'in_doubt', to: 'placed', source: 'lookup', providerStatus: 'booked' },
    ]);
    expect(change.events[0]?.evidence).toEqual({
      provider_order_id: 'p1',
      grams: 100_000,
      price: { amount: '2.00', tax: null, currency: 'USD', source: 'charged' },
      checkout_session_id: 's1',
    });
  });

  it('leaves sends unknown that a checkout which waits for its payment does not explain', () => {
    const change = adopt(
      changeOf({ status: 'in_doubt' }, { attempts: [aSend(null)] }),
      aPurchase({ status: 'awaiting_payment' }),
      'lookup',
    );
    expect(change.order.status).toBe('awaiting_payment');
    expect(change.attempt).toBeNull();
  });

  it.each<[OrderStatus, 'accepted' | 'retired' | 'completed' | 'cancelled', Partial<Order>]>([
    ['in_doubt', 'accepted', { placedAt: AT_COMMIT, retiredAt: null, completedAt: null }],
    ['in_doubt', 'retired', { placedAt: AT_COMMIT, retiredAt: AT_COMMIT, completedAt: null }],
    ['in_doubt', 'completed', { placedAt: AT_COMMIT, retiredAt: AT_COMMIT, completedAt: AT_COMMIT }],
    ['in_doubt', 'cancelled', { placedAt: null, retiredAt: null, completedAt: null }],
  ])('dates every stage that an order which was %s and is %s has passed', (status, observed, dates) => {
    expect(adopt(changeOf({ status }), aPurchase({ status: observed }), 'poll').order).toMatchObject(dates);
  });

  it('keeps the dates of stages that were seen before', () => {
    const before = { placedAt: at(-2), retiredAt: at(-1) };
    const change = adopt(
      changeOf({ status: 'retired', providerOrderId: 'p1', ...before }),
      aPurchase({ status: 'completed' }),
      'poll',
    );
    expect(change.order).toMatchObject({ ...before, status: 'completed', completedAt: AT_COMMIT });
  });

  it('learns what an observation of the same status adds', () => {
    const change = adopt(
      changeOf({ status: 'retired' }),
      aPurchase({ status: 'retired', price: TOTAL, retirements: [RETIREMENT], certificate: CERTIFICATE }),
      'poll',
    );
    expect(change.order).toMatchObject({
      status: 'retired',
      providerOrderId: 'p1',
      price: CHARGED,
      retirements: [RETIREMENT],
      certificate: CERTIFICATE,
    });
    expect(change.events).toMatchObject([
      { type: 'updated', from: 'retired', to: 'retired', source: 'poll', evidence: { provider_order_id: 'p1' } },
    ]);
  });

  it('changes nothing where all of it was known', () => {
    const known = { providerOrderId: 'p1', price: CHARGED, retirements: [RETIREMENT], certificate: CERTIFICATE };
    const same = { price: TOTAL, retirements: [{ ...RETIREMENT }], certificate: { ...CERTIFICATE } };
    const change = adopt(changeOf({ status: 'placed', ...known }), aPurchase(same), 'poll');
    expect(change.isEmpty).toBe(true);
  });

  it('never overwrites what is known by what an observation does not say', () => {
    const known = { providerOrderId: 'p1', price: CHARGED, retirements: [RETIREMENT], certificate: CERTIFICATE };
    const change = adopt(changeOf({ status: 'placed', ...known }), aPurchase({ status: 'completed' }), 'poll');
    expect(change.order).toMatchObject(known);
  });

  it('takes what was charged for the price, and never another after that', () => {
    const quoted = { price: { total: money('1.99', 'USD'), source: 'quoted' } } as const;
    const charged = adopt(changeOf({ status: 'placed', ...quoted }), aPurchase({ price: TOTAL }), 'poll');
    expect(charged.order.price).toEqual(CHARGED);
    const again = adopt(charged, aPurchase({ price: money('2.01', 'USD') }), 'poll');
    expect(again.order.price).toEqual(CHARGED);
  });

  it('keeps a price that is charged after the first beside it, each once', () => {
    const charged = changeOf({ status: 'placed', providerOrderId: 'p1', price: CHARGED });
    const seen = (change: OrderChange, amount: string) =>
      adopt(change, aPurchase({ price: money(amount, 'USD') }), 'poll');
    const later = seen(seen(charged, '2.01'), '2.01');
    expect(later.order).toMatchObject({ price: CHARGED, laterPrice: money('2.01', 'USD') });
    expect(later.events).toMatchObject([
      { type: 'updated', evidence: { price: { amount: '2.01', currency: 'USD', source: 'charged' } } },
    ]);
    const back = seen(later, '2.00');
    expect(back.order.laterPrice).toEqual(TOTAL);
    expect(back.events).toHaveLength(2);
  });

  it('keeps the tax of a quote where just that was charged', () => {
    const quoted = { price: { total: TOTAL, source: 'quoted' }, priceTax: money('0.25', 'USD') } as const;
    const taxOf = (amount: string) =>
      adopt(changeOf({ status: 'placed', ...quoted }), aPurchase({ price: money(amount, 'USD') }), 'poll').order
        .priceTax;
    expect(taxOf('2.00')).toEqual(quoted.priceTax);
    expect(taxOf('1.99')).toBeNull();
  });

  it('says with a charge how much of it is tax, where just that was quoted', () => {
    const quoted = { price: { total: TOTAL, source: 'quoted' }, priceTax: money('0.25', 'USD') } as const;
    const change = adopt(changeOf({ status: 'submitting', ...quoted }), aPurchase({ price: TOTAL }), 'response');
    expect(change.events).toMatchObject([{ evidence: { price: { amount: '2.00', tax: '0.25', source: 'charged' } } }]);
  });

  it('learns from the provider when the credits were retired, once', () => {
    const retired = (retiredAt: Date | null, order = {}) =>
      adopt(changeOf({ status: 'accepted', ...order }), aPurchase({ status: 'retired', retiredAt }), 'poll');
    const change = retired(at(1_000));
    expect(change.order.providerRetiredAt).toEqual(at(1_000));
    expect(change.events).toMatchObject([{ type: 'retired', evidence: { retired_at: at(1_000) } }]);
    const again = adopt(change, aPurchase({ status: 'completed', retiredAt: at(2_000) }), 'poll');
    expect(again.order.providerRetiredAt).toEqual(at(1_000));
  });

  it.each([
    ['long before the order was accepted', -120_001],
    ['long after it was seen', 120_001],
  ])('does not believe in a retirement %s', (_, ms) => {
    const change = adopt(changeOf({ status: 'accepted' }), aPurchase({ status: 'retired', retiredAt: at(ms) }), 'poll');
    expect(change.order).toMatchObject({ status: 'retired', providerRetiredAt: null });
  });

  it('ends a review that only said that nothing was known', () => {
    const change = adopt(changeOf({ status: 'placed', providerOrderId: 'p1', ...reviewed }), aPurchase(), 'poll');
    expect(change.order.review).toBeNull();
    expect(change.events).toMatchObject([{ type: 'review_cleared', source: 'poll', evidence: { reason: 'vanished' } }]);
  });

  it.each([
    ['account', 'bought_twice'],
    ['checkout', 'paid_twice'],
  ] as const)('has a person undo a second purchase of an order paid by %s', (paymentMethod, reason) => {
    const change = adopt(
      changeOf({ status: 'placed', paymentMethod, providerOrderId: 'p1' }),
      aPurchase({ providerOrderId: 'p2' }),
      'callback',
    );
    expect(change.order).toMatchObject({ status: 'placed', providerOrderId: 'p1', review: { reason } });
    expect(change.events).toMatchObject([
      { type: 'review_flagged', source: 'callback', evidence: { reason, provider_order_id: 'p2' } },
    ]);
  });

  it('has a person look at what contradicts the record', () => {
    const change = adopt(changeOf({ status: 'failed' }), aPurchase(), 'callback');
    expect(change.order).toMatchObject({
      status: 'failed',
      providerOrderId: null,
      review: { reason: 'orphan_purchase' },
    });
    expect(change.events).toMatchObject([
      {
        type: 'review_flagged',
        source: 'callback',
        evidence: { reason: 'orphan_purchase', provider_order_id: 'p1', observed: 'placed' },
      },
    ]);
  });

  it('has a person look at a payment that came to nothing', () => {
    const placed = { status: 'placed', providerOrderId: 'p1' } as const;
    const change = adopt(changeOf(placed), aPurchase({ status: 'failed', price: TOTAL }), 'poll');
    expect(change.order).toMatchObject({ status: 'failed', review: { reason: 'retirement_failed' } });
    expect(change.events.map(({ type }) => type)).toEqual(['failed', 'review_flagged']);
    expect(change.events[1]).toMatchObject({ source: 'poll', evidence: { provider_order_id: 'p1' } });
    expect(adopt(changeOf(placed), aPurchase({ status: 'failed' }), 'poll').order.review).toBeNull();
    expect(adopt(changeOf(placed), aPurchase({ status: 'cancelled', price: TOTAL }), 'poll').order.review).toBeNull();
  });
});

describe('observePurchase', () => {
  it('adopts what agrees with the order', () => {
    expect(observePurchase(changeOf({ status: 'submitting' }), aPurchase(), 'poll').order.status).toBe('placed');
  });

  it('applies nothing of what disagrees, and tells a person', () => {
    const change = observePurchase(
      changeOf({ status: 'placed' }),
      aPurchase({ mass: grams(1), status: 'retired' }),
      'poll',
    );
    expect(change.order).toMatchObject({ status: 'placed', providerOrderId: null });
    expect(change.events).toMatchObject([{ type: 'review_flagged', source: 'poll' }]);
    expect(change.events[0]?.evidence).toEqual({
      reason: 'answer_disagrees',
      provider_order_id: 'p1',
      disagreements: [{ field: 'mass', ours: '100000 g', theirs: '1 g' }],
    });
  });
});

describe('observeCheckout', () => {
  const awaiting = (sessions: ObservationTargets['sessions'], order: Partial<Order> = {}) =>
    changeOf({ status: 'awaiting_payment', paymentMethod: 'checkout', ...order }, watching({ sessions }));
  const one = [{ sessionId: 's1', status: 'open' }] as const;

  it('tells a person of a session that the provider does not know', () => {
    const change = observeCheckout(awaiting(one), 's1', null);
    expect(change.order.review?.reason).toBe('vanished');
    expect(change.events).toMatchObject([
      { type: 'review_flagged', source: 'poll', evidence: { reason: 'vanished', checkout_session_id: 's1' } },
    ]);
  });

  it('ends a review with an open session, and changes nothing else', () => {
    const change = observeCheckout(awaiting(one, reviewed), 's1', aCheckout());
    expect(change.order).toMatchObject({ status: 'awaiting_payment', review: null });
    expect(change.events).toMatchObject([{ type: 'review_cleared', source: 'poll' }]);
    expect(change.checkouts).toEqual([]);
  });

  it('takes a paid session for placed before the provider shows its order', () => {
    const change = observeCheckout(awaiting(one), 's1', aCheckout({ status: 'complete', providerStatus: 'paid' }));
    expect(change.order).toMatchObject({
      status: 'placed',
      placedAt: AT_COMMIT,
      providerOrderId: null,
      providerStatus: 'paid',
    });
    expect(change.checkouts).toEqual([{ do: 'update', sessionId: 's1', status: 'complete' }]);
    expect(change.events).toMatchObject([
      { type: 'placed', source: 'poll', providerStatus: 'paid', evidence: { checkout_session_id: 's1' } },
    ]);
  });

  it('adopts the order that a session led to', () => {
    const session = aCheckout({ status: 'complete', order: aPurchase({ status: 'retired', orderReference: null }) });
    const change = observeCheckout(awaiting(one), 's1', session);
    expect(change.order).toMatchObject({ status: 'retired', providerOrderId: 'p1' });
    expect(change.events).toMatchObject([{ type: 'retired', source: 'poll' }]);
    expect(change.checkouts).toEqual([{ do: 'update', sessionId: 's1', status: 'complete' }]);
  });

  it('ends the order once the last open session expires', () => {
    const expired = aCheckout({ status: 'expired', providerStatus: 'closed' });
    const two = awaiting([...one, { sessionId: 's2', status: 'open' }]);
    const first = observeCheckout(two, 's1', expired);
    expect(first.order.status).toBe('awaiting_payment');
    expect(first.events).toEqual([]);
    expect(first.checkouts).toEqual([{ do: 'update', sessionId: 's1', status: 'expired' }]);
    const second = observeCheckout(first, 's2', { ...expired, sessionId: 's2' });
    expect(second.order).toMatchObject({ status: 'expired', providerStatus: 'closed' });
    expect(second.events).toMatchObject([
      { type: 'expired', source: 'poll', evidence: { checkout_session_id: 's2' }, providerStatus: 'closed' },
    ]);
  });

  it('lets an order expire beside a session that is closed by the record', () => {
    const change = observeCheckout(
      awaiting([...one, { sessionId: 's2', status: 'complete' }]),
      's1',
      aCheckout({ status: 'expired' }),
    );
    expect(change.order.status).toBe('expired');
  });

  it('records how a session stands once', () => {
    const known = [
      { sessionId: 's0', status: 'open' },
      { sessionId: 's1', status: 'complete' },
    ] as const;
    const change = observeCheckout(awaiting(known, { status: 'placed' }), 's1', aCheckout({ status: 'complete' }));
    expect(change.isEmpty).toBe(true);
  });

  it('moves nothing of an order that waits for no payment any more', () => {
    const change = observeCheckout(awaiting(one, { status: 'accepted' }), 's1', aCheckout({ status: 'expired' }));
    expect(change.order.status).toBe('accepted');
    expect(change.events).toEqual([]);
    expect(change.checkouts).toEqual([{ do: 'update', sessionId: 's1', status: 'expired' }]);
  });

  it.each([
    ['the session', aCheckout({ status: 'complete', mass: grams(1) })],
    ['its order', aCheckout({ status: 'complete', order: aPurchase({ mass: grams(1) }) })],
  ])('applies nothing where %s disagrees, and tells a person', (_, session) => {
    const change = observeCheckout(awaiting(one), 's1', session);
    expect(change.order).toMatchObject({ status: 'awaiting_payment', providerOrderId: null });
    expect(change.checkouts).toEqual([]);
    expect(change.events).toMatchObject([{ type: 'review_flagged', source: 'poll' }]);
    expect(change.events[0]?.evidence).toEqual({
      reason: 'answer_disagrees',
      checkout_session_id: 's1',
      disagreements: [{ field: 'mass', ours: '100000 g', theirs: '1 g' }],
    });
  });
});

describe('observePayment', () => {
  it('gives the order its payment, and closes its checkouts', () => {
    const change = observePayment(changeOf({ status: 'awaiting_payment', paymentMethod: 'checkout' }), aPurchase());
    expect(change.order).toMatchObject({ status: 'placed', providerOrderId: 'p1' });
    expect(change.claims).toMatchObject([{ providerOrderId: 'p1', verdict: 'confirmed' }]);
    expect(change.checkouts).toEqual([{ do: 'update', sessionId: null, status: 'complete' }]);
    expect(change.events).toMatchObject([{ type: 'placed', source: 'return' }]);
  });
});

describe('observeAbsence', () => {
  const absent = (status: OrderStatus, cancelMayHaveArrived: boolean) =>
    observeAbsence(changeOf({ status, providerOrderId: 'p1' }, { cancelMayHaveArrived }));

  it('tells a person of an order that is gone though this gateway did not cancel it', () => {
    const change = absent('placed', false);
    expect(change.order).toMatchObject({ status: 'placed', review: { reason: 'vanished' } });
    expect(change.events).toMatchObject([{ type: 'review_flagged', source: 'poll', evidence: { reason: 'vanished' } }]);
  });

  it.each(['placed', 'accepted'] as const)(
    'takes an order that was %s, and was to be cancelled, for cancelled',
    (status) => {
      const change = absent(status, true);
      expect(change.order.status).toBe('cancelled');
      expect(change.events).toMatchObject([{ type: 'cancelled', source: 'poll', evidence: { gone: true } }]);
    },
  );

  it.each(['retired', 'cancelled', 'awaiting_payment'] as const)('leaves an order alone that is %s', (status) => {
    expect(absent(status, true).isEmpty).toBe(true);
  });
});
