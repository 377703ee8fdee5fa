import { readableMass, type Grams } from '../mass.js';
import type { PriceEvidence } from '../orders/order-event.js';
import { REVIEW_REASONS } from '../orders/review.js';
import type { PaymentMethod } from '../providers/capabilities.js';
import type { AttemptOperation } from '../purchases/attempt.js';
import { CLAIM_VERDICTS } from '../purchases/claims.js';
import type { Evidence } from './evidence.js';
import type { TimelineKind } from './timeline-kinds.js';

/** What titles say of the order. Not for whom it is. */
export interface ToldOrder {
  /** Name of the provider. */
  readonly provider: string;
  readonly mass: Grams;
  readonly paymentMethod: PaymentMethod;
}

type Title = (of: Evidence, order: ToldOrder) => string;

const ASKED = {
  placeOrder: 'to place the order',
  createCheckout: 'to open a hosted checkout',
  cancel: 'to cancel the order',
} as const satisfies Readonly<Record<AttemptOperation, string>>;
const DONE = {
  placeOrder: 'took the order',
  createCheckout: 'opened a hosted checkout',
  cancel: 'cancelled the order',
} as const satisfies Readonly<Record<AttemptOperation, string>>;
const PAID = { account: 'on account', checkout: 'to be paid at a hosted checkout' } as const;

const cost = ({ amount, currency }: PriceEvidence): string => `${amount} ${currency}`;
const withCost = (price: PriceEvidence | undefined): string => (price ? `, for ${cost(price)}` : '');
const bare = (sentence: string): string => sentence.replace(/\.$/, '');
const named = (id: string | undefined): string => (id === undefined ? '' : ` (${id})`);

/** How a call failed, as a clause. */
const failureOf = (of: Evidence, provider: string): string => {
  const { outcome, reason, upstream_status: status, upstream_code: code, duration_ms: ms } = of;
  if (outcome === 'not_sent') return `${provider} could not be reached, and nothing was sent`;
  if (reason === 'timed_out')
    return `${provider} did not answer ${ms === undefined ? 'in time' : `within ${Math.max(1, Math.round(ms / 1_000))} s`}`;
  if (reason === 'unreadable_answer') return `${provider} answered with something that cannot be read`;
  if (reason === 'answer_disagrees') return `${provider} answered with something else than was ordered`;
  if (status !== undefined) return `${provider} answered ${status}${named(code)}`;
  if (reason === 'unavailable') return `The connection to ${provider} broke before a complete answer`;
  return `${provider} did not take it${named(reason)}`;
};

const sendEnded: Title = (of, { provider }) => {
  const { operation = 'placeOrder', attempt, outcome = 'ambiguous', reason } = of;
  const failure = failureOf(of, provider);
  switch (outcome) {
    case 'accepted':
      return reason === undefined
        ? `${provider} ${DONE[operation]} (attempt ${attempt})`
        : `What attempt ${attempt} asked for was found at ${provider}`;
    case 'proven_absent':
      return `A complete search has shown that attempt ${attempt} bought nothing at ${provider}`;
    case 'rejected':
      return `${failure}: attempt ${attempt} was refused`;
    case 'not_sent':
      return `${failure} (attempt ${attempt})`;
    case 'retry_later':
      return `${failure}: attempt ${attempt} was not executed`;
    case 'ambiguous':
      return `${failure}; the outcome of attempt ${attempt} is unknown`;
  }
};

const inDoubt: Title = (of, { provider }) => {
  const unknown = `whether ${provider} has the order is unknown`;
  return of.cause === 'lease_ended'
    ? `The process that was sending the order recorded no outcome; ${unknown}`
    : `${failureOf(of, provider)}; ${unknown}`;
};

const failed: Title = (of, { provider }) => {
  if (of.outcome !== undefined || of.upstream_status !== undefined)
    return `${failureOf(of, provider)}: the order has failed`;
  return of.detail === undefined
    ? `${provider} says that the order has failed`
    : `The order has failed: ${bare(of.detail)}`;
};

const cancelled: Title = (of, { provider }) => {
  if (of.gone) return `${provider} no longer has the order, which it was asked to cancel`;
  return of.from_status === 'created'
    ? 'The order was cancelled before it was bought'
    : `${provider} has cancelled the order`;
};

const meaningOfReview = (reason: string | undefined): string =>
  Object.entries(REVIEW_REASONS).find(([known]) => known === reason)?.[1].means ?? 'the reason is not known';

const attempted: Title = ({ host = 'the endpoint', event_type: type, attempt, upstream_status: status, error }) => {
  const nth = `attempt ${attempt}`;
  if (status === undefined) return `${type} did not reach ${host}${named(error)}, ${nth}`;
  return status >= 200 && status < 300 && error === undefined
    ? `${host} took ${type} (${status}, ${nth})`
    : `${host} answered ${status} to ${type}, ${nth}`;
};

