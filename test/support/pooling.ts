import { TestEngine } from './engine.js';

/** On whose behalf pools buy. */
export const HOUSE = 'ten_01jd4v2m0gf5c8q7k3x9w1z2r4';

export const POOL_OPEN_MS = 7 * 24 * 3_600_000;

export const POOLING = {
  pooling: { tenantId: HOUSE, beneficiary: 'Customers of Example Ltd', openMs: POOL_OPEN_MS },
};

/** An engine that pools, with a house that it does so for. */
export const startPooling = async (): Promise<TestEngine> => {
  const engine = await TestEngine.start(POOLING);
  await engine.rows(`INSERT INTO tenants (id, name) VALUES ($1, 'House')`, [HOUSE]);
  return engine;
};
