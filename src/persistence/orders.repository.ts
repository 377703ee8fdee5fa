import { Injectable } from '@nestjs/common';
import type { Order, OrderTerms } from '../domain/order/order.js';
import type { OrderStatus } from '../domain/order/lifecycle.js';
import type { Prisma } from './generated/client.js';
import { newId } from './identifiers.js';
import { takeKey, type IdempotentRequest } from './idempotency.repository.js';
import { Lease, monotonicMs } from './lease.js';
import { orderFromRow, WITH_CHECKOUT } from './order-rows.js';
import { PrismaService } from './prisma.service.js';
import { TASKS_CHANNEL } from './task-rows.js';

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
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Makes an order durable: idempotency record, order, first event and first task in one transaction. With `leaseMs`
   * the task is born leased to the caller. Null: the idempotency key was taken by another request, nothing was written.
   */
  async accept(
    request: IdempotentRequest,
    terms: OrderTerms,
    providerAccount: string | null,
    leaseMs: number | null,
  ): Promise<AcceptedOrder | null> {
    const id = newId('ord');
    const askedAtMs = monotonicMs();
    return this.prisma
      .$transaction(async (tx) => {
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
        INSERT INTO tasks (subject_id, kind, run_at, lease_token, leased_until, runs)
        VALUES (${id}, 'purchase', now() + ${leaseMs ?? 0} * interval '1 millisecond', ${token}::uuid,
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
  callbackUrl: terms.callbackUrl,
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
