import { amountOf, type Money } from '../money.js';
import type { FailureClass, FailureReason, ProviderError } from '../providers/provider-error.js';
import type { ObservedStatus, ProviderOrder } from '../providers/calls.js';
import type { Disagreement } from '../purchases/integrity.js';
import type { OrderStatus } from './lifecycle.js';
import type { ObservationSource, PriceSource } from './order.js';
import type { ReviewReason } from './review.js';

/** A price as an event keeps it: decimal strings. `tax` is the tax within `amount`; null if none is stated. */
export interface PriceEvidence {
  readonly amount: string;
  readonly tax: string | null;
  readonly currency: string;
  readonly source: PriceSource;
}

interface UpstreamEvidence {
  readonly upstream_status?: number;
  readonly upstream_code?: string;
}

interface FailureEvidence extends UpstreamEvidence {
  readonly attempt: number;
  readonly outcome: FailureClass;
  readonly reason: FailureReason;
  readonly detail: string;
}

interface SightingEvidence {
  readonly provider_order_id?: string;
  readonly grams?: number;
  readonly price?: PriceEvidence;
  readonly retired_at?: Date;
  readonly checkout_session_id?: string;
}

/** Of a member of a pool. */
interface PoolEvidence {
  readonly pool_id?: string;
}

interface SearchEvidence {
  readonly pages: number;
  readonly rows: number;
  readonly unread?: string;
}

/** What each type of event keeps as evidence. A price column never changes without `price` in the event. */
export interface EvidenceOf {
  created: object;
  quoted: { readonly price: PriceEvidence };
  submitting: { readonly attempt: number; readonly generation: number };
  not_sent: FailureEvidence;
  held: { readonly reason: 'switched_off'; readonly detail: string };
  pooled: Required<PoolEvidence> & { readonly detail: string };
  in_doubt: Partial<FailureEvidence> & { readonly cause?: 'lease_ended' };
  awaiting_payment: SightingEvidence & { readonly attempt?: number };
  placed: SightingEvidence;
  accepted: SightingEvidence;
  retired: SightingEvidence & PoolEvidence;
  completed: SightingEvidence & PoolEvidence;
  cancelled: SightingEvidence & { readonly gone?: true };
  failed: Partial<Omit<FailureEvidence, 'reason'>> & SightingEvidence & PoolEvidence & { readonly reason?: string };
  expired: SightingEvidence;
  updated: SightingEvidence;
  not_found: SearchEvidence;
  proven_absent: SearchEvidence;
  lookup_failed: UpstreamEvidence & { readonly reason: FailureReason; readonly detail: string };
  cancel_requested: { readonly attempt: number };
  review_flagged: SightingEvidence & {
    readonly reason: ReviewReason;
    readonly provider_order_ids?: readonly string[];
    readonly observed?: ObservedStatus;
    readonly disagreements?: readonly Disagreement[];
    readonly detail?: string;
  };
  review_cleared: { readonly reason: ReviewReason; readonly note?: string };
  personal_data_erased: { readonly erasure: string };
}
export type EventType = keyof EvidenceOf;

type FieldsOf<T> = T extends unknown ? keyof T : never;
export type EventEvidenceField = FieldsOf<EvidenceOf[EventType]>;

const UPSTREAM = {
  upstream_status: 'HTTP status of the response, if there was one',
  upstream_code: "the provider's own word for the failure",
} as const;
const FAILURE = {
  attempt: 'number of the send',
  outcome: 'what became of the send: `not_sent`, `rejected`, `retry_later` or `ambiguous`',
  reason: 'why, as a code',
  detail: 'the same as a sentence',
  ...UPSTREAM,
} as const;
const SIGHTING = {
  provider_order_id: "the provider's id of the purchase",
  grams: 'mass that the provider recorded',
  price: 'price that the provider recorded: `{amount, tax, currency, source}`',
  retired_at: 'when the provider says that the credits were retired',
  checkout_session_id: 'the hosted checkout that led to it',
} as const;
const POOL = { pool_id: 'its pool, where it is a member of one' } as const;
const SEARCH = {
  pages: "pages read of the provider's list",
  rows: 'orders seen in them',
  unread: 'a row that may be the purchase and cannot be read, so that finding nothing proves nothing',
} as const;

/**
 * Every type of event, what it means and what its evidence is. `docs/events.md` is generated from this table; the
 * database refuses any other type.
 */
