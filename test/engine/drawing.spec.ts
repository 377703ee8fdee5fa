import { VerifyLedger } from '../../src/application/ledger/verify-ledger.js';
import { DrawLeft } from '../../src/application/pools/draw-left.js';
import { money } from '../../src/domain/money.js';
import { drawFrom } from '../../src/domain/pools/draw.js';
import { PoolLeftRepository } from '../../src/persistence/pools/pool-left.repository.js';
import { PoolMovesRepository } from '../../src/persistence/pools/pool-moves.repository.js';
import { PoolsRepository } from '../../src/persistence/pools/pools.repository.js';
import { TestEngine, type OrderToPlace } from '../support/engine.js';
import { postLedger } from '../support/post-ledger.js';
import { POOL_OPEN_MS, startPooling } from '../support/pooling.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startPooling();
});
afterAll(() => engine.stop());
beforeEach(() => engine.beAnotherTenant());
afterEach(() => engine.forgetOrders());

const join = (kg: number, more: Partial<OrderToPlace> = {}) =>
  engine.place({ provider: 'one_tribe', mayBePooled: true, grams: kg * 1_000, ...more });

interface PoolRow {
  readonly id: string;
  readonly status: string;
  readonly members: number;
  readonly order_id: string | null;
  readonly left_grams: string | null;
  readonly left_units: string | null;
}

const pools = (): Promise<PoolRow[]> => engine.rows<PoolRow>('SELECT * FROM pools ORDER BY created_at, id');

/** A pool of 300 kg that has bought a tonne. @returns its purchase */
const leaveSome = async (to: 'placed' | 'retired' | 'completed' = 'retired'): Promise<string> => {
  await join(300);
  await engine.later(POOL_OPEN_MS);
  const [purchase] = await engine.rows<{ id: string; provider_order_id: string }>(
    `SELECT o.id, o.provider_order_id FROM orders o JOIN pools p ON p.order_id = o.id WHERE p.status = 'sealed'`,
  );
  for (const each of to === 'placed' ? [] : to === 'retired' ? [to] : ['retired', to]) {
    engine.sandbox.oneTribe.advance(purchase?.provider_order_id ?? '', each);
    await engine.makeDue(purchase?.id);
    await engine.runDue();
  }
  return purchase?.id ?? '';
};

/** Of everything that pools have bought: what was bought, what members have of it, and what is left. */
const sums = async (): Promise<Record<string, string>> => {
  const [row] = await engine.rows<Record<string, string>>(
    `SELECT sum(b.ordered_grams) AS bought, sum(p.left_grams + m.grams) AS shared,
            (sum(b.price_amount - b.price_tax_amount) * 1000000)::bigint::text AS net, sum(p.left_units + m.net)::text AS shared_net,
            (sum(b.price_tax_amount) * 1000000)::bigint::text AS tax, sum(p.left_tax_units + m.tax)::bigint::text AS shared_tax
     FROM pools p JOIN orders b ON b.id = p.order_id
     JOIN (SELECT m.pool_id, sum(m.grams) AS grams, sum(m.cost_units) AS net, sum(o.price_tax_amount) * 1000000 AS tax
           FROM pool_members m JOIN orders o ON o.id = m.order_id GROUP BY m.pool_id) m ON m.pool_id = p.id`,
  );
  return row ?? {};
};

const verify = () => engine.app.get(VerifyLedger).run({ rebuild: true });

