import { VerifyLedger } from '../../src/application/ledger/verify-ledger.js';
import type { Order } from '../../src/domain/orders/order.js';
import { TestEngine, type OrderToPlace } from '../support/engine.js';
import { postLedger } from '../support/post-ledger.js';

const DAY = 24 * 3_600_000;
const HOUSE = 'ten_01jd4v2m0gf5c8q7k3x9w1z2r4';

let engine: TestEngine;
beforeAll(async () => {
  engine = await TestEngine.start({
    pooling: { tenantId: HOUSE, beneficiary: 'Customers of Example Ltd', openMs: 7 * DAY },
  });
  await engine.rows(`INSERT INTO tenants (id, name) VALUES ($1, 'House')`, [HOUSE]);
});
afterAll(() => engine.stop());
beforeEach(() => engine.beAnotherTenant());
afterEach(async () => {
  engine.sandbox.oneTribe.faults.clear();
  await engine.forgetOrders();
});

const join = (grams: number, more: Partial<OrderToPlace> = {}): Promise<Order> =>
  engine.place({ provider: 'one_tribe', mayBePooled: true, grams, ...more });

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
    expect(await engine.app.get(VerifyLedger).run({ rebuild: true })).toMatchObject({ agrees: true, wrong: 0 });
  });
});
