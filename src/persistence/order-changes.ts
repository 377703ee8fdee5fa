import { decide, isTerminal, isUnsettled, type OrderStatus } from '../domain/order/lifecycle.js';
import type { NewsSource } from '../domain/order/order.js';
import { endsWithNews, takesOver, type ReviewReason } from '../domain/order/review.js';
import type { ProviderOrder } from '../domain/provider/provider.js';
import type { Prisma } from './generated/client.js';
import { newId } from './identifiers.js';
import { WITH_CHECKOUT, type OrderRow } from './order-rows.js';
import type { PrismaService, Transaction } from './prisma.service.js';
import { endTask, moveTask } from './task-rows.js';

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
  change: (tx: Transaction, order: LockedOrder) => Promise<unknown>,
): Promise<void> => {
  await prisma.$transaction(async (tx) => {
    const order = await lockOrder(tx, orderId);
    if (order) await change(tx, order);
  });
};

export interface OrderChange {
  /** What happened, without the `order.` prefix: a status, or a fact that leaves the status as it is. */
  readonly event: string;
  readonly source: NewsSource;
  readonly to?: OrderStatus;
  readonly set?: Prisma.OrderUncheckedUpdateInput;
  readonly providerStatus?: string;
  readonly evidence?: Prisma.InputJsonObject;
}

/**
 * The only code that changes an order after its creation: the row, its version, the event that says why and, with a
 * move, the task that brings it on. Returns the order as it is now, still locked.
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
  return isUnsettled(change.to) ? changed : endAnsweredReview(tx, changed, change.source);
};

/** A final order needs nobody; any other move starts the delays of its new task from the beginning. */
const followMove = async (tx: Transaction, orderId: string, to: OrderStatus): Promise<void> => {
  if (isTerminal(to)) return endTask(tx, orderId);
  await moveTask(tx, orderId, isUnsettled(to) ? 'purchase' : 'follow');
};

/** Flags the order for a person. Which of several reasons shows says `takesOver`; the events tell all that showed. */
export const flagForReview = async (
  tx: Transaction,
  order: LockedOrder,
  reason: ReviewReason,
  source: NewsSource,
  evidence: Prisma.InputJsonObject = {},
): Promise<LockedOrder> => {
  if (!takesOver(reason, reviewOf(order))) return order;
  return changeOrder(tx, order, {
    event: 'review_flagged',
    source,
    set: { reviewReason: reason, reviewSince: order.row.reviewSince ?? order.now },
    evidence: { ...evidence, reason },
  });
};

/** Takes the flag away where all that was wrong is that nobody knew. Call it with news of the order, or its new stage. */
export const endAnsweredReview = async (
  tx: Transaction,
  order: LockedOrder,
  source: NewsSource,
): Promise<LockedOrder> => {
  const reason = reviewOf(order);
  return reason !== null && endsWithNews(reason) ? clearReview(tx, order, source, { reason }) : order;
};

export const clearReview = (
  tx: Transaction,
  order: LockedOrder,
  source: NewsSource,
  evidence: Prisma.InputJsonObject,
): Promise<LockedOrder> =>
  changeOrder(tx, order, {
    event: 'review_cleared',
    source,
    set: { reviewReason: null, reviewSince: null },
    evidence,
  });

const reviewOf = ({ row }: LockedOrder): ReviewReason | null => row.reviewReason as ReviewReason | null;

/**
 * Brings in what a provider says about an order, whichever way it came. The caller has checked that it is about this
 * order and agrees with it. Says whether the order changed.
 */
export const applyObserved = async (
  tx: Transaction,
  order: LockedOrder,
  observed: ProviderOrder,
  source: NewsSource,
): Promise<LockedOrder> => {
  const evidence = evidenceOf(observed);
  const { providerOrderId, paymentMethod } = order.row;
  if (providerOrderId !== null && providerOrderId !== observed.providerOrderId)
    return flagForReview(tx, order, paymentMethod === 'checkout' ? 'paid_twice' : 'bought_twice', source, evidence);
  const decision = decide(order.row.status as OrderStatus, observed.status);
  if (decision.kind === 'conflict')
    return flagForReview(tx, order, decision.reason, source, { ...evidence, observed: observed.status });
  const facts = factsOf(order, observed);
  if (decision.kind === 'stale') {
    const isNews = Object.keys(facts).length > 0;
    const learned = isNews ? await changeOrder(tx, order, { event: 'updated', source, set: facts, evidence }) : order;
    return endAnsweredReview(tx, learned, source);
  }
  if (observed.status !== 'awaiting_payment') await settleUnknownAttempts(tx, order);
  const moved = await changeOrder(tx, order, {
    event: decision.to,
    source,
    to: decision.to,
    set: { ...facts, ...milestones(order, decision.to), statusReason: null },
    providerStatus: observed.providerStatus,
    evidence,
  });
  const paidForNothing = decision.to === 'failed' && observed.price !== null;
  return paidForNothing ? flagForReview(tx, moved, 'retirement_failed', source, evidence) : moved;
};

/** A purchase that is seen settles every send of unknown outcome: one of them made it. */
const settleUnknownAttempts = async (tx: Transaction, order: LockedOrder): Promise<void> => {
  await tx.attempt.updateMany({
    where: {
      orderId: order.row.id,
      operation: { in: ['place_order', 'create_checkout'] },
      OR: [{ outcome: null }, { outcome: 'ambiguous' }],
    },
    data: { outcome: 'accepted', settledAt: order.now },
  });
};

/** Columns that the observation adds or completes. What is known is never overwritten by what is absent. */
const factsOf = ({ row }: LockedOrder, observed: ProviderOrder): Prisma.OrderUncheckedUpdateInput => {
  const newCertificate = observed.certificate && !sameJson(observed.certificate, row.certificate);
  const newRetirements = observed.retirements.length > 0 && !sameJson(observed.retirements, row.retirements);
  return {
    ...(row.providerOrderId === null && { providerOrderId: observed.providerOrderId }),
    ...(observed.price &&
      row.priceSource !== 'charged' && {
        priceAmount: observed.price.amount,
        priceCurrency: observed.price.currency,
        priceSource: 'charged',
      }),
    ...(newCertificate && { certificate: { ...observed.certificate } }),
    ...(newRetirements && { retirements: observed.retirements.map((retirement) => ({ ...retirement })) }),
  };
};

const milestones = ({ row, now }: LockedOrder, to: OrderStatus): Prisma.OrderUncheckedUpdateInput => {
  const placed = to === 'placed' || to === 'accepted' || to === 'retired' || to === 'completed';
  const retired = to === 'retired' || to === 'completed';
  return {
    ...(placed && row.placedAt === null && { placedAt: now }),
    ...(retired && row.retiredAt === null && { retiredAt: now }),
    ...(to === 'completed' && { completedAt: now }),
  };
};

const evidenceOf = (observed: ProviderOrder): Prisma.InputJsonObject => ({
  provider_order_id: observed.providerOrderId,
  ...(observed.mass !== null && { grams: observed.mass }),
  ...(observed.price && { price: { amount: observed.price.amount.toFixed(), currency: observed.price.currency } }),
  ...(observed.checkoutSessionId && { checkout_session_id: observed.checkoutSessionId }),
});

/** jsonb keeps no key order, so both sides are compared with sorted keys. */
const sameJson = (a: unknown, b: unknown): boolean => sorted(a) === sorted(b);
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
