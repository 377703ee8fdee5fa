import type { Offering } from '../catalog/offering.js';
import type {
  CheckoutSession,
  CheckoutUrls,
  Operation,
  OrderWindow,
  ProviderCall,
  ProviderId,
  ProviderOrder,
  ProviderOrderPage,
  ProviderQuote,
  PurchaseRequest,
  QuoteRequest,
  Submission,
} from './calls.js';
import type { Capabilities } from './capabilities.js';
import type { ProviderError } from './provider-error.js';

/**
 * A carbon credit provider, seen from the gateway. This file is the manual for adding one; the runnable
 * definition of "implements it" is `test/contract/`.
 *
 * An adapter translates and nothing else. It keeps no state, reads no clock, never sleeps, retries or logs:
 * `providers/kit` does that for all adapters, and only the purchase engine decides what is sent again.
 *
 * Every method that calls the provider takes a `ProviderCall`. The caller passes what it rejects with to
 * `classifyError`, which is total. A method resolves only with a response that was read completely and understood: a 2xx
 * that lacks a status, a mass, a price or an id, or carries a status word that is not in the adapter's table, rejects. What
 * only adds to these is null where it cannot be read. Lists are not all ours: a row that cannot be read rejects only where
 * it could be the one that is asked for; of a list of orders it is told as such, of a catalog it is left out.
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
