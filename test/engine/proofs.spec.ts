import { VerifyLedger } from '../../src/application/ledger/verify-ledger.js';
import type { Order } from '../../src/domain/orders/order.js';
import { claimLots } from '../support/claim-lots.js';
import { TestEngine } from '../support/engine.js';
import { postLedger, setPeriods } from '../support/post-ledger.js';

const HOUR = 3_600_000;

let engine: TestEngine;
beforeAll(async () => {
  engine = await TestEngine.start();
});
afterAll(() => engine.stop());

const verify = () => engine.app.get(VerifyLedger).run({ rebuild: true });
const AGREES = { agrees: true, wrong: 0, wrongLots: 0, told: [] };

let made = 0;
/** So many credits of a block that no other test has. */
const serials = (first: number, last: number, block = ++made): string =>
  `${block}-${first}-${last}-VCS-VCU-003-VER-US-14-1748-01012020-31122020-1`;

/** An order whose retirements have these serial numbers, each for so much of it. */
const retired = async (
  grams: number,
  ...retirements: readonly (readonly [string, number | null])[]
): Promise<Order> => {
  const order = await engine.place({ provider: 'cnaught', grams });
  const { providerOrderId } = await engine.order(order.id);
  engine.sandbox.cnaught.faults.add({
    match: { method: 'GET', path: `/orders/${providerOrderId}` },
    fault: {
      kind: 'set_field',
      path: 'project_allocations',
      value: retirements.map(([serial, mass]) => ({
        project: { name: 'Forest', registry_name: 'Verra' },
        amount_kg: mass === null ? 0 : mass / 1_000,
        retirements: [{ serial_number_range: serial }],
      })),
    },
    times: 'always',
  });
  engine.sandbox.cnaught.advance(providerOrderId ?? '', 'fulfilled');
  await engine.later(HOUR);
  return engine.order(order.id);
};

const proofsOf = async ({ id }: Order): Promise<readonly (readonly [string, number | null, number | null])[]> => {
  const rows = await engine.rows<{ outcome: string; grams: string | null; room_grams: string | null }>(
    'SELECT outcome, grams, room_grams FROM proofs WHERE order_id = $1 ORDER BY event_sequence, part',
    [id],
  );
  const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));
  return rows.map(({ outcome, grams, room_grams }) => [outcome, numberOf(grams), numberOf(room_grams)]);
};

const provenOf = async ({ id }: Order): Promise<number> => {
  const [row] = await engine.rows<{ units: string }>(
    `SELECT COALESCE(sum(CASE WHEN debit = 'proven' THEN units ELSE -units END), 0) AS units FROM ledger_transfers
     WHERE order_id = $1 AND 'proven' IN (debit, credit)`,
    [id],
  );
  return Number(row?.units);
};

/** Past the guards, as no gateway could. */
const tamper = (sql: string) => engine.rows(`BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`);

