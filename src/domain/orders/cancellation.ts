import { hasUnknownAttempt } from '../purchases/attempt.js';
import type { Capabilities } from '../providers/capabilities.js';
import type { Here } from '../providers/far-side.js';
import type { ProviderError } from '../providers/provider-error.js';
import { OrderChange } from './order-change.js';
import type { Order } from './order.js';
import type { OrderState } from './order-state.js';

/** Who wants an order cancelled: whoever bought it, or a person of the gateway's own staff. */
type CancelledBy = 'request' | 'operator';

/** Whether it can be asked for as the order stands; the provider decides when it is asked. */
export const isCancellable = (
  order: Pick<Order, 'status' | 'providerOrderId' | 'poolRole' | 'pool'>,
  terms: Capabilities['cancellation'],
): boolean => {
  const { status, providerOrderId } = order;
  if (status === 'created') return !isPoolSealed(order);
  if (status !== 'placed' && status !== 'accepted') return false;
  return providerOrderId !== null && (terms?.while.includes(status) ?? false);
};

/** A member may leave its pool for as long as that takes others. */
export const isPoolSealed = ({ status, poolRole, pool }: Pick<Order, 'status' | 'poolRole' | 'pool'>): boolean =>
  status === 'created' && poolRole === 'member' && pool?.status !== 'open';

/** Whether an order that was not bought is being sent, or may have been. */
export const isOnItsWay = ({
  order,
  isLeased,
  attempts,
}: Pick<OrderState, 'order' | 'isLeased' | 'attempts'>): boolean =>
  order.status === 'created' && (isLeased || hasUnknownAttempt(attempts));

export const ON_ITS_WAY = 'it is on its way to the provider; try again in a moment';

/** Why an order cannot be cancelled as it stands, as a clause; null where it can be asked for. */
export const whyNotCancellable = (
  state: Pick<OrderState, 'order' | 'isLeased' | 'attempts' | 'now'>,
  provider: { readonly displayName: string; readonly capabilities: Pick<Capabilities, 'cancellation'> },
): string | null => {
  const { order, now } = state;
  const { cancellation } = provider.capabilities;
  if (isOnItsWay(state)) return ON_ITS_WAY;
  if (isCancellable(order, cancellation)) return null;
  switch (order.status) {
    case 'created':
      return 'its pool is sealed: what it has ordered is being bought together with others';
    case 'placed':
    case 'accepted':
      return cancellation === null || order.providerOrderId === null
        ? `${provider.displayName} cannot cancel an order once placed`
        : `${provider.displayName} has ${order.status} it already`;
    case 'submitting':
    case 'in_doubt':
      return 'it may have reached the provider; try again once its outcome is known';
    case 'awaiting_payment':
      return whyNotUnpaid(order, now);
    case 'retired':
    case 'completed':
      return 'its credits are retired, and a retirement cannot be undone';
    case 'cancelled':
      return 'it is cancelled already';
    case 'failed':
    case 'expired':
      return `it has ended as ${order.status}; nothing was bought`;
  }
};

/** The page cannot be closed from here. A payment would buy, so the order cannot be called cancelled before it closes. */
const whyNotUnpaid = ({ checkout, review }: Order, now: Date): string => {
  const expiresAt = checkout?.expiresAt ?? null;
  if (checkout?.status !== 'open' || expiresAt === null)
    return 'its hosted checkout may have been paid, which is being looked into; it ends by itself once that is known';
  const when = expiresAt.toISOString();
  if (expiresAt > now)
    return (
      `its hosted checkout can still be paid until ${when}; ` +
      'if nobody pays, it ends after that. To buy sooner, place another order and send nobody to this page any more'
    );
  const next = review ? 'a person is looking for a payment' : 'the provider is asked for a payment within minutes';
  return `its hosted checkout closed at ${when}, and it is not known yet that nobody paid; ${next}, and then it ends`;
};

/** Why an order that was not sent cannot be cancelled just now. */
export type UnsentRefusal = 'not_created' | 'being_sent' | 'may_have_been_sent' | 'pool_sealed';

/** Cancels an order that was never sent, or all of whose sends are known not to have bought. */
export const cancelUnsent = (state: OrderState, by: CancelledBy): OrderChange | UnsentRefusal => {
  if (state.order.status !== 'created') return 'not_created';
  if (isPoolSealed(state.order)) return 'pool_sealed';
  if (state.isLeased) return 'being_sent';
  if (hasUnknownAttempt(state.attempts)) return 'may_have_been_sent';
  const statusReason = by === 'operator' ? 'cancelled_by_operator' : 'cancelled_by_caller';
  return OrderChange.of(state).move('cancelled', 'cancelled', by, {}, { set: { statusReason, statusDetail: null } });
};

/**
 * The intent to cancel at the provider. All such requests of one order share one key, because one cancellation is
 * enough.
 */
export const requestCancellation = (state: OrderState, { id: farSide }: Here, by: CancelledBy): OrderChange => {
  const attempt = state.cancelRequests + 1;
  return OrderChange.of(state)
    .openAttempt({ do: 'open', operation: 'cancel', number: attempt, generation: 1, farSide, prepared: null })
    .record('cancel_requested', by, { attempt });
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
