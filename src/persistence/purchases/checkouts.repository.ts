import { Injectable } from '@nestjs/common';
import type { Order } from '../../domain/orders/order.js';
import type { CheckoutSession, ProviderOrder } from '../../domain/providers/provider.js';
import { applyObserved } from '../orders/apply-observed.js';
import { changeOrder, endAnsweredReview, lockOrder, underLock } from '../orders/order-changes.js';
import { orderFromRow, WITH_CHECKOUT } from '../orders/order-rows.js';
import { PrismaService } from '../prisma/prisma.service.js';
import { settleAttempt, underLease } from './purchase-rows.js';
import type { OpenAttempt } from './purchases.repository.js';
import { releaseTask, wakeOrFollow, wakeTask } from '../tasks/task-rows.js';

/** At most this many payment ids are taken from browsers, per order: the next ones are not looked at. */
const MAX_CLAIMED_PAYMENTS = 10;

/** The hosted pages of orders: opened, read, paid, come back from. Making one moves no money. */
@Injectable()
export class CheckoutsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** The page may be shown from now on. Lost: the session is forgotten unseen, so nobody can pay it. */
  async open(
    { lease, number: attempt }: OpenAttempt,
    { sessionId, url, status, price, providerStatus, ...session }: CheckoutSession,
    { closesAfterMs, delayMs }: { closesAfterMs: number; delayMs: number },
  ): Promise<void> {
    await underLease(this.prisma, lease, async (tx, order) => {
      const { row, now } = order;
      await settleAttempt(tx, order, attempt, 'accepted');
      // A provider that does not say when its page closes declares how long one stays open.
      const expiresAt = session.expiresAt ?? new Date(now.getTime() + closesAfterMs);
      const page = { orderId: row.id, provider: row.provider, sessionId, url, status, expiresAt, createdAt: now };
      await tx.checkoutSession.create({ data: page });
      await changeOrder(tx, order, {
        event: 'awaiting_payment',
        source: 'answer',
        to: 'awaiting_payment',
        set: price ? { priceAmount: price.amount, priceCurrency: price.currency, priceSource: 'quoted' } : {},
        providerStatus,
        evidence: { attempt, ...(sessionId && { checkout_session_id: sessionId }) },
      });
      await releaseTask(tx, lease, delayMs);
    });
  }

  /** The page as the provider shows it. An expired one ends the order once no page of it is left open. */
  async applySession(orderId: string, sessionId: string, session: CheckoutSession): Promise<void> {
    await underLock(this.prisma, orderId, async (tx, order) => {
      await tx.checkoutSession.updateMany({ where: { orderId, sessionId }, data: { status: session.status } });
      if (session.order) return void (await applyObserved(tx, order, session.order, 'poll'));
      if (order.row.status !== 'awaiting_payment') return;
      if (session.status === 'open') return void (await endAnsweredReview(tx, order, 'poll'));
      const evidence = { checkout_session_id: sessionId };
      const news = { source: 'poll', providerStatus: session.providerStatus, evidence } as const;
      if (session.status === 'complete') {
        await changeOrder(tx, order, { ...news, event: 'placed', to: 'placed', set: { placedAt: order.now } });
        return;
      }
      const stillOpen = await tx.checkoutSession.count({ where: { orderId, status: 'open' } });
      if (stillOpen === 0) await changeOrder(tx, order, { ...news, event: 'expired', to: 'expired' });
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

  /**
   * Keeps what a browser brought back and makes a look at the order due. A payment that nobody told of before is looked
   * at though the order has ended: it may be a second one. Null: no such token.
   */
  async recordReturn(tokenHash: Uint8Array<ArrayBuffer>, paymentId: string | null): Promise<Order | null> {
    return this.prisma.$transaction(async (tx) => {
      const row = await tx.order.findFirst({ where: { tokenHash }, include: WITH_CHECKOUT });
      if (!row) return null;
      const known = await tx.checkoutReturn.count({ where: { orderId: row.id } });
      const claims = paymentId !== null && known < MAX_CLAIMED_PAYMENTS ? [{ orderId: row.id, paymentId }] : [];
      const { count } = await tx.checkoutReturn.createMany({ data: claims, skipDuplicates: true });
      await (count > 0 ? wakeOrFollow(tx, row.id) : wakeTask(tx, row.id));
      return orderFromRow(row);
    });
  }
}
