import { aFailure, anOrder, aSend, aState, at, NOW } from '../../../test/support/order-state.js';
import { SEND_DEADLINE_MS } from '../purchases/timing.js';
import { AT_COMMIT } from './commit-time.js';
import { OrderChange } from './order-change.js';
import { newOrder } from './order.js';
import { stateOfNew } from './order-state.js';
import type { ReviewReason } from './review.js';

const flagged = (reason: ReviewReason) => ({ review: { reason, since: at(-5_000) } });

const OPEN = {
  do: 'open',
  operation: 'placeOrder',
  number: 2,
  generation: 2,
  farSide: 'here',
  prepared: null,
} as const;

describe('a change', () => {
  it('is empty until something is decided', () => {
    const state = aState({}, { attempts: [aSend(null)] });
    const change = OrderChange.of(state);
    expect(change).toMatchObject({
      isEmpty: true,
      hasMoved: false,
      attempt: null,
      events: [],
      checkouts: [],
      claims: [],
    });
    expect(change.order).toBe(state.order);
    expect(change.sends).toBe(state.attempts);
  });

  it.each<[string, (change: OrderChange) => OrderChange]>([
    ['an event', (change) => change.record('updated', 'poll', {})],
    ['an attempt', (change) => change.openAttempt(OPEN)],
    ['a checkout', (change) => change.withCheckout({ do: 'update', sessionId: null, status: 'expired' })],
    ['a verdict', (change) => change.withVerdict('p1', 'refused')],
  ])('is not empty with %s, and leaves the one before as it was', (_, step) => {
    const before = OrderChange.of(aState());
    expect(step(before)).toMatchObject({ isEmpty: false, hasMoved: false });
    expect(before.isEmpty).toBe(true);
  });

  it('keeps all of its steps, in order', () => {
    const change = OrderChange.of(aState())
      .withCheckout({ do: 'update', sessionId: 's1', status: 'expired' })
      .withVerdict('p1', 'refused')
      .record('updated', 'poll', {}, { providerOrderId: 'p1' })
      .withCheckout({ do: 'update', sessionId: 's2', status: 'open' })
      .withVerdict('p2', 'confirmed')
      .move('placed', 'placed', 'poll', {}, { providerStatus: 'booked' });
    expect(change.events.map(({ type }) => type)).toEqual(['updated', 'placed']);
    expect(change.checkouts).toMatchObject([{ sessionId: 's1' }, { sessionId: 's2' }]);
    expect(change.claims).toMatchObject([{ providerOrderId: 'p1' }, { providerOrderId: 'p2' }]);
    expect(change.order.providerOrderId).toBe('p1');
    expect(change.hasMoved).toBe(true);
  });
});

describe('an event', () => {
  it('counts one version, and says from what to what', () => {
    const change = OrderChange.of(aState({ version: 7, providerStatus: 'new' }))
      .record('updated', 'poll', { grams: 5 }, { providerOrderId: 'p1' })
      .move('placed', 'placed', 'callback', {}, { set: { placedAt: AT_COMMIT }, providerStatus: 'booked' });
    expect(change.order).toMatchObject({
      version: 9,
      updatedAt: AT_COMMIT,
      status: 'placed',
      providerStatus: 'booked',
      placedAt: AT_COMMIT,
    });
    expect(change.events).toEqual([
      { type: 'updated', from: 'created', to: 'created', source: 'poll', providerStatus: null, evidence: { grams: 5 } },
      { type: 'placed', from: 'created', to: 'placed', source: 'callback', providerStatus: 'booked', evidence: {} },
    ]);
  });

  it("leaves the provider's own word where none was given", () => {
    const change = OrderChange.of(aState({ status: 'placed', providerStatus: 'booked' })).move(
      'cancelled',
      'cancelled',
      'poll',
      {},
    );
    expect(change.order.providerStatus).toBe('booked');
  });
});

describe('a move', () => {
  it('ends a review that it answers', () => {
    const change = OrderChange.of(aState({ status: 'in_doubt', ...flagged('unproven_outcome') })).move(
      'placed',
      'placed',
      'lookup',
      {},
    );
    expect(change.order.review).toBeNull();
    expect(change.events.map(({ type }) => type)).toEqual(['placed', 'review_cleared']);
    expect(change.events[1]).toMatchObject({ source: 'lookup', evidence: { reason: 'unproven_outcome' } });
  });

  it('never ends a review that a person has to end', () => {
    const state = aState({ status: 'in_doubt', ...flagged('answer_disagrees') });
    expect(OrderChange.of(state).move('placed', 'placed', 'lookup', {}).order.review?.reason).toBe('answer_disagrees');
  });

  it.each<['in_doubt' | 'created', ReviewReason, ReviewReason | undefined]>([
    ['in_doubt', 'submission_keeps_failing', undefined],
    ['in_doubt', 'unproven_outcome', 'unproven_outcome'],
    ['created', 'submission_keeps_failing', 'submission_keeps_failing'],
  ])('to %s leaves of the review %s: %s', (to, reason, left) => {
    const change = OrderChange.of(aState({ status: 'submitting', ...flagged(reason) }));
    const type = to === 'created' ? 'placed' : 'in_doubt';
    expect(change.move(to, type, 'response', {}).order.review?.reason).toBe(left);
  });
});

