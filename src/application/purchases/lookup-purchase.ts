import { Injectable } from '@nestjs/common';
import type { OrderChange } from '../../domain/orders/order-change.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import { takesOver } from '../../domain/orders/review.js';
import { disagreements } from '../../domain/purchases/integrity.js';
import {
  handOver,
  recordDisagreement,
  recordLookupFailure,
  recordNotFound,
  recordPurchase,
} from '../../domain/purchases/submission.js';
import type { ProviderOrder } from '../../domain/providers/calls.js';
import { delayOf, INCOMPLETE_LIST_RETRY_MS, RETRY_DELAYS_MS, REVIEW_LOOKUP_MS } from '../../domain/purchases/timing.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ProviderError, ReadThrottledError } from '../../domain/providers/provider-error.js';
import { OrdersRepository } from '../../persistence/orders/orders.repository.js';
import { TasksRepository } from '../../persistence/tasks/tasks.repository.js';
import { crashPoint } from '../crash-point.js';
import { ChangeOrder } from '../orders/change-order.js';
import type { PurchaseRun } from './purchase-run.js';
import { failureOf } from '../providers/failure-of.js';
import { searchByReference } from './search-by-reference.js';

/**
 * Looks for an order of unknown outcome in the provider's own list, by our order reference. Each lookup ends the run.
 */
@Injectable()
export class LookupPurchase {
  constructor(
    private readonly changes: ChangeOrder,
    private readonly orders: OrdersRepository,
    private readonly tasks: TasksRepository,
  ) {}

  /**
   * `conclusive`: the provider would show a purchase by now, so a complete list without it proves that nothing was
   * bought. `laterMs`: when to look again if nothing is found.
   */
  async run(run: PurchaseRun, provider: OffsetProvider, conclusive: boolean, laterMs = 0): Promise<void> {
    const { state, lease } = run;
    if (!provider.listOrders) return this.tasks.release(lease, Math.max(laterMs, REVIEW_LOOKUP_MS));
    const search = await searchByReference(state, provider.listOrders.bind(provider)).catch((thrown: unknown) =>
      failureOf(provider, thrown, 'listOrders'),
    );
    crashPoint('looked_up');
    // Not counted: our quota stopped this lookup, so it did not find nothing.
    if (search instanceof ReadThrottledError)
      return this.tasks.release(lease, Math.max(search.retryAfterMs, INCOMPLETE_LIST_RETRY_MS, laterMs));
    if (search instanceof ProviderError) {
      const waitMs = Math.max(search.at.retryAfterMs ?? 0, failedSearchMs(state), laterMs);
      return this.conclude(run, (current) => recordLookupFailure(current, search), waitMs);
    }
    const [oldest, ...others] = search.found;
    if (!oldest) {
      const incompleteMs = search.unread === null ? INCOMPLETE_LIST_RETRY_MS : failedSearchMs(state);
      const waitMs =
        search.unread !== null || (conclusive && !search.complete) ? Math.max(incompleteMs, laterMs) : laterMs;
      return this.conclude(run, (current) => recordNotFound(current, conclusive && search.complete, search), waitMs);
    }
    const differences = disagreements(state.order, oldest);
    if (differences.length > 0)
      return this.conclude(run, (current) => recordDisagreement(current, oldest, differences), REVIEW_LOOKUP_MS);
    const extra = new Set([...others.map(({ providerOrderId }) => providerOrderId), ...search.foundUnread]);
    extra.delete(oldest.providerOrderId);
    await this.changes.run(state, (current) => recordPurchase(current, oldest, 'lookup', [...extra]), {
      cause: run.cause,
      guard: { by: 'version' },
      task: { do: 'release', lease, delayMs: 0 },
      ifTaken: () => this.anothers(run, oldest),
    });
    crashPoint('lookup_recorded');
  }

  /** Nothing can be proven, so a person decides. Lookups go on, in case the purchase shows up. */
  async underReview(run: PurchaseRun, provider: OffsetProvider): Promise<void> {
    const shown = run.state.order.review?.reason ?? null;
    if (!takesOver('unproven_outcome', shown)) return this.run(run, provider, false, REVIEW_LOOKUP_MS);
    return this.conclude(run, handOver, REVIEW_LOOKUP_MS);
  }

  /** The provider tells our reference with the purchase of another order: one of the two is wrong, and a person must look. */
  private async anothers(run: PurchaseRun, found: ProviderOrder): Promise<void> {
    const [owner = null] = await this.orders.ownersOf(run.state.order.provider, found.providerOrderId);
    const difference = { field: 'order_reference', ours: run.state.order.id, theirs: owner } as const;
    return this.conclude(run, (current) => recordDisagreement(current, found, [difference]), REVIEW_LOOKUP_MS);
  }

  /** A lookup without a purchase is no fact, so only the run that holds the lease records it. */
  private async conclude(
    { state, lease, cause }: PurchaseRun,
    decide: (state: OrderState) => OrderChange,
    delayMs: number,
  ): Promise<void> {
    await this.changes.run(state, decide, {
      cause,
      guard: { by: 'lease', lease },
      task: { do: 'release', lease, delayMs },
    });
  }
}

const failedSearchMs = ({ order }: OrderState): number => delayOf(RETRY_DELAYS_MS, order.lookups.count + 3);
