import { hasUnknownAttempt } from '../purchases/attempt.js';
import type { Here } from '../providers/far-side.js';
import type { ProviderError } from '../providers/provider-error.js';
import { OrderChange } from './order-change.js';
import type { OrderState } from './order-state.js';

/** Why an order that was not sent cannot be cancelled just now. */
export type UnsentRefusal = 'not_created' | 'being_sent' | 'may_have_been_sent';

/** Cancels an order that was never sent, or all of whose sends are known not to have bought. */
export const cancelUnsent = (state: OrderState): OrderChange | UnsentRefusal => {
  if (state.order.status !== 'created') return 'not_created';
  if (state.isLeased) return 'being_sent';
  if (hasUnknownAttempt(state.attempts)) return 'may_have_been_sent';
  const set = { statusReason: 'cancelled_by_caller', statusDetail: null } as const;
  return OrderChange.of(state).move('cancelled', 'cancelled', 'request', {}, { set });
};

/**
 * The intent to cancel at the provider. All such requests of one order share one key, because one cancellation is
 * enough.
 */
export const requestCancellation = (state: OrderState, { id: farSide }: Here): OrderChange => {
  const attempt = state.cancelRequests + 1;
  return OrderChange.of(state)
    .openAttempt({ do: 'open', operation: 'cancel', number: attempt, generation: 1, farSide, prepared: null })
    .record('cancel_requested', 'request', { attempt });
};

/** How the request to cancel ended; `error` is null if the provider says that the order is cancelled. */
export const recordCancellation = (state: OrderState, number: number, error: ProviderError | null): OrderChange =>
  OrderChange.of(state).recordAttempt({
    do: 'record',
    operation: 'cancel',
    number,
    outcome: error?.failure ?? 'accepted',
    error,
  });
