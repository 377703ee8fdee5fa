import type { OrderState } from '../../domain/orders/order-state.js';
import type { SearchExtent } from '../../domain/purchases/submission.js';
import { CLOCK_SKEW_MS } from '../../domain/purchases/timing.js';
import { couldBeOf, type ProviderOrder } from '../../domain/providers/calls.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { callForOrder } from '../providers/provider-call.js';

export interface Search extends SearchExtent {
  /** Orders that carry our order reference, oldest first, each once. */
  readonly found: readonly ProviderOrder[];
  /** Ids of rows that carry our order reference and cannot be read. */
  readonly foundUnread: readonly string[];
  /** Whether every order created since the first send was seen, so that a purchase not found does not exist. */
  readonly complete: boolean;
}

/** Reads the provider's own list back past the first send, and looks for our order reference in it. */
export const searchByReference = async (
  { order, attempts, now }: OrderState,
  listOrders: NonNullable<OffsetProvider['listOrders']>,
): Promise<Search> => {
  const firstSend = attempts[0]?.startedAt ?? now;
  const createdFrom = new Date(firstSend.getTime() - CLOCK_SKEW_MS);
  const window = { createdFrom, providerOfferingId: order.providerOfferingId };
  const found = new Map<string, ProviderOrder>();
  const foundUnread: string[] = [];
  let complete = true;
  let unread: string | null = null;
  let cursor: string | null = null;
  let total: number | null = null;
  let pages = 0;
  let rows = 0;
  // One call with one deadline, however many pages: a list without an end must not outlast the lease.
  const call = callForOrder(order);
  do {
    const page = await listOrders(window, cursor, call);
    pages += 1;
    rows += page.orders.length + page.unread.length;
    for (const candidate of page.orders)
      if (candidate.orderReference === order.id) found.set(candidate.providerOrderId, candidate);
    for (const row of page.unread.filter((each) => couldBeOf(order.id, each))) {
      complete = false;
      unread ??= row.detail;
      if (row.orderReferences !== null && row.providerOrderId !== null) foundUnread.push(row.providerOrderId);
    }
    // A row can slip from an unread page to one already read only if the list became shorter in between.
    if (total !== null && page.total !== null && page.total < total) complete = false;
    total = page.total;
    cursor = page.nextCursor;
  } while (cursor !== null);
  const age = (candidate: ProviderOrder): number => candidate.createdAt?.getTime() ?? 0;
  const oldestFirst = [...found.values()].sort((a, b) => age(a) - age(b));
  return { found: oldestFirst, foundUnread, complete, pages, rows, unread };
};
