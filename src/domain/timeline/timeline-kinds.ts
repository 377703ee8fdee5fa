import { ORDER_EVENTS, type EventType } from '../orders/order-event.js';
import type { EvidenceField } from './evidence.js';

export interface KindOfEntry {
  readonly means: string;
  readonly evidence: Readonly<Partial<Record<EvidenceField, string>>>;
  /** What is on record and never told here. */
  readonly leavesOut?: string;
}

const MOVE = {
  from_status: 'the status before, where it moved',
  to_status: 'the status after, where it moved',
  provider_status: "the provider's own word for the status, where it gave one",
  why: 'what a person wrote beside a decision of theirs; for `ops` keys',
} as const;

const ERASURE = { erased_by: 'how the order was chosen: by itself, by an email address, or by its age' } as const;

const ORDER_KINDS = Object.fromEntries(
  Object.entries(ORDER_EVENTS).map(([type, { means, evidence }]) => [
    `order.${type}`,
    { means, evidence: { ...evidence, ...MOVE, ...(type === 'personal_data_erased' && ERASURE) } },
  ]),
) as unknown as Readonly<Record<`order.${EventType}`, KindOfEntry>>;

const CALL = {
  operation: '`placeOrder`, `createCheckout` or `cancel`',
  attempt: 'number of the call among those of its operation',
} as const;
const CHECKOUT = {
  checkout_session_id: "the provider's id of the page, where it gives one",
  checkout_status: 'how the page stands now, or stood when it closed',
} as const;
const CLAIM = {
  provider_order_id: 'the purchase that was named',
  named_by: "`return`: the payer's browser; `callback`: the provider",
  verdict:
    'how it stands now: `claimed` until a read of the provider decides it, then `confirmed`, `refused`, `unknown` or `disputed`',
  looks: 'reads of it that decided nothing, so far',
} as const;
const DELIVERY = {
  delivery_id: 'the delivery: `GET /v1/webhook-deliveries`',
  endpoint_id: 'where it goes: `GET /v1/webhook-endpoints`',
  host: 'the host of the endpoint',
  event_id: 'the event that is told; it has an entry of its own',
  event_type: 'its type',
} as const;
const ADDRESS = 'the address beyond its host';

const OTHER_KINDS = {
  'send.started': {
    means: 'the provider is called to buy, or to cancel',
    evidence: {
      ...CALL,
      generation: 'calls of one generation share key and bytes, so that the provider can tell that they are one',
      host: 'the host that was called; not known of calls older than these records',
    },
    leavesOut: 'the request as it was sent, and its key',
  },
  'send.ended': {
    means: 'the outcome of such a call is known, or known to be unknown',
    evidence: {
      ...CALL,
      outcome:
        '`accepted`, `rejected`, `not_sent`, `retry_later`; `ambiguous`: it may have been executed; `proven_absent`: a complete search has shown later that it was not',
      reason: 'why it failed, as a code; stays where it is found later that the provider has the order after all',
      upstream_status: 'HTTP status of the response, if there was one',
      upstream_code: "the provider's own word for the failure",
      duration_ms: 'from the call until its outcome was recorded',
    },
  },
  'checkout.opened': {
    means: 'the provider has opened a page to pay on',
    evidence: { ...CHECKOUT, expires_at: 'when it closes by itself' },
    leavesOut: 'the address of the page; the latest one is `checkout.url` of the order',
  },
  'checkout.closed': {
    means: 'the page takes no payment any more',
    evidence: CHECKOUT,
    leavesOut: 'the address of the page',
  },
  'callback.received': {
    means:
      'the provider has called back: a hint to read the order, whatever it says. At the latest time, if it came more than once',
    evidence: {
      provider_order_id: 'the purchase that it names, if it names one',
      times: 'how often the same one came',
    },
    leavesOut: 'the body',
  },
  'claim.made': {
    means: "a purchase is named as this order's, by a browser or a callback; nothing is believed yet",
    evidence: CLAIM,
  },
  'claim.decided': { means: 'a read of the provider has decided what was named', evidence: CLAIM },
  'delivery.queued': {
    means: 'an event is to be sent to a webhook endpoint',
    evidence: { ...DELIVERY, delivery_state: 'how it stands now: `pending`, `delivered` or `dead`' },
    leavesOut: ADDRESS,
  },
  'delivery.attempted': {
    means: 'the endpoint was called, once',
    evidence: {
      ...DELIVERY,
      attempt: 'number of the try',
      upstream_status: 'HTTP status of its answer, if there was one',
      error: 'why there was none, or why it does not count, as a code',
      duration_ms: 'how long it took',
    },
    leavesOut: `the answer, and ${ADDRESS}`,
  },
  'delivery.dead': {
    means: 'the event is not sent to the endpoint any more; it can be replayed',
    evidence: { ...DELIVERY, attempt: 'number of the last try' },
    leavesOut: ADDRESS,
  },
} as const satisfies Readonly<Record<string, KindOfEntry>>;

/** What is told to operators alone: what they do about an order, and which process is at it. */
const OPERATOR_KINDS = {
  'note.taken': { means: 'an operator has noted something', evidence: { note: 'what it says' } },
  'act.recorded': {
    means: 'a key or a person has decided something about the order, or was refused it',
    evidence: {
      act: 'what, as in docs/audit.md',
      act_outcome: 'what became of it',
      problem_code: 'why it was refused',
    },
  },
  'lease.held': {
    means: 'a process is at the order now; the time of the entry is when its lease ends at the latest',
    evidence: { process: 'which one: its host and number', expires_at: 'when the lease ends at the latest' },
  },
} as const satisfies Readonly<Record<string, KindOfEntry>>;

type OtherKind = keyof typeof OTHER_KINDS | keyof typeof OPERATOR_KINDS;
export type TimelineKind = `order.${EventType}` | OtherKind;

/** Kinds that tenants are told, and operators too. */
export const TENANT_KINDS: Readonly<Partial<Record<TimelineKind, KindOfEntry>>> = { ...ORDER_KINDS, ...OTHER_KINDS };

/** Every kind of entry in the timeline of an order. `docs/timeline.md` is generated from this table. */
export const TIMELINE_KINDS = {
  ...Object.fromEntries(
    Object.entries(ORDER_KINDS).map(([kind, { means, evidence }]) => [
      kind,
      { means, evidence: { ...evidence, process: 'the process that wrote it; for operators' } },
    ]),
  ),
  ...OTHER_KINDS,
  ...OPERATOR_KINDS,
} as Readonly<Record<TimelineKind, KindOfEntry>>;

export const TIMELINE_KIND_NAMES = Object.keys(TIMELINE_KINDS) as TimelineKind[];

/**
 * The order of what is recorded for one millisecond, as the rows of one commit are: what came in, what was learned, what
 * that did to the order, and what followed from it.
 */
export const CAUSES_FIRST = [
  'callback.received',
  'claim.made',
  'send.ended',
  'claim.decided',
  'checkout.opened',
  'checkout.closed',
  'order',
  'note.taken',
  'act.recorded',
  'send.started',
  'delivery.queued',
  'delivery.attempted',
  'delivery.dead',
  'lease.held',
] as const satisfies readonly (OtherKind | 'order')[];
