import { offeringId } from '../../src/application/catalog/offering-id.js';
import { VerifyLedger, type VerifiedLedger } from '../../src/application/ledger/verify-ledger.js';
import { grams } from '../../src/domain/mass.js';
import { money } from '../../src/domain/money.js';
import { monthOf } from '../../src/domain/periods/month.js';
import { allocatePurchase } from '../../src/domain/pools/allocation.js';
import { purchaseTerms } from '../../src/domain/pools/purchase.js';
import type { ProviderId } from '../../src/domain/providers/calls.js';
import { PoolMovesRepository } from '../../src/persistence/pools/pool-moves.repository.js';
import { PoolsRepository } from '../../src/persistence/pools/pools.repository.js';
import type { Order } from '../../src/domain/orders/order.js';
import { TestEngine, type OrderToPlace } from '../support/engine.js';
import { postLedger } from '../support/post-ledger.js';
import { Reconciling } from '../support/reconciling.js';
import { HOUSE, POOL_OPEN_MS, startPooling } from '../support/pooling.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ONE_TRIBE = 'one_tribe' as ProviderId;

let engine: TestEngine;
beforeAll(async () => {
  engine = await startPooling();
});
afterAll(() => engine.stop());
beforeEach(() => engine.beAnotherTenant());
afterEach(async () => {
  engine.sandbox.oneTribe.faults.clear();
  await engine.forgetOrders();
});

const join = (mass: number, more: Partial<OrderToPlace> = {}): Promise<Order> =>
  engine.place({ provider: 'one_tribe', mayBePooled: true, grams: mass, ...more });

const verify = (): Promise<VerifiedLedger> => engine.app.get(VerifyLedger).run({ rebuild: true });

interface PoolRow {
  readonly id: string;
  readonly status: string;
  readonly grams: string;
  readonly members: number;
  readonly order_id: string | null;
  readonly left_grams: string | null;
  readonly left_units: string | null;
}

const pools = (): Promise<PoolRow[]> => engine.rows<PoolRow>('SELECT * FROM pools ORDER BY created_at, id');

const onlyPool = async (): Promise<PoolRow> => {
  const [pool, ...others] = await pools();
  if (!pool || others.length > 0) throw new Error('there is not exactly one pool');
  return pool;
};

/** What the pool has bought, as it is here. */
const purchaseOf = async ({ order_id: id }: PoolRow): Promise<Order> => engine.order(id ?? 'none');

const retire = async (purchase: Order, to: 'retired' | 'completed' = 'retired'): Promise<void> => {
  engine.sandbox.oneTribe.advance(purchase.providerOrderId ?? '', to);
  await engine.makeDue(purchase.id);
  await engine.runDue();
};

const balances = (account: string): Promise<{ tenant_id: string; asset: string; units: string }[]> =>
  engine.rows(
    `SELECT tenant_id, asset, sum(CASE WHEN debit = $1 THEN units ELSE -units END)::text AS units FROM ledger_transfers
     WHERE $1 IN (debit, credit) GROUP BY tenant_id, asset
     HAVING sum(CASE WHEN debit = $1 THEN units ELSE -units END) <> 0 ORDER BY tenant_id, asset`,
    [account],
  );

