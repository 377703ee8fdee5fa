import { Injectable } from '@nestjs/common';
import { isUnsettled, type OrderStatus } from '../domain/order/lifecycle.js';
import type { NewsSource, Order } from '../domain/order/order.js';
import type { PaymentMethod } from '../domain/provider/capabilities.js';
import type { ProviderError } from '../domain/provider/provider-error.js';
import type { CheckoutSession, ProviderOrder, ProviderQuote, Submission } from '../domain/provider/provider.js';
import { afterFailure, hasUnknownAttempt, type Attempt, type Lookups } from '../domain/provider/resubmission.js';
import { Lease, monotonicMs } from './lease.js';
import { applyObserved, changeOrder, flagForReview, lockOrder, type LockedOrder } from './order-changes.js';
import { attemptFromRow, orderFromRow, WITH_CHECKOUT } from './order-rows.js';
import { PrismaService, type Transaction } from './prisma.service.js';
import { attemptsOf, lockHeld, PURCHASE_OPERATION, upstreamOf } from './purchase-rows.js';
import { holdsRunningLease, releaseTask } from './task-rows.js';

/** An order that its provider has not confirmed, as the run that holds its lease sees it. */
export interface Purchase {
  readonly order: Order;
  /** The tenant's own account at the provider. */
  readonly account: string | null;
  readonly attempts: readonly Attempt[];
  readonly lookups: Lookups;
  /** The database's clock. */
  readonly now: Date;
}

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
 * checks the lease inside; "lost" means that another run holds the order now and nothing was written.
 */
