import { Injectable } from '@nestjs/common';
import type { FeedEvent, FeedEventType, FeedPosition } from '../../domain/events/feed-event.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import type { TenantScope } from '../orders/order-list.js';
import { EVENT_COLUMNS, eventFromRow, type EventRow } from './event-rows.js';

export interface FeedFilter {
  readonly scope: TenantScope;
  readonly types?: readonly FeedEventType[];
  readonly orderId?: string;
  /** Of the order. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface FeedPage {
  readonly events: readonly FeedEvent[];
  /** Where to go on: what lies before it was read, if not told. */
  readonly next: FeedPosition;
  /** Whether there may be more to read now. */
  readonly hasMore: boolean;
}

/** Which orders and endpoints something was told of. */
export interface FeedNews {
  readonly tenantId: string;
  readonly position: FeedPosition;
}

/** How many events a page looks through at most for those that a filter wants: a page may be short, but is never slow. */
const MOST_SCANNED = 5_000;

type Extent = {
  readonly scanned: number;
  readonly last_tx: string | null;
  readonly last_subject: string | null;
  readonly last_sequence: number | null;
};

/**
 * All events in one order. It tells those only that are older than every transaction which still writes, so a reader who
 * goes on from a position never misses one, however slowly it was committed.
 */
@Injectable()
export class FeedRepository {
  constructor(private readonly database: Database) {}

  /** Oldest first, strictly after `after`, at most `limit`. */
  async page(filter: FeedFilter, after: FeedPosition, limit: number): Promise<FeedPage> {
    const wanted = wantedEvents(filter);
    const most = wanted === null ? limit : MOST_SCANNED;
    const rows = await this.database.queryUnprepared<EventRow & Extent>(Prisma.sql`
      WITH scanned AS MATERIALIZED (${scanFeed(filter, after, most)}),
      found AS (
        SELECT s.* FROM scanned s ${wanted ?? Prisma.empty} ORDER BY s.tx, s.subject, s.sequence LIMIT ${limit}::int),
      last AS (SELECT s.* FROM scanned s ORDER BY s.tx DESC, s.subject DESC, s.sequence DESC LIMIT 1)
      SELECT extent.scanned, last.tx AS last_tx, last.subject AS last_subject, last.sequence AS last_sequence,
             told.*
      FROM (SELECT count(*)::int AS scanned FROM scanned) extent
      LEFT JOIN last ON true
      LEFT JOIN (
        SELECT ${EVENT_COLUMNS} FROM found f
        LEFT JOIN order_events e ON e.id = f.id LEFT JOIN orders o ON o.id = e.order_id
        LEFT JOIN webhook_endpoint_events w ON w.id = f.id) told ON true
      ORDER BY told.event_tx, told.event_subject, told.event_sequence`);
    const events = rows.flatMap((row) => (row.event_id === null ? [] : eventFromRow(row)));
    const [extent] = rows;
    const isFull = events.length === limit;
    return {
      events,
      next: (isFull ? events.at(-1)?.position : extent && lastScanned(extent)) ?? after,
      hasMore: isFull || extent?.scanned === most,
    };
  }

  /** These events, in no certain order. What is no event is left out. */
  async find(ids: readonly string[]): Promise<FeedEvent[]> {
    const rows = await this.database.query<EventRow>(Prisma.sql`
      SELECT ${EVENT_COLUMNS} FROM unnest(${ids}::text[]) AS f(id)
      LEFT JOIN order_events e ON e.id = f.id LEFT JOIN orders o ON o.id = e.order_id
      LEFT JOIN webhook_endpoint_events w ON w.id = f.id
      WHERE e.id IS NOT NULL OR w.id IS NOT NULL`);
    return rows.map(eventFromRow);
  }

  /** @returns null if there is no such event in the scope. */
  async positionOf(eventId: string, scope: TenantScope): Promise<FeedPosition | null> {
    const [row] = await this.database.query<FeedPosition>(Prisma.sql`
      SELECT e.tx, e.order_id AS subject, e.sequence FROM order_events e
      WHERE e.id = ${eventId}::text AND ${isIn(scope, 'e')}
      UNION ALL
      SELECT w.tx, w.endpoint_id, w.sequence FROM webhook_endpoint_events w
      WHERE w.id = ${eventId}::text AND ${isIn(scope, 'w')}`);
    return row ?? null;
  }

