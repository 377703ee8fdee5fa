import { Injectable } from '@nestjs/common';
import type { NewsSource, Order, ReviewReason } from '../domain/order/order.js';
import type { CheckoutSession, ProviderOrder } from '../domain/provider/provider.js';
import { applyObserved, changeOrder, flagForReview, lockOrder, type LockedOrder } from './order-changes.js';
import { orderFromRow, WITH_CHECKOUT } from './order-rows.js';
import type { Prisma } from './generated/client.js';
import { PrismaService, type Transaction } from './prisma.service.js';
import { wakeTask } from './task-rows.js';

/** What is to be read at the provider to know how an order stands. */
export interface Watched {
  readonly order: Order;
  readonly account: string | null;
  /** Every hosted page of the order that may still bring news, by session id. */
  readonly sessions: readonly string[];
  /** Payment ids that a browser brought back and that nobody has confirmed or refused. */
  readonly claimedPayments: readonly string[];
  /** Purchases that callbacks spoke of and that are not the order's own, latest first. */
  readonly hints: readonly string[];
  /** Whether this gateway has asked the provider to cancel the order, and may have been heard. */
  readonly cancelSent: boolean;
  readonly now: Date;
}

/** At most this many payment ids are taken from browsers, per order: the next ones are not looked at. */
const MAX_CLAIMED_PAYMENTS = 10;

/** However many callbacks come, so many different purchases are looked up for them. */
const MAX_HINTS = 5;

/** News about orders that a provider has. Needs no lease: facts are facts, and the order's lock puts them in a row. */
@Injectable()
export class ObservationsRepository {
  constructor(private readonly prisma: PrismaService) {}

  async watched(orderId: string): Promise<Watched | null> {
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
      hints: callbacks.flatMap(({ providerOrderId }) => providerOrderId ?? []),
      cancelSent: cancels > 0,
      now,
    };
  }

  async apply(orderId: string, observed: ProviderOrder, source: NewsSource): Promise<void> {
    await this.withOrder(orderId, (tx, order) => applyObserved(tx, order, observed, source));
  }

  /** The page as the provider shows it. An expired one ends the order once no page of it is left open. */
  async applySession(orderId: string, sessionId: string, session: CheckoutSession, source: NewsSource): Promise<void> {
    await this.withOrder(orderId, async (tx, order) => {
      await tx.checkoutSession.updateMany({ where: { orderId, sessionId }, data: { status: session.status } });
      if (session.order) return applyObserved(tx, order, session.order, source);
      if (order.row.status !== 'awaiting_payment' || session.status === 'open') return order;
      const evidence = { checkout_session_id: sessionId };
      const news = { source, providerStatus: session.providerStatus, evidence };
      if (session.status === 'complete')
        return changeOrder(tx, order, { ...news, event: 'placed', to: 'placed', set: { placedAt: order.now } });
      const stillOpen = await tx.checkoutSession.count({ where: { orderId, status: 'open' } });
      return stillOpen > 0 ? order : changeOrder(tx, order, { ...news, event: 'expired', to: 'expired' });
    });
  }

  /** Adopts the payment a browser brought back, after it was read and agreed. False: it belongs to another order. */
  async confirmPayment(orderId: string, payment: ProviderOrder): Promise<boolean> {
    return this.prisma.$transaction(async (tx) => {
      const order = await lockOrder(tx, orderId);
      if (!order) return false;
      const taken = await tx.order.count({
        where: { provider: order.row.provider, providerOrderId: payment.providerOrderId, id: { not: orderId } },
      });
      await tx.checkoutReturn.updateMany({
        where: { orderId, paymentId: payment.providerOrderId },
        data: { verdict: taken > 0 ? 'refused' : 'confirmed' },
      });
      if (taken > 0) return false;
      await tx.checkoutSession.updateMany({ where: { orderId, status: 'open' }, data: { status: 'complete' } });
      await applyObserved(tx, order, payment, 'return');
      return true;
    });
  }

  /** The provider no longer knows the order because this gateway had it cancelled. */
  async applyCancelled(orderId: string): Promise<void> {
    await this.withOrder(orderId, async (tx, order) => {
      const cancellable = order.row.status === 'placed' || order.row.status === 'accepted';
      return cancellable
        ? changeOrder(tx, order, { event: 'cancelled', source: 'poll', to: 'cancelled', evidence: { gone: true } })
        : order;
    });
  }

  async flag(
    orderId: string,
    reason: ReviewReason,
    source: NewsSource,
    evidence: Prisma.InputJsonObject = {},
  ): Promise<void> {
    await this.withOrder(orderId, (tx, order) => flagForReview(tx, order, reason, source, evidence));
  }

  /** A person has dealt with it. False: no such order, or not under review. */
  async clearReview(orderId: string, note: string): Promise<boolean> {
    return this.prisma.$transaction(async (tx) => {
      const order = await lockOrder(tx, orderId);
      if (!order || order.row.reviewReason === null) return false;
      const evidence = { reason: order.row.reviewReason, note };
      const set = { reviewReason: null, reviewSince: null };
      await changeOrder(tx, order, { event: 'review_cleared', source: 'operator', set, evidence });
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
      await tx.$executeRaw`INSERT INTO tasks (subject_id, kind) VALUES (${order.id}, 'follow') ON CONFLICT DO NOTHING`;
      await wakeTask(tx, order.id);
      return order.id;
    });
  }

  /** Keeps what a browser brought back and makes the order's next look due. Null: no such token. */
  async recordReturn(tokenHash: Uint8Array<ArrayBuffer>, paymentId: string | null): Promise<Order | null> {
    return this.prisma.$transaction(async (tx) => {
      const row = await tx.order.findFirst({ where: { tokenHash }, include: WITH_CHECKOUT });
      if (!row) return null;
      const known = await tx.checkoutReturn.count({ where: { orderId: row.id } });
      if (paymentId !== null && known < MAX_CLAIMED_PAYMENTS)
        await tx.checkoutReturn.createMany({ data: [{ orderId: row.id, paymentId }], skipDuplicates: true });
      await wakeTask(tx, row.id);
      return orderFromRow(row);
    });
  }

  private async withOrder(
    orderId: string,
    change: (tx: Transaction, order: LockedOrder) => Promise<LockedOrder>,
  ): Promise<void> {
    await this.prisma.$transaction(async (tx) => {
      const order = await lockOrder(tx, orderId);
      if (order) await change(tx, order);
    });
  }
}
