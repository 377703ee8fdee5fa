import type { FeedPosition } from '../../domain/events/feed-event.js';
import type { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';

/** Who works off the feed: each has a row in `feed_readers` that says how far. */
export type FeedReader = 'webhooks' | 'ledger' | 'proofs';

/**
 * What a reader makes of a page is written by the statement that moves its cursor over it, and only if no other process
 * has moved it since the page was read. So any number of processes may try, and one that dies has neither lost an event
 * nor taken it twice.
 */
export const readCursor = async (database: Database, reader: FeedReader): Promise<FeedPosition> => {
  const [position] = await database.query<FeedPosition>(Prisma.sql`
    SELECT r.tx, r.subject, r.sequence FROM feed_readers r WHERE r.name = ${reader}::text`);
  if (!position) throw new Error(`feed_readers lacks its row ${reader}`);
  return position;
};

/** To be a CTE: one row if the cursor was where the page began, else none. */
export const moveCursor = (reader: FeedReader, from: FeedPosition, to: FeedPosition): Prisma.Sql => Prisma.sql`
  UPDATE feed_readers r SET tx = ${to.tx}::bigint, subject = ${to.subject}::text, sequence = ${to.sequence}::int
  WHERE r.name = ${reader}::text
    AND (r.tx, r.subject, r.sequence) = (${from.tx}::bigint, ${from.subject}::text, ${from.sequence}::int)
  RETURNING r.name`;
