import { Injectable } from '@nestjs/common';
import type { FeedPosition } from '../../domain/events/feed-event.js';
import { POSTING_STATUSES } from '../../domain/ledger/post-order.js';
import type { Transfer } from '../../domain/ledger/transfer.js';
import { Database } from '../database/database.js';
import { moveCursor, readCursor } from '../events/feed-cursor.js';
import { scanFeed } from '../events/feed.repository.js';
import { Prisma } from '../generated/client.js';
import { insertTransfers } from './insert-transfers.js';
import { HISTORY_COLUMNS, historiesFrom, type HistoryRow, type OrderHistory } from './history-rows.js';

/** Some events after a position, with the histories of the orders for which they may post something. */
export interface PostingPage {
  readonly from: FeedPosition;
  /** The last of them; null if there is none. */
  readonly to: FeedPosition | null;
  readonly events: number;
  /** Each with the sequence of the first event that is on the page. */
  readonly orders: readonly (OrderHistory & { readonly postFrom: number })[];
  /** The database's clock. */
  readonly readAt: Date;
}

type PageRow = { readonly [K in keyof HistoryRow]: HistoryRow[K] | null } & {
  readonly events: number;
  readonly last_tx: string | null;
  readonly last_subject: string | null;
  readonly last_sequence: number | null;
  readonly post_from: number | null;
  readonly read_at: Date;
};

/** Posts what the feed tells, in its order. */
@Injectable()
export class PostingRepository {
  constructor(private readonly database: Database) {}

  /** The next events, at most `limit`. */
  async nextPage(limit: number): Promise<PostingPage> {
    const from = await readCursor(this.database, 'ledger');
    const rows = await this.database.query<PageRow>(Prisma.sql`
      WITH page AS MATERIALIZED (${scanFeed({ scope: 'all_tenants' }, from, limit)}),
      last AS (SELECT p.* FROM page p ORDER BY p.tx DESC, p.subject DESC, p.sequence DESC LIMIT 1),
      posting AS (
        SELECT h.order_id, min(h.sequence) AS post_from, max(h.sequence) AS post_to
        FROM page p JOIN order_events h ON h.id = p.id
        WHERE h.to_status IS NULL OR h.to_status = ANY (${POSTING_STATUSES}::text[])
        GROUP BY h.order_id),
      histories AS (
        SELECT g.post_from, ${HISTORY_COLUMNS}
        FROM posting g JOIN orders o ON o.id = g.order_id
        JOIN order_events e ON e.order_id = o.id AND e.sequence <= g.post_to)
      SELECT extent.events, last.tx AS last_tx, last.subject AS last_subject, last.sequence AS last_sequence,
             now() AS read_at, histories.*
      FROM (SELECT count(*)::int AS events FROM page) extent
      LEFT JOIN last ON true
      LEFT JOIN histories ON true
      ORDER BY histories.id, histories.sequence`);
    return pageOf(from, rows);
  }

  /**
   * Posts what follows from a page and moves on behind it, each to the period of its time, or the next one that is open.
   * Nothing is posted twice, whatever was posted before. @returns how many were posted; null if another process moved on.
   */
  async commit({ from, to }: PostingPage, transfers: readonly Transfer[]): Promise<number | null> {
    if (to === null) return 0;
    const [row] = await this.database.query<{ moved: boolean; posted: number }>(Prisma.sql`
      WITH moved AS (${moveCursor('ledger', from, to)}),
      posted AS (
        ${insertTransfers(transfers, Prisma.sql`moved`)}
        RETURNING source)
      SELECT EXISTS (SELECT FROM moved) AS moved, (SELECT count(*)::int FROM posted) AS posted`);
    return row?.moved ? row.posted : null;
  }
}

const pageOf = (from: FeedPosition, rows: readonly PageRow[]): PostingPage => {
  const [first] = rows as [PageRow];
  const { last_tx: tx, last_subject: subject, last_sequence: sequence } = first;
  const told = rows.filter((row): row is PageRow & HistoryRow => row.id !== null);
  const postFrom = new Map(told.map((row) => [row.id, row.post_from ?? 0]));
  return {
    from,
    to: tx === null || subject === null || sequence === null ? null : { tx, subject, sequence },
    events: first.events,
    orders: historiesFrom(told).map((history) => ({ ...history, postFrom: postFrom.get(history.id) ?? 0 })),
    readAt: first.read_at,
  };
};
