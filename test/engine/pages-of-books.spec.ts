import { monthOf } from '../../src/domain/periods/month.js';
import { TestEngine } from '../support/engine.js';
import { postLedger } from '../support/post-ledger.js';
import { Reconciling } from '../support/reconciling.js';

const HOUR = 3_600_000;

/** A run reads the books of 200 at a time. */
const ORDERS = 401;

let engine: TestEngine;
beforeAll(async () => {
  engine = await TestEngine.start({ financeTimeZone: 'UTC' });
});
afterAll(() => engine.stop());

it('compares the books of every order, on whichever page', async () => {
  const ids: string[] = [];
  for (let nth = 0; nth < ORDERS; nth++) ids.push((await engine.place({ provider: 'cnaught', grams: 1_000 }, 0)).id);
  await engine.letTimePass(2 * HOUR);
  await postLedger(engine);
  ids.sort();
  const wrong = [ids[0], ids[200], ids[400]];
  // Bought, as their history has it now, and nothing was posted of that.
  await engine.rows(`
    BEGIN; SET LOCAL session_replication_role = replica;
    UPDATE order_events SET to_status = 'placed' WHERE order_id IN ('${wrong.join(`', '`)}'); COMMIT`);
  const periodId = monthOf(new Date(Date.now() - 2 * HOUR), 'UTC');
  const reconciling = new Reconciling(engine, { provider: 'cnaught', periodId });
  const found = await reconciling.findings(await reconciling.run({ dryRun: true }));
  const disagreeing = found.filter(({ type }) => type === 'ledger_disagrees').map(({ subject }) => subject);
  expect(disagreeing.sort()).toEqual(wrong);
});
