import { AT_COMMIT } from '../orders/commit-time.js';
import { isOutcomePending, TRANSITIONS } from '../orders/lifecycle.js';
import { adopt, taxWithin } from '../orders/observe.js';
import { OrderChange, type Prepared } from '../orders/order-change.js';
import { priceEvidence, upstreamEvidence } from '../orders/order-event.js';
import type { ObservationSource } from '../orders/order.js';
import type { OrderState } from '../orders/order-state.js';
import type { Here } from '../providers/far-side.js';
import { isUnusable, ReadThrottledError, type ProviderError } from '../providers/provider-error.js';
import type { CheckoutSession, ProviderOrder, ProviderQuote } from '../providers/calls.js';
import type { StandingSwitch } from '../switches/switch.js';
import { hasUnknownAttempt, purchaseOperation } from './attempt.js';
import type { Disagreement } from './integrity.js';
import { afterFailure } from './next-step.js';
import type { SendRefusal } from './price-guard.js';
import { delayOf, HELD_RETRY_MS, QUOTA_RETRY_MS, RETRY_DELAYS_MS, SUBMISSION_PATIENCE_MS } from './timing.js';

/**
 * How the steps of a purchase change its order. Pure. Once the outcome of an order is known, these decisions are empty
 * changes. Only the intent to send is never decided again: it is committed on the very state that it was decided on, or
 * not at all.
 */

/** A price that was asked for before sending. `computed`: from a price list, not by the provider. */
export interface AskedPrice {
  readonly quote: ProviderQuote;
  readonly source: 'quoted' | 'computed';
}

/** An order found `submitting` was left by a run that died, so the outcome of its send is in doubt. */
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
  { id: farSide }: Here,
): OrderChange => {
  const attempt = state.attempts.length + 1;
  const operation = purchaseOperation(state.order.paymentMethod);
  return withPrice(OrderChange.of(state), price)
    .openAttempt({ do: 'open', operation, number: attempt, generation, farSide, prepared })
    .move('submitting', 'submitting', 'request', { attempt, generation }, { set: { lookups: NO_LOOKUPS } });
};

const NO_LOOKUPS = { count: 0, lastAt: null } as const;

const withPrice = (change: OrderChange, price: AskedPrice | null): OrderChange => {
  if (price === null) return change;
  const { quote, source } = price;
  const asked = { is: 'own', total: quote.total, source, tax: quote.tax } as const;
  const set = { quoted: quote.total, offeringName: quote.offeringName };
  return change.record('quoted', 'response', { price: priceEvidence(asked) }, set, asked);
};

/** Ends an order instead of sending it. Does nothing if an earlier send may have bought. */
export const refuseSend = (
  state: OrderState,
  refusal: SendRefusal | ProviderError,
  price: AskedPrice | null = null,
): OrderChange => {
  const change = OrderChange.of(state);
  if (!isOutcomePending(state.order.status) || hasUnknownAttempt(state.attempts)) return change;
  const { reason } = refusal;
  const detail = 'detail' in refusal ? refusal.detail : refusal.explanation;
  const evidence = { reason, detail, ...('detail' in refusal ? {} : upstreamEvidence(refusal)) };
  const set = { statusReason: reason, statusDetail: detail };
  return withPrice(change, price).move('failed', 'failed', 'request', evidence, { set });
};

/** Nothing could be sent this time. After a day of that, a person is told. */
export const deferSend = (state: OrderState): OrderChange => {
  const change = OrderChange.of(state);
  const waitedMs = state.now.getTime() - state.order.createdAt.getTime();
  const isLate = isOutcomePending(state.order.status) && waitedMs > SUBMISSION_PATIENCE_MS;
  return isLate ? change.flag('submission_keeps_failing', 'response') : change;
};

/** Nothing is sent while a switch is on. Told once, of an order that nobody can have received yet; it fails by no switch. */
export const holdSend = (state: OrderState, { reason, until }: StandingSwitch): OrderChange => {
  const change = OrderChange.of(state);
  const { status, statusReason, statusDetail } = state.order;
  const detail = `Switched off until ${until.toISOString()}: ${reason}`;
  const isTold = statusReason === 'switched_off' && statusDetail === detail;
  if (status !== 'created' || isTold) return change;
  const set = { statusReason: 'switched_off', statusDetail: detail } as const;
  return change.record('held', 'request', { reason: 'switched_off', detail }, set);
};

/** When an order that is held asks again. `random` is from 0 to 1. */
export const heldDelayMs = ({ until }: StandingSwitch, now: Date, random: number): number =>
  Math.min(Math.max(0, until.getTime() - now.getTime()), HELD_RETRY_MS * (0.5 + random / 2));

/**
 * Records a failed send. Refused: the order has failed, if no other send is unknown. Not sent or not executed: it is
 * created again. Unknown: it is in doubt.
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
  const moved = recorded.move(to, type, 'response', evidence, {
    set: { statusReason: reason, statusDetail: error.explanation },
  });
  return reason === 'answer_disagrees'
    ? moved.flag('answer_disagrees', 'response', { disagreements: differences })
    : moved;
};

/**
 * Records a purchase that the provider shows, which is a fact. `extra` are the ids of further purchases with the order's
 * reference, readable or not: a person must have them cancelled.
 */
