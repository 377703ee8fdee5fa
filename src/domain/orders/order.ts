import type { Grams } from '../mass.js';
import type { Money } from '../money.js';
import type { PaymentMethod } from '../providers/capabilities.js';
import type { Certificate, ProviderId, Retirement } from '../providers/calls.js';
import type { OrderStatus } from './lifecycle.js';
import type { Lookups } from '../purchases/attempt.js';
import { AT_COMMIT, committedTime } from './commit-time.js';
import type { AbsenceCode } from '../quotes/absence.js';
import type { ComparedRates } from '../quotes/ranking.js';
import type { NearestMasses, PlainMoney, RefusalNumbers } from '../refusal-numbers.js';
import type { StatusReason } from './status-reasons.js';
import type { ReviewReason } from './review.js';
import type { Spending } from '../limits/spending.js';
import type { OrderPool, PoolRole } from '../pools/order-pool.js';

/** Where an observation, or any other change of an order, came from. */
export const OBSERVATION_SOURCES = ['request', 'response', 'lookup', 'poll', 'callback', 'return', 'operator'] as const;
export type ObservationSource = (typeof OBSERVATION_SOURCES)[number];

/** What the caller wants bought, once provider, offering and mass are decided. */
export interface OrderTerms {
  readonly provider: ProviderId;
  readonly providerOfferingId: string;
  readonly offeringName: string;
  readonly paymentMethod: PaymentMethod;
  readonly requestedMass: Grams;
  readonly orderedMass: Grams;
  readonly beneficiary: { readonly name: string; readonly email: string | null };
  readonly retirementMessage: string | null;
  readonly description: string | null;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Refused before anything is sent when the price is above it. */
  readonly maxTotal: Money | null;
  /** The price at which the order was accepted, if one was known. */
  readonly quoted: Money | null;
  readonly successUrl: string | null;
  readonly cancelUrl: string | null;
  readonly webhookUrl: string | null;
  readonly offerId: string | null;
  readonly routing: Routing;
  /** What it is to a pool; null for an order that is bought by itself. A member is never sent. */
  readonly poolRole: PoolRole | null;
}

export const ROUTING_POLICIES = ['named_by_caller', 'offer', 'cheapest', 'cheapest_listed', 'pool'] as const;

export const POLICY_MEANINGS: Readonly<Record<(typeof ROUTING_POLICIES)[number], string>> = {
  named_by_caller: 'by the caller',
  offer: 'by the offer that was ordered',
  cheapest: 'the cheapest of those that named a price',
  cheapest_listed: 'the cheapest by list prices, for a caller who does not wait',
  pool: 'by the orders of a pool, which it is bought for',
};

/** Why a provider that made an offer was chosen or not. Those that made none have the code of their absence. */
export const OFFER_REASONS = {
  cheapest: 'chosen: no other total is lower',
  dearer: 'its total is not the lowest',
  no_exchange_rate: 'its total could not be compared with the others',
} as const;

export type RoutingReason = keyof typeof OFFER_REASONS | AbsenceCode;

/** One provider that was compared. */
export interface Considered {
  readonly provider: string;
  /** Null if it made no offer. */
  readonly total: PlainMoney | null;
  readonly orderedMass: Grams | null;
  readonly reason: RoutingReason;
  /** Of one that made no offer: the same for people, with the numbers. */
  readonly detail: string | null;
  readonly nearest: NearestMasses | null;
  readonly numbers: RefusalNumbers;
}

/** Why this provider and offering. */
export interface Routing {
  readonly policy: (typeof ROUTING_POLICIES)[number];
  readonly considered: readonly Considered[];
  /** The rates that the comparison used; null where it needed none. */
  readonly fx: ComparedRates | null;
}

export const PRICE_SOURCES = ['charged', 'quoted', 'computed'] as const;
export type PriceSource = (typeof PRICE_SOURCES)[number];

export const CHECKOUT_STATUSES = ['open', 'complete', 'expired'] as const;

/** The hosted checkout that the payer was shown. */
export interface OrderCheckout {
  readonly sessionId: string | null;
  readonly url: string;
  readonly status: (typeof CHECKOUT_STATUSES)[number];
  readonly expiresAt: Date | null;
}

/** On whose behalf an order is accepted. */
export interface Buyer {
  readonly tenantId: string;
  /** The API key that placed it. */
  readonly keyId: string | null;
  /** The tenant's account at the provider when the order was accepted; repeats use the same. */
  readonly providerAccount: string | null;
  /** What the order counts in the spending of its tenant and key; null where its payer pays. */
  readonly spending: Spending | null;
}

export interface Order extends OrderTerms, Buyer {
  readonly id: string;
  readonly status: OrderStatus;
  readonly statusReason: StatusReason | null;
  /** The same as a sentence, with the numbers. */
  readonly statusDetail: string | null;
  readonly providerOrderId: string | null;
  readonly providerStatus: string | null;
  readonly price: { readonly total: Money; readonly source: PriceSource } | null;
  /** The tax within the price; null if none is stated. */
  readonly priceTax: Money | null;
  /**
   * What the provider said was charged after `price` had been charged, if it said something else: within the rounding of
   * providers, or it would have been refused. The price stays; both are kept for the books.
   */
  readonly laterPrice: Money | null;
  readonly checkout: OrderCheckout | null;
  readonly retirements: readonly Retirement[];
  readonly certificate: Certificate | null;
  /** The pool that it is a member of, or is bought for. */
  readonly pool: OrderPool | null;
  /** Searches for our order reference since the latest send. */
  readonly lookups: Lookups;
  readonly review: { readonly reason: ReviewReason; readonly since: Date } | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly placedAt: Date | null;
  readonly retiredAt: Date | null;
  readonly completedAt: Date | null;
  /** When the provider says that the credits were retired; null if it does not say. `retiredAt` is when this gateway saw it. */
  readonly providerRetiredAt: Date | null;
  /** Since then its beneficiary is called `erased`, and nothing else personal is left of it here. */
  readonly personalDataErasedAt: Date | null;
  /** Counts the events of the order: the sequence of its latest one. */
  readonly version: number;
}

/** An order as it is accepted: `created`, with its first event. Its times are those of the commit. */
export const newOrder = (id: string, buyer: Buyer, terms: OrderTerms): Order => ({
  ...terms,
  ...buyer,
  id,
  status: 'created',
  statusReason: null,
  statusDetail: null,
  providerOrderId: null,
  providerStatus: null,
  price: null,
  priceTax: null,
  laterPrice: null,
  checkout: null,
  retirements: [],
  certificate: null,
  pool: null,
  lookups: { count: 0, lastAt: null },
  review: null,
  createdAt: AT_COMMIT,
  updatedAt: AT_COMMIT,
  placedAt: null,
  retiredAt: null,
  completedAt: null,
  providerRetiredAt: null,
  personalDataErasedAt: null,
  version: 1,
});

/** The order after a commit at `at`: with that time in place of AT_COMMIT. */
export const asCommitted = (order: Order, at: Date): Order => ({
  ...order,
  lookups: { ...order.lookups, lastAt: committedTime(order.lookups.lastAt, at) },
  review: order.review && { ...order.review, since: committedTime(order.review.since, at) },
  createdAt: committedTime(order.createdAt, at),
  updatedAt: committedTime(order.updatedAt, at),
  placedAt: committedTime(order.placedAt, at),
  retiredAt: committedTime(order.retiredAt, at),
  completedAt: committedTime(order.completedAt, at),
});
