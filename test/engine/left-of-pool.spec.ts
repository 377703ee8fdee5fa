import { ResolveBreak } from '../../src/application/breaks/resolve-break.js';
import { MonthExports } from '../../src/application/exports/month-exports.js';
import { VerifyLedger } from '../../src/application/ledger/verify-ledger.js';
import { monthOf } from '../../src/domain/periods/month.js';
import { TestEngine } from '../support/engine.js';
import { BY_TESTER } from '../support/launcher.js';
import { postLedger } from '../support/post-ledger.js';
import { Reconciling } from '../support/reconciling.js';
import { HOUSE, POOL_OPEN_MS, startPooling } from '../support/pooling.js';

const HOUR = 3_600_000;

describe('what is left of a pool', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startPooling();
  });
  afterAll(() => engine.stop());
  afterEach(() => engine.forgetOrders());

  /** A pool of 300 of 1,000 kg that was allocated so many days ago. @returns its id and that of its purchase */
  const allocatedPool = async (days: number): Promise<{ id: string; order_id: string }> => {
    await engine.place({ provider: 'one_tribe', mayBePooled: true, grams: 300_000 });
    await engine.later(POOL_OPEN_MS);
    const [sealed] = await engine.rows<{ order_id: string; provider_order_id: string }>(
      `SELECT p.order_id, o.provider_order_id FROM pools p JOIN orders o ON o.id = p.order_id WHERE p.status = 'sealed'`,
    );
    engine.sandbox.oneTribe.advance(sealed?.provider_order_id ?? '', 'completed');
    await engine.makeDue(sealed?.order_id);
    await engine.runDue();
    await engine.rows(
      `BEGIN; SET LOCAL session_replication_role = replica;
       UPDATE pools SET ended_at = ended_at - interval '${days} days 2 hours' WHERE order_id = '${sealed?.order_id}';
       UPDATE order_events SET occurred_at = occurred_at - interval '2 hours';
       UPDATE orders SET created_at = created_at - interval '2 hours', placed_at = placed_at - interval '2 hours', retired_at = retired_at - interval '2 hours';
       COMMIT`,
    );
    await postLedger(engine);
    const [pool] = await engine.rows<{ id: string; order_id: string }>('SELECT id, order_id FROM pools');
    if (!pool) throw new Error('there is no pool');
    return pool;
  };

  const reconciling = () =>
    new Reconciling(
      engine,
      { provider: 'one_tribe', periodId: monthOf(new Date(Date.now() - 2 * HOUR), 'UTC') },
      'GBP',
    );

  const foundOfPools = async (): Promise<unknown[]> => {
    const run = await reconciling().run();
    expect(run.status).toBe('completed');
    return (await reconciling().findings(run))
      .filter(({ type }) => type === 'pool_unallocated')
      .map(({ subject, orderId, facts }) => [subject, orderId, facts.map(({ ours }) => ours)]);
  };

  it('is a break once it is left for more than 35 days, and the expense of the house once that keeps it', async () => {
    const pool = await allocatedPool(36);
    expect(await foundOfPools()).toEqual([[pool.id, pool.order_id, ['700000', '12.60']]]);
    const found = (await reconciling().breaks()).find(({ type }) => type === 'pool_unallocated');
    expect(found).toMatchObject({ severity: 'warning', status: 'open', tenantId: HOUSE, orderId: pool.order_id });

    const wanted = { resolution: 'keep_left', note: 'For our own travel', orderId: null } as const;
    const { posted } = await engine.app.get(ResolveBreak).run(found?.id ?? '', wanted, BY_TESTER);
    expect(posted.map(({ debit, credit, asset, units }) => [debit, credit, asset, units])).toEqual([
      ['retired', 'pool', 'CO2E/0', 700_000n],
      ['expense', 'pool_cost', 'GBP/6', 12_600_000n],
    ]);
    expect(
      await engine.rows(
        `SELECT sum(CASE WHEN debit LIKE 'pool%' THEN units ELSE -units END)::int AS left FROM ledger_transfers
         WHERE debit LIKE 'pool%' OR credit LIKE 'pool%' GROUP BY asset`,
      ),
    ).toEqual([{ left: 0 }, { left: 0 }]);
    expect(await engine.app.get(VerifyLedger).run({ rebuild: true })).toMatchObject({ agrees: true, wrong: 0 });
    expect(await foundOfPools()).toEqual([]);
    expect((await reconciling().breaks()).find(({ id }) => id === found?.id)?.status).toBe('resolved');

    // It is given to nobody any more.
    const late = await engine.place({ provider: 'one_tribe', mayBePooled: true, grams: 300_000 });
    await engine.runDue();
    expect(await engine.order(late.id)).toMatchObject({ status: 'created', pool: { status: 'open' } });

    const inventory: unknown[] = [];
    const year = new Date(Date.now() - 2 * HOUR).getUTCFullYear();
    await engine.app.get(MonthExports).eachOfYear(year, { tenantId: HOUSE }, ({ order, mass }) => {
      inventory.push([order.orderId, mass, order.cost?.units, order.retiredOn]);
    });
    const retiredOn = new Date(Date.now() - 2 * HOUR).toISOString().slice(0, 10);
    expect(inventory).toEqual([[pool.order_id, 700_000, 12_600_000n, retiredOn]]);
  });

  it('is none until then', async () => {
    await allocatedPool(35);
    expect(await foundOfPools()).toEqual([]);
  });
});
