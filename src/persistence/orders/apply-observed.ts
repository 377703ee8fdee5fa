import { decide, type OrderStatus } from '../../domain/orders/lifecycle.js';
import type { ObservationSource } from '../../domain/orders/order.js';
import type { ProviderOrder } from '../../domain/providers/provider.js';
import type { Prisma } from '../generated/client.js';
import { changeOrder, endAnsweredReview, flagForReview, type LockedOrder } from './order-changes.js';
import { UNKNOWN_OUTCOME } from './order-rows.js';
import type { Transaction } from '../prisma/prisma.service.js';

/**
 * Brings in what a provider says about an order, whichever way it came. The caller has checked that it is about this
 * order and agrees with it.
 */
export const applyObserved = async (
  tx: Transaction,
  order: LockedOrder,
  observed: ProviderOrder,
  source: ObservationSource,
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
      ...UNKNOWN_OUTCOME,
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
