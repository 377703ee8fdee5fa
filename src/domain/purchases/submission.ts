import { AT_COMMIT } from '../orders/commit-time.js';
import { isOutcomePending } from '../orders/lifecycle.js';
import { adopt } from '../orders/observe.js';
import { OrderChange, type Prepared } from '../orders/order-change.js';
import { priceEvidence, upstreamEvidence } from '../orders/order-event.js';
import type { ObservationSource } from '../orders/order.js';
import type { OrderState } from '../orders/order-state.js';
import { ReadThrottledError, type ProviderError } from '../providers/provider-error.js';
import type { CheckoutSession, ProviderOrder, ProviderQuote } from '../providers/provider.js';
import { hasUnknownAttempt, purchaseOperation } from './attempt.js';
import type { Disagreement } from './integrity.js';
import { afterFailure } from './next-step.js';
import { delayOf, QUOTA_RETRY_MS, RETRY_DELAYS_MS, SUBMISSION_PATIENCE_MS } from './timing.js';

/**
 * What the steps of a purchase make of its order. Pure. A decision about an order whose outcome is known by now is an
 * empty change: a fact says already what the run was to find out.
 */

/** A price that was asked for before sending. `computed`: from a price list, not by the provider. */
export interface AskedPrice {
  readonly quote: ProviderQuote;
  readonly source: 'quoted' | 'computed';
}

/** An order found `submitting` was left by a run that died: that is doubt, and is recorded. */
export const recoverSubmission = (state: OrderState): OrderChange =>
  state.order.status === 'submitting'
    ? OrderChange.of(state).move('in_doubt', 'in_doubt', 'lookup', { cause: 'lease_ended' })
    : OrderChange.of(state);

/** The intent to send: from its commit on, the send is unknown until an outcome is recorded. */
export const intendSend = (
  state: OrderState,
  generation: number,
  prepared: Prepared | null,
  price: AskedPrice | null,
): OrderChange => {
  const attempt = state.attempts.length + 1;
  const operation = purchaseOperation(state.order.paymentMethod);
  return withPrice(OrderChange.of(state), price)
    .openAttempt({ do: 'open', operation, number: attempt, generation, prepared })
    .move('submitting', 'submitting', 'request', { attempt, generation }, { set: { lookups: NO_LOOKUPS } });
};

const NO_LOOKUPS = { count: 0, lastAt: null } as const;

const withPrice = (change: OrderChange, price: AskedPrice | null): OrderChange => {
  if (price === null) return change;
  const { quote, source } = price;
  const evidence = { price: priceEvidence(quote.total, source, quote.tax) };
  const set = { quoted: quote.total, price: { total: quote.total, source }, offeringName: quote.offeringName };
  return change.record('quoted', 'response', evidence, set);
};

/** Ends an order of which nothing was bought, instead of sending it. One that may have been bought is left alone. */
export const refuseSend = (state: OrderState, reason: string, price: AskedPrice | null = null): OrderChange => {
  const change = withPrice(OrderChange.of(state), price);
  if (!isOutcomePending(state.order.status) || hasUnknownAttempt(state.attempts)) return OrderChange.of(state);
  return change.move('failed', 'failed', 'request', { reason }, { set: { statusReason: reason } });
};

/** Nothing could be sent this time. After a day of that a person should know. */
export const deferSend = (state: OrderState): OrderChange => {
  const change = OrderChange.of(state);
  const waitedMs = state.now.getTime() - state.order.createdAt.getTime();
  const isLate = isOutcomePending(state.order.status) && waitedMs > SUBMISSION_PATIENCE_MS;
  return isLate ? change.flag('submission_keeps_failing', 'response') : change;
};

/**
 * A failed send, and what it makes of the order: refused → failed, but only when no other send is unknown; not sent or not
 * executed → created again; unknown → in doubt.
 */
export const recordFailure = (
  state: OrderState,
  number: number,
  error: ProviderError,
  differences: readonly Disagreement[] = [],
): OrderChange => {
  const { failure: outcome, reason, message: detail } = error;
  const { paymentMethod, status } = state.order;
  const operation = purchaseOperation(paymentMethod);
  const recorded = OrderChange.of(state).recordAttempt({ do: 'record', operation, number, outcome, error });
  if (status !== 'submitting') return recorded;
  const to = afterFailure(outcome, recorded.sends, paymentMethod);
  const type = to === 'created' ? 'not_sent' : to;
  const evidence = { attempt: number, outcome, reason, detail, ...upstreamEvidence(error) };
  const moved = recorded.move(to, type, 'response', evidence, { set: { statusReason: reason } });
  return reason === 'answer_disagrees'
    ? moved.flag('answer_disagrees', 'response', { disagreements: differences })
    : moved;
};

