import { Injectable } from '@nestjs/common';
import type { FeedPosition } from '../../domain/events/feed-event.js';
import { Database } from '../database/database.js';
import { newId } from '../database/new-id.js';
import { moveCursor, readCursor } from '../events/feed-cursor.js';
import { scanFeed } from '../events/feed.repository.js';
import { Prisma } from '../generated/client.js';

interface Recipient {
  readonly eventId: string;
  /** Null for an event of an endpoint. */
  readonly orderId: string | null;
  readonly tenantId: string;
  readonly endpointId: string;
}

/** The endpoint of a callback address that no order had before. */
interface NewCallback {
  readonly id: string;
  readonly tenantId: string;
  readonly url: string;
}

/** Some events after a position, and where they are to be sent. */
export interface DispatchPage {
  readonly from: FeedPosition;
  /** The last of them; null if there is none. */
  readonly to: FeedPosition | null;
  readonly events: number;
  readonly recipients: readonly Recipient[];
  readonly newCallbacks: readonly NewCallback[];
}

/** One for each event that somebody is to be told; without them (`id` null), one for the page. */
interface PageRow {
  readonly events: number;
  readonly last_tx: string | null;
  readonly last_subject: string | null;
  readonly last_sequence: number | null;
  readonly id: string | null;
  readonly tenant_id: string;
  readonly order_id: string | null;
  readonly callback_url: string | null;
  readonly endpoint_ids: readonly string[];
}

type ToldRow = PageRow & { readonly id: string };

/** Hands events on from the feed to the queue of what is to be sent. */
@Injectable()
export class DispatchRepository {
  constructor(private readonly database: Database) {}

  /**
   * The next events, at most `limit`, each with the endpoints of its tenant that are to be told: those that are enabled,
   * want its type, and were there when it happened. And with the endpoint of its order's callback address.
   */
  async nextPage(limit: number): Promise<DispatchPage> {
    const from = await readCursor(this.database, 'webhooks');
    const isActive = Prisma.sql`e.tenant_id = p.tenant_id AND e.deleted_at IS NULL AND e.disabled_at IS NULL`;
    const rows = await this.database.query<PageRow>(Prisma.sql`
      WITH page AS MATERIALIZED (${scanFeed({ scope: 'all_tenants' }, from, limit)}),
      last AS (SELECT p.* FROM page p ORDER BY p.tx DESC, p.subject DESC, p.sequence DESC LIMIT 1),
      addressed AS (
        SELECT p.tx, p.subject, p.sequence, p.id, p.tenant_id, o.id AS order_id,
               CASE WHEN NOT EXISTS (
                 SELECT FROM webhook_endpoints e
                 WHERE e.tenant_id = p.tenant_id AND e.url = o.webhook_url AND e.origin = 'order' AND e.deleted_at IS NULL)
               THEN o.webhook_url END AS callback_url,
               ARRAY(
                 SELECT e.id FROM webhook_endpoints e
                 WHERE e.origin = 'managed' AND ${isActive} AND (e.types = '{}' OR p.type = ANY (e.types))
                   AND e.created_at <= COALESCE(
                     (SELECT h.occurred_at FROM order_events h WHERE h.id = p.id),
                     (SELECT w.occurred_at FROM webhook_endpoint_events w WHERE w.id = p.id))
                 UNION ALL
                 SELECT e.id FROM webhook_endpoints e WHERE e.origin = 'order' AND ${isActive} AND e.url = o.webhook_url
               ) AS endpoint_ids
        FROM page p LEFT JOIN orders o ON o.id = p.subject)
      SELECT extent.events, last.tx AS last_tx, last.subject AS last_subject, last.sequence AS last_sequence,
             a.id, a.tenant_id, a.order_id, a.callback_url, a.endpoint_ids
      FROM (SELECT count(*)::int AS events FROM page) extent
      LEFT JOIN last ON true
      LEFT JOIN addressed a ON a.callback_url IS NOT NULL OR a.endpoint_ids <> '{}'
      ORDER BY a.tx, a.subject, a.sequence`);
    return pageOf(from, rows);
  }

  /** Queues a page and moves on behind it. @returns how many deliveries were queued; null if another process moved on. */
  async commit({ from, to, recipients, newCallbacks }: DispatchPage): Promise<number | null> {
    if (to === null) return 0;
    const [row] = await this.database.query<{ moved: boolean; queued: number }>(Prisma.sql`
      WITH moved AS (${moveCursor('webhooks', from, to)}),
      callbacks AS (
        INSERT INTO webhook_endpoints (id, tenant_id, url, types, origin)
        SELECT c.id, c.tenant_id, c.url, '{}', 'order' FROM moved, unnest(
          ${newCallbacks.map(({ id }) => id)}::text[], ${newCallbacks.map(({ tenantId }) => tenantId)}::text[],
          ${newCallbacks.map(({ url }) => url)}::text[]) AS c(id, tenant_id, url)),
      queued AS (
        INSERT INTO webhook_deliveries (id, endpoint_id, tenant_id, event_id, order_id)
        SELECT d.id, d.endpoint_id, d.tenant_id, d.event_id, d.order_id FROM moved, unnest(
          ${recipients.map(() => newId('dlv'))}::text[], ${recipients.map(({ endpointId }) => endpointId)}::text[],
          ${recipients.map(({ tenantId }) => tenantId)}::text[], ${recipients.map(({ eventId }) => eventId)}::text[],
          ${recipients.map(({ orderId }) => orderId)}::text[]) AS d(id, endpoint_id, tenant_id, event_id, order_id)
        ON CONFLICT (endpoint_id, event_id) DO NOTHING
        RETURNING id)
      SELECT EXISTS (SELECT FROM moved) AS moved, (SELECT count(*)::int FROM queued) AS queued`);
    return row?.moved ? row.queued : null;
  }
}

const pageOf = (from: FeedPosition, rows: readonly PageRow[]): DispatchPage => {
  const [{ events, last_tx: tx, last_subject: subject, last_sequence: sequence }] = rows as [PageRow];
  const told = rows.filter((row): row is ToldRow => row.id !== null);
  const callbacks = newCallbacksOf(told);
  return {
    from,
    to: tx === null || subject === null || sequence === null ? null : { tx, subject, sequence },
    events,
    recipients: told.flatMap((row) => {
      const event = { eventId: row.id, orderId: row.order_id, tenantId: row.tenant_id };
      const callback = callbacks.get(keyOf(row));
      return [...row.endpoint_ids, ...(callback ? [callback.id] : [])].map((endpointId) => ({ ...event, endpointId }));
    }),
    newCallbacks: [...callbacks.values()],
  };
};

const keyOf = ({ tenant_id: tenantId, callback_url: url }: ToldRow): string => JSON.stringify([tenantId, url]);

/** One for each address, however many orders and events have it. */
const newCallbacksOf = (rows: readonly ToldRow[]): ReadonlyMap<string, NewCallback> => {
  const callbacks = new Map<string, NewCallback>();
  for (const row of rows) {
    const { tenant_id: tenantId, callback_url: url } = row;
    if (url !== null && !callbacks.has(keyOf(row))) callbacks.set(keyOf(row), { id: newId('whe'), tenantId, url });
  }
  return callbacks;
};
