import { Injectable } from '@nestjs/common';
import {
  DELIVERY_STATES,
  SEND_FAILURE_CODES,
  type Attempt,
  type Delivery,
  type DeliveryState,
} from '../../domain/webhooks/delivery.js';
import { Database } from '../database/database.js';
import { readWord, readWordOrNull } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import type { TenantScope } from '../orders/order-list.js';

export interface DeliveryFilter {
  readonly scope: TenantScope;
  readonly endpointId?: string;
  readonly orderId?: string;
  readonly state?: DeliveryState;
}

interface DeliveryRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly endpoint_id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly order_id: string | null;
  readonly state: string;
  readonly attempts: number;
  readonly due_at: Date | null;
  readonly created_at: Date;
  readonly ended_at: Date | null;
}

interface RequestRow {
  readonly number: number;
  readonly started_at: Date;
  readonly duration_ms: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly answer: string | null;
}

/** While one is sent it is not due. */
const SELECT_DELIVERIES = Prisma.sql`
  SELECT d.id, d.tenant_id, d.endpoint_id, d.event_id, COALESCE(h.type, w.type) AS event_type, d.order_id, d.state,
         d.attempts, CASE WHEN d.state = 'pending' AND d.leased_until IS NULL THEN d.due_at END AS due_at, d.created_at,
         d.ended_at
  FROM webhook_deliveries d
  LEFT JOIN order_events h ON h.id = d.event_id LEFT JOIN webhook_endpoint_events w ON w.id = d.event_id`;

/** What was sent to webhook endpoints, and what came of it, as their tenants see it. */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly database: Database) {}

  /** Newest first, after the delivery of this id, at most `limit`. Ids sort by age. */
  async list(filter: DeliveryFilter, after: string | null, limit: number): Promise<Delivery[]> {
    const { scope, endpointId, orderId, state } = filter;
    const conditions = [
      inScope(scope),
      ...(endpointId === undefined ? [] : [Prisma.sql`d.endpoint_id = ${endpointId}::text`]),
      ...(orderId === undefined ? [] : [Prisma.sql`d.order_id = ${orderId}::text`]),
      ...(state === undefined ? [] : [Prisma.sql`d.state = ${state}::text`]),
      ...(after === null ? [] : [Prisma.sql`d.id < ${after}::text`]),
    ];
    const rows = await this.database.queryUnprepared<DeliveryRow>(Prisma.sql`
      ${SELECT_DELIVERIES} WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY d.id DESC LIMIT ${limit}::int`);
    return rows.map(deliveryFromRow);
  }

  /** @returns null if there is no such delivery in the scope. */
  async find(id: string, scope: TenantScope): Promise<Delivery | null> {
    const [row] = await this.database.query<DeliveryRow>(Prisma.sql`
      ${SELECT_DELIVERIES} WHERE d.id = ${id}::text AND ${inScope(scope)}`);
    return row ? deliveryFromRow(row) : null;
  }

  /** Every request that was made for a delivery, oldest first. */
  async requestsOf(id: string): Promise<Attempt[]> {
    const rows = await this.database.query<RequestRow>(Prisma.sql`
      SELECT a.number, a.started_at, a.duration_ms, a.status, a.error, a.answer FROM webhook_attempts a
      WHERE a.delivery_id = ${id}::text ORDER BY a.number`);
    return rows.map((row) => ({
      number: row.number,
      startedAt: row.started_at,
      durationMs: row.duration_ms,
      status: row.status,
      failure: readWordOrNull(SEND_FAILURE_CODES)(row.error),
      answer: row.answer,
    }));
  }
}

const inScope = (scope: TenantScope): Prisma.Sql =>
  scope === 'all_tenants' ? Prisma.sql`true` : Prisma.sql`d.tenant_id = ${scope.tenantId}::text`;

const deliveryFromRow = (row: DeliveryRow): Delivery => ({
  id: row.id,
  tenantId: row.tenant_id,
  endpointId: row.endpoint_id,
  eventId: row.event_id,
  eventType: row.event_type,
  orderId: row.order_id,
  state: readWord(DELIVERY_STATES)(row.state),
  attempts: row.attempts,
  dueAt: row.due_at,
  createdAt: row.created_at,
  endedAt: row.ended_at,
});
