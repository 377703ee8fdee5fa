import { Injectable } from '@nestjs/common';
import type { ActRecord } from '../../domain/audit/act.js';
import { FEED_START, type FeedPosition } from '../../domain/events/feed-event.js';
import type { Endpoint } from '../../domain/webhooks/endpoint.js';
import type { ReplayChoice, ReplayWindow } from '../../domain/webhooks/replay.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { earliestIdAt, newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';
import type { TenantScope } from '../orders/order-list.js';

/** An event that is to be sent to an endpoint again, or for the first time. */
export interface Replayable {
  readonly position: FeedPosition;
  readonly eventId: string;
  readonly orderId: string | null;
  /** Null: it was never queued. */
  readonly deliveryId: string | null;
}

interface ReplayableRow extends FeedPosition {
  readonly event_id: string;
  readonly order_id: string | null;
  readonly delivery_id: string | null;
}

/** What is wanted of the deliveries `d`, of which there is one or none for each event. */
const WANTED: Readonly<Record<ReplayChoice, Prisma.Sql>> = {
  failed: Prisma.sql`d.state = 'dead'`,
  missing: Prisma.sql`d.id IS NULL`,
  all: Prisma.sql`d.state IS DISTINCT FROM 'pending'`,
};

/** No transaction takes longer, so an event of a later time has no smaller position than the first of so much earlier. */
const LONGEST_TRANSACTION_MS = 3_600_000;

const QUEUED_ANEW = Prisma.sql`
  state = 'pending', tries = 0, due_at = now(), ended_at = NULL, lease_token = NULL, leased_until = NULL`;

@Injectable()
export class ReplaysRepository {
  constructor(private readonly database: Database) {}

  async count(endpoint: Endpoint, window: ReplayWindow): Promise<number> {
    const from = await this.firstTx(window);
    if (from === null) return 0;
    const [row] = await this.database.query<{ count: number }>(Prisma.sql`
      SELECT count(*)::int AS count FROM (${replayable(endpoint, window, { ...FEED_START, tx: from })}) r`);
    return row?.count ?? 0;
  }

  /** In the order of the feed, strictly after `after`, at most `limit`. */
  async page(
    endpoint: Endpoint,
    window: ReplayWindow,
    after: FeedPosition | null,
    limit: number,
  ): Promise<Replayable[]> {
    const from = after?.tx ?? (await this.firstTx(window));
    if (from === null) return [];
    const rows = await this.database.query<ReplayableRow>(Prisma.sql`
      SELECT r.* FROM (${replayable(endpoint, window, after ?? { ...FEED_START, tx: from })}) r
      ORDER BY r.tx, r.subject, r.sequence LIMIT ${limit}::int`);
    return rows.map(({ tx, subject, sequence, ...row }) => ({
      position: { tx, subject, sequence },
      eventId: row.event_id,
      orderId: row.order_id,
      deliveryId: row.delivery_id,
    }));
  }

  /** Queues these in one statement; those that were queued meanwhile are left as they are. @returns how many. */
  async requeue({ id, tenantId }: Endpoint, events: readonly Replayable[]): Promise<number> {
    const again = events.flatMap(({ deliveryId }) => (deliveryId === null ? [] : [deliveryId]));
    const fresh = events.filter(({ deliveryId }) => deliveryId === null);
    const [row] = await this.database.query<{ queued: number }>(Prisma.sql`
      WITH again AS (
        UPDATE webhook_deliveries d SET ${QUEUED_ANEW} WHERE d.id = ANY (${again}::text[]) AND d.state <> 'pending'
        RETURNING d.id),
      fresh AS (
        INSERT INTO webhook_deliveries (id, endpoint_id, tenant_id, event_id, order_id)
        SELECT f.id, ${id}::text, ${tenantId}::text, f.event_id, f.order_id FROM unnest(
          ${fresh.map(() => newId('dlv'))}::text[], ${fresh.map(({ eventId }) => eventId)}::text[],
          ${fresh.map(({ orderId }) => orderId)}::text[]) AS f(id, event_id, order_id)
        ON CONFLICT (endpoint_id, event_id) DO NOTHING
        RETURNING id)
      SELECT ((SELECT count(*) FROM again) + (SELECT count(*) FROM fresh))::int AS queued`);
    return row?.queued ?? 0;
  }

