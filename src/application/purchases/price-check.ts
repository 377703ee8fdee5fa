import { Injectable } from '@nestjs/common';
import { isMoreThan } from '../../domain/money.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import { retryDelayMs, type AskedPrice } from '../../domain/purchases/submission.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ProviderError } from '../../domain/providers/provider-error.js';
import { callForOrder } from '../providers/provider-call.js';
import { PurchaseThrottle } from '../providers/purchase-throttle.js';
import { failureOf } from '../providers/failure-of.js';

export type PriceDecision =
  /** `price` is null if none was needed. */
  | { readonly do: 'send'; readonly price: AskedPrice | null }
  | { readonly do: 'defer'; readonly delayMs: number }
  | { readonly do: 'refuse'; readonly reason: string; readonly price: AskedPrice | null };

/** Nothing is sent at a price above the caller's limit. */
@Injectable()
export class PriceCheck {
  constructor(private readonly throttle: PurchaseThrottle) {}

  /**
   * Asks for a price before the first send of a generation, if the caller set a limit or the purchase itself will not
   * tell the price. Not while purchases are paused: the price would be of no use.
   */
  async run({ order }: OrderState, provider: OffsetProvider, tries: number): Promise<PriceDecision> {
    const { maxTotal, orderedMass: mass, paymentMethod, providerOfferingId } = order;
    if (maxTotal === null && provider.capabilities.priceFrom === 'response') return { do: 'send', price: null };
    const pausedMs = await this.throttle.pausedForMs(provider);
    if (pausedMs > 0) return { do: 'defer', delayMs: pausedMs };
    const quote = await provider
      .quote({ mass, paymentMethod, providerOfferingId }, { ...callForOrder(order), isAwaited: true })
      .catch((thrown: unknown) => failureOf(provider, thrown, 'quote'));
    if (quote instanceof ProviderError)
      return quote.failure === 'rejected'
        ? { do: 'refuse', reason: quote.reason, price: null }
        : { do: 'defer', delayMs: retryDelayMs(quote, tries, Math.random()) };
    const source = provider.capabilities.quote.firmness === 'computed' ? 'computed' : 'quoted';
    const price = { quote, source } as const;
    if (maxTotal === null || !isMoreThan(quote.total, maxTotal)) return { do: 'send', price };
    return { do: 'refuse', reason: 'price_above_limit', price };
  }
}
