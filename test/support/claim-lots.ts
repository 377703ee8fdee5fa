import { ClaimLots } from '../../src/application/lots/claim-lots.js';
import type { TestEngine } from './engine.js';
import { postLedger } from './post-ledger.js';

/** Everything that happened is posted, and what it proves is claimed, as by a worker. @returns how many claims were made. */
export const claimLots = async ({ app }: Pick<TestEngine, 'app'>): Promise<number> => {
  await postLedger({ app });
  let claims = 0;
  for (;;) {
    const claimed = await app.get(ClaimLots).run();
    claims += claimed.claims;
    if (claimed.next === 'none') return claims;
  }
};