describe('what providers tell of retirements', () => {
  it('proves each order by the serial numbers of its own', async () => {
    const order = await engine.place({ provider: 'cnaught', grams: 100_000 });
    engine.sandbox.cnaught.advance((await engine.order(order.id)).providerOrderId ?? '', 'fulfilled');
    await engine.later(HOUR);
    expect(await claimLots(engine)).toBe(4);
    expect(await proofsOf(order)).toEqual([35_000, 35_000, 20_000, 10_000].map((mass) => ['claimed', mass, null]));
    expect(await provenOf(order)).toBe(100_000);
    expect(await claimLots(engine)).toBe(0);
    expect(await verify()).toMatchObject(AGREES);
  });

  it('is shared by orders up to what there is, and refused above', async () => {
    const range = serials(1, 1);
    const orders = [
      await retired(600_000, [range, 600_000]),
      await retired(300_000, [range, 300_000]),
      await retired(200_000, [range, 200_000]),
    ];
    const rest = await retired(100_000, [range, 100_000]);
    await claimLots(engine);
    expect((await Promise.all([...orders, rest].map(proofsOf))).flat()).toEqual([
      ['claimed', 600_000, null],
      ['claimed', 300_000, null],
      ['serial_overclaimed', 200_000, 100_000],
      ['claimed', 100_000, null],
    ]);
    expect(await Promise.all([...orders, rest].map(provenOf))).toEqual([600_000, 300_000, 0, 100_000]);
    expect(await verify()).toMatchObject(AGREES);
  });

  it('is refused where ranges overlap, and kept as not verified where nobody tells how much it is', async () => {
    const block = ++made;
    const one = await retired(1_000_000, [serials(1, 10, block), 1_000_000]);
    const other = await retired(1_000_000, [serials(10, 20, block), 1_000_000]);
    const beside = await retired(1_000_000, [serials(11, 20, block), 1_000_000]);
    const unknown = await retired(1_000_000, [serials(1, 1), null], [serials(1, 1), null]);
    await claimLots(engine);
    expect(await proofsOf(one)).toEqual([['claimed', 1_000_000, null]]);
    expect(await proofsOf(other)).toEqual([['serial_overlap', 1_000_000, null]]);
    expect(await proofsOf(beside)).toEqual([['claimed', 1_000_000, null]]);
    expect(await proofsOf(unknown)).toEqual([
      ['serial_unverified', null, null],
      ['serial_unverified', null, null],
    ]);
    expect(await verify()).toMatchObject(AGREES);
  });

  it('is kept, too, where there is nothing to claim beside it', async () => {
    await claimLots(engine);
    const order = await retired(1_000_000, [serials(1, 1), null], [serials(1, 1), null]);
    expect(await claimLots(engine)).toBe(0);
    expect(await proofsOf(order)).toHaveLength(2);
    expect(await verify()).toMatchObject(AGREES);
  });

  it('proves no more of an order than was ordered', async () => {
    const ranges = [serials(1, 1), serials(1, 1), serials(1, 1)] as const;
    const order = await retired(1_000_000, [ranges[0], 900_000], [ranges[1], 200_000], [ranges[2], null]);
    await claimLots(engine);
    expect(await proofsOf(order)).toEqual([
      ['claimed', 900_000, null],
      ['proof_disagrees', 200_000, 100_000],
      ['serial_unverified', null, null],
    ]);
    expect(await provenOf(order)).toBe(900_000);
  });

  it('is a transaction at Carbonmark; the placeholder of its sandbox proves nothing', async () => {
    const { carbonmark } = engine.sandbox;
    const paid = async (): Promise<Order> => {
      const order = await engine.place({
        provider: 'carbonmark',
        grams: 250_000,
        paymentMethod: 'checkout',
        terms: { successUrl: 'https://shop.example/paid', cancelUrl: 'https://shop.example/back' },
      });
      await engine.comeBack(carbonmark.checkouts.pay(order.checkout?.url.split('/').at(-1) ?? ''));
      await engine.runDue();
      carbonmark.advance((await engine.order(order.id)).providerOrderId ?? '', 'COMPLETED');
      await engine.later(HOUR);
      return engine.order(order.id);
    };
    const real = await paid();
    carbonmark.switches.set({ placeholderRetirement: true });
    const placeholders = [await paid(), await paid()];
    await claimLots(engine);
    expect(await proofsOf(real)).toEqual([['claimed', 250_000, null]]);
    expect((await Promise.all(placeholders.map(proofsOf))).flat()).toEqual([]);
  });
});