  /** The latest event that is told. @returns null if there is none yet. */
  async latest(): Promise<FeedPosition | null> {
    const [row] = await this.database.query<FeedPosition>(Prisma.sql`
      SELECT u.* FROM (
        (SELECT e.tx, e.order_id AS subject, e.sequence FROM order_events e WHERE e.tx < feed_horizon()
         ORDER BY e.tx DESC, e.order_id DESC, e.sequence DESC LIMIT 1)
        UNION ALL
        (SELECT w.tx, w.endpoint_id, w.sequence FROM webhook_endpoint_events w WHERE w.tx < feed_horizon()
         ORDER BY w.tx DESC, w.endpoint_id DESC, w.sequence DESC LIMIT 1)) u
      ORDER BY u.tx DESC, u.subject DESC, u.sequence DESC LIMIT 1`);
    return row ?? null;
  }

  /** What was told after `after`, oldest first, at most `limit`: of whom, and no more. */
  async newsAfter(after: FeedPosition, limit: number): Promise<FeedNews[]> {
    const rows = await this.database.query<FeedPosition & { readonly tenant_id: string }>(
      scanFeed({ scope: 'all_tenants' }, after, limit),
    );
    return rows.map(({ tenant_id: tenantId, tx, subject, sequence }) => ({
      tenantId,
      position: { tx, subject, sequence },
    }));
  }
}

/** The next events in the order of the feed. Each branch reads its own rows only, by an index that ends in it. */
export const scanFeed = (
  { scope, orderId }: FeedFilter,
  { tx, subject, sequence }: FeedPosition,
  limit: number,
): Prisma.Sql => {
  const page = (table: string, alias: string, subjectColumn: string): Prisma.Sql => {
    const at = Prisma.raw(`${alias}.tx, ${alias}.${subjectColumn}, ${alias}.sequence`);
    const column = Prisma.raw(`${alias}.${subjectColumn}`);
    return Prisma.sql`
      (SELECT ${Prisma.raw(alias)}.tx, ${column} AS subject, ${Prisma.raw(alias)}.sequence, ${Prisma.raw(alias)}.id,
              ${Prisma.raw(alias)}.type, ${Prisma.raw(alias)}.tenant_id
       FROM ${Prisma.raw(`${table} ${alias}`)}
       WHERE ${Prisma.raw(alias)}.tx < feed_horizon() AND (${at}) > (${tx}::bigint, ${subject}::text, ${sequence}::int)
         AND ${isIn(scope, alias)} ${orderId === undefined ? Prisma.empty : Prisma.sql`AND ${column} = ${orderId}::text`}
       ORDER BY ${at} LIMIT ${limit}::int)`;
  };
  return Prisma.sql`
    SELECT u.* FROM (
      ${page('order_events', 'e', 'order_id')} UNION ALL ${page('webhook_endpoint_events', 'w', 'endpoint_id')}) u
    ORDER BY u.tx, u.subject, u.sequence LIMIT ${limit}::int`;
};

const isIn = (scope: TenantScope, alias: string): Prisma.Sql =>
  scope === 'all_tenants' ? Prisma.sql`true` : Prisma.sql`${Prisma.raw(alias)}.tenant_id = ${scope.tenantId}::text`;

/** @returns null if every event is wanted. */
const wantedEvents = ({ types, labels }: FeedFilter): Prisma.Sql | null => {
  const conditions = [
    ...(types === undefined ? [] : [Prisma.sql`s.type = ANY (${types}::text[])`]),
    ...(labels === undefined
      ? []
      : [
          Prisma.sql`EXISTS (SELECT FROM orders o WHERE o.id = s.subject AND o.labels @> ${JSON.stringify(labels)}::jsonb)`,
        ]),
  ];
  return conditions.length === 0 ? null : Prisma.sql`WHERE ${Prisma.join(conditions, ' AND ')}`;
};

const lastScanned = ({ last_tx: tx, last_subject: subject, last_sequence: sequence }: Extent): FeedPosition | null =>
  tx === null || subject === null || sequence === null ? null : { tx, subject, sequence };
