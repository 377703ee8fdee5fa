import { aFailure, aSend, aState, HERE, NOW } from '../../../test/support/order-state.js';
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
    }
  });

  it.each(ORDER_STATUSES.filter((status) => status !== 'created'))('refuses an order that is %s', (status) => {
    expect(cancelUnsent(aState({ status }), 'request')).toBe('not_created');
  });
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
