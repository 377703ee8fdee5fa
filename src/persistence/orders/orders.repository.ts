import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Order, OrderTerms } from '../../domain/orders/order.js';
import type { OrderStatus } from '../../domain/orders/lifecycle.js';
import type { Prisma } from '../generated/client.js';
import { newId } from '../new-id.js';
import { takeKey, type IdempotentRequest } from '../idempotency/idempotency.repository.js';
import { Lease, monotonicMs } from '../tasks/lease.js';
import { orderFromRow, WITH_CHECKOUT } from './order-rows.js';
import { PrismaService, type Transaction } from '../prisma/prisma.service.js';
import { ProcessHeartbeat } from '../tasks/process-heartbeat.js';
import { TASKS_CHANNEL } from '../tasks/task-rows.js';

export interface AcceptedOrder {
  readonly order: Order;
  /** Held by the caller who waits; null when the worker is to take the order on. */
  readonly lease: Lease | null;
}

export interface OrderFilter {
  /** Null: every tenant's, for `ops` keys. */
  readonly tenantId: string | null;
  readonly status?: OrderStatus;
  readonly provider?: string;
  readonly reference?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly createdFrom?: Date;
  /** Exclusive. */
  readonly createdTo?: Date;
}

/** Where a page of orders ends: the position of its last row. */
export interface OrderPosition {
  readonly createdAt: Date;
  readonly id: string;
}

@Injectable()
export class OrdersRepository {
  constructor(
    private readonly prisma: PrismaService,
    private readonly presence: ProcessHeartbeat,
  ) {}

  /**
   * Makes an order durable: idempotency record, order, first event and first task in one transaction. With `leaseMs`
   * the task is born leased to the caller. Null: the idempotency key was taken by another request, nothing was written.
   * Throws AppError `possible_duplicate` when an order that says the same was accepted within `duplicateWindowMs`.
   */
  async accept(
    request: IdempotentRequest,
    terms: OrderTerms,
    options: { providerAccount: string | null; leaseMs: number | null; duplicateWindowMs: number },
  ): Promise<AcceptedOrder | null> {
    const { providerAccount, leaseMs, duplicateWindowMs } = options;
    const id = newId('ord');
    const askedAtMs = monotonicMs();
    return this.prisma
      .$transaction(async (tx) => {
        if (terms.reference !== null && duplicateWindowMs > 0)
          await refuseDuplicate(tx, request, terms, duplicateWindowMs);
        const [{ now }] = await tx.$queryRaw<[{ now: Date }]>`SELECT now() AS now`;
        const row = await tx.order.create({
          data: {
            id,
            tenantId: request.tenantId,
            status: 'created',
            providerAccount,
            createdAt: now,
            updatedAt: now,
            version: 1,
            ...columnsOf(terms),
          },
          include: WITH_CHECKOUT,
        });
        if (!(await takeKey(tx, request, id))) throw new KeyTaken();
        await tx.orderEvent.create({
          data: {
            id: newId('evt'),
            orderId: id,
            sequence: 1,
            type: 'order.created',
            toStatus: 'created',
            source: 'request',
            at: now,
          },
        });
        const token = leaseMs === null ? null : crypto.randomUUID();
        await tx.$executeRaw`
        INSERT INTO tasks (subject_id, kind, run_at, lease_token, leased_by, leased_until, runs)
        VALUES (${id}, 'purchase', now() + ${leaseMs ?? 0} * interval '1 millisecond', ${token}::uuid,
                CASE WHEN ${token}::uuid IS NULL THEN NULL ELSE ${this.presence.id}::uuid END,
                CASE WHEN ${token}::uuid IS NULL THEN NULL ELSE now() + ${leaseMs ?? 0} * interval '1 millisecond' END,
                ${token === null ? 0 : 1})`;
        if (token === null) await tx.$executeRaw`SELECT pg_notify(${TASKS_CHANNEL}, '')`;
        const lease = token === null || leaseMs === null ? null : Lease.granted(id, token, askedAtMs, leaseMs);
        return { order: orderFromRow(row), lease };
      })
      .catch((thrown: unknown) => {
        if (thrown instanceof KeyTaken) return null;
        throw thrown;
      });
  }

