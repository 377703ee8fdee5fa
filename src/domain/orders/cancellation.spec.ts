import { aFailure, aSend, aState, at, HERE, NOW } from '../../../test/support/order-state.js';
import {
  cancelUnsent,
  isCancellable,
  recordCancellation,
  requestCancellation,
  whyNotCancellable,
} from './cancellation.js';
import { POOL_STATUS_NAMES } from '../pools/order-pool.js';
import { ORDER_STATUSES } from './lifecycle.js';
import { OrderChange } from './order-change.js';

describe('cancelUnsent', () => {
  it.each([
    ['of which nothing was sent', []],
    ['of which every send is known not to have bought', [aSend('not_sent'), aSend('proven_absent', { number: 2 })]],
  ])('cancels an order %s', (_, attempts) => {
    const change = cancelUnsent(aState({}, { attempts }), 'request');
    expect(change).toBeInstanceOf(OrderChange);
    expect(change).toMatchObject({
      order: { status: 'cancelled', statusReason: 'cancelled_by_caller' },
      events: [{ type: 'cancelled', from: 'created', to: 'cancelled', source: 'request', evidence: {} }],
    });
  });

  it('says who wanted it', () => {
    expect(cancelUnsent(aState(), 'operator')).toMatchObject({
      order: { statusReason: 'cancelled_by_operator', statusDetail: null },
      events: [{ source: 'operator' }],
    });
  });

  it('refuses while a run is at the order', () => {
    expect(cancelUnsent(aState({}, { isLeased: true, leaseToken: 'token' }), 'request')).toBe('being_sent');
  });

  it('refuses while a send may have bought', () => {
    expect(cancelUnsent(aState({}, { attempts: [aSend('ambiguous')] }), 'request')).toBe('may_have_been_sent');
  });

  it('refuses a member of a pool that is not open any more', () => {
    for (const status of POOL_STATUS_NAMES) {
      const pool = { id: 'pool_1', status, closesAt: NOW, purchase: null };
      const state = aState({ poolRole: 'member', pool });
      const isOpen = status === 'open';
      expect(cancelUnsent(state, 'request') instanceof OrderChange).toBe(isOpen);
      expect(isCancellable(state.order, null)).toBe(isOpen);
      if (!isOpen) expect(cancelUnsent(state, 'request')).toBe('pool_sealed');
    }
  });

  it('takes a member for sealed whose pool is not known', () => {
    expect(cancelUnsent(aState({ poolRole: 'member', pool: null }), 'request')).toBe('pool_sealed');
  });

  it.each(ORDER_STATUSES.filter((status) => status !== 'created'))('refuses an order that is %s', (status) => {
    expect(cancelUnsent(aState({ status }), 'request')).toBe('not_created');
  });
});

it.each(ORDER_STATUSES)('can be asked for of an order that is %s as its provider declares', (status) => {
  const during = (...statuses: readonly ('placed' | 'accepted')[]) => ({ while: statuses, refundable: null });
  const asked = (terms: ReturnType<typeof during> | null, providerOrderId: string | null = 'p1') =>
    isCancellable(aState({ status, providerOrderId }).order, terms);
  const [isNew, isPlaced, isAccepted] = [status === 'created', status === 'placed', status === 'accepted'];
  expect(asked(null)).toBe(isNew);
  expect(asked(during('placed', 'accepted'), null)).toBe(isNew);
  expect(asked(during('placed', 'accepted'))).toBe(isNew || isPlaced || isAccepted);
  expect(asked(during('placed'))).toBe(isNew || isPlaced);
  expect(asked(during('accepted'))).toBe(isNew || isAccepted);
});

