import type { Offering } from '../catalog/offering.js';
import type { Grams } from '../mass.js';
import type { Money } from '../money.js';
import type { Capabilities, PaymentMethod } from './capabilities.js';
import type { ProviderError } from './provider-error.js';

/** Lower-case, stable, part of the public API: `cnaught`, `carbonmark`, `one_tribe`. */
export type ProviderId = string & { readonly kind: 'provider id' };

/**
 * A carbon credit provider, seen from the gateway. This file is the manual for adding one; the runnable
 * definition of "implements it" is `test/contract/`.
 *
 * An adapter translates and nothing else. It keeps no state, reads no clock, never sleeps, retries or logs:
 * `providers/kit` does that for all adapters, and only the purchase engine decides what is sent again.
 *
 * Every method that calls the provider takes a `ProviderCall`. The caller passes what it rejects with to
 * `classifyError`, which is total. A method resolves only with a response that was read completely and understood: a 2xx
 * that lacks a field, or carries a status word that is not in the adapter's table, rejects.
 *
 * Optional methods are present exactly when the capability says so:
 *
 * | method                                       | present when                             |
 * |----------------------------------------------|------------------------------------------|
 * | prepareOrder, placeOrder, listOrders         | paymentMethods includes `account`        |
 * | prepareCheckout, createCheckout              | paymentMethods includes `checkout`       |
 * | fetchCheckout                                | checkout.knownBy is `session`            |
 * | cancel                                       | cancellation is not null                 |
 * | parseCallback                                | callbacks is not `none`                  |
 */
export interface OffsetProvider {
  readonly id: ProviderId;
  readonly displayName: string;
  readonly capabilities: Capabilities;

  /** Everything that can be bought now. Complete (all pages read), at most one of them the default. */
  offerings(call: ProviderCall): Promise<readonly Offering[]>;

  /** The price of a mass now. Moves no money and reserves nothing. */
  quote(request: QuoteRequest, call: ProviderCall): Promise<ProviderQuote>;

  /**
   * The exact bytes of the purchase, as text. Pure: no I/O, same input, same bytes. They are stored before they are
   * sent, and a repeat sends the stored ones. The reference must be in them, where reads give it back.
   */
  prepareOrder?(request: PurchaseRequest): string;

  /** Buys: sends `submission.body` as it is, once. Resolves with the order as the provider recorded it. */
  placeOrder?(submission: Submission, call: ProviderCall): Promise<ProviderOrder>;

  /** One order by the provider's own id. @returns null if the provider says that there is no such order. */
  fetchStatus(providerOrderId: string, call: ProviderCall): Promise<ProviderOrder | null>;

  /**
   * One page of orders, newest first, until those are read that could have been created at or after
   * `window.createdFrom`. Older ones of the same page may be included: the caller looks at the reference, not at the
   * time.
   */
  listOrders?(window: OrderWindow, cursor: string | null, call: ProviderCall): Promise<ProviderOrderPage>;

  /** As prepareOrder, for a hosted checkout. */
  prepareCheckout?(request: PurchaseRequest, urls: CheckoutUrls): string;

  /** Creates a hosted checkout. Moves no money; a repeat makes a second one. */
  createCheckout?(submission: Submission, call: ProviderCall): Promise<CheckoutSession>;

  /** The session now and, once it has led to one, the order. @returns null if the provider knows no such session. */
  fetchCheckout?(sessionId: string, call: ProviderCall): Promise<CheckoutSession | null>;

  /**
   * Cancels an order that has just been read in a status of `capabilities.cancellation.while`. Resolves when the
   * provider says it is undone. A repeat of a cancellation that went through rejects or resolves, never harms.
   */
  cancel?(providerOrderId: string, idempotencyKey: string, call: ProviderCall): Promise<void>;

  /**
   * The provider's order id in a callback's body, as a hint of what to read again. Never throws.
   * @returns null if there is none
   */
  parseCallback?(body: Uint8Array): string | null;

  /** Classifies what one of the methods above rejected with. Total: it never throws, whatever was thrown. */
  classifyError(thrown: unknown, operation: Operation): ProviderError;
}

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
export interface PurchaseRequest {
  /** Our order id. Unique, and found again in the provider's own record of the order. */
  readonly orderReference: string;
  readonly mass: Grams;
  readonly providerOfferingId: string;
  /** Public and permanent on the registry. */
  readonly beneficiaryName: string;
  readonly retirementMessage: string | null;
  readonly description: string | null;
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

export interface ProviderOrderPage {
  readonly orders: readonly ProviderOrder[];
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
}