export const ORDER_EVENTS = {
  created: { means: 'accepted: durable here, nothing sent', evidence: {} },
  quoted: {
    means: 'a price was asked for before sending',
    evidence: { price: 'the price: `{amount, tax, currency, source}`' },
  },
  submitting: {
    means: 'the intent to send was committed',
    evidence: { attempt: 'number of the send', generation: 'sends of one generation share key and bytes' },
  },
  not_sent: { means: 'the send is proven not to have been executed; the order is `created` again', evidence: FAILURE },
  held: {
    means: 'nothing is sent for now, because a person has switched that off; the order waits',
    evidence: { reason: 'why, as a code', detail: 'the same as a sentence, with the end' },
  },
  pooled: {
    means: 'its pool has bought nothing, so it is in the next one',
    evidence: { ...POOL, detail: 'why its pool has bought nothing' },
  },
  in_doubt: {
    means: 'the outcome of a send is unknown',
    evidence: { ...FAILURE, cause: '`lease_ended`: the process that sent it recorded nothing' },
  },
  awaiting_payment: { means: 'a hosted checkout is open', evidence: { ...SIGHTING, attempt: 'number of the send' } },
  placed: { means: 'the provider has acknowledged the order', evidence: SIGHTING },
  accepted: { means: 'the provider has approved or allocated it', evidence: SIGHTING },
  retired: { means: 'the credits are retired on the registry', evidence: { ...SIGHTING, ...POOL } },
  completed: { means: 'the provider is done and its proof is stored', evidence: { ...SIGHTING, ...POOL } },
  cancelled: {
    means: 'undone before fulfilment',
    evidence: { ...SIGHTING, gone: 'true: the provider no longer knows the order, which this gateway had it cancel' },
  },
  failed: { means: 'ended without a retirement', evidence: { ...FAILURE, ...SIGHTING, ...POOL } },
  expired: { means: 'the hosted checkout closed without a payment', evidence: SIGHTING },
  updated: { means: 'the provider told more of the order; the status stays', evidence: SIGHTING },
  not_found: { means: 'a search by our order reference found nothing, which proves nothing yet', evidence: SEARCH },
  proven_absent: {
    means: 'a complete search after the visibility delay found nothing: no send has bought',
    evidence: SEARCH,
  },
  lookup_failed: {
    means: 'the search itself failed',
    evidence: { reason: 'why, as a code', detail: 'the same as a sentence', ...UPSTREAM },
  },
  cancel_requested: {
    means: 'the provider is asked to cancel',
    evidence: { attempt: 'number of the request to cancel' },
  },
  review_flagged: {
    means: 'a person must look; `docs/runbook.md` says what to do',
    evidence: {
      reason: 'see the reasons in docs/lifecycle.md',
      provider_order_ids: 'further purchases with our order reference',
      observed: 'the status that contradicts',
      disagreements: 'what differs: `[{field, ours, theirs}]`; names are not told',
      detail: 'what could not be understood',
      ...SIGHTING,
    },
  },
  review_cleared: {
    means: 'nothing is left to look at',
    evidence: { reason: 'the reason that was cleared', note: 'what the person decided, and why' },
  },
  personal_data_erased: {
    means: 'nothing personal of the order is left here; [what that is](privacy.md)',
    evidence: { erasure: 'id of the erasure, which says who asked for it and why' },
  },
} as const satisfies {
  [T in EventType]: { readonly means: string; readonly evidence: Readonly<Record<FieldsOf<EvidenceOf[T]>, string>> };
};

/** One thing that happened to an order. `to` equals `from` for a fact that leaves the status as it is. */
export interface OrderEvent<T extends EventType = EventType> {
  readonly type: T;
  readonly from: OrderStatus | null;
  readonly to: OrderStatus;
  readonly source: ObservationSource;
  /** The provider's own word for the status, where it gave one. */
  readonly providerStatus: string | null;
  readonly evidence: EvidenceOf[T];
}

export const priceEvidence = ({
  total,
  source,
  tax,
}: {
  readonly total: Money;
  readonly source: PriceSource;
  readonly tax: Money | null;
}): PriceEvidence => ({
  amount: amountOf(total),
  tax: tax && amountOf(tax),
  currency: total.currency,
  source,
});

/** `tax`: what is known of the tax within its price. */
export const sightingEvidence = (observed: ProviderOrder, tax: Money | null = null): SightingEvidence => ({
  provider_order_id: observed.providerOrderId,
  ...(observed.mass !== null && { grams: observed.mass }),
  ...(observed.price && { price: priceEvidence({ total: observed.price, source: 'charged', tax }) }),
  ...(observed.retiredAt && { retired_at: observed.retiredAt }),
  ...(observed.checkoutSessionId !== null && { checkout_session_id: observed.checkoutSessionId }),
});

/** What the provider responded to a failed call. */
export const upstreamEvidence = ({ at }: ProviderError): UpstreamEvidence => ({
  ...(at.upstreamStatus !== undefined && { upstream_status: at.upstreamStatus }),
  ...(at.upstreamCode !== undefined && { upstream_code: at.upstreamCode }),
});