  /** One that is being sent at this moment stays as it is. `disabled`: nothing is sent to its endpoint. */
  async requeueOne(id: string, scope: TenantScope, record: ActRecord): Promise<'queued' | 'not_found' | 'disabled'> {
    const tenantId = scope === 'all_tenants' ? null : scope.tenantId;
    const [row] = await this.database.query<{ is_active: boolean }>(Prisma.sql`
      WITH found AS (
        SELECT d.id, e.disabled_at IS NULL AND e.deleted_at IS NULL AS is_active
        FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id
        WHERE d.id = ${id}::text AND (${tenantId}::text IS NULL OR d.tenant_id = ${tenantId}::text)),
      again AS (
        UPDATE webhook_deliveries d SET ${QUEUED_ANEW} FROM found f
        WHERE d.id = f.id AND f.is_active AND (d.leased_until IS NULL OR d.leased_until <= now()))
      SELECT f.is_active, CASE WHEN f.is_active THEN ${recordAct(record)} END AS recorded FROM found f`);
    if (!row) return 'not_found';
    return row.is_active ? 'queued' : 'disabled';
  }

  /** The position from which events of the window can be. @returns null if nothing has happened since. */
  private async firstTx({ since }: ReplayWindow): Promise<string | null> {
    const earliest = earliestIdAt('evt', new Date(since.getTime() - LONGEST_TRANSACTION_MS));
    const [row] = await this.database.query<{ tx: string | null }>(Prisma.sql`
      SELECT LEAST(
        (SELECT e.tx FROM order_events e WHERE e.id >= ${earliest}::text ORDER BY e.id LIMIT 1),
        (SELECT w.tx FROM webhook_endpoint_events w WHERE w.id >= ${earliest}::text ORDER BY w.id LIMIT 1)) AS tx`);
    return row?.tx ?? null;
  }
}

/** Events that the endpoint is told of, as the dispatcher decides it, whether or not it was there when they happened. */
const replayable = (endpoint: Endpoint, { since, until, only }: ReplayWindow, after: FeedPosition): Prisma.Sql => {
  const { id, tenantId, types, origin, url } = endpoint;
  const page = (table: string, subject: string, orderId: string): Prisma.Sql => Prisma.sql`
    SELECT e.tx, ${Prisma.raw(`e.${subject}`)} AS subject, e.sequence, e.id AS event_id, ${Prisma.raw(orderId)} AS order_id,
           d.id AS delivery_id
    FROM ${Prisma.raw(table)} e LEFT JOIN webhook_deliveries d ON d.endpoint_id = ${id}::text AND d.event_id = e.id
    WHERE e.tenant_id = ${tenantId}::text AND e.tx < feed_horizon()
      AND (e.tx, ${Prisma.raw(`e.${subject}`)}, e.sequence) > (${after.tx}::bigint, ${after.subject}::text, ${after.sequence}::int)
      AND e.occurred_at >= ${since}::timestamptz AND e.occurred_at < ${until}::timestamptz
      AND (${[...types]}::text[] = '{}' OR e.type = ANY (${[...types]}::text[])) AND ${WANTED[only]}`;
  const orders = page('order_events', 'order_id', 'e.order_id');
  return origin === 'order'
    ? Prisma.sql`${orders} AND EXISTS (SELECT FROM orders o WHERE o.id = e.order_id AND o.webhook_url = ${url}::text)`
    : Prisma.sql`${orders} UNION ALL ${page('webhook_endpoint_events', 'endpoint_id', 'NULL')}`;
};
