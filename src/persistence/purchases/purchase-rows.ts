import { isOutcomePending, type OrderStatus } from '../../domain/orders/lifecycle.js';
import type { Purchase } from '../../domain/purchases/attempt.js';
import type { PaymentMethod } from '../../domain/providers/capabilities.js';
import type { ProviderError } from '../../domain/providers/provider-error.js';
import type { Lease } from '../tasks/lease.js';
import { lockOrder, type LockedOrder } from '../orders/order-changes.js';
import { attemptFromRow, orderFromRow, type AttemptRow } from '../orders/order-rows.js';
import type { PrismaService, Transaction } from '../prisma/prisma.service.js';
import { holdsLease, releaseTask } from '../tasks/task-rows.js';

/** The write that obtains credits, by who pays. Cancellations are attempts of another operation. */
export const operationOf = ({ row }: LockedOrder): 'place_order' | 'create_checkout' =>
  OPERATIONS[row.paymentMethod as PaymentMethod];

const OPERATIONS = { account: 'place_order', checkout: 'create_checkout' } as const;

/**
 * The fence: one transaction with the order under its lock. Null: the run is over and nothing was written, because
 * another one holds the order by now, or because a fact has settled it, for which nobody asked this run.
 */
export const underLease = <T>(
  prisma: PrismaService,
  lease: Lease,
  write: (tx: Transaction, order: LockedOrder) => Promise<T>,
  holds: typeof holdsLease = holdsLease,
): Promise<T | null> =>
  prisma.$transaction(async (tx) => {
    const order = await lockOrder(tx, lease.subjectId);
    if (!order || !(await holds(tx, lease))) return null;
    if (isOutcomePending(order.row.status as OrderStatus)) return write(tx, order);
    await releaseTask(tx, lease, 0);
    return null;
  });

/** The sends of the purchase itself, oldest first. */
export const attemptsOf = (tx: Transaction, order: LockedOrder): Promise<AttemptRow[]> =>
  tx.attempt.findMany({
    where: { orderId: order.row.id, operation: operationOf(order) },
    orderBy: { number: 'asc' },
  });

export const purchaseOf = async (tx: Transaction, order: LockedOrder): Promise<Purchase> => ({
  order: orderFromRow(order.row),
  account: order.row.providerAccount,
  attempts: (await attemptsOf(tx, order)).map(attemptFromRow),
  lookups: { count: order.row.lookupCount, lastAt: order.row.lastLookupAt },
  now: order.now,
});

/** Settles one attempt, once: an adoption may have settled it meanwhile, and a definite outcome stands. */
export const settleAttempt = async (
  tx: Transaction,
  order: LockedOrder,
  number: number,
  outcome: 'accepted' | ProviderError,
): Promise<void> => {
  const error = outcome === 'accepted' ? null : outcome;
  await tx.attempt.updateMany({
    where: { orderId: order.row.id, operation: operationOf(order), number, outcome: null },
    data: {
      outcome: error?.failure ?? 'accepted',
      settledAt: order.now,
      reason: error?.reason ?? null,
      upstreamStatus: error?.at.upstreamStatus ?? null,
      upstreamCode: error?.at.upstreamCode ?? null,
    },
  });
};

/** What the provider answered, as evidence. */
export const upstreamOf = ({ at }: ProviderError): { upstream_status?: number; upstream_code?: string } => ({
  ...(at.upstreamStatus !== undefined && { upstream_status: at.upstreamStatus }),
  ...(at.upstreamCode !== undefined && { upstream_code: at.upstreamCode }),
});
