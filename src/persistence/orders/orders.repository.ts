import { Injectable } from '@nestjs/common';
import type { Cause } from '../../domain/orders/cause.js';
import { asCommitted, newOrder, type Buyer, type Order, type OrderTerms } from '../../domain/orders/order.js';
import { stateOfNew, type OrderState } from '../../domain/orders/order-state.js';
import type { EvidenceOf } from '../../domain/orders/order-event.js';
import type { ReviewReason } from '../../domain/orders/review.js';
import type { OrderChange } from '../../domain/orders/order-change.js';
import { samenessOf } from '../../domain/orders/sameness.js';
import type { LimitHolder } from '../../domain/limits/purchase-limits.js';
import type { NewPool } from '../../domain/pools/pool.js';
import type { StandingSwitch } from '../../domain/switches/switch.js';
import { LEASE_MS } from '../../domain/purchases/timing.js';
import { Decimal } from 'decimal.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import {
  knownKeyFromRow,
  type IdempotentRequest,
  type KeyRow,
  type KnownKey,
  type StoredResponse,
} from '../idempotency/idempotency.repository.js';
import { newId } from '../database/new-id.js';
import { readStandingSwitch } from '../switches/switch-rows.js';
import { Lease, monotonicMs } from '../tasks/lease.js';
import { ProcessHeartbeat } from '../tasks/process-heartbeat.js';
import { TaskNotices } from '../tasks/task-notices.js';
import { newPoolJson } from '../pools/new-pool.js';
import { IS_ORDER_TASK } from '../tasks/task-rows.js';
import { acceptedColumns } from './accepted-columns.js';
import { causeJson, COMMIT_TIME_TEXT, commitStatement, type CommitOptions, type CommitRow } from './order-commit.js';
import { listStatement, type OrderFilter, type OrderPosition } from './order-list.js';
import { ORDER_COLUMNS, ORDER_SENDS, ORDER_STATE_COLUMNS, orderFromRow, orderStateFromRow } from './order-rows.js';
import type { OrderRow, OrderStateRow } from './order-rows.js';

export type { CommitGuard, TaskOutcome } from './order-commit.js';
export type { OrderFilter, OrderPosition, TenantScope } from './order-list.js';

export type Accepted =
  | {
      readonly kind: 'accepted';
      readonly state: OrderState;
      /** Held for the caller who waits; null if the worker is to run the order. */
      readonly lease: Lease | null;
      readonly response: StoredResponse | null;
    }
  /** Purchases at the provider are paused. Nothing was written. */
  | { readonly kind: 'paused'; readonly reason: string; readonly probeInMs: number }
  /** A person has switched such purchases off. Nothing was written. */
  | { readonly kind: 'switched_off'; readonly by: StandingSwitch }
  /** An order that says the same was accepted a short time ago. Nothing was written. */
  | { readonly kind: 'duplicate'; readonly orderId: string }
  /** With this order the month's spending would be above a limit. Nothing was written. */
  | { readonly kind: 'over_limit'; readonly of: LimitHolder; readonly spentUsd: Decimal; readonly orderUsd: Decimal }
  | KnownKey;

export interface AcceptOptions {
  readonly buyer: Omit<Buyer, 'tenantId'>;
  /** The most that tenant and key may spend in a month; null for no limit. */
  readonly monthUsd: Readonly<Record<LimitHolder, Decimal | null>>;
  /** Null if no caller waits, so that the worker runs the order. */
  readonly leaseMs: number | null;
  readonly duplicateWindowMs: number;
  readonly refuseIfPaused: boolean;
  readonly cause: Cause;
  /** Of a member of a pool: the pool that it opens if none is open; null of any other order. */
  readonly pool: NewPool | null;
  /** The response to store with the order, where it is known before anything is sent. */
  readonly response: ((order: Order) => StoredResponse) | null;
}

/** A commit that went through. */
export interface Committed {
  /** The database's time of the commit. */
  readonly at: Date;
  /** The response that was stored with it. */
  readonly response: StoredResponse | null;
}

/** Another order has recorded the same purchase since this one was read. Nothing was written. */
export class PurchaseTakenError extends Error {
  override readonly name = 'PurchaseTakenError';
}

/** A person has switched off what the change would send. Nothing was written. */
export class SwitchedOffError extends Error {
  override readonly name = 'SwitchedOffError';

  constructor(readonly by: StandingSwitch) {
    super('this is switched off');
  }
}

type AcceptRow = KeyRow & {
  readonly committed_at: Date | null;
  readonly pause_reason: string | null;
  readonly probe_in_ms: number | null;
  readonly spent_usd: string | null;
};

