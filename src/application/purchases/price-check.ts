import { Injectable } from '@nestjs/common';
import { isMoreThan } from '../../domain/money.js';
import type { Order } from '../../domain/orders/order.js';
import type { Purchase } from '../../domain/purchases/attempt.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ProviderError, ReadThrottledError } from '../../domain/providers/provider-error.js';
import type { ClaimedTask } from '../../persistence/tasks/tasks.repository.js';
import { UnsentPurchasesRepository } from '../../persistence/purchases/unsent-purchases.repository.js';
import { delayOf, RETRY_DELAYS_MS } from './engine-settings.js';
import { callFor } from '../providers/provider-call.js';

/**
 * Whoever waits for its turn within our own quota asks at least this often: looks at other orders, which come after it,
 * would otherwise take every turn while it is away.
 */
const TURN_MS = 30_000;

/** One turn at an order's task; `runs` counts the turns since it last got anywhere. */
export type Run = Pick<ClaimedTask, 'lease' | 'runs'>;

/** Nothing is sent at a price that the caller did not agree to. */
@Injectable()
export class PriceCheck {
  constructor(private readonly unsent: UnsentPurchasesRepository) {}

  /**
   * Before anything of a generation is sent: asks for a price where the caller set a limit, or where the purchase itself
   * will not tell one. Returns the order with that price. Null: the run is over, because the price is too high or not to
   * be had.
   */
  async price({ order, account }: Purchase, provider: OffsetProvider, { lease, runs }: Run): Promise<Order | null> {
    if (order.maxTotal === null && provider.capabilities.priceFrom === 'response') return order;
    const { orderedMass: mass, paymentMethod, providerOfferingId } = order;
    const quote = await provider
      .quote({ mass, paymentMethod, providerOfferingId }, callFor(order.id, account))
      .catch((thrown: unknown) => provider.classifyError(thrown, 'quote'));
    if (quote instanceof ProviderError) {
      if (quote.failure === 'rejected') await this.unsent.refuse(lease, quote.reason);
      else await this.unsent.defer(lease, delayAfter(quote, runs));
      return null;
    }
    const source = provider.capabilities.quote.firmness === 'computed' ? 'computed' : 'quoted';
    const priced = await this.unsent.recordQuote(lease, quote, source);
    if (order.maxTotal === null || !isMoreThan(quote.total, order.maxTotal)) return priced;
    await this.unsent.refuse(lease, 'price_above_limit');
    return null;
  }
}

/** An unknown outcome is judged again at once, and `nextStep` says what to wait for; anything else waits its turn. */
export const delayAfter = (error: ProviderError, tries: number): number => {
  if (error.failure === 'ambiguous') return 0;
  const delayMs = delayOf(RETRY_DELAYS_MS, tries);
  // Spread, as a crowd that asked all at once would leave the quota unused in between.
  const spreadMs = Math.random() * Math.min(delayMs, TURN_MS);
  return Math.max(error.at.retryAfterMs ?? 0, error instanceof ReadThrottledError ? spreadMs : delayMs);
};