describe('a flag', () => {
  it('keeps its reason as evidence, and since when', () => {
    const change = OrderChange.of(aState({ status: 'placed' })).flag('vanished', 'poll', { provider_order_id: 'p1' });
    expect(change.order.review).toEqual({ reason: 'vanished', since: AT_COMMIT });
    expect(change.events).toMatchObject([{ type: 'review_flagged', source: 'poll' }]);
    expect(change.events[0]?.evidence).toEqual({ provider_order_id: 'p1', reason: 'vanished' });
  });

  it('needs no other evidence', () => {
    expect(OrderChange.of(aState()).flag('vanished', 'poll').events[0]?.evidence).toEqual({ reason: 'vanished' });
  });

  it('takes over from what is less serious, and the order stays under review since then', () => {
    const change = OrderChange.of(aState(flagged('unproven_outcome'))).flag('bought_twice', 'lookup');
    expect(change.order.review).toEqual({ reason: 'bought_twice', since: at(-5_000) });
  });

  it('hides nothing that is worse', () => {
    expect(OrderChange.of(aState(flagged('bought_twice'))).flag('unproven_outcome', 'lookup').isEmpty).toBe(true);
  });

  it('that only an observation ends is not set on an order that is observed no more', () => {
    const ended = OrderChange.of(aState({ status: 'completed' }));
    expect(ended.flag('vanished', 'poll').isEmpty).toBe(true);
    expect(ended.flag('undone_after_retirement', 'poll').order.review?.reason).toBe('undone_after_retirement');
  });
});

describe('endResolvedReview', () => {
  it('does nothing where there is none', () => {
    expect(OrderChange.of(aState()).endResolvedReview('poll').isEmpty).toBe(true);
  });

  it('ends only the named reasons', () => {
    const change = OrderChange.of(aState(flagged('unproven_outcome')));
    expect(change.endResolvedReview('lookup', ['unreadable_answer']).isEmpty).toBe(true);
    expect(change.endResolvedReview('lookup', ['unproven_outcome']).order.review).toBeNull();
  });
});

describe('the sends of a change', () => {
  const unknown = [aSend('rejected'), aSend(null, { number: 2 }), aSend('ambiguous', { number: 3 })];
  const state = aState({ status: 'submitting' }, { attempts: unknown });
  const record = { do: 'record', operation: 'placeOrder', outcome: 'ambiguous' } as const;

  it('gain an attempt that is unknown from its intent on', () => {
    const change = OrderChange.of(aState({}, { attempts: [aSend('not_sent')] })).openAttempt(OPEN);
    expect(change.attempt).toBe(OPEN);
    expect(change.sends).toEqual([
      aSend('not_sent'),
      {
        number: 2,
        generation: 2,
        farSide: 'here',
        startedAt: AT_COMMIT,
        sendDeadlineAt: AT_COMMIT,
        outcome: null,
        reason: null,
      },
    ]);
  });

  it('do not count requests to cancel', () => {
    const cancel = { ...OPEN, operation: 'cancel', number: 2 } as const;
    expect(OrderChange.of(state).openAttempt(cancel)).toMatchObject({ attempt: cancel, sends: unknown });
    const recorded = { ...record, operation: 'cancel', number: 2, error: null } as const;
    expect(OrderChange.of(state).recordAttempt(recorded)).toMatchObject({ attempt: recorded, sends: unknown });
  });

  it('keep the outcome of the one that was meant, and why', () => {
    const error = aFailure('ambiguous', 'timed_out');
    const change = OrderChange.of(state).recordAttempt({ ...record, number: 2, error });
    expect(change.sends).toEqual([
      unknown[0],
      { ...unknown[1], outcome: 'ambiguous', reason: 'timed_out' },
      unknown[2],
    ]);
  });

  it('keep no reason for a success', () => {
    const change = OrderChange.of(state).recordAttempt({ ...record, number: 2, outcome: 'accepted', error: null });
    expect(change.sends[1]).toMatchObject({ outcome: 'accepted', reason: null });
  });

  it('keep the first outcome that was recorded', () => {
    const change = OrderChange.of(state).recordAttempt({ ...record, number: 1, error: null });
    expect(change.sends).toEqual(unknown);
  });

  it('are all resolved by what explains them', () => {
    const change = OrderChange.of(state).resolveUnknownSends('accepted');
    expect(change.attempt).toEqual({ do: 'resolve', outcome: 'accepted' });
    expect(change.sends.map(({ outcome }) => outcome)).toEqual(['rejected', 'accepted', 'accepted']);
  });

  it('stay as they are where none is unknown', () => {
    const change = OrderChange.of(aState({}, { attempts: [aSend('rejected')] }));
    expect(change.resolveUnknownSends('accepted')).toBe(change);
  });
});

