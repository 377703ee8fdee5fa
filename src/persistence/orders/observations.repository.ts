import { Injectable } from '@nestjs/common';
import type { OrderStatus } from '../../domain/orders/lifecycle.js';
import type { ObservationSource, Order } from '../../domain/orders/order.js';
import type { ReviewReason } from '../../domain/orders/review.js';
import type { ProviderOrder } from '../../domain/providers/provider.js';
import { applyObserved } from './apply-observed.js';
import { changeOrder, clearReview, flagForReview, lockOrder, underLock } from './order-changes.js';
import { orderFromRow, WITH_CHECKOUT } from './order-rows.js';
import type { Prisma } from '../generated/client.js';
import { PrismaService } from '../prisma/prisma.service.js';
import { wakeOrFollow } from '../tasks/task-rows.js';

/** What is to be read at the provider to know how an order stands. */
export interface ObservationTargets {
  readonly order: Order;
  readonly account: string | null;
  /** Every hosted page of the order that may still bring news, by session id. */
  readonly sessions: readonly string[];
  /** Payment ids that a browser brought back and that nobody has confirmed or refused. */
  readonly claimedPayments: readonly string[];
  /** Purchases that callbacks spoke of and that are not the order's own, latest first. */
  readonly hintedOrderIds: readonly string[];
  /** Whether this gateway has asked the provider to cancel the order, and may have been heard. */
  readonly cancelSent: boolean;
  readonly now: Date;
}

/** However many callbacks come, so many different purchases are looked up for them. */
const MAX_HINTS = 5;

/** News about orders that a provider has. Needs no lease: facts are facts, and the order's lock puts them in a row. */
@Injectable()
export class ObservationsRepository {
  constructor(private readonly prisma: PrismaService) {}

  async watched(orderId: string): Promise<ObservationTargets | null> {
    const row = await this.prisma.order.findUnique({ where: { id: orderId }, include: WITH_CHECKOUT });
    if (!row) return null;
    const [sessions, claims, callbacks, cancels, now] = await Promise.all([
      this.prisma.checkoutSession.findMany({
        where: { orderId, status: { in: row.providerOrderId === null ? ['open', 'complete'] : ['open'] } },
      }),
      this.prisma.checkoutReturn.findMany({ where: { orderId, verdict: 'claimed' }, orderBy: { returnedAt: 'asc' } }),
      this.prisma.callback.findMany({
        where: { orderId, providerOrderId: { not: row.providerOrderId } },
        distinct: ['providerOrderId'],
        orderBy: { id: 'desc' },
        take: MAX_HINTS,
      }),
      // A cancellation that was refused, or never arrived, cannot be why an order is gone.
      this.prisma.attempt.count({
        where: {
          orderId,
          operation: 'cancel',
          OR: [{ outcome: null }, { outcome: { in: ['accepted', 'ambiguous'] } }],
        },
      }),
      this.prisma.now(),
    ]);
    return {
      order: orderFromRow(row),
      account: row.providerAccount,
      sessions: sessions.flatMap(({ sessionId }) => sessionId ?? []),
      claimedPayments: claims.map(({ paymentId }) => paymentId),
      hintedOrderIds: callbacks.flatMap(({ providerOrderId }) => providerOrderId ?? []),
      cancelSent: cancels > 0,
      now,
    };
  }

  async apply(orderId: string, observed: ProviderOrder, source: ObservationSource): Promise<void> {
    await underLock(this.prisma, orderId, async (tx, order) => void (await applyObserved(tx, order, observed, source)));
  }

  async statusOf(orderId: string): Promise<OrderStatus> {
    const { status } = await this.prisma.order.findUniqueOrThrow({ where: { id: orderId }, select: { status: true } });
    return status as OrderStatus;
  }

  /** The provider no longer knows the order because this gateway had it cancelled. */
  async applyCancelled(orderId: string): Promise<void> {
    await underLock(this.prisma, orderId, async (tx, order) => {
      if (order.row.status !== 'placed' && order.row.status !== 'accepted') return;
      await changeOrder(tx, order, { event: 'cancelled', source: 'poll', to: 'cancelled', evidence: { gone: true } });
    });
  }

  async flag(orderId: string, reason: ReviewReason, evidence: Prisma.InputJsonObject = {}): Promise<void> {
    await underLock(
      this.prisma,
      orderId,
      async (tx, order) => void (await flagForReview(tx, order, reason, 'poll', evidence)),
    );
  }

  /** A person has dealt with it. False: no such order, or not under review. */
  async clearReview(orderId: string, note: string): Promise<boolean> {
    return this.prisma.$transaction(async (tx) => {
      const order = await lockOrder(tx, orderId);
      if (!order || order.row.reviewReason === null) return false;
      await clearReview(tx, order, 'operator', { reason: order.row.reviewReason, note });
      return true;
    });
  }

  /** Claims the next read for the caller. False: the provider was read within the last `withinMs`. */
  async claimRefresh(orderId: string, withinMs: number): Promise<boolean> {
    const claimed = await this.prisma.$executeRaw`
      UPDATE orders SET refreshed_at = now()
      WHERE id = ${orderId} AND (refreshed_at IS NULL OR refreshed_at <= now() - ${withinMs} * interval '1 millisecond')`;
    return claimed === 1;
  }

  /**
   * Keeps a callback as evidence and makes a look at the order due, in one transaction. `hint` is the purchase it
   * speaks of; it may belong to an order that has ended, which then gets a task for it. Null: no such token.
   */
  async recordCallback(
    provider: string,
    tokenHash: Uint8Array<ArrayBuffer>,
    body: Uint8Array<ArrayBuffer>,
    hint: string | null,
  ): Promise<string | null> {
    return this.prisma.$transaction(async (tx) => {
      const order = await tx.order.findFirst({ where: { tokenHash, provider }, select: { id: true } });
      if (!order) return null;
      await tx.callback.create({ data: { orderId: order.id, provider, body, providerOrderId: hint } });
      await wakeOrFollow(tx, order.id);
      return order.id;
    });
  }
}
