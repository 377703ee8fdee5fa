import { Injectable } from '@nestjs/common';
import type { ObservationSource } from '../../domain/orders/order.js';
import type { Purchase } from '../../domain/purchases/attempt.js';
import type { PaymentMethod } from '../../domain/providers/capabilities.js';
import type { ProviderError } from '../../domain/providers/provider-error.js';
import type { ProviderOrder, Submission } from '../../domain/providers/provider.js';
import { afterFailure } from '../../domain/purchases/next-step.js';
import { monotonicMs, type Lease } from '../tasks/lease.js';
import { applyObserved } from '../orders/apply-observed.js';
import { changeOrder, flagForReview, lockOrder, type LockedOrder } from '../orders/order-changes.js';
import { attemptFromRow } from '../orders/order-rows.js';
import { PrismaService, type Transaction } from '../prisma/prisma.service.js';
import { attemptsOf, operationOf, purchaseOf, settleAttempt, underLease, upstreamOf } from './purchase-rows.js';
import { holdsRunningLease, releaseTask, renewLease } from '../tasks/task-rows.js';

/** The bytes of a purchase and what finds the order again by the token in them. */
export interface Prepared {
  readonly body: string;
  readonly tokenHash: Uint8Array<ArrayBuffer>;
}

/** What is about to leave, committed. */
export interface OpenAttempt {
  readonly number: number;
  readonly submission: Submission;
  /** The run's lease, renewed when the attempt was opened. */
  readonly lease: Lease;
}

/**
 * The purchase path's writes. Each method is one short transaction, takes the order's lock before the task's, and
 * checks the lease inside (`underLease`); "lost" means that the run is over and nothing was written.
 */
@Injectable()
export class PurchasesRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Null: the lease is lost. An order found `submitting` was left by a run that died: that is doubt, and is recorded. */
  async read(lease: Lease): Promise<Purchase | null> {
    return underLease(this.prisma, lease, async (tx, order) => {
      const left = { event: 'in_doubt', source: 'lookup', to: 'in_doubt', evidence: { cause: 'lease_ended' } } as const;
      return purchaseOf(tx, order.row.status === 'submitting' ? await changeOrder(tx, order, left) : order);
    });
  }

  /**
   * Commits the intent: `submitting`, the attempt, the exact bytes and the deadline, and a lease that is `leaseMs`
   * long again. A repeat takes bytes and key of its generation as they are stored. Null: the lease is lost, or has run
   * out: what was decided under it may have grown old.
   */
  async openAttempt(
    lease: Lease,
    { generation, prepared }: { generation: number; prepared: Prepared | null },
    { deadlineMs, leaseMs }: { deadlineMs: number; leaseMs: number },
  ): Promise<OpenAttempt | null> {
    const askedAtMs = monotonicMs();
    const open = async (tx: Transaction, order: LockedOrder): Promise<OpenAttempt> => {
      const { row, now } = order;
      const earlier = await attemptsOf(tx, order);
      const stored = earlier.find((attempt) => attempt.generation === generation);
      const body = stored?.body ?? prepared?.body;
      if (body === undefined) throw new Error(`generation ${generation} of ${row.id} has no stored bytes`);
      // One key per generation, never per attempt, and never the caller's own.
      const submission = { body, idempotencyKey: stored?.idempotencyKey ?? `${row.id}-${generation}` };
      const number = earlier.length + 1;
      const sendDeadlineAt = new Date(now.getTime() + deadlineMs);
      const sending = { operation: operationOf(order), number, generation, startedAt: now, sendDeadlineAt };
      await tx.attempt.create({ data: { ...submission, ...sending, orderId: row.id } });
      const tokenHash = stored === undefined && prepared ? { tokenHash: prepared.tokenHash } : {};
      await changeOrder(tx, order, {
        event: 'submitting',
        source: 'request',
        to: 'submitting',
        set: { lookupCount: 0, lastLookupAt: null, ...tokenHash },
        evidence: { attempt: number, generation },
      });
      return { number, submission, lease: await renewLease(tx, lease, askedAtMs, leaseMs) };
    };
    return underLease(this.prisma, lease, open, holdsRunningLease);
  }

  /**
   * Adopts a purchase as fact. Needs no lease: what the provider did stays done, whoever holds the order by now.
   * `extra` are further purchases with the order's reference: a person has to have them undone.
   * `delayMs` is when to look at it next.
   */
  async recordPurchase(
    lease: Lease,
    observed: ProviderOrder,
    source: ObservationSource,
    delayMs: number,
    extra: readonly ProviderOrder[] = [],
  ): Promise<void> {
    await this.prisma.$transaction(async (tx) => {
      const order = await lockOrder(tx, lease.subjectId);
      if (!order) return;
      const adopted = await applyObserved(tx, order, observed, source);
      const ids = extra.map(({ providerOrderId }) => providerOrderId);
      if (ids.length > 0) await flagForReview(tx, adopted, 'bought_twice', source, { provider_order_ids: ids });
      await releaseTask(tx, lease, delayMs);
    });
  }

  /**
   * Records a failed send, and what it makes of the order: refused → failed, but only when no other send is unknown;
   * not sent or not executed → created again; unknown → in doubt. Lost: nothing is written, and the open attempt
   * counts as unknown for whoever holds the order now.
   */
  async recordFailure({ lease, number: attempt }: OpenAttempt, error: ProviderError, delayMs: number): Promise<void> {
    await underLease(this.prisma, lease, async (tx, order) => {
      const { failure, reason, message: detail } = error;
      await settleAttempt(tx, order, attempt, error);
      if (order.row.status !== 'submitting') return releaseTask(tx, lease, delayMs);
      const attempts = (await attemptsOf(tx, order)).map(attemptFromRow);
      const to = afterFailure(failure, attempts, order.row.paymentMethod as PaymentMethod);
      const changed = await changeOrder(tx, order, {
        event: to,
        source: 'answer',
        to,
        set: { statusReason: reason },
        evidence: { attempt, outcome: failure, reason, detail, ...upstreamOf(error) },
      });
      if (reason === 'answer_disagrees') await flagForReview(tx, changed, 'answer_disagrees', 'answer');
      await releaseTask(tx, lease, delayMs);
    });
  }
}