/** What happened, in a sentence for people. It says nothing that the evidence of the same entry does not say. */
export const TITLES: Readonly<Record<TimelineKind, Title>> = {
  'order.created': (_, { provider, mass, paymentMethod }) =>
    `The order was accepted: ${readableMass(mass)} at ${provider}, ${PAID[paymentMethod]}`,
  'order.quoted': ({ price }, { provider }) => `${provider} was asked for the price${price ? `: ${cost(price)}` : ''}`,
  'order.submitting': ({ attempt }, { provider }) => `The order goes out to ${provider} (attempt ${attempt})`,
  'order.not_sent': (of, { provider }) => `${failureOf(of, provider)}; the order is to be sent again`,
  'order.held': ({ detail }) => `The order waits: ${bare(detail ?? 'switched off')}`,
  'order.pooled': ({ detail }) => `The order waits in another pool: ${bare(detail ?? 'its own has bought nothing')}`,
  'order.in_doubt': inDoubt,
  'order.awaiting_payment': ({ price }) => `The payer can pay at the hosted checkout${price ? `: ${cost(price)}` : ''}`,
  'order.placed': ({ provider_order_id: id, price }, { provider }) =>
    `${provider} has the order${named(id)}${withCost(price)}`,
  'order.accepted': (_, { provider }) => `${provider} has approved or allocated the order`,
  'order.retired': () => 'The credits are retired on the registry',
  'order.completed': (_, { provider }) => `${provider} is done, and its proof is stored`,
  'order.cancelled': cancelled,
  'order.failed': failed,
  'order.expired': () => 'The hosted checkout closed without a payment, and with it the order',
  'order.updated': ({ price }, { provider }) => `${provider} tells more of the order${withCost(price)}`,
  'order.not_found': ({ rows }, { provider }) =>
    `A search at ${provider} has not found the order among ${rows} others, which proves nothing yet`,
  'order.proven_absent': ({ rows }, { provider }) =>
    `A complete search at ${provider}, late enough to be sure, has not found the order among ${rows} others: it was not bought`,
  'order.lookup_failed': ({ detail }, { provider }) =>
    `A search at ${provider} failed: ${bare(detail ?? 'no reason is known')}`,
  'order.cancel_requested': (_, { provider }) => `${provider} is to be asked to cancel the order`,
  'order.review_flagged': ({ reason }) => `A person must look: ${meaningOfReview(reason)}`,
  'order.review_cleared': ({ reason }) => `Nothing is left to look at; it was: ${meaningOfReview(reason)}`,
  'order.personal_data_erased': ({ erased_by: by }) =>
    `The personal data of the order was erased${by === 'age' ? ', for its age' : ''}`,
  'send.started': ({ operation = 'placeOrder', attempt }, { provider }) =>
    `${provider} was asked ${ASKED[operation]} (attempt ${attempt})`,
  'send.ended': sendEnded,
  'checkout.opened': ({ expires_at: until }) =>
    `A page to pay on was opened${until ? `; it closes at ${until.toISOString().slice(0, 16).replace('T', ' ')} UTC` : ''}`,
  'checkout.closed': ({ checkout_status: status }) =>
    status === 'expired' ? 'The hosted checkout expired' : 'The hosted checkout takes no payment any more',
  'callback.received': ({ times = 1 }, { provider }) =>
    times === 1 ? `${provider} called back` : `${provider} called back, ${times} times the same`,
  'claim.made': ({ named_by: by, provider_order_id: id }, { provider }) =>
    by === 'callback'
      ? `A callback named ${id} as the purchase of this order`
      : `A browser came back from ${provider} and named ${id} as the payment`,
  'claim.decided': ({ provider_order_id: id, verdict = 'claimed' }) =>
    `${id} is ${verdict}: ${CLAIM_VERDICTS[verdict]}`,
  'delivery.queued': ({ event_type: type, host = 'an endpoint' }) => `${type} is to be sent to ${host}`,
  'delivery.attempted': attempted,
  'note.taken': ({ note }) => (note === undefined ? 'A note was taken' : `A note was taken: ${note}`),
  'act.recorded': ({ act = 'An act', act_outcome: outcome, problem_code: code = 'no reason is known' }) =>
    outcome === 'refused' ? `${act} was refused (${code})` : `${act} was ${outcome === 'begun' ? 'begun' : 'decided'}`,
  'lease.held': ({ process = 'a process', expires_at: until }) =>
    `The order is held by ${process}${until ? `, until ${until.toISOString().slice(11, 19)} UTC at the latest` : ''}`,
  'delivery.dead': ({ event_type: type, host = 'the endpoint', attempt }) =>
    `${type} is not sent to ${host} any more, after ${attempt} tries`,
};
