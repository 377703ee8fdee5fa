import { cancelUnsent, requestCancellation } from '../orders/cancellation.js';
import { adopt, observePayment } from '../orders/observe.js';
import { OrderChange } from '../orders/order-change.js';
import type { OrderState } from '../orders/order-state.js';
import type { ProviderOrder } from '../providers/calls.js';
import type { Here } from '../providers/far-side.js';
import type { Decision } from './decisions.js';

/**
 * What a decision makes of an order, once it is permitted. `seen`: the purchase or payment that was read for it, where the
 * decision is about one. A purchase goes the way of every observation; only where there is none does the decision itself
 * move the order. `here`: the account that the provider is called with.
 */
export const resolve = (state: OrderState, decision: Decision, seen: ProviderOrder | null, here: Here): OrderChange => {
  const change = OrderChange.of(state);
  switch (decision) {
    case 'adopt_purchase':
    case 'accept_difference':
      return clearReview(adopt(change, known(seen), 'operator'));
    case 'adopt_payment':
      return clearReview(observePayment(change, known(seen)));
    case 'end_not_bought':
      return clearReview(
        change.resolveUnknownSends('proven_absent').move(
          'failed',
          'failed',
          'operator',
          { reason: 'not_bought' },
          {
            set: { statusReason: 'not_bought', statusDetail: null },
          },
        ),
      );
    case 'close_unpaid_page':
      return clearReview(
        change
          .withCheckout({ do: 'update', sessionId: null, status: 'expired' })
          .move('expired', 'expired', 'operator', {}),
      );
    case 'end_undone':
      return clearReview(
        change.move(
          'cancelled',
          'cancelled',
          'operator',
          {},
          {
            set: { statusReason: 'vanished', statusDetail: null },
          },
        ),
      );
    case 'compensation_done':
    case 'acknowledge':
      return clearReview(change);
    case 'cancel':
      return cancel(state, here);
  }
};

/**
 * What was sent is undone by the provider alone: the change is the intent to ask it. Why the order is under review is not
 * dealt with by that.
 */
const cancel = (state: OrderState, here: Here): OrderChange => {
  if (state.order.status !== 'created') return requestCancellation(state, here, 'operator');
  const change = cancelUnsent(state, 'operator');
  // Whoever has begun to send it meanwhile has changed its version, or holds it.
  return change instanceof OrderChange ? clearReview(change) : OrderChange.of(state);
};

/** A person has dealt with it, so whatever was flagged before is done with; what the decision itself has flagged stays. */
const clearReview = (change: OrderChange): OrderChange => {
  const { review } = change.order;
  const isNew = review !== null && review.reason !== change.base.order.review?.reason;
  if (review === null || isNew) return change;
  return change.record('review_cleared', 'operator', { reason: review.reason }, { review: null });
};

const known = (seen: ProviderOrder | null): ProviderOrder => {
  if (seen === null) throw new Error('the decision is permitted without the purchase that it is about');
  return seen;
};
