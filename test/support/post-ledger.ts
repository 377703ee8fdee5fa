import { setTimeout as pause } from 'node:timers/promises';
import { PostLedger } from '../../src/application/ledger/post-ledger.js';
import { Database } from '../../src/persistence/database/database.js';
import { Prisma } from '../../src/persistence/generated/client.js';
import type { TestBed } from './test-bed.js';
import type { TestEngine } from './engine.js';

const LOOK_MS = 10;

/**
 * As a worker does, until every event is posted. The feed shows none before older transactions are over, and those of other
 * tests on the same server are among them.
 */
export const postLedger = async ({ app }: Pick<TestEngine, 'app'>): Promise<void> => {
  for (;;) {
    const { next } = await app.get(PostLedger).run();
    if (next !== 'none') continue;
    const waiting = await app.get(Database).query(Prisma.sql`
      SELECT FROM feed_readers r JOIN order_events e ON (e.tx, e.order_id, e.sequence) > (r.tx, r.subject, r.sequence)
      WHERE r.name = 'ledger' LIMIT 1`);
    if (waiting.length === 0) return;
    await pause(LOOK_MS);
  }
};

/** Past the guards: months are closed and opened on record only. */
export const setPeriods = (engine: TestBed, status: 'open' | 'closed', where = 'true'): Promise<unknown> =>
  engine.rows(`BEGIN; SET LOCAL session_replication_role = replica;
    UPDATE periods SET status = '${status}' WHERE ${where}; COMMIT`);