describe('why an order cannot be cancelled', () => {
  const ACME = {
    displayName: 'Acme',
    capabilities: { cancellation: { while: ['placed'], refundable: null } },
  } as const;
  const why = (...state: Parameters<typeof aState>) => whyNotCancellable(aState(...state), ACME);

  it.each(ORDER_STATUSES)('is said of one that is %s exactly where it cannot', (status) => {
    for (const providerOrderId of ['p1', null])
      for (const terms of [ACME.capabilities.cancellation, null]) {
        const state = aState({ status, providerOrderId });
        const reason = whyNotCancellable(state, { ...ACME, capabilities: { cancellation: terms } });
        expect(reason === null).toBe(isCancellable(state.order, terms));
      }
  });

  it('is that it is sent, where it is or may have been', () => {
    expect(why({})).toBeNull();
    expect(why({}, { isLeased: true })).toContain('on its way');
    expect(why({}, { attempts: [aSend('ambiguous')] })).toContain('on its way');
  });

  it('is the provider’s, where it cannot, or has gone too far', () => {
    expect(why({ status: 'accepted', providerOrderId: 'p1' })).toBe('Acme has accepted it already');
    expect(why({ status: 'placed', providerOrderId: null })).toBe('Acme cannot cancel an order once placed');
    const never = { ...ACME, capabilities: { cancellation: null } };
    expect(whyNotCancellable(aState({ status: 'accepted', providerOrderId: 'p1' }), never)).toBe(
      'Acme cannot cancel an order once placed',
    );
  });

  it.each([
    ['submitting', 'may have reached the provider'],
    ['in_doubt', 'may have reached the provider'],
    ['retired', 'cannot be undone'],
    ['completed', 'cannot be undone'],
    ['cancelled', 'cancelled already'],
    ['failed', 'ended as failed; nothing was bought'],
    ['expired', 'ended as expired; nothing was bought'],
  ] as const)('is of one that is %s: %s', (status, reason) => {
    expect(why({ status }, { isLeased: true })).toContain(reason);
  });

  it('is that its pool is sealed', () => {
    const pool = { id: 'pool_1', status: 'sealed', closesAt: NOW, purchase: null } as const;
    expect(why({ poolRole: 'member', pool })).toContain('sealed');
  });

  it.each([
    ['can be paid', 'open', at(1), null, 'can still be paid until 2026-01-01T12:00:00.001Z'],
    ['closed just now', 'open', NOW, null, 'closed at 2026-01-01T12:00:00.000Z'],
    ['closed, and is looked into', 'open', NOW, 'unproven_outcome', 'a person is looking for a payment'],
    ['closed, and is not looked into', 'open', NOW, null, 'the provider is asked'],
    ['may have been paid', 'complete', at(1), null, 'may have been paid'],
    ['closes at no time that is known', 'open', null, null, 'may have been paid'],
  ] as const)('is that its checkout %s', (_, status, expiresAt, review, reason) => {
    const checkout = { sessionId: 's1', url: 'https://pay.example/s1', status, expiresAt };
    const reviewed = review && { reason: review, since: NOW };
    expect(why({ status: 'awaiting_payment', checkout, review: reviewed })).toContain(reason);
  });

  it('is that its checkout may have been paid, where there is none', () => {
    expect(why({ status: 'awaiting_payment', checkout: null })).toContain('may have been paid');
  });
});

describe('a cancellation at the provider', () => {
  it('commits its intent, and numbers every request', () => {
    const change = requestCancellation(aState({ status: 'placed' }, { cancelRequests: 1 }), HERE, 'request');
    expect(change.attempt).toEqual({
      do: 'open',
      operation: 'cancel',
      number: 2,
      generation: 1,
      farSide: 'here',
      prepared: null,
    });
    expect(change.order.status).toBe('placed');
    expect(change.events).toMatchObject([{ type: 'cancel_requested', source: 'request', evidence: { attempt: 2 } }]);
  });

  it('records that the provider says it is undone', () => {
    const change = recordCancellation(aState({ status: 'placed' }), 1, null);
    expect(change.attempt).toEqual({ do: 'record', operation: 'cancel', number: 1, outcome: 'accepted', error: null });
  });

  it('records how it failed, and moves nothing', () => {
    const error = aFailure('rejected', 'not_permitted');
    const change = recordCancellation(aState({ status: 'placed' }), 2, error);
    expect(change.attempt).toEqual({ do: 'record', operation: 'cancel', number: 2, outcome: 'rejected', error });
    expect(change.events).toEqual([]);
  });
});
