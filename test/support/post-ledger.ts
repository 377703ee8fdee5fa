import { PostLedger, type Posted } from '../../src/application/ledger/post-ledger.js';
import type { TestEngine } from './engine.js';

/** As a worker does, until the feed is read. */
export const postLedger = async ({ app }: Pick<TestEngine, 'app'>): Promise<Posted> => {
  let posted = await app.get(PostLedger).run();
  while (posted.next !== 'none') posted = await app.get(PostLedger).run();
  return posted;
};
