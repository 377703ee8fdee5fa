import { Injectable } from '@nestjs/common';
import type { ProviderError } from '../../domain/providers/provider-error.js';
import { changeOrder, lockOrder } from '../orders/order-changes.js';
import { UNKNOWN_OUTCOME } from '../orders/order-rows.js';
import { PrismaService } from '../prisma/prisma.service.js';
import { wakeTask } from '../tasks/task-rows.js';

export type LocalCancellation = 'cancelled' | 'being_sent' | 'may_have_been_sent' | 'not_created';

@Injectable()
export class CancellationsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Cancels an order of which nothing was sent, or everything sent is known not to have bought. */
  async cancelUnsent(orderId: string): Promise<LocalCancellation> {
    return this.prisma.$transaction(async (tx) => {
      const order = await lockOrder(tx, orderId);
      if (order?.row.status !== 'created') return 'not_created';
      const [task] = await tx.$queryRaw<{ leased: boolean }[]>`
        SELECT coalesce(leased_until > now(), false) AS leased FROM tasks WHERE subject_id = ${orderId} FOR UPDATE`;
      if (task?.leased) return 'being_sent';
      const unknown = await tx.attempt.count({ where: { orderId, ...UNKNOWN_OUTCOME } });
      if (unknown > 0) return 'may_have_been_sent';
      await changeOrder(tx, order, {
        event: 'cancelled',
        source: 'request',
        to: 'cancelled',
        set: { statusReason: 'cancelled_by_caller' },
      });
      return 'cancelled';
    });
  }

  /** Commits the intent to cancel at the provider. Every try of one order shares one key: a cancellation is wanted once. */
  async open(orderId: string, deadlineMs: number): Promise<{ number: number; idempotencyKey: string }> {
    return this.prisma.$transaction(async (tx) => {
      const order = await lockOrder(tx, orderId);
      if (!order) throw new Error('an order disappeared');
      const number = 1 + (await tx.attempt.count({ where: { orderId, operation: 'cancel' } }));
      const idempotencyKey = `${orderId}-cancel`;
      await tx.attempt.create({
        data: {
          orderId,
          operation: 'cancel',
          number,
          generation: 1,
          idempotencyKey,
          body: '',
          startedAt: order.now,
          sendDeadlineAt: new Date(order.now.getTime() + deadlineMs),
        },
      });
      await changeOrder(tx, order, { event: 'cancel_requested', source: 'request', evidence: { attempt: number } });
      return { number, idempotencyKey };
    });
  }

  /** Records how the try ended; null: the provider says it is undone. Either way the order is looked at again now. */
  async settle(orderId: string, number: number, error: ProviderError | null): Promise<void> {
    await this.prisma.$transaction(async (tx) => {
      const order = await lockOrder(tx, orderId);
      if (!order) return;
      await tx.attempt.updateMany({
        where: { orderId, operation: 'cancel', number },
        data: {
          outcome: error === null ? 'accepted' : error.failure,
          reason: error?.reason ?? null,
          upstreamStatus: error?.at.upstreamStatus ?? null,
          upstreamCode: error?.at.upstreamCode ?? null,
          settledAt: order.now,
        },
      });
      await wakeTask(tx, orderId);
    });
  }
}