export const recordPurchase = (
  state: OrderState,
  observed: ProviderOrder,
  source: ObservationSource,
  extra: readonly string[] = [],
): OrderChange => {
  const adopted = adopt(OrderChange.of(state), observed, source);
  return extra.length === 0 ? adopted : adopted.flag('bought_twice', source, { provider_order_ids: extra });
};

/**
 * The hosted checkout may be shown from now on. If the outcome of the order is known already, the checkout is dropped
 * and never shown, so that it cannot be paid. `opensForMs`: how long it stays open if the provider does not say.
 */
export const openCheckout = (
  state: OrderState,
  number: number,
  session: CheckoutSession,
  opensForMs: number,
): OrderChange => {
  const change = OrderChange.of(state);
  if (!TRANSITIONS[state.order.status].includes('awaiting_payment')) return change;
  const { sessionId, url, status, price, providerStatus } = session;
  const openedAt = state.attempts.find((send) => send.number === number)?.startedAt ?? state.now;
  const expiresAt = session.expiresAt ?? new Date(openedAt.getTime() + opensForMs);
  const evidence = {
    attempt: number,
    ...(sessionId !== null && { checkout_session_id: sessionId }),
  };
  const set = { statusReason: null, statusDetail: null };
  const shown = price && ({ is: 'own', total: price, source: 'quoted', tax: taxWithin(state.order, price) } as const);
  return change
    .recordAttempt({ do: 'record', operation: 'createCheckout', number, outcome: 'accepted', error: null })
    .withCheckout({ do: 'open', sessionId, url, status, expiresAt })
    .move('awaiting_payment', 'awaiting_payment', 'response', evidence, { set, providerStatus, price: shown });
};

/** How much of the provider's list a search has read. */
export interface SearchExtent {
  readonly pages: number;
  readonly rows: number;
  /** Why the purchase may be among these rows without having been found; null if nothing stands in the way. */
  readonly unread: string | null;
}

/**
 * Records a search that found nothing. `provesAbsence`: the list was read completely after the visibility delay, so
 * every unknown send is known not to have bought.
 */
export const recordNotFound = (state: OrderState, provesAbsence: boolean, extent: SearchExtent): OrderChange => {
  const change = OrderChange.of(state);
  if (!isOutcomePending(state.order.status)) return change;
  const { pages, rows, unread } = extent;
  // Where the purchase may have been overlooked, the search counts as one that failed.
  const { count, lastAt } = state.order.lookups;
  const lookups = { count: count + 1, lastAt: unread === null ? AT_COMMIT : lastAt };
  const evidence = { pages, rows, ...(unread !== null && { unread }) };
  const searched = (provesAbsence ? change.resolveUnknownSends('proven_absent') : change).record(
    provesAbsence ? 'proven_absent' : 'not_found',
    'lookup',
    evidence,
    { lookups },
  );
  return unread === null
    ? searched.endResolvedReview('lookup', ['unreadable_answer'])
    : searched.flag('unreadable_answer', 'lookup', { detail: unread });
};

/**
 * Records a search that failed. It counts like one that found nothing, so that failing searches end in a review too.
 */
export const recordLookupFailure = (state: OrderState, error: ProviderError): OrderChange => {
  const change = OrderChange.of(state);
  if (!isOutcomePending(state.order.status)) return change;
  const { reason, message: detail } = error;
  const lookups = { ...state.order.lookups, count: state.order.lookups.count + 1 };
  const evidence = { reason, detail, ...upstreamEvidence(error) };
  const searched = change.record('lookup_failed', 'lookup', evidence, { lookups });
  return isUnusable(error) ? searched.flag('unreadable_answer', 'lookup', { detail }) : searched;
};

/** The purchase that was found is not what was ordered: a person must look. */
export const recordDisagreement = (
  state: OrderState,
  found: ProviderOrder,
  differences: readonly Disagreement[],
): OrderChange => {
  const change = OrderChange.of(state);
  if (!isOutcomePending(state.order.status)) return change;
  const evidence = { provider_order_id: found.providerOrderId, disagreements: differences };
  return change.flag('answer_disagrees', 'lookup', evidence);
};

/** Nothing can be proven: a person decides. */
export const handOver = (state: OrderState): OrderChange => {
  const change = OrderChange.of(state);
  return isOutcomePending(state.order.status) ? change.flag('unproven_outcome', 'lookup') : change;
};

/**
 * When to try again after a failure. After an unknown outcome `nextStep` is asked at once, and it says what to wait
 * for. An order that waits for our own quota comes back at a random moment, because a crowd that asks all at once would
 * leave the quota unused in between. `random` is from 0 to 1.
 */
export const retryDelayMs = (error: ProviderError, tries: number, random: number): number => {
  if (error.failure === 'ambiguous') return 0;
  const delayMs = delayOf(RETRY_DELAYS_MS, tries);
  const ownMs = error instanceof ReadThrottledError ? random * Math.min(delayMs, QUOTA_RETRY_MS) : delayMs;
  return Math.max(error.at.retryAfterMs ?? 0, ownMs);
};
