import { aPurchase, aSend, aState, HERE, NOW } from '../../../test/support/order-state.js';
import type { Order } from '../orders/order.js';
import type { ReviewReason } from '../orders/review.js';
import type { Decision } from './decisions.js';
import { resolve } from './resolve.js';

const under = (reason: ReviewReason): Pick<Order, 'review'> => ({ review: { reason, since: NOW } });

describe('a decision', () => {
  it.each<[Decision, Partial<Order>, string, string | null]>([
    ['end_not_bought', { status: 'in_doubt', ...under('unproven_outcome') }, 'failed', 'not_bought'],
    ['close_unpaid_page', { status: 'awaiting_payment', ...under('payment_disputed') }, 'expired', null],
    ['end_undone', { status: 'placed', ...under('vanished') }, 'cancelled', 'vanished'],
    ['compensation_done', { status: 'completed', ...under('bought_twice') }, 'completed', null],
    ['acknowledge', { status: 'completed', ...under('contradicting_end') }, 'completed', null],
  ])('%s leaves the order as it says, and no review', (decision, order, status, statusReason) => {
    const change = resolve(aState(order), decision, null, HERE);
    expect(change.order).toMatchObject({ status, statusReason, review: null });
    expect(change.events.at(-1)?.type).toBe('review_cleared');
    expect(change.events.every(({ source }) => source === 'operator')).toBe(true);
  });

  it('that nothing was bought settles every send of which nothing was known', () => {
    const change = resolve(aState({ status: 'in_doubt' }, { attempts: [aSend(null)] }), 'end_not_bought', null, HERE);
    expect(change.attempt).toEqual({ do: 'resolve', outcome: 'proven_absent' });
    expect(change.sends.map(({ outcome }) => outcome)).toEqual(['proven_absent']);
    expect(change.events.at(-1)).toMatchObject({ type: 'failed', evidence: { reason: 'not_bought' } });
  });

  it('on a page closes every one of them', () => {
    const change = resolve(aState({ status: 'awaiting_payment' }), 'close_unpaid_page', null, HERE);
    expect(change.checkouts).toEqual([{ do: 'update', sessionId: null, status: 'expired' }]);
  });

  it.each<Decision>(['adopt_purchase', 'accept_difference'])(
    'to take a purchase goes the way of what is seen: %s',
    (decision) => {
      const state = aState({ status: 'in_doubt', ...under('answer_disagrees') }, { attempts: [aSend(null)] });
      const change = resolve(state, decision, aPurchase(), HERE);
      expect(change.order).toMatchObject({ status: 'placed', providerOrderId: 'p1', review: null });
      expect(change.attempt).toEqual({ do: 'resolve', outcome: 'accepted' });
    },
  );

  it('to take a payment confirms it, and nothing else is to be paid', () => {
    const state = aState({ status: 'awaiting_payment', paymentMethod: 'checkout', ...under('payment_disputed') });
    const change = resolve(state, 'adopt_payment', aPurchase(), HERE);
    expect(change.order).toMatchObject({ status: 'placed', review: null });
    expect(change.claims).toEqual([{ providerOrderId: 'p1', verdict: 'confirmed', lookAgainMs: null }]);
    expect(change.checkouts).toEqual([{ do: 'update', sessionId: null, status: 'complete' }]);
  });

  it('does not clear what it flags itself', () => {
    const state = aState({ status: 'placed', providerOrderId: 'p0', ...under('answer_disagrees') });
    expect(resolve(state, 'accept_difference', aPurchase(), HERE).order.review?.reason).toBe('bought_twice');
  });

  it('about a purchase is none without it', () => {
    expect(() => resolve(aState({ status: 'in_doubt' }), 'adopt_purchase', null, HERE)).toThrow('without the purchase');
  });

  it('to cancel ends at once what was never sent, by a person', () => {
    const change = resolve(aState({}, { attempts: [aSend('proven_absent')] }), 'cancel', null, HERE);
    expect(change.order).toMatchObject({ status: 'cancelled', statusReason: 'cancelled_by_operator' });
    expect(change.events).toMatchObject([{ type: 'cancelled', source: 'operator' }]);
    expect(resolve(aState({}, { attempts: [aSend(null)] }), 'cancel', null, HERE).isEmpty).toBe(true);
  });

  it('to cancel what was bought moves nothing: it is the intent to ask the provider, and leaves the review', () => {
    const state = aState({ status: 'placed', providerOrderId: 'p1', ...under('answer_disagrees') });
    const change = resolve(state, 'cancel', aPurchase(), HERE);
    expect(change.order).toMatchObject({ status: 'placed', review: { reason: 'answer_disagrees' } });
    expect(change.attempt).toMatchObject({ do: 'open', operation: 'cancel', number: 1 });
    expect(change.events).toMatchObject([{ type: 'cancel_requested', source: 'operator' }]);
  });
});
