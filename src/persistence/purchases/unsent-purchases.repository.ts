import { Injectable } from '@nestjs/common';
import type { Order } from '../../domain/orders/order.js';
import { hasUnknownAttempt } from '../../domain/purchases/attempt.js';
import type { ProviderQuote } from '../../domain/providers/provider.js';
import type { Lease } from '../tasks/lease.js';
import { changeOrder, flagForReview } from '../orders/order-changes.js';
import { attemptFromRow, orderFromRow } from '../orders/order-rows.js';
import { PrismaService } from '../prisma/prisma.service.js';
import { attemptsOf, underLease } from './purchase-rows.js';
import { releaseTask } from '../tasks/task-rows.js';

/** How long tries that get nowhere are nobody's business. */
const PATIENCE_MS = 24 * 3_600_000;

/** What is known of a purchase before it is sent: its price, or why it is not sent, now or ever. Lost: nothing is written. */
@Injectable()
export class UnsentPurchasesRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** The order with its price. Null: the lease is lost. */
  async recordQuote(lease: Lease, quote: ProviderQuote, source: 'quoted' | 'computed'): Promise<Order | null> {
    return underLease(this.prisma, lease, async (tx, order) => {
      const { amount, currency } = quote.total;
      const priced = await changeOrder(tx, order, {
        event: 'quoted',
        source: 'answer',
        set: {
          quotedAmount: amount,
          quotedCurrency: currency,
          priceAmount: amount,
          priceCurrency: currency,
          priceSource: source,
          offeringName: quote.offeringName,
        },
        evidence: { price: { amount: amount.toFixed(), currency } },
      });
      return orderFromRow(priced.row);
    });
  }

  /** Ends an order of which nothing was bought, instead of sending it. One that may have been bought is left alone. */
  async refuse(lease: Lease, reason: string): Promise<void> {
    await underLease(this.prisma, lease, async (tx, order) => {
      const sent = (await attemptsOf(tx, order)).map(attemptFromRow);
      if (hasUnknownAttempt(sent)) return releaseTask(tx, lease, 0);
      const set = { statusReason: reason };
      await changeOrder(tx, order, { event: 'failed', source: 'request', to: 'failed', set, evidence: { reason } });
    });
  }

  /** Nothing could be sent this time. After a day of that a person should know; the tries go on. */
  async defer(lease: Lease, delayMs: number): Promise<void> {
    await underLease(this.prisma, lease, async (tx, order) => {
      const sinceMs = order.now.getTime() - order.row.createdAt.getTime();
      if (sinceMs > PATIENCE_MS) await flagForReview(tx, order, 'submission_keeps_failing', 'answer');
      await releaseTask(tx, lease, delayMs);
    });
  }
}
