import { Injectable } from '@nestjs/common';
import type { Purchase } from '../../domain/purchases/attempt.js';
import { takesOver } from '../../domain/orders/review.js';
import { disagreements } from '../../domain/purchases/integrity.js';
import type { OffsetProvider, ProviderOrder } from '../../domain/providers/provider.js';
import { ProviderError, ReadThrottledError } from '../../domain/providers/provider-error.js';
import type { Lease } from '../../persistence/tasks/lease.js';
import { LookupsRepository } from '../../persistence/purchases/lookups.repository.js';
import { PurchasesRepository } from '../../persistence/purchases/purchases.repository.js';
import { TasksRepository } from '../../persistence/tasks/tasks.repository.js';
import { crashPoint } from '../crash-point.js';
import { delayOf, RETRY_DELAYS_MS, REVIEW_LOOK_MS } from './engine-settings.js';
import { callFor } from '../providers/provider-call.js';

/** Our clock and the provider's may differ by this much: the list is read that much further back. */
const CLOCK_SKEW_MS = 120_000;

/** A list that could not be read completely proves nothing; it is read again after this long. */
const INCOMPLETE_RETRY_MS = 30_000;

interface Search {
  /** Orders that carry our reference, oldest first, each once. */
  readonly found: readonly ProviderOrder[];
  /** Whether every order created since the first send was seen, so that absence means absence. */
  readonly complete: boolean;
}

/** Looks for an order of unknown outcome in the provider's own list, by our reference. */
@Injectable()
export class LookupPurchase {
  constructor(
    private readonly purchases: PurchasesRepository,
    private readonly lookUps: LookupsRepository,
    private readonly tasks: TasksRepository,
  ) {}

  /**
   * `conclusive`: by now the provider would show it, so a complete list without it proves that nothing was bought.
   * `laterMs`: when to look again after finding nothing.
   */
  async run(
    purchase: Purchase,
    provider: OffsetProvider,
    lease: Lease,
    conclusive: boolean,
    laterMs = 0,
  ): Promise<void> {
    const { order, lookups } = purchase;
    if (!provider.listOrders) return this.tasks.release(lease, Math.max(laterMs, REVIEW_LOOK_MS));
    const search = await searchByReference(purchase, provider.listOrders.bind(provider)).catch((thrown: unknown) =>
      provider.classifyError(thrown, 'listOrders'),
    );
    crashPoint('looked_up');
    // Not counted: being put off must never look like having searched in vain.
    if (search instanceof ReadThrottledError)
      return this.tasks.release(lease, Math.max(search.retryAfterMs, INCOMPLETE_RETRY_MS, laterMs));
    if (search instanceof ProviderError) {
      const delayMs = delayOf(RETRY_DELAYS_MS, lookups.count + 3);
      return this.lookUps.recordFailed(lease, search, Math.max(search.at.retryAfterMs ?? 0, delayMs, laterMs));
    }
    const [oldest, ...others] = search.found;
    if (!oldest) {
      const inconclusive = conclusive && !search.complete;
      const delayMs = inconclusive ? INCOMPLETE_RETRY_MS : laterMs;
      return this.lookUps.recordNotFound(lease, conclusive && search.complete, delayMs);
    }
    const fields = disagreements(order, oldest);
    if (fields.length > 0)
      return this.lookUps.flag(lease, 'answer_disagrees', REVIEW_LOOK_MS, {
        provider_order_id: oldest.providerOrderId,
        fields: [...fields],
      });
    await this.purchases.recordPurchase(lease, oldest, 'lookup', 0, others);
    crashPoint('lookup_recorded');
  }

  /** Nobody can prove anything: a person decides. The purchase is still looked for, in case it turns up. */
  async underReview(purchase: Purchase, provider: OffsetProvider, lease: Lease): Promise<void> {
    const shown = purchase.order.review?.reason ?? null;
    if (takesOver('unproven_outcome', shown)) return this.lookUps.flag(lease, 'unproven_outcome', REVIEW_LOOK_MS);
    return this.run(purchase, provider, lease, false, REVIEW_LOOK_MS);
  }
}

const searchByReference = async (
  { order, attempts, account, now }: Purchase,
  listOrders: NonNullable<OffsetProvider['listOrders']>,
): Promise<Search> => {
  const firstSend = attempts[0]?.startedAt ?? now;
  const createdFrom = new Date(firstSend.getTime() - CLOCK_SKEW_MS);
  const window = { createdFrom, providerOfferingId: order.providerOfferingId };
  const found = new Map<string, ProviderOrder>();
  let complete = true;
  let cursor: string | null = null;
  let total: number | null = null;
  do {
    const page = await listOrders(window, cursor, callFor(order.id, account));
    for (const candidate of page.orders)
      if (candidate.orderReference === order.id) found.set(candidate.providerOrderId, candidate);
    // Rows move up, and so out of sight between two numbered pages, only when the list has become shorter meanwhile.
    if (total !== null && page.total !== null && page.total < total) complete = false;
    total = page.total;
    cursor = page.nextCursor;
  } while (cursor !== null);
  const age = (candidate: ProviderOrder): number => candidate.createdAt?.getTime() ?? 0;
  return { found: [...found.values()].sort((a, b) => age(a) - age(b)), complete };
};