@Injectable()
export class OrdersRepository {
  constructor(
    private readonly database: Database,
    private readonly heartbeat: ProcessHeartbeat,
    private readonly notices: TaskNotices,
  ) {}

  /**
   * Makes an order durable in one statement: idempotency record, order, first event, first task and, where it is known,
   * the response. Of several requests with one key, one is accepted; the others get what it has committed.
   */
  async accept(request: IdempotentRequest, terms: OrderTerms, options: AcceptOptions): Promise<Accepted> {
    const { buyer, monthUsd, leaseMs, duplicateWindowMs, refuseIfPaused, cause, pool } = options;
    const order = newOrder(newId('ord'), { ...buyer, tenantId: request.tenantId }, terms);
    const response = options.response?.(order) ?? null;
    const token = leaseMs === null ? null : crypto.randomUUID();
    const askedAtMs = monotonicMs();
    const [row] = await this.database.query<AcceptRow>(Prisma.sql`
      SELECT * FROM accept_order(
        ${JSON.stringify({ ...acceptedColumns(order), ...(pool && { pool: newPoolJson(pool) }) })}::jsonb, ${newId('evt')}::text,
        ${causeJson(cause, this.heartbeat.id)}::jsonb,
        ${request.operation}::text, ${request.key}::text, ${request.fingerprint}::bytea, ${request.owner}::uuid,
        ${LEASE_MS}::float8, ${samenessOf(order)}::text, ${duplicateWindowMs}::float8, ${refuseIfPaused}::boolean,
        ${monthUsd.tenant?.toFixed() ?? null}::numeric, ${monthUsd.key?.toFixed() ?? null}::numeric,
        ${token}::uuid, ${token && this.heartbeat.id}::uuid, ${leaseMs}::float8,
        ${COMMIT_TIME_TEXT}::text, ${response?.status ?? null}::int, ${response?.body ?? null}::text)`);
    if (!row) throw new Error('accept_order returned no row');
    switch (row.kind) {
      case 'accepted': {
        if (token === null) this.notices.announce();
        const state = stateOfNew(asCommitted(order, row.committed_at ?? new Date()), token);
        const lease = token && leaseMs !== null ? Lease.granted(order.id, token, askedAtMs, leaseMs) : null;
        return { kind: 'accepted', state, lease, response: storedResponse(row) };
      }
      case 'paused':
        return { kind: 'paused', reason: row.pause_reason ?? '', probeInMs: row.probe_in_ms ?? 0 };
      case 'tenant_switched_off':
      case 'provider_switched_off': {
        const tenantId = row.kind === 'tenant_switched_off' ? request.tenantId : null;
        const by = { tenantId, reason: row.pause_reason ?? '', until: row.committed_at ?? new Date() };
        return { kind: 'switched_off', by };
      }
      case 'duplicate':
        return { kind: 'duplicate', orderId: row.order_id ?? '' };
      case 'tenant_limit':
      case 'key_limit':
        return {
          kind: 'over_limit',
          of: row.kind === 'key_limit' ? 'key' : 'tenant',
          spentUsd: new Decimal(row.spent_usd ?? 0),
          orderUsd: order.spending?.usd ?? new Decimal(0),
        };
      default:
        return knownKeyFromRow(row);
    }
  }

  /**
   * Writes a change in one statement, or nothing.
   * @returns null if the order or its pool has changed since it was read, or the guard does not hold. Rejects with
   * PurchaseTakenError if another order has the purchase, and with SwitchedOffError if it opens an attempt that a person
   * has switched off.
   */
  async commit(change: OrderChange, options: Omit<CommitOptions, 'process'>): Promise<Committed | null> {
    const statement = commitStatement(change, { ...options, process: this.heartbeat.id });
    const [row] = await this.database.query<CommitRow>(statement).catch((thrown: unknown) => {
      if (isRefusedBy(thrown, 'pools_keep_members')) return [];
      throw isRefusedBy(thrown, 'orders_provider_provider_order_id_key')
        ? new PurchaseTakenError('another order has this purchase', { cause: thrown })
        : thrown;
    });
    const stop = readStandingSwitch(row?.switched_off);
    if (stop) throw new SwitchedOffError(stop);
    if (!row?.committed_at) return null;
    if (options.task.do === 'wake') this.notices.announce();
    return { at: row.committed_at, response: storedResponse(row) };
  }

