import type { Grams } from '../mass.js';
import type { Money } from '../money.js';
import type { PaymentMethod } from './capabilities.js';
import type { OrderTexts } from './text-limits.js';

/** What goes to a provider and what comes back, in the gateway's own words. */

/** Lower-case, stable, part of the public API: `cnaught`, `carbonmark`, `one_tribe`. */
export type ProviderId = string & { readonly kind: 'provider id' };

export const OPERATIONS = [
  'offerings',
  'quote',
  'placeOrder',
  'fetchStatus',
  'listOrders',
  'createCheckout',
  'fetchCheckout',
  'cancel',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Operations that change something at the provider. A call of one of them that gets no response is ambiguous. */
export const WRITES: ReadonlySet<Operation> = new Set<Operation>(['placeOrder', 'createCheckout', 'cancel']);

/** Calls that are stopped together, and apart from the others, while a provider does not respond to them. */
export const OPERATION_CLASSES = ['purchases', 'status', 'catalog'] as const;
export type OperationClass = (typeof OPERATION_CLASSES)[number];

/**
 * A cancellation belongs to `status`: it is sent after one such read and believed after another. It is no purchase: a
 * pause of purchases, for example for lack of credit, must not stop an order from being cancelled.
 */
export const CLASS_OF: Readonly<Record<Operation, OperationClass>> = {
  placeOrder: 'purchases',
  createCheckout: 'purchases',
  fetchStatus: 'status',
  fetchCheckout: 'status',
  listOrders: 'status',
  cancel: 'status',
  offerings: 'catalog',
  quote: 'catalog',
};

export interface ProviderCall {
  /** Aborts at the hard deadline of the call, retries included. */
  readonly signal: AbortSignal;
  /** Our order id, or the id of the request: for the log lines of this call. */
  readonly correlationId: string;
  /** The tenant's account at the provider where it has one of its own (CNaught: X-Subaccount-Id). */
  readonly account: string | null;
  /** Set on a read that an order waits for: it gets its quota slot before polls of other orders. */
  readonly isAwaited?: boolean;
  /** Set on a read that nobody waits for: every other call gets its quota slot first. */
  readonly isUnhurried?: boolean;
  /** For whom the call is made. Where a quota is short, tenants take turns. Not set on what serves all of them. */
  readonly tenantId?: string;
}

export interface QuoteRequest {
  readonly mass: Grams;
  readonly paymentMethod: PaymentMethod;
  /** Null for the provider's default offering, if it has one. */
  readonly providerOfferingId: string | null;
}

export interface ProviderQuote {
  readonly providerOfferingId: string;
  readonly offeringName: string;
  readonly mass: Grams;
  /** What the buyer will be billed, tax included. */
  readonly total: Money;
  /** The tax within `total`; null if the provider states none. */
  readonly tax: Money | null;
  readonly perTonne: Money;
}

/** What a provider must be told to obtain and retire credits. */
export interface PurchaseRequest extends OrderTexts {
  /** Our order id. Unique, and found again in the provider's own record of the order. */
  readonly orderReference: string;
  readonly mass: Grams;
  readonly providerOfferingId: string;
  /** Where the provider may announce changes; null where it cannot. */
  readonly providerCallbackUrl: string | null;
}

/**
 * Where the payer's browser is sent: addresses of this gateway that carry the order's token. An adapter makes sure that
 * the browser comes back to the success address with `/<payment or session id>` appended, and to the cancel address as
 * it is.
 */
export interface CheckoutUrls {
  readonly successUrl: string;
  readonly cancelUrl: string;
}

/**
 * One sending of prepared bytes. `idempotencyKey` is ours, one per generation of attempts; ignored where the provider
 * has none.
 */
export interface Submission {
  readonly body: string;
  readonly idempotencyKey: string;
}

export const OBSERVED_STATUSES = [
  'awaiting_payment',
  'placed',
  'accepted',
  'retired',
  'completed',
  'cancelled',
  'expired',
  'failed',
] as const;
export type ObservedStatus = (typeof OBSERVED_STATUSES)[number];

/** What a provider says about one order: the same shape from a response, a poll, a list or a checkout. */
export interface ProviderOrder {
  readonly providerOrderId: string;
  /** Our reference as the provider gives it back; null where this source does not carry it. */
  readonly orderReference: string | null;
  readonly status: ObservedStatus;
  /** The provider's own word for it, as evidence. */
  readonly providerStatus: string;
  /** Null where this source does not say. */
  readonly mass: Grams | null;
  /** What was charged, tax included; null where nothing was, or the provider does not say. */
  readonly price: Money | null;
  readonly providerOfferingId: string | null;
  readonly checkoutSessionId: string | null;
  readonly createdAt: Date | null;
  readonly beneficiaryName: string | null;
  /** When the credits were retired; null while they are not, and where this source does not say. */
  readonly retiredAt: Date | null;
  readonly retirements: readonly Retirement[];
  readonly certificate: Certificate | null;
}

/** Credits permanently removed from circulation for the beneficiary. Unknown parts are null. */
export interface Retirement {
  readonly project: string | null;
  readonly registry: string | null;
  readonly vintage: number | null;
  readonly mass: Grams | null;
  readonly serialNumberRange: string | null;
  readonly url: string | null;
  readonly transactionHash: string | null;
}

export interface Certificate {
  readonly url: string;
  readonly pdfUrl: string | null;
}

export interface OrderWindow {
  readonly createdFrom: Date;
  /** Lets a provider that can filter by offering read fewer pages. */
  readonly providerOfferingId: string | null;
}

/** A row of a list that cannot be read. It matters to an order only if it could be of it. */
export interface UnreadRow {
  readonly providerOrderId: string | null;
  /** The order references that it may carry; null if that cannot be read either, so that it may be anyone's. */
  readonly orderReferences: readonly string[] | null;
  /** What cannot be read, as a sentence without its value. */
  readonly detail: string;
}

/** Whether a row that cannot be read may be the purchase of this order. */
export const couldBeOf = (orderReference: string, { orderReferences }: UnreadRow): boolean =>
  orderReferences === null || orderReferences.includes(orderReference);

export interface ProviderOrderPage {
  readonly orders: readonly ProviderOrder[];
  /** Rows that cannot be read: the others are as good as without them. */
  readonly unread: readonly UnreadRow[];
  /** Null if nothing older is left within the window. */
  readonly nextCursor: string | null;
  /**
   * How many rows the whole list holds, where pages are addressed by number: a total that shrinks between two pages
   * means that rows moved up and one may have been missed. Null where the cursor cannot miss a row.
   */
  readonly total: number | null;
}

export interface CheckoutSession {
  /** Null where the provider names none until the payer returns. */
  readonly sessionId: string | null;
  readonly url: string;
  readonly status: 'open' | 'complete' | 'expired';
  /** The provider's own word for it. */
  readonly providerStatus: string;
  readonly mass: Grams | null;
  readonly price: Money | null;
  readonly expiresAt: Date | null;
  /** The order that the payment led to, once the provider shows it. */
  readonly order: ProviderOrder | null;
  /** Why that order may be there and cannot be read, as a sentence without a value; null if nothing stands in the way. */
  readonly orderUnread: string | null;
}
