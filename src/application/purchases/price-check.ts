import { Injectable } from '@nestjs/common';
import { needsExactTotal } from '../../domain/catalog/limits.js';
import { expectedTotal } from '../../domain/catalog/offering.js';
import type { Order } from '../../domain/orders/order.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import { priceRefusal, type SendRefusal } from '../../domain/purchases/price-guard.js';
import { retryDelayMs, type AskedPrice } from '../../domain/purchases/submission.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ProviderError } from '../../domain/providers/provider-error.js';
import { Catalog } from '../catalog/catalog.js';
import { callForOrder } from '../providers/provider-call.js';
import { PurchaseThrottle } from '../providers/purchase-throttle.js';
import { failureOf } from '../providers/failure-of.js';

export type PriceDecision =
  /** `price` is null if none was needed. */
  | { readonly do: 'send'; readonly price: AskedPrice | null }
  | { readonly do: 'defer'; readonly delayMs: number }
  | { readonly do: 'refuse'; readonly refusal: SendRefusal | ProviderError; readonly price: AskedPrice | null };

/** Nothing is sent at a price above the caller's limit, or at one that the provider is known not to take. */
@Injectable()
export class PriceCheck {
  constructor(
    private readonly throttle: PurchaseThrottle,
    private readonly catalog: Catalog,
  ) {}

  /**
   * Asks for a price before the first send of a generation, if the caller set a limit, the purchase itself will not tell
   * the price, or its total may be one that cannot be paid this way. Not while purchases are paused: the price would be of no use.
   */
  async run({ order }: OrderState, provider: OffsetProvider, tries: number): Promise<PriceDecision> {
    const { orderedMass: mass, paymentMethod, providerOfferingId } = order;
    if (!this.isNeeded(order, provider)) return { do: 'send', price: null };
    const pausedMs = await this.throttle.pausedForMs(provider);
    if (pausedMs > 0) return { do: 'defer', delayMs: pausedMs };
    const quote = await provider
      .quote({ mass, paymentMethod, providerOfferingId }, { ...callForOrder(order), isAwaited: true })
      .catch((thrown: unknown) => failureOf(provider, thrown, 'quote'));
    if (quote instanceof ProviderError)
      return quote.failure === 'rejected'
        ? { do: 'refuse', refusal: quote, price: null }
        : { do: 'defer', delayMs: retryDelayMs(quote, tries, Math.random()) };
    const source = provider.capabilities.quote.firmness === 'computed' ? 'computed' : 'quoted';
    const price = { quote, source } as const;
    const refusal = priceRefusal(provider, order, quote.total);
    return refusal ? { do: 'refuse', refusal, price } : { do: 'send', price };
  }

  private isNeeded(
    { maxTotal, orderedMass, paymentMethod, providerOfferingId }: Order,
    provider: OffsetProvider,
  ): boolean {
    if (maxTotal !== null || provider.capabilities.priceFrom === 'quote') return true;
    const offering = this.catalog.known(provider)?.find((each) => each.providerOfferingId === providerOfferingId);
    return needsExactTotal(provider, paymentMethod, offering ? expectedTotal(offering, orderedMass) : null);
  }
}