describe('a change that was committed', () => {
  const THEN = at(1_000);

  it('carries the time of its commit wherever it could only say "then"', () => {
    const lookups = { count: 1, lastAt: AT_COMMIT };
    const dates = { placedAt: AT_COMMIT, retiredAt: AT_COMMIT, completedAt: AT_COMMIT };
    const state = OrderChange.of(aState({ status: 'in_doubt' }))
      .flag('bought_twice', 'lookup')
      .move('completed', 'completed', 'lookup', {}, { set: { lookups, ...dates } })
      .committedAt(THEN);
    expect(state.order).toMatchObject({
      status: 'completed',
      createdAt: NOW,
      updatedAt: THEN,
      placedAt: THEN,
      retiredAt: THEN,
      completedAt: THEN,
      lookups: { count: 1, lastAt: THEN },
      review: { reason: 'bought_twice', since: THEN },
    });
    expect(state.now).toBe(THEN);
  });

  it('leaves every other time', () => {
    const dates = { placedAt: at(-3), retiredAt: at(-2), completedAt: null };
    const order = { ...dates, ...flagged('bought_twice'), lookups: { count: 1, lastAt: at(-4) } };
    const state = OrderChange.of(aState(order, { attempts: [aSend(null)] })).committedAt(THEN);
    expect(state.order).toEqual(anOrder(order));
    expect(state.attempts).toEqual([aSend(null)]);
  });

  it('gives an attempt that it opened its deadline', () => {
    const state = OrderChange.of(aState()).openAttempt(OPEN).committedAt(THEN);
    expect(state.attempts).toMatchObject([{ startedAt: THEN, sendDeadlineAt: at(1_000 + SEND_DEADLINE_MS) }]);
    expect(state.cancelRequests).toBe(0);
  });

  it('counts a request to cancel', () => {
    const before = OrderChange.of(aState({}, { cancelRequests: 1 }));
    const { cancelRequests } = before.openAttempt({ ...OPEN, operation: 'cancel' }).committedAt(THEN);
    expect(cancelRequests).toBe(2);
    const recorded = { do: 'record', operation: 'cancel', number: 1, outcome: 'accepted', error: null } as const;
    expect(before.recordAttempt(recorded).committedAt(THEN).cancelRequests).toBe(1);
  });
});

describe('a new order', () => {
  it('begins as created, with nothing known of it at the time of its commit', () => {
    const order = newOrder(
      'ord_1',
      { tenantId: 'tnt_1', keyId: 'key_1', providerAccount: 'acct_1', spending: null },
      anOrder(),
    );
    expect(order).toMatchObject({ id: 'ord_1', tenantId: 'tnt_1', providerAccount: 'acct_1', offeringName: 'Mix' });
    expect(order).toMatchObject({ status: 'created', version: 1, createdAt: AT_COMMIT, updatedAt: AT_COMMIT });
    expect(order).toMatchObject({ lookups: { count: 0, lastAt: null }, retirements: [], review: null, price: null });
  });

  it.each([
    ['the caller who waits', 'token', true],
    ['the worker', null, false],
  ])('is left to %s', (_, token, isLeased) => {
    const order = anOrder();
    expect(stateOfNew(order, token)).toEqual(aState({}, { leaseToken: token, isLeased }));
  });
});

describe('the checkout that a payer is shown', () => {
  const page = (sessionId: string | null, status: 'open' | 'complete' = 'open') => ({
    sessionId,
    url: `https://pay.example/${sessionId}`,
    status,
    expiresAt: at(60_000),
  });
  const after = (shown: ReturnType<typeof page> | null, sessionId: string | null) =>
    OrderChange.of(aState({ checkout: shown })).withCheckout({ do: 'update', sessionId, status: 'expired' }).order
      .checkout;
  const expired = { ...page('s1'), status: 'expired' };

  it('is the one opened last', () => {
    const change = OrderChange.of(aState({ checkout: page('s1') })).withCheckout({ do: 'open', ...page('s2') });
    expect(change.order.checkout).toEqual(page('s2'));
  });

  it.each([
    ['itself', page('s1'), 's1', expired],
    ['another', page('s1'), 's2', page('s1')],
    ['every one that is open', page('s1'), null, expired],
    ['every one that is open, and is paid', page('s1', 'complete'), null, page('s1', 'complete')],
    ['itself, though it is paid', page('s1', 'complete'), 's1', expired],
    ['one that is not shown', null, 's1', null],
  ])('is that which it was told of %s', (_, shown, sessionId, seen) => {
    expect(after(shown, sessionId)).toEqual(seen);
  });
});

it.each([
  ['is kept of a cancellation that was asked for', 'cancel', false, true],
  ['stays of one before', 'placeOrder', true, true],
  ['is not thought of a purchase', 'placeOrder', false, false],
] as const)('that a cancellation may have arrived %s', (_, operation, cancelMayHaveArrived, may) => {
  const change = OrderChange.of(aState({}, { cancelMayHaveArrived })).openAttempt({ ...OPEN, operation });
  expect(change.committedAt(NOW).cancelMayHaveArrived).toBe(may);
});