describe('a pool', () => {
  it('buys once for all its members, and gives each its grams and its part of the price, to the millionth', async () => {
    const members = [await join(300_000), await join(450_000)];
    expect(members[0]).toMatchObject({ status: 'created', statusReason: 'pooled', pool: { status: 'open' } });
    await engine.runDue();
    expect(await onlyPool()).toMatchObject({ status: 'open', grams: '750000', members: 2 });
    expect(engine.sandbox.oneTribe.purchases()).toEqual([]);

    members.push(await join(250_000));
    await engine.runDue();
    const sealed = await onlyPool();
    expect(sealed).toMatchObject({ status: 'sealed', grams: '1000000', members: 3 });
    const purchase = await purchaseOf(sealed);
    expect(purchase).toMatchObject({
      tenantId: HOUSE,
      status: 'placed',
      orderedMass: 1_000_000,
      beneficiary: { name: 'Customers of Example Ltd' },
      spending: null,
    });
    expect(engine.purchasesOf(purchase.id)).toHaveLength(1);
    expect(engine.purchasesOf(...members.map(({ id }) => id))).toEqual([]);

    await retire(purchase);
    const shared = await Promise.all(members.map(({ id }) => engine.order(id)));
    expect(
      shared.map(({ status, price, priceTax }) => [status, price?.total.amount.toFixed(), priceTax?.amount.toFixed()]),
    ).toEqual([
      ['retired', '6.48', '1.08'],
      ['retired', '9.72', '1.62'],
      ['retired', '5.4', '0.9'],
    ]);
    expect(shared[0]?.pool).toMatchObject({
      id: sealed.id,
      status: 'allocated',
      purchase: { mass: 1_000_000, providerOrderId: purchase.providerOrderId },
    });
    expect(await onlyPool()).toMatchObject({ status: 'allocated', left_grams: '0', left_units: '0' });

    await retire(purchase, 'completed');
    for (const { id } of members) {
      expect(await engine.history(id)).toEqual(['created (request)', 'retired (poll)', 'completed (poll)']);
    }
    expect(await engine.rows('SELECT FROM tasks')).toEqual([]);

    await postLedger(engine);
    expect(await balances('pool')).toHaveLength(2);
    expect(await balances('expense')).toEqual([{ tenant_id: engine.tenantId, asset: 'GBP/6', units: '18000000' }]);
    expect(await balances('retired')).toEqual([{ tenant_id: engine.tenantId, asset: 'CO2E/0', units: '1000000' }]);
    expect(await balances('clearing')).toEqual([{ tenant_id: HOUSE, asset: 'GBP/6', units: '-18000000' }]);
    expect(await verify()).toMatchObject({ agrees: true, wrong: 0 });
  });

  it('closes with what it has, and what nobody has stays with its part of the price', async () => {
    const member = await join(300_000);
    await engine.later(POOL_OPEN_MS);
    const purchase = await purchaseOf(await onlyPool());
    await retire(purchase, 'completed');
    expect(await engine.order(member.id)).toMatchObject({ status: 'completed', price: { total: { currency: 'GBP' } } });
    expect(await onlyPool()).toMatchObject({ status: 'allocated', left_grams: '700000', left_units: '12600000' });
    await postLedger(engine);
    expect(await balances('pool_cost')).toEqual([
      { tenant_id: HOUSE, asset: 'GBP/6', units: '18000000' },
      { tenant_id: engine.tenantId, asset: 'GBP/6', units: '-5400000' },
    ]);
    expect(await verify()).toMatchObject({ agrees: true });
  });

  it('of nobody ends when it closes', async () => {
    const member = await join(300_000);
    await engine.cancel(member.id);
    await engine.later(POOL_OPEN_MS);
    expect(await onlyPool()).toMatchObject({ status: 'dissolved', members: 0, order_id: null });
    expect(await engine.rows('SELECT FROM tasks')).toEqual([]);
  });

  it('is not for what can be bought by itself, for offerings that are sold from more than a step on, or for who does not ask', async () => {
    expect(await join(2_000_000)).toMatchObject({ status: 'placed', poolRole: null });
    for (const mayBePooled of [true, false]) {
      const offeringOf = (providerOfferingId: string) => offeringId({ provider: ONE_TRIBE, providerOfferingId });
      const kelp = offeringOf(mayBePooled ? 'sbx-kelp-03' : 'sbx-peat-01');
      await expect(engine.place({ offeringId: kelp, mayBePooled, grams: 300_000 })).rejects.toMatchObject({
        code: 'mass_not_orderable',
      });
    }
    await expect(join(300_000, { providerAccounts: { one_tribe: 'their-own' } })).rejects.toMatchObject({
      code: 'mass_not_orderable',
    });
    expect(await pools()).toEqual([]);
  });

  it('counts in the spending of its members what they should cost, and then what they have cost', async () => {
    await join(300_000);
    // 6.48 GBP, at 1.25 USD.
    expect(await engine.spentBy(engine.tenantId)).toBe(8.1);
    engine.sandbox.oneTribe.reprice('sbx-peat-01', 20);
    await engine.later(POOL_OPEN_MS);
    await retire(await purchaseOf(await onlyPool()));
    engine.sandbox.oneTribe.reprice('sbx-peat-01', 18);
    expect(await engine.spentBy(engine.tenantId)).toBe(9);
    expect(await engine.spentBy(HOUSE)).toBe(0);
  });

  it('is reconciled by what it has bought: of its members, the provider knows nothing', async () => {
    await join(300_000);
    await join(700_000);
    await engine.runDue();
    const purchase = await purchaseOf(await onlyPool());
    await retire(purchase, 'completed');
    await engine.letTimePass(2 * HOUR);
    await engine.rows(`
      BEGIN; SET LOCAL session_replication_role = replica;
      UPDATE order_events SET occurred_at = occurred_at - interval '2 hours';
      UPDATE orders SET placed_at = placed_at - interval '2 hours', retired_at = retired_at - interval '2 hours';
      COMMIT`);
    await postLedger(engine);
    const periodId = monthOf(new Date(Date.now() - 2 * HOUR), 'UTC');
    const reconciling = new Reconciling(engine, { provider: 'one_tribe', periodId }, 'GBP');
    const run = await reconciling.run();
    expect(run.status).toBe('completed');
    expect((await reconciling.findings(run)).map(({ type, subject }) => [type, subject])).toEqual([
      ['not_invoiced', purchase.id],
    ]);
  });
});