/**
 * A purchase that the provider shows is a fact. `extra` are further purchases with the order's reference: a person has to
 * have them undone.
 */
export const recordPurchase = (
  state: OrderState,
  observed: ProviderOrder,
  source: ObservationSource,
  extra: readonly ProviderOrder[] = [],
): OrderChange => {
  const adopted = adopt(OrderChange.of(state), observed, source);
  if (extra.length === 0) return adopted;
  return adopted.flag('bought_twice', source, {
    provider_order_ids: extra.map(({ providerOrderId }) => providerOrderId),
  });
};

/**
 * The hosted checkout may be shown from now on; an order whose outcome is known by now forgets it unseen, so that it
 * cannot be paid. A provider that does not say when its checkout closes declares how long one stays open.
 */
export const openCheckout = (
  state: OrderState,
  number: number,
  session: CheckoutSession,
  opensForMs: number,
): OrderChange => {
  const change = OrderChange.of(state);
  if (!isOutcomePending(state.order.status)) return change;
  const { sessionId, url, status, price, providerStatus } = session;
  const openedAt = state.attempts.find((send) => send.number === number)?.startedAt ?? state.now;
  const expiresAt = session.expiresAt ?? new Date(openedAt.getTime() + opensForMs);
  const evidence = {
    attempt: number,
    ...(sessionId !== null && { checkout_session_id: sessionId }),
    ...(price && { price: priceEvidence(price, 'quoted') }),
  };
  const set = {
    checkout: { url, status, expiresAt },
    ...(price && { price: { total: price, source: 'quoted' as const } }),
  };
  return change
    .recordAttempt({ do: 'record', operation: 'createCheckout', number, outcome: 'accepted', error: null })
    .withCheckout({ do: 'open', sessionId, url, status, expiresAt })
    .move('awaiting_payment', 'awaiting_payment', 'response', evidence, { set, providerStatus });
};

/** What a search of the provider's list read. */
export interface SearchExtent {
  readonly pages: number;
  readonly rows: number;
}

/**
 * A search found nothing. `provesAbsence`: the list was read completely after the visibility delay, so every unknown send
 * is known not to have bought.
 */
export const recordNotFound = (state: OrderState, provesAbsence: boolean, extent: SearchExtent): OrderChange => {
  const change = OrderChange.of(state);
  if (!isOutcomePending(state.order.status)) return change;
  const lookups = { count: state.order.lookups.count + 1, lastAt: AT_COMMIT };
  return (provesAbsence ? change.resolveUnknownSends('proven_absent') : change)
    .record(provesAbsence ? 'proven_absent' : 'not_found', 'lookup', { ...extent }, { lookups })
    .endResolvedReview('lookup', ['unreadable_answer']);
};

/** The search itself failed. Counted like one that found nothing, so that it does not go on unseen for ever. */
export const recordLookupFailure = (state: OrderState, error: ProviderError): OrderChange => {
  const change = OrderChange.of(state);
  if (!isOutcomePending(state.order.status)) return change;
  const { reason, message: detail } = error;
  const lookups = { ...state.order.lookups, count: state.order.lookups.count + 1 };
  const evidence = { reason, detail, ...upstreamEvidence(error) };
  const searched = change.record('lookup_failed', 'lookup', evidence, { lookups });
  return reason === 'unreadable_answer' ? searched.flag('unreadable_answer', 'lookup', { detail }) : searched;
};

/**
 * When to try again after a failure. An unknown outcome is judged again at once, and `nextStep` says what to wait for; an
 * order that waits for our own quota comes back at a random moment, because a crowd that asked all at once would leave the
 * quota unused in between. `random` is from 0 to 1.
 */
export const retryDelayMs = (error: ProviderError, tries: number, random: number): number => {
  if (error.failure === 'ambiguous') return 0;
  const delayMs = delayOf(RETRY_DELAYS_MS, tries);
  const ownMs = error instanceof ReadThrottledError ? random * Math.min(delayMs, QUOTA_RETRY_MS) : delayMs;
  return Math.max(error.at.retryAfterMs ?? 0, ownMs);
};
