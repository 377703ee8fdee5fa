import { hasUnknownAttempt } from '../purchases/attempt.js';
import type { ProviderError } from '../providers/provider-error.js';
import { OrderChange } from './order-change.js';
import type { OrderState } from './order-state.js';

/** Why an order that was not sent cannot be cancelled just now. */
export type UnsentRefusal = 'not_created' | 'being_sent' | 'may_have_been_sent';

/** Cancels an order of which nothing was sent, or every send is known not to have bought. */
export const cancelUnsent = (state: OrderState): OrderChange | UnsentRefusal => {
  if (state.order.status !== 'created') return 'not_created';
  if (state.isLeased) return 'being_sent';
  if (hasUnknownAttempt(state.attempts)) return 'may_have_been_sent';
  const set = { statusReason: 'cancelled_by_caller' };
  return OrderChange.of(state).move('cancelled', 'cancelled', 'request', {}, { set });
};

/** The intent to cancel at the provider. Every request of one order shares one key: a cancellation is wanted once. */
export const requestCancellation = (state: OrderState): OrderChange => {
  const attempt = state.cancelRequests + 1;
  return OrderChange.of(state)
    .openAttempt({ do: 'open', operation: 'cancel', number: attempt, generation: 1, prepared: null })
    .record('cancel_requested', 'request', { attempt });
};

/** How the request to cancel ended. Null: the provider says that it is undone. */
export const recordCancellation = (state: OrderState, number: number, error: ProviderError | null): OrderChange =>
  OrderChange.of(state).recordAttempt({
    do: 'record',
    operation: 'cancel',
    number,
    outcome: error?.failure ?? 'accepted',
    error,
  });
