import type { FeedPosition } from '../../domain/events/feed-event.js';
import { Prisma } from '../generated/client.js';

/** Of some events after a position: how many there are, and where they end. */
export interface FeedExtent {
  readonly from: FeedPosition;
  /** The last of them; null if there is none. */
  readonly to: FeedPosition | null;
  readonly events: number;
  /** The database's clock. */
  readonly readAt: Date;
}

export interface ExtentRow {
  readonly events: number;
  readonly last_tx: string | null;
  readonly last_subject: string | null;
  readonly last_sequence: number | null;
  readonly read_at: Date;
}

/** One row `extent` about the CTE `page` of what `scanFeed` found. */
export const EXTENT_OF_PAGE = Prisma.sql`
  (SELECT counted.events, last.tx AS last_tx, last.subject AS last_subject, last.sequence AS last_sequence,
          now() AS read_at
   FROM (SELECT count(*)::int AS events FROM page) counted
   LEFT JOIN (SELECT p.* FROM page p ORDER BY p.tx DESC, p.subject DESC, p.sequence DESC LIMIT 1) last ON true) extent`;

export const extentFrom = (from: FeedPosition, row: ExtentRow): FeedExtent => {
  const { last_tx: tx, last_subject: subject, last_sequence: sequence } = row;
  const to = tx === null || subject === null || sequence === null ? null : { tx, subject, sequence };
  return { from, to, events: row.events, readAt: row.read_at };
};
