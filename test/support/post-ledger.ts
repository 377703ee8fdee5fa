import { PostLedger, type Posted } from '../../src/application/ledger/post-ledger.js';
import type { TestBed } from './test-bed.js';
import type { TestEngine } from './engine.js';

/** As a worker does, until the feed is read. */
export const postLedger = async ({ app }: Pick<TestEngine, 'app'>): Promise<Posted> => {
  let posted = await app.get(PostLedger).run();
  while (posted.next !== 'none') posted = await app.get(PostLedger).run();
  return posted;
};

/** Past the guards: months are closed and opened on record only. */
export const setPeriods = (engine: TestBed, status: 'open' | 'closed', where = 'true'): Promise<unknown> =>
  engine.rows(`BEGIN; SET LOCAL session_replication_role = replica;
    UPDATE periods SET status = '${status}' WHERE ${where}; COMMIT`);