  /** Null: no such order, or another tenant's. `tenantId` null sees all. */
  async find(id: string, tenantId: string | null): Promise<Order | null> {
    const row = await this.prisma.order.findFirst({
      where: { id, ...(tenantId !== null && { tenantId }) },
      include: WITH_CHECKOUT,
    });
    return row && orderFromRow(row);
  }

  /** Newest first, strictly after `position`, at most `limit`. */
  async list(filter: OrderFilter, position: OrderPosition | null, limit: number): Promise<Order[]> {
    const rows = await this.prisma.order.findMany({
      where: { AND: [whereOf(filter), ...(position ? [olderThan(position)] : [])] },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit,
      include: WITH_CHECKOUT,
    });
    return rows.map(orderFromRow);
  }
}

/** Another request holds the idempotency key: rolls the acceptance back. */
class KeyTaken extends Error {}

/**
 * An order with the caller's reference, and the same mass, beneficiary and provider, that is open or was bought. Such
 * orders are accepted one after the other, so that two at once do not miss each other. The key goes first: a repeat
 * under it is no duplicate.
 */
const refuseDuplicate = async (
  tx: Transaction,
  { tenantId, operation, key }: IdempotentRequest,
  { provider, orderedMass, beneficiary, reference }: OrderTerms,
  withinMs: number,
): Promise<void> => {
  const intent = JSON.stringify([tenantId, provider, orderedMass, beneficiary.name, reference]);
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${intent}, 0))`;
  if (await tx.idempotencyRecord.count({ where: { tenantId, operation, key } })) throw new KeyTaken();
  const [earlier] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM orders
    WHERE tenant_id = ${tenantId} AND reference = ${reference} AND provider = ${provider}
      AND ordered_grams = ${orderedMass} AND beneficiary_name = ${beneficiary.name}
      AND created_at > now() - ${withinMs} * interval '1 millisecond'
      AND status NOT IN ('failed', 'cancelled', 'expired')
    ORDER BY created_at DESC LIMIT 1`;
  if (earlier)
    throw new AppError('possible_duplicate', 'An order that says the same exists; to buy again, allow_duplicate.', {
      orderId: earlier.id,
    });
};

const columnsOf = (terms: OrderTerms): Omit<Prisma.OrderUncheckedCreateInput, 'id' | 'tenantId' | 'status'> => ({
  provider: terms.provider,
  providerOfferingId: terms.providerOfferingId,
  offeringName: terms.offeringName,
  paymentMethod: terms.paymentMethod,
  requestedGrams: terms.requestedMass,
  orderedGrams: terms.orderedMass,
  quotedAmount: terms.quoted?.amount ?? null,
  quotedCurrency: terms.quoted?.currency ?? null,
  maxTotalAmount: terms.maxTotal?.amount ?? null,
  maxTotalCurrency: terms.maxTotal?.currency ?? null,
  beneficiaryName: terms.beneficiary.name,
  beneficiaryEmail: terms.beneficiary.email,
  retirementMessage: terms.retirementMessage,
  description: terms.description,
  reference: terms.reference,
  metadata: terms.metadata,
  labels: terms.labels,
  routing: { policy: terms.routing.policy, considered: terms.routing.considered.map((line) => ({ ...line })) },
  offerId: terms.offerId,
  successUrl: terms.successUrl,
  cancelUrl: terms.cancelUrl,
  callbackUrl: terms.webhookUrl,
});

const whereOf = (filter: OrderFilter): Prisma.OrderWhereInput => ({
  ...(filter.tenantId !== null && { tenantId: filter.tenantId }),
  ...(filter.status !== undefined && { status: filter.status }),
  ...(filter.provider !== undefined && { provider: filter.provider }),
  ...(filter.reference !== undefined && { reference: filter.reference }),
  ...((filter.createdFrom ?? filter.createdTo) && {
    createdAt: {
      ...(filter.createdFrom && { gte: filter.createdFrom }),
      ...(filter.createdTo && { lt: filter.createdTo }),
    },
  }),
  ...(filter.labels && {
    AND: Object.entries(filter.labels).map(([name, value]) => ({ labels: { path: [name], equals: value } })),
  }),
});

const olderThan = ({ createdAt, id }: OrderPosition): Prisma.OrderWhereInput => ({
  OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: id } }],
});
