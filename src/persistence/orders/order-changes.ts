import { isTerminal, isOutcomePending, type OrderStatus } from '../../domain/orders/lifecycle.js';
import type { ObservationSource } from '../../domain/orders/order.js';
import { endsWithNews, takesOver, type ReviewReason } from '../../domain/orders/review.js';
import type { Prisma } from '../generated/client.js';
import { newId } from '../new-id.js';
import { WITH_CHECKOUT, type OrderRow } from './order-rows.js';
import type { PrismaService, Transaction } from '../prisma/prisma.service.js';
import { endTask, moveTask } from '../tasks/task-rows.js';

/** An order under its row lock, and the database's time in this transaction. */
export interface LockedOrder {
  readonly row: OrderRow;
  readonly now: Date;
}

/** Locks the order until the transaction ends. Null: there is none. Lock the order before its task, always. */
export const lockOrder = async (tx: Transaction, orderId: string): Promise<LockedOrder | null> => {
  const [lock] = await tx.$queryRaw<{ now: Date }[]>`SELECT now() AS now FROM orders WHERE id = ${orderId} FOR UPDATE`;
  if (!lock) return null;
  return { row: await tx.order.findUniqueOrThrow({ where: { id: orderId }, include: WITH_CHECKOUT }), now: lock.now };
};

/** One transaction with the order under its lock. For facts, which need no lease. Nothing happens where there is no order. */
export const underLock = async (
  prisma: PrismaService,
  orderId: string,
  change: (tx: Transaction, order: LockedOrder) => Promise<void>,
): Promise<void> => {
  await prisma.$transaction(async (tx) => {
    const order = await lockOrder(tx, orderId);
    if (order) await change(tx, order);
  });
};

export interface OrderChange {
  /** What happened, without the `order.` prefix: a status, or a fact that leaves the status as it is. */
  readonly event: string;
  readonly source: ObservationSource;
  readonly to?: OrderStatus;
  readonly set?: Prisma.OrderUncheckedUpdateInput;
  readonly providerStatus?: string;
  readonly evidence?: Prisma.InputJsonObject;
}

/**
 * The only code that changes an order after its creation: the row, its version, the event that says why and, with a
 * move, the task that brings it on; and a second event where the move answers what a person was to look at. Returns the
 * order as it is now, still locked.
 */
export const changeOrder = async (tx: Transaction, order: LockedOrder, change: OrderChange): Promise<LockedOrder> => {
  const from = order.row.status as OrderStatus;
  const moved = change.to !== undefined && change.to !== from;
  const row = await tx.order.update({
    where: { id: order.row.id },
    data: {
      ...change.set,
      ...(moved && { status: change.to }),
      ...(change.providerStatus !== undefined && { providerStatus: change.providerStatus }),
      version: { increment: 1 },
      updatedAt: order.now,
    },
    include: WITH_CHECKOUT,
  });
  await tx.orderEvent.create({
    data: {
      id: newId('evt'),
      orderId: row.id,
      sequence: row.version,
      type: `order.${change.event}`,
      fromStatus: from,
      toStatus: row.status,
      source: change.source,
      providerStatus: change.providerStatus ?? null,
      evidence: change.evidence ?? {},
      at: order.now,
    },
  });
  const changed = { row, now: order.now };
  if (!moved) return changed;
  await followMove(tx, row.id, change.to);
  if (!isOutcomePending(change.to)) return endAnsweredReview(tx, changed, change.source);
  // It was sent after all.
  return change.to === 'in_doubt'
    ? endAnsweredReview(tx, changed, change.source, ['submission_keeps_failing'])
    : changed;
};

/** A final order needs nobody; any other move starts the delays of its new task from the beginning. */
const followMove = async (tx: Transaction, orderId: string, to: OrderStatus): Promise<void> => {
  if (isTerminal(to)) return endTask(tx, orderId);
  await moveTask(tx, orderId, isOutcomePending(to) ? 'purchase' : 'follow');
};

/** Flags the order for a person, unless it is flagged for something worse. The events tell all that showed. */
export const flagForReview = async (
  tx: Transaction,
  order: LockedOrder,
  reason: ReviewReason,
  source: ObservationSource,
  evidence: Prisma.InputJsonObject = {},
): Promise<LockedOrder> => {
  // An order that has ended is read no more: what only news would end would stay for ever.
  if (isTerminal(order.row.status as OrderStatus) && endsWithNews(reason)) return order;
  if (!takesOver(reason, reviewOf(order))) return order;
  return changeOrder(tx, order, {
    event: 'review_flagged',
    source,
    set: { reviewReason: reason, reviewSince: order.row.reviewSince ?? order.now },
    evidence: { ...evidence, reason },
  });
};

/** Takes the flag away where all that was wrong is that nobody knew, and news came that answers it: these, or any. */
export const endAnsweredReview = async (
  tx: Transaction,
  order: LockedOrder,
  source: ObservationSource,
  answered?: readonly ReviewReason[],
): Promise<LockedOrder> => {
  const reason = reviewOf(order);
  if (reason === null || !(answered?.includes(reason) ?? endsWithNews(reason))) return order;
  return clearReview(tx, order, source, { reason });
};

export const clearReview = (
  tx: Transaction,
  order: LockedOrder,
  source: ObservationSource,
  evidence: Prisma.InputJsonObject,
): Promise<LockedOrder> =>
  changeOrder(tx, order, {
    event: 'review_cleared',
    source,
    set: { reviewReason: null, reviewSince: null },
    evidence,
  });

const reviewOf = ({ row }: LockedOrder): ReviewReason | null => row.reviewReason as ReviewReason | null;
