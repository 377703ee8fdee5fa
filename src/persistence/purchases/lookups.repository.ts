import { Injectable } from '@nestjs/common';
import type { ReviewReason } from '../../domain/orders/review.js';
import type { ProviderError } from '../../domain/providers/provider-error.js';
import type { Prisma } from '../generated/client.js';
import type { Lease } from '../tasks/lease.js';
import { UNKNOWN_OUTCOME } from '../orders/order-rows.js';
import { changeOrder, endAnsweredReview, flagForReview } from '../orders/order-changes.js';
import { PrismaService } from '../prisma/prisma.service.js';
import { underLease, upstreamOf } from './purchase-rows.js';
import { releaseTask } from '../tasks/task-rows.js';

/** What searches for a purchase of unknown outcome came to. Each method ends the run; a lost lease writes nothing. */
@Injectable()
export class LookupsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Records that a search found nothing. `provesAbsence`: the list was read completely after the settle time, so every
   * unknown send is known not to have bought.
   */
  async recordNotFound(lease: Lease, provesAbsence: boolean, delayMs: number): Promise<void> {
    await underLease(this.prisma, lease, async (tx, order) => {
      if (provesAbsence)
        await tx.attempt.updateMany({
          where: { orderId: order.row.id, operation: 'place_order', ...UNKNOWN_OUTCOME },
          data: { outcome: 'proven_absent', settledAt: order.now },
        });
      const searched = await changeOrder(tx, order, {
        event: provesAbsence ? 'proven_absent' : 'not_found',
        source: 'lookup',
        set: { lookupCount: { increment: 1 }, lastLookupAt: order.now },
      });
      await endAnsweredReview(tx, searched, 'lookup', ['unreadable_answer']);
      await releaseTask(tx, lease, delayMs);
    });
  }

  /** The search itself failed. Counted like one that found nothing, so that it does not go on unseen for ever. */
  async recordFailed(lease: Lease, error: ProviderError, delayMs: number): Promise<void> {
    await underLease(this.prisma, lease, async (tx, order) => {
      const searched = await changeOrder(tx, order, {
        event: 'lookup_failed',
        source: 'lookup',
        set: { lookupCount: { increment: 1 } },
        evidence: { reason: error.reason, detail: error.message, ...upstreamOf(error) },
      });
      if (error.reason === 'unreadable_answer') await flagForReview(tx, searched, 'unreadable_answer', 'lookup');
      await releaseTask(tx, lease, delayMs);
    });
  }

  /** A person must look. The order is looked at again after `delayMs`, in case the proof turns up. */
  async flag(
    lease: Lease,
    reason: ReviewReason,
    delayMs: number,
    evidence: Prisma.InputJsonObject = {},
  ): Promise<void> {
    await underLease(this.prisma, lease, async (tx, order) => {
      await flagForReview(tx, order, reason, 'lookup', evidence);
      await releaseTask(tx, lease, delayMs);
    });
  }
}