  /** The order and everything that a decision about it may need. @returns null if there is no such order. */
  async readState(id: string): Promise<OrderState | null> {
    const [row] = await this.database.query<OrderStateRow>(Prisma.sql`
      SELECT ${ORDER_STATE_COLUMNS} FROM orders o LEFT JOIN tasks t ON t.subject_id = o.id AND ${IS_ORDER_TASK} ${ORDER_SENDS}
      WHERE o.id = ${id}::text`);
    return row ? orderStateFromRow(row) : null;
  }

  /** @returns null if there is no such order, or it is another tenant's. */
  async findForTenant(id: string, tenantId: string): Promise<Order | null> {
    return this.findWhere(Prisma.sql`o.id = ${id}::text AND o.tenant_id = ${tenantId}::text`);
  }

  /** The order of any tenant. @returns null if there is no such order. */
  async findAny(id: string): Promise<Order | null> {
    return this.findWhere(Prisma.sql`o.id = ${id}::text`);
  }

  /** The order that a tenant placed with this idempotency key. @returns null if there is none. */
  async findByKey(key: string, tenantId: string): Promise<Order | null> {
    return this.findWhere(Prisma.sql`
      o.id = (SELECT order_id FROM idempotency_records
              WHERE tenant_id = ${tenantId}::text AND operation = 'place_order' AND key IN ${asKept(key)})`);
  }

  /** The tenants that have placed an order with this idempotency key, by id, at most `limit`. Looks them up one by one. */
  async tenantsOfKey(key: string, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(Prisma.sql`
      SELECT t.id FROM tenants t
      WHERE EXISTS (SELECT FROM idempotency_records r
                    WHERE r.tenant_id = t.id AND r.operation = 'place_order' AND r.key IN ${asKept(key)}
                      AND r.order_id IS NOT NULL)
      ORDER BY t.id LIMIT ${limit}::int`);
    return rows.map(({ id }) => id);
  }

  /** Orders that have this purchase or payment, or were promised it with a page. */
  async ownersOf(provider: string, providerOrderId: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(Prisma.sql`
      SELECT id FROM orders WHERE provider = ${provider}::text AND provider_order_id = ${providerOrderId}::text
      UNION SELECT order_id FROM checkout_sessions
      WHERE provider = ${provider}::text AND session_id = ${providerOrderId}::text`);
    return rows.map(({ id }) => id);
  }

  /** The evidence with which an order was flagged for a reason, oldest first. */
  async flagsOf(orderId: string, reason: ReviewReason): Promise<readonly EvidenceOf['review_flagged'][]> {
    const rows = await this.database.query<{ evidence: EvidenceOf['review_flagged'] }>(Prisma.sql`
      SELECT evidence FROM order_events
      WHERE order_id = ${orderId}::text AND type = 'order.review_flagged' AND evidence ->> 'reason' = ${reason}::text
      ORDER BY sequence`);
    return rows.map(({ evidence }) => evidence);
  }

  /** Newest first, strictly after `position`, at most `limit`. */
  async list(filter: OrderFilter, position: OrderPosition | null, limit: number): Promise<Order[]> {
    const rows = await this.database.queryUnprepared<OrderRow>(listStatement(filter, position, limit));
    return rows.map(orderFromRow);
  }

  /** Claims the next read of the provider. @returns false if there was one within the last `withinMs`. */
  async claimRefresh(id: string, withinMs: number): Promise<boolean> {
    const claimed = await this.database.execute(Prisma.sql`
      UPDATE orders SET refreshed_at = now()
      WHERE id = ${id}::text
        AND (refreshed_at IS NULL OR refreshed_at <= now() - ${withinMs}::float8 * interval '1 millisecond')`);
    return claimed === 1;
  }

  private async findWhere(condition: Prisma.Sql): Promise<Order | null> {
    const [row] = await this.database.query<OrderRow>(
      Prisma.sql`SELECT ${ORDER_COLUMNS} FROM orders o WHERE ${condition}`,
    );
    return row ? orderFromRow(row) : null;
  }
}

/** An idempotency key as it was given, and as it is kept after an erasure that it stood in the way of. */
const asKept = (key: string): Prisma.Sql => Prisma.sql`(${key}::text, erased_key(${key}::text))`;

const storedResponse = (row: {
  readonly response_status: number | null;
  readonly response_body: string | null;
}): StoredResponse | null =>
  row.response_status === null || row.response_body === null
    ? null
    : { status: row.response_status, body: row.response_body };

const isRefusedBy = (thrown: unknown, constraint: string): boolean =>
  typeof thrown === 'object' && thrown !== null && 'constraint' in thrown && thrown.constraint === constraint;