describe('what is left of a pool', () => {
  it('is given to members of the next one who fit into it, with its price and its retirement, and nothing is bought', async () => {
    const purchase = await leaveSome('completed');
    const before = await engine.order(purchase);
    const member = await join(233.333);
    await engine.runDue();
    const drawn = await engine.order(member.id);
    expect(drawn).toMatchObject({
      status: 'completed',
      price: { source: before.price?.source },
      retirements: before.retirements.map(({ project }) => ({ project, mass: 233_333, serialNumberRange: null })),
      providerRetiredAt: before.providerRetiredAt,
      retiredAt: before.retiredAt,
      pool: { status: 'allocated', purchase: { providerOrderId: before.providerOrderId } },
    });
    expect(drawn.price?.total.amount.toFixed()).toBe('5.039993');
    expect(await engine.history(member.id)).toEqual(['created (request)', 'retired (poll)', 'completed (poll)']);
    const [first, second] = await pools();
    expect(first).toMatchObject({ id: drawn.pool?.id, members: 2, left_grams: '466667', left_units: '8400006' });
    expect(second).toMatchObject({ status: 'open', members: 0, order_id: null });
    expect(await sums()).toEqual({
      bought: '1000000',
      shared: '1000000',
      net: '18000000',
      shared_net: '18000000',
      tax: '3600000',
      shared_tax: '3600000',
    });
    expect(await engine.spentBy(engine.tenantId)).toBe(14.399992);
    await postLedger(engine);
    expect(await verify()).toMatchObject({ agrees: true, wrong: 0 });
    await engine.later(POOL_OPEN_MS);
    expect((await pools())[1]).toMatchObject({ status: 'dissolved' });
    expect(await engine.rows('SELECT FROM tasks')).toEqual([]);
    expect(await engine.rows(`SELECT FROM orders WHERE pool_role = 'purchase'`)).toHaveLength(1);
  });

  it('is not for who does not fit into it, or may not cost as much: for them it is bought', async () => {
    await leaveSome();
    engine.sandbox.oneTribe.reprice('sbx-peat-01', 10);
    const [large, cheap] = [await join(800), await join(200, { maxTotal: money('2.40', 'GBP') })];
    await engine.runDue();
    engine.sandbox.oneTribe.reprice('sbx-peat-01', 18);
    const small = await join(100);
    await engine.runDue();
    expect(await engine.order(small.id)).toMatchObject({ status: 'retired' });
    expect((await pools()).map(({ status, members, left_grams: left }) => [status, members, left])).toEqual([
      ['allocated', 2, '600000'],
      ['sealed', 2, null],
      ['open', 0, null],
    ]);
    for (const { id } of [large, cheap]) expect(await engine.order(id)).toMatchObject({ pool: { status: 'sealed' } });
  });

  it('is nothing before it is retired, and nobody else’s where the registry shows another beneficiary', async () => {
    await leaveSome('placed');
    await join(300);
    await engine.runDue();
    expect((await pools()).map(({ status, members }) => [status, members])).toEqual([
      ['sealed', 1],
      ['open', 1],
    ]);
    await engine.forgetOrders();
    await leaveSome();
    await engine.rows(`UPDATE pools SET beneficiary = 'Others'`);
    await join(300);
    await engine.runDue();
    expect((await pools()).map(({ status, members }) => [status, members])).toEqual([
      ['allocated', 1],
      ['open', 1],
    ]);
  });

  it('is given once, whoever tries at once, while its members leave', async () => {
    const others = await Promise.all([engine.startAnother(), engine.startAnother()]);
    try {
      for (let tries = 0; tries < 5; tries += 1) {
        await leaveSome();
        const members = await Promise.all([90, 180, 270, 360].map((kg) => join(kg)));
        const open = (await pools()).at(-1)?.id ?? '';
        const { pool } = (await engine.app.get(PoolsRepository).find(open))!;
        const drawing = [engine.app, ...others, engine.app].map((app) => app.get(DrawLeft).run(pool));
        await Promise.allSettled([...drawing, engine.cancel(members[tries % 4]?.id ?? '')]);
        await engine.runDue();
        const { bought, shared, net, shared_net: sharedNet, tax, shared_tax: sharedTax } = await sums();
        expect([shared, sharedNet, sharedTax]).toEqual([bought, net, tax]);
        for (const { id } of members)
          expect((await engine.history(id)).filter((act) => act.startsWith('retired')).length).toBeLessThanOrEqual(1);
        expect(
          await engine.rows(
            `SELECT p.id FROM pools p LEFT JOIN (
               SELECT pool_id, sum(grams) AS grams, count(*) AS members FROM pool_members GROUP BY pool_id) m ON m.pool_id = p.id
             WHERE (p.grams, p.members) <> (COALESCE(m.grams, 0), COALESCE(m.members, 0))`,
          ),
        ).toEqual([]);
        await postLedger(engine);
        expect(await verify()).toMatchObject({ agrees: true });
        await engine.forgetOrders();
      }
      expect(await engine.deadlocks()).toBe(0);
    } finally {
      await Promise.all(others.map((other) => other.close()));
    }
  }, 60_000);

  it('is not given as it was read before somebody else was given some', async () => {
    await leaveSome();
    const [one, other] = [await join(360), await join(400)];
    const { pool } = (await engine.app.get(PoolsRepository).find((await pools()).at(-1)?.id ?? ''))!;
    const left = engine.app.get(PoolLeftRepository);
    const [earlier] = await left.of(pool);
    const waiting = await left.waiting(pool.id);
    const give = (id: string) =>
      engine.app.get(PoolMovesRepository).give(
        pool.id,
        earlier!,
        drawFrom(
          earlier!.bought,
          waiting.filter(({ orderId }) => orderId === id),
        )!,
      );
    expect([await give(one.id), await give(other.id), await give(one.id)]).toEqual(['done', 'moved', 'moved']);
    expect(await engine.order(other.id)).toMatchObject({ status: 'created', pool: { status: 'open' } });
    const { bought, shared } = await sums();
    expect(shared).toBe(bought);
  });

  it('never grows again, whoever writes', async () => {
    await leaveSome();
    await expect(engine.rows('UPDATE pools SET left_grams = left_grams + 1')).rejects.toThrow('cannot go from');
  });
});