@Injectable()
export class PurchasesRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Null: the lease is lost. An order found `submitting` was left by a run that died: that is doubt, and is recorded. */
  async read(lease: Lease): Promise<Purchase | null> {
    return this.prisma.$transaction(async (tx) => {
      let order = await lockHeld(tx, lease);
      if (!order) return null;
      if (order.row.status === 'submitting')
        order = await changeOrder(tx, order, {
          event: 'in_doubt',
          source: 'lookup',
          to: 'in_doubt',
          evidence: { cause: 'lease_ended' },
        });
      const { row, now } = order;
      return {
        order: orderFromRow(row),
        account: row.providerAccount,
        attempts: (await attemptsOf(tx, order)).map(attemptFromRow),
        lookups: { count: row.lookupCount, lastAt: row.lastLookupAt },
        now,
      };
    });
  }

  /** The order with its price. Null: the lease is lost. */
  async recordQuote(lease: Lease, quote: ProviderQuote, source: 'quoted' | 'computed'): Promise<Order | null> {
    return this.prisma.$transaction(async (tx) => {
      const order = await lockHeld(tx, lease);
      if (!order) return null;
      const price = { amount: quote.total.amount.toFixed(), currency: quote.total.currency };
      const priced = await changeOrder(tx, order, {
        event: 'quoted',
        source: 'answer',
        set: {
          quotedAmount: quote.total.amount,
          quotedCurrency: quote.total.currency,
          priceAmount: quote.total.amount,
          priceCurrency: quote.total.currency,
          priceSource: source,
          offeringName: quote.offeringName,
        },
        evidence: { price },
      });
      return orderFromRow(priced.row);
    });
  }

  /**
   * Commits the intent: `submitting`, the attempt, the exact bytes and the deadline, and a lease that is `leaseMs`
   * long again. A repeat takes bytes and key of its generation as they are stored. Null: the lease is lost.
   */
  async openAttempt(
    lease: Lease,
    attempt: { generation: number; prepared: Prepared | null },
    times: { deadlineMs: number; leaseMs: number },
  ): Promise<OpenAttempt | null> {
    const askedAtMs = monotonicMs();
    return this.prisma.$transaction(async (tx) => {
      const order = await lockOrder(tx, lease.subjectId);
      if (!order || !(await holdsRunningLease(tx, lease))) return null;
      if (!['created', 'in_doubt'].includes(order.row.status)) return null;
      const { row, now } = order;
      const operation = PURCHASE_OPERATION[row.paymentMethod as PaymentMethod];
      const earlier = await attemptsOf(tx, order);
      const stored = earlier.find((a) => a.generation === attempt.generation);
      const body = stored?.body ?? attempt.prepared?.body;
      if (body === undefined) throw new Error(`generation ${attempt.generation} of ${row.id} has no stored bytes`);
      const submission = { body, idempotencyKey: stored?.idempotencyKey ?? `${row.id}-${attempt.generation}` };
      const number = earlier.length + 1;
      const sendDeadlineAt = new Date(now.getTime() + times.deadlineMs);
      await tx.attempt.create({
        data: {
          ...submission,
          orderId: row.id,
          operation,
          number,
          generation: attempt.generation,
          startedAt: now,
          sendDeadlineAt,
        },
      });
      await changeOrder(tx, order, {
        event: 'submitting',
        source: 'request',
        to: 'submitting',
        set: {
          lookupCount: 0,
          lastLookupAt: null,
          ...(stored === undefined && attempt.prepared && { tokenHash: attempt.prepared.tokenHash }),
        },
        evidence: { attempt: number, generation: attempt.generation },
      });
      await tx.$executeRaw`
        UPDATE tasks SET leased_until = now() + ${times.leaseMs} * interval '1 millisecond',
          run_at = CASE WHEN run_at < leased_until THEN run_at ELSE now() + ${times.leaseMs} * interval '1 millisecond' END
        WHERE subject_id = ${row.id}`;
      return { number, submission, lease: Lease.granted(row.id, lease.token, askedAtMs, times.leaseMs) };
    });
  }

  /**
   * Adopts a purchase as fact. Needs no lease: what the provider did stays done, whoever holds the order by now.
   * `extra` are further purchases with the order's reference: a person has to have them undone.
   * `delayMs` is when to look at it next.
   */
  async recordPurchase(
    lease: Lease,
    observed: ProviderOrder,
    source: NewsSource,
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

  /** The page may be shown from now on. Lost: the session is forgotten unseen, so nobody can pay it. */
  async recordCheckout(
    lease: Lease,
    attempt: number,
    session: CheckoutSession,
    times: { closesAfterMs: number; delayMs: number },
  ): Promise<void> {
    await this.prisma.$transaction(async (tx) => {
      const order = await lockHeld(tx, lease);
      if (order?.row.status !== 'submitting') return;
      const { row, now } = order;
      await settle(tx, order, attempt, 'accepted');
      await tx.checkoutSession.create({
        data: {
          orderId: row.id,
          provider: row.provider,
          sessionId: session.sessionId,
          url: session.url,
          status: session.status,
          // A provider that does not say when its page closes declares how long one stays open.
          expiresAt: session.expiresAt ?? new Date(now.getTime() + times.closesAfterMs),
          createdAt: now,
        },
      });
      const price = session.price;
      await changeOrder(tx, order, {
        event: 'awaiting_payment',
        source: 'answer',
        to: 'awaiting_payment',
        set: {
          ...(price && { priceAmount: price.amount, priceCurrency: price.currency, priceSource: 'quoted' }),
        },
        providerStatus: session.providerStatus,
        evidence: { attempt, ...(session.sessionId && { checkout_session_id: session.sessionId }) },
      });
      await releaseTask(tx, lease, times.delayMs);
    });
  }

  /**
   * Records a failed send, and what it makes of the order: refused → failed, but only when no other send is unknown;
   * not sent or not executed → created again; unknown → in doubt. Lost: nothing is written, and the open attempt
   * counts as unknown for whoever holds the order now.
   */
  async recordFailure(lease: Lease, attempt: number, error: ProviderError, delayMs: number): Promise<void> {
    await this.prisma.$transaction(async (tx) => {
      const order = await lockHeld(tx, lease);
      if (!order) return;
      const attempts = await settle(tx, order, attempt, error.failure, error);
      const to = afterFailure(error.failure, attempts, order.row.paymentMethod as PaymentMethod);
      if (order.row.status !== 'submitting') return releaseTask(tx, lease, delayMs);
      let changed = await changeOrder(tx, order, {
        event: to,
        source: 'answer',
        to,
        set: { statusReason: error.reason },
        evidence: {
          attempt,
          outcome: error.failure,
          reason: error.reason,
          detail: error.message,
          ...upstreamOf(error),
        },
      });
      if (error.reason === 'answer_disagrees') changed = await flagForReview(tx, changed, 'answer_disagrees', 'answer');
      await releaseTask(tx, lease, delayMs);
    });
  }

  /** Ends an order of which nothing was bought, instead of sending it. One that may have been bought is left alone. */
  async refuse(lease: Lease, reason: string): Promise<void> {
    await this.prisma.$transaction(async (tx) => {
      const order = await lockHeld(tx, lease);
      if (!order) return;
      const sent = (await attemptsOf(tx, order)).map(attemptFromRow);
      if (!isUnsettled(order.row.status as OrderStatus) || hasUnknownAttempt(sent)) return releaseTask(tx, lease, 0);
      await changeOrder(tx, order, {
        event: 'failed',
        source: 'request',
        to: 'failed',
        set: { statusReason: reason },
        evidence: { reason },
      });
    });
  }

  /** Nothing could be sent this time. After a day of that a person should know; the tries go on. */
  async putOff(lease: Lease, delayMs: number): Promise<void> {
    await this.prisma.$transaction(async (tx) => {
      const order = await lockHeld(tx, lease);
      if (!order) return;
      const sinceMs = order.now.getTime() - order.row.createdAt.getTime();
      if (sinceMs > PATIENCE_MS && order.row.reviewReason === null)
        await flagForReview(tx, order, 'submission_keeps_failing', 'answer');
      await releaseTask(tx, lease, delayMs);
    });
  }

  /** The order as it stands, for the caller who waited. */
  async current(orderId: string): Promise<Order> {
    return orderFromRow(await this.prisma.order.findUniqueOrThrow({ where: { id: orderId }, include: WITH_CHECKOUT }));
  }
}

/** Settles one attempt and returns all of its operation, this one included. */
const settle = async (
  tx: Transaction,
  order: LockedOrder,
  number: number,
  outcome: Exclude<Attempt['outcome'], null>,
  error?: ProviderError,
): Promise<Attempt[]> => {
  const { row, now } = order;
  const operation = PURCHASE_OPERATION[row.paymentMethod as PaymentMethod];
  // An adoption may have settled it meanwhile: a definite outcome stands.
  await tx.attempt.updateMany({
    where: { orderId: row.id, operation, number, outcome: null },
    data: {
      outcome,
      settledAt: now,
      reason: error?.reason ?? null,
      upstreamStatus: error?.at.upstreamStatus ?? null,
      upstreamCode: error?.at.upstreamCode ?? null,
    },
  });
  return (await attemptsOf(tx, order)).map(attemptFromRow);
};

/** How long tries that get nowhere are nobody's business. */
const PATIENCE_MS = 24 * 3_600_000;