describe('a member', () => {
  it('leaves its pool for as long as that is open', async () => {
    const [leaving] = [await join(300_000), await join(450_000)];
    expect(await engine.cancel(leaving.id)).toMatchObject({ status: 'cancelled', statusReason: 'cancelled_by_caller' });
    expect(await onlyPool()).toMatchObject({ status: 'open', grams: '450000', members: 1 });
    expect(await engine.spentBy(engine.tenantId)).toBe(12.15);
  });

  it('stays in one that is sealed, whoever says otherwise', async () => {
    const [member] = [await join(300_000), await join(700_000)];
    await engine.runDue();
    await expect(engine.cancel(member.id)).rejects.toMatchObject({ code: 'pool_sealed' });
    await expect(
      engine.rows(`UPDATE orders SET status = 'cancelled', version = version + 1 WHERE id = $1`, [member.id]),
    ).rejects.toThrow('keeps it');
    expect(await engine.order(member.id)).toMatchObject({ status: 'created', pool: { status: 'sealed' } });
  });

  it('either leaves or stays where its pool is sealed meanwhile', async () => {
    for (let tries = 0; tries < 10; tries += 1) {
      const [leaving] = [await join(400_000), await join(600_000)];
      const [cancelled] = await Promise.allSettled([engine.cancel(leaving.id), engine.runDue()]);
      const [pool] = (await pools()).slice(-1);
      const order = await engine.order(leaving.id);
      if (cancelled.status === 'fulfilled') {
        expect([order.status, pool?.status, pool?.grams]).toEqual(['cancelled', 'open', '600000']);
        await engine.later(POOL_OPEN_MS);
      } else {
        expect(cancelled.reason).toMatchObject({ code: 'pool_sealed' });
        expect([order.status, pool?.status, pool?.grams]).toEqual(['created', 'sealed', '1000000']);
      }
    }
    expect(await engine.deadlocks()).toBe(0);
  });

  it('is never sent, and nothing is adopted for it, whoever writes', async () => {
    const { id } = await join(300_000);
    for (const change of [`status = 'submitting'`, `status = 'placed'`, `provider_order_id = 'p1'`])
      await expect(
        engine.rows(`UPDATE orders SET ${change}, version = version + 1 WHERE id = $1`, [id]),
      ).rejects.toThrow('orders_members_are_not_sent');
    await expect(engine.rows(`UPDATE orders SET pool_role = NULL WHERE id = $1`, [id])).rejects.toThrow(
      'stay as they are',
    );
    await expect(engine.rows('DELETE FROM tasks WHERE subject_id = $1', [id])).rejects.toThrow('has no task');
  });

  it('has its pool attended to, should its task be lost', async () => {
    const [{ id }] = [await join(300_000), await join(700_000)];
    await engine.rows(`DELETE FROM tasks WHERE kind = 'pool'`);
    await engine.later(8 * DAY);
    expect(await engine.order(id)).toMatchObject({ pool: { status: 'sealed' } });
  });
});

describe('a pool whose purchase comes to nothing', () => {
  const refuse = (times: number) =>
    engine.sandbox.oneTribe.faults.add({
      match: { method: 'POST', path: '/transactions' },
      fault: { kind: 'refused', status: 422 },
      times,
    });

  it('hands its members on to the next one, where they are bought', async () => {
    refuse(1);
    const [member] = [await join(300_000), await join(700_000)];
    await engine.runDue();
    const [failed, next] = await pools();
    expect([failed, next]).toMatchObject([
      { status: 'dissolved', members: 0 },
      { status: 'sealed', grams: '1000000', members: 2 },
    ]);
    expect(await engine.history(member.id)).toEqual(['created (request)', 'pooled (poll)']);
    await retire(await purchaseOf(next!), 'completed');
    expect(await engine.order(member.id)).toMatchObject({ status: 'completed', version: 4 });
    expect(engine.purchasesOf((await purchaseOf(failed!)).id)).toEqual([]);
  });

  it('ends them after three', async () => {
    refuse(3);
    const [member] = [await join(300_000), await join(700_000)];
    await engine.runDue();
    expect((await pools()).map(({ status }) => status)).toEqual(['dissolved', 'dissolved', 'dissolved']);
    expect(await engine.order(member.id)).toMatchObject({ status: 'failed', pool: null });
    expect(await engine.spentBy(engine.tenantId)).toBe(0);
    expect(await engine.lostOrders()).toBe(0);
    expect(await engine.rows('SELECT FROM tasks')).toEqual([]);
  });

  it('hands them on as often as the house cancels it', async () => {
    const [member] = [await join(300_000), await join(700_000)];
    for (let nth = 0; nth < 4; nth += 1) {
      await engine.runDue();
      await engine.cancel((await purchaseOf((await pools()).at(-1)!)).id);
    }
    await engine.runDue();
    expect(await engine.order(member.id)).toMatchObject({ status: 'created', pool: { status: 'sealed' } });
  });

  it('ends with those who allow less than the price, and hands on the others', async () => {
    const limited = await join(300_000, { maxTotal: money('6.50', 'GBP') });
    const other = await join(450_000);
    engine.sandbox.oneTribe.reprice('sbx-peat-01', 20);
    const another = await join(250_000);
    await engine.runDue();
    expect(await engine.order(limited.id)).toMatchObject({
      status: 'failed',
      statusReason: 'price_above_limit',
      statusDetail: 'In its pool, 300 kg would cost 7.20 GBP, more than the 6.50 GBP that this order may cost.',
    });
    expect((await pools()).map(({ status, grams }) => [status, grams])).toEqual([
      ['dissolved', '0'],
      ['open', '700000'],
    ]);
    await join(300_000);
    await engine.runDue();
    await retire(await purchaseOf((await pools())[1]!));
    engine.sandbox.oneTribe.reprice('sbx-peat-01', 18);
    expect(await engine.order(other.id)).toMatchObject({ status: 'retired' });
    expect(await engine.order(another.id)).toMatchObject({ status: 'retired' });
  });
});

