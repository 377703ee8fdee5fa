import type { Grams } from '../mass.js';
import type { Money } from '../money.js';
import type { PaymentMethod } from '../providers/capabilities.js';
import type { Certificate, ProviderId, Retirement } from '../providers/provider.js';
import type { OrderStatus } from './lifecycle.js';
import type { ReviewReason } from './review.js';

/** Who brought a piece of news. */
export const OBSERVATION_SOURCES = ['request', 'answer', 'lookup', 'poll', 'callback', 'return', 'operator'] as const;
export type ObservationSource = (typeof OBSERVATION_SOURCES)[number];

/** What the caller wants bought, once provider, offering and mass are settled. */
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
  /** The price this order was accepted at, as far as one was known then. */
  readonly quoted: Money | null;
  readonly successUrl: string | null;
  readonly cancelUrl: string | null;
  readonly webhookUrl: string | null;
  readonly offerId: string | null;
  readonly routing: Routing;
}

/** Why this provider and offering. */
export interface Routing {
  readonly policy: 'named_by_caller' | 'offer' | 'cheapest';
  readonly considered: readonly {
    readonly provider: string;
    readonly total: { readonly amount: string; readonly currency: string } | null;
    readonly reason: string;
  }[];
}

export type PriceSource = 'charged' | 'quoted' | 'computed';

export interface OrderCheckout {
  readonly url: string;
  readonly status: 'open' | 'complete' | 'expired';
  readonly expiresAt: Date | null;
}

export interface Order extends OrderTerms {
  readonly id: string;
  readonly tenantId: string;
  readonly status: OrderStatus;
  readonly statusReason: string | null;
  readonly providerOrderId: string | null;
  readonly providerStatus: string | null;
  readonly price: { readonly total: Money; readonly source: PriceSource } | null;
  readonly checkout: OrderCheckout | null;
  readonly retirements: readonly Retirement[];
  readonly certificate: Certificate | null;
  readonly review: { readonly reason: ReviewReason; readonly since: Date } | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly placedAt: Date | null;
  readonly retiredAt: Date | null;
  readonly completedAt: Date | null;
  /** Counts the events of the order: the sequence of its latest one. */
  readonly version: number;
}