describe('claiming', () => {
  it('is done once, by however many at once', async () => {
    const range = serials(1, 1);
    const orders: Order[] = [];
    for (let count = 0; count < 4; count += 1) orders.push(await retired(250_000, [range, 250_000]));
    const others = await Promise.all([engine.startAnother(), engine.startAnother()]);
    const claims = await Promise.all([engine.app, ...others].map((app) => claimLots({ app })));
    await Promise.all(others.map((app) => app.close()));
    expect(claims.reduce((sum, count) => sum + count, 0)).toBe(4);
    expect(await Promise.all(orders.map(provenOf))).toEqual([250_000, 250_000, 250_000, 250_000]);
    expect(await verify()).toMatchObject(AGREES);
  });

  it('misses nothing and doubles nothing when it is killed half-way', async () => {
    const range = serials(1, 1);
    const order = await retired(250_000, [range, 250_000]);
    await postLedger(engine);
    const others = await engine.connection();
    for (let kill = 0; kill < 5; kill += 1) {
      // The cursor has moved then, and the first claim waits for others.
      await others.query(`BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('lot_claims', 0))`);
      const claiming = claimLots(engine).then(
        () => 'claimed',
        () => 'killed',
      );
      let killed = 0;
      while (killed === 0) {
        const { rowCount } = await others.query(`SELECT pg_terminate_backend(pid) FROM pg_locks
          WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
        killed = rowCount ?? 0;
      }
      await others.query('COMMIT');
      expect(['killed', 'claimed']).toContain(await claiming);
    }
    others.release();
    await claimLots(engine);
    expect(await proofsOf(order)).toEqual([['claimed', 250_000, null]]);
    expect(await provenOf(order)).toBe(250_000);
    expect(await verify()).toMatchObject(AGREES);
  });

  it('fails without a trace where nothing can be posted, and then goes on', async () => {
    const order = await retired(250_000, [serials(1, 1), 250_000]);
    await postLedger(engine);
    await setPeriods(engine, 'closed');
    await expect(claimLots(engine)).rejects.toThrow();
    expect(await proofsOf(order)).toEqual([]);
    await setPeriods(engine, 'open');
    await claimLots(engine);
    expect(await proofsOf(order)).toEqual([['claimed', 250_000, null]]);
  });
});

describe('verifying', () => {
  it.each([
    ['a proof that events tell and nobody took in', 'DELETE FROM proofs WHERE order_id = @', 'not_taken_in'],
    ['one that no event tells', 'UPDATE proofs SET part = 9 WHERE order_id = @', 'not_told'],
    ['a claim that was not posted', `DELETE FROM ledger_transfers WHERE order_id = @ AND rule = 'prove'`, 'missing'],
  ])('finds %s', async (_, sql, kind) => {
    const order = await retired(1_000_000, [serials(1, 1), 1_000_000]);
    await claimLots(engine);
    expect(await verify()).toMatchObject(AGREES);
    const kept = ['proofs', 'ledger_transfers'].map(async (table) => {
      const rows = await engine.rows(`SELECT to_jsonb(x) AS x FROM ${table} x WHERE order_id = $1`, [order.id]);
      return [table, JSON.stringify(rows.map(({ x }) => x as object))] as const;
    });
    const before = await Promise.all(kept);
    await tamper(sql.replace('@', `'${order.id}'`));
    expect(await verify()).toMatchObject({
      agrees: false,
      told: [{ orderId: order.id, disagreeing: expect.arrayContaining([expect.objectContaining({ kind })]) }],
    });
    const restored = before.map(
      ([table, rows]) => `DELETE FROM ${table} WHERE order_id = '${order.id}';
        INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, '${rows}')`,
    );
    await tamper(restored.join(';'));
    expect(await verify()).toMatchObject(AGREES);
  });

  it('finds a lot of which more is claimed than its claims come to, without a look at any event', async () => {
    await retired(1_000_000, [serials(1, 2), 1_000_000]);
    await claimLots(engine);
    const last = `UPDATE credit_lots SET claimed_grams = claimed_grams @ 1 WHERE id = (SELECT max(id) FROM credit_lots)`;
    await tamper(last.replace('@', '+'));
    expect(await engine.app.get(VerifyLedger).run({ rebuild: false })).toMatchObject({ agrees: false, wrongLots: 1 });
    await tamper(last.replace('@', '-'));
    expect(await verify()).toMatchObject(AGREES);
  });
});