describe('several processes at once', () => {
  it('seal a pool once, and buy once', async () => {
    const others = await Promise.all([engine.startAnother(), engine.startAnother()]);
    try {
      for (let tries = 0; tries < 5; tries += 1) {
        await Promise.all([join(400_000), join(600_000)]);
        const { pool } = (await engine.app.get(PoolsRepository).find((await pools()).at(-1)?.id ?? ''))!;
        const sealings = [engine.app, ...others, engine.app].map((app) =>
          app.get(PoolsRepository).seal(pool, purchaseTerms(pool, grams(1_000_000), null)),
        );
        expect((await Promise.all(sealings)).toSorted()).toEqual(['done', 'moved', 'moved', 'moved']);
      }
      await engine.runDue();
      const purchases = await engine.rows<{ id: string }>(`SELECT id FROM orders WHERE pool_role = 'purchase'`);
      expect(purchases).toHaveLength(5);
      expect(engine.purchasesOf(...purchases.map(({ id }) => id))).toHaveLength(5);
    } finally {
      await Promise.all(others.map((other) => other.close()));
    }
  });

  it('open one pool at a time, and lose no member', async () => {
    const other = await engine.startAnother();
    try {
      const joining = Array.from({ length: 24 }, (_, nth) =>
        engine.place(
          { provider: 'one_tribe', mayBePooled: true, grams: 90_001 + nth },
          0,
          undefined,
          nth % 2 ? other : engine.app,
        ),
      );
      await Promise.all([...joining, engine.runDue(), engine.runDue()]);
      await engine.runDue();
      const all = await pools();
      expect(all.filter(({ status }) => status === 'open').length).toBeLessThanOrEqual(1);
      expect(all.reduce((sum, { members }) => sum + members, 0)).toBe(24);
      const [sums] = await engine.rows(
        `SELECT bool_and(p.grams = m.grams AND p.members = m.members) AS agree FROM pools p
         JOIN (SELECT pool_id, sum(grams) AS grams, count(*) AS members FROM pool_members GROUP BY pool_id) m ON m.pool_id = p.id`,
      );
      expect(sums).toEqual({ agree: true });
      expect(await engine.deadlocks()).toBe(0);
    } finally {
      await other.close();
    }
  });

  it('allocate once, and so does one that does it again', async () => {
    const member = await join(300_000);
    await engine.later(POOL_OPEN_MS);
    const pool = await onlyPool();
    const purchase = await purchaseOf(pool);
    engine.sandbox.oneTribe.advance(purchase.providerOrderId ?? '', 'retired');
    await engine.refresh(purchase.id);
    const moves = engine.app.get(PoolMovesRepository);
    const moved = await Promise.all([1, 2, 3].map(() => moves.allocate(pool.id, allocatePurchase)));
    expect(moved.toSorted()).toEqual(['done', 'moved', 'moved']);
    expect(await moves.allocate(pool.id, allocatePurchase)).toBe('moved');
    expect(await engine.history(member.id)).toEqual(['created (request)', 'retired (poll)']);
  });

  it('cannot open a second pool for one offering, whoever writes', async () => {
    await join(300_000);
    await expect(
      engine.rows(`INSERT INTO pools (id, tenant_id, beneficiary, provider, provider_offering_id, offering_name, step_grams, closes_at)
        SELECT 'pool_2', tenant_id, beneficiary, provider, provider_offering_id, offering_name, step_grams, closes_at FROM pools`),
    ).rejects.toThrow('pools_open');
  });
});
