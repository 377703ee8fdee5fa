import type { Account } from '../../src/domain/ledger/accounts.js';
import { MASS } from '../../src/domain/ledger/units.js';
import { PostLedger } from '../../src/application/ledger/post-ledger.js';
import { VerifyLedger, type VerifiedLedger } from '../../src/application/ledger/verify-ledger.js';
import { monthOf } from '../../src/domain/periods/month.js';
import type { Order } from '../../src/domain/orders/order.js';
import type { LedgerEntry } from '../../dev/sandbox/index.js';
import { runCommand } from '../support/command-line.js';
import { TestEngine } from '../support/engine.js';
import { postLedger, setPeriods } from '../support/post-ledger.js';

const HOUR = 3_600_000;

let engine: TestEngine;
beforeAll(async () => {
  engine = await TestEngine.start({ financeTimeZone: 'Europe/London' });
});
afterAll(() => engine.stop());

const verify = (): Promise<VerifiedLedger> => engine.app.get(VerifyLedger).run({ rebuild: true });

const AGREES = { agrees: true, wrong: 0, outOfPeriod: 0, told: [] };

interface Entry {
  readonly rule: string;
  readonly entry: string;
  readonly units: string;
}

const entriesOf = (id: string): Promise<Entry[]> =>
  engine.rows<Entry>(
    `SELECT rule, debit || ' from ' || credit || ' ' || asset AS entry, units FROM ledger_transfers
     WHERE order_id = $1 ORDER BY source_seq, leg`,
    [id],
  );

/** Debits less credits, as text. */
const balance = async (account: Account, asset: string, provider: string): Promise<string> => {
  const [row] = await engine.rows<{ units: string }>(
    `SELECT COALESCE(sum(CASE WHEN debit = $1 THEN units ELSE -units END), 0) AS units FROM ledger_transfers
     WHERE $1 IN (debit, credit) AND asset = $2 AND provider = $3`,
    [account, asset, provider],
  );
  return row?.units ?? '';
};

const pageOf = (order: Order): string => order.checkout?.url.split('/').at(-1) ?? '';

const checkoutAt = (provider: 'cnaught' | 'carbonmark', grams: number): Promise<Order> =>
  engine.place({
    provider,
    grams,
    paymentMethod: 'checkout',
    terms: { successUrl: 'https://shop.example/paid', cancelUrl: 'https://shop.example/back' },
  });

const pay = async (order: Order): Promise<void> => {
  const { cnaught, carbonmark } = engine.sandbox;
  const page = pageOf(order);
  await engine.comeBack(order.provider === 'cnaught' ? cnaught.checkouts.pay(page) : carbonmark.checkouts.pay(page));
  await engine.runDue();
};

const idAt = async ({ id }: Order): Promise<string> => (await engine.order(id)).providerOrderId ?? '';

/** What its provider has on record of the purchase of an order. */
const recordOf = async (order: Order): Promise<LedgerEntry> => {
  const id = await idAt(order);
  const record = Object.values(engine.simulators)
    .flatMap((simulator) => simulator.purchases())
    .find((purchase) => purchase.id === id);
  if (!record) throw new Error('the provider has no such purchase');
  return record;
};

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Past the guards, as no gateway could. */
const tamper = async (sql: string): Promise<void> => {
  await engine.rows(`BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`);
};

describe('the ledger of what really was bought', () => {
  it('agrees with the providers to the gram and to the millionth', async () => {
    const { cnaught, oneTribe, carbonmark } = engine.sandbox;
    const masses = [1_000, 17_000, 100_000, 333_000, 1_234_000];
    const onAccount = await Promise.all(masses.map((grams) => engine.place({ provider: 'cnaught', grams })));
    const tonnes = await Promise.all(
      [1, 2, 3].map((mass) => engine.place({ provider: 'one_tribe', grams: mass * 1e6 })),
    );
    const paid = [await checkoutAt('cnaught', 500_000), await checkoutAt('carbonmark', 250_000)];
    const unpaid = await checkoutAt('carbonmark', 125_000);
    for (const order of paid) await pay(order);

    const [undone, ...kept] = onAccount;
    await engine.cancel(undone!.id);
    const waiting = kept.pop()!;
    for (const order of kept) cnaught.advance(await idAt(order), 'fulfilled');
    for (const order of tonnes) {
      oneTribe.advance(await idAt(order), 'accepted');
      oneTribe.advance(await idAt(order), 'retired');
    }
    cnaught.advance(await idAt(paid[0]!), 'fulfilled');
    carbonmark.advance(await idAt(paid[1]!), 'COMPLETED');
    await postLedger(engine);
    await engine.later(HOUR);
    await engine.runDue();
    await postLedger(engine);
    expect(await verify()).toMatchObject({ ...AGREES, orders: 11 });

    // Mass: what the providers have on record.
    const massOf = async (...orders: readonly Order[]): Promise<number> =>
      sumOf(await Promise.all(orders.map(async (order) => (await recordOf(order)).massGrams ?? Number.NaN)));
    const retired = await massOf(...kept, paid[0]!);
    expect(await balance('retired', MASS, 'cnaught')).toBe(String(retired));
    expect(await balance('on_order', MASS, 'cnaught')).toBe(String(await massOf(waiting)));
    expect(await balance('provider', MASS, 'cnaught')).toBe(String(-retired - (await massOf(waiting))));
    expect(await balance('retired', MASS, 'one_tribe')).toBe(String(await massOf(...tonnes)));
    expect(await balance('retired', MASS, 'carbonmark')).toBe(String(await massOf(paid[1]!)));

    // Money: what was charged is in the record of the provider, too.
    const chargedFor = async (orders: readonly Order[]): Promise<number> =>
      sumOf(await Promise.all(orders.map(async (order) => Number((await recordOf(order)).price?.amount) * 1e6)));
    const charged = await chargedFor(kept);
    expect(charged).toBeGreaterThan(0);
    expect(await balance('expense', 'USD/6', 'cnaught')).toBe(charged.toFixed());
    expect(await balance('clearing', 'USD/6', 'cnaught')).toBe((-charged).toFixed());
    expect(await balance('commitment', 'USD/6', 'cnaught')).toBe((await chargedFor([waiting])).toFixed());
    expect(await balance('customer_paid', 'USD/6', 'cnaught')).toBe((await chargedFor([paid[0]!])).toFixed());
    expect(await balance('expense', 'USD/6', 'carbonmark')).toBe('0');

    expect(await entriesOf(unpaid.id)).toEqual([]);
    expect((await entriesOf(undone!.id)).map(({ rule }) => rule)).toEqual(['commit', 'commit', 'undo', 'undo']);
  });

  it('has what One Tribe will bill, without its tax', async () => {
    const order = await engine.place({ provider: 'one_tribe', grams: 2_000_000 });
    engine.sandbox.oneTribe.advance(await idAt(order), 'completed');
    await engine.later(HOUR);
    await postLedger(engine);
    const { price, priceTax } = await engine.order(order.id);
    const net = price!.total.amount
      .minus(priceTax?.amount ?? 0)
      .times(1_000_000)
      .toFixed();
    expect((await entriesOf(order.id)).find(({ entry }) => entry.startsWith('expense'))).toMatchObject({
      entry: 'expense from clearing GBP/6',
      units: net,
    });
  });

  it('dates a retirement by its provider, also where that was in the month before', async () => {
    const order = await engine.place({ provider: 'one_tribe', grams: 1_000_000 });
    const id = await idAt(order);
    // As if it had been bought long ago, and were seen retired only now.
    await engine.letTimePass(62 * 24 * HOUR, order.id);
    await tamper(
      `UPDATE order_events SET occurred_at = occurred_at - interval '62 days' WHERE order_id = '${order.id}'`,
    );
    const retiredAt = new Date(Date.now() - 40 * 24 * HOUR);
    engine.sandbox.oneTribe.faults.add({
      match: { method: 'GET', path: `/transactions/${id}` },
      fault: { kind: 'set_field', path: 'updatedAt', value: retiredAt.toISOString() },
      times: 'always',
    });
    engine.sandbox.oneTribe.advance(id, 'retired');
    await engine.makeDue(order.id);
    await engine.runDue();
    engine.sandbox.oneTribe.faults.clear();
    await postLedger(engine);
    const rows = await engine.rows<{ period_id: string; effective_at: Date }>(
      `SELECT period_id, effective_at FROM ledger_transfers WHERE order_id = $1 AND rule = 'recognise' LIMIT 1`,
      [order.id],
    );
    expect(rows).toEqual([{ period_id: monthOf(retiredAt, 'Europe/London'), effective_at: retiredAt }]);
    // No month is missing between that and this.
    const periods = await engine.rows<{ gap: boolean }>(
      `SELECT lead(starts_at, 1, ends_at) OVER (ORDER BY starts_at) <> ends_at AS gap FROM periods`,
    );
    expect(periods.filter(({ gap }) => gap)).toEqual([]);
    expect(await verify()).toMatchObject(AGREES);
  });
});

describe('posting', () => {
  it('is done once, by however many at once', async () => {
    const orders = await Promise.all(
      [1, 2, 3, 4].map((kg) => engine.place({ provider: 'cnaught', grams: kg * 1_000 })),
    );
    const others = await Promise.all([engine.startAnother(), engine.startAnother()]);
    await Promise.all([engine.app, ...others].map((app) => postLedger({ app })));
    await Promise.all(others.map((app) => app.close()));
    for (const { id } of orders) expect(await entriesOf(id)).toHaveLength(2);
    expect(await verify()).toMatchObject(AGREES);
  });

  it('waits for an event that is committed late, and misses none', async () => {
    const slow = await engine.connection();
    try {
      await slow.query('BEGIN');
      // Its place in the feed is before what comes now.
      await slow.query('SELECT pg_current_xact_id()');
      const { id } = await engine.place({ provider: 'cnaught', grams: 1_000 });
      await engine.app.get(PostLedger).catchUp();
      expect(await entriesOf(id)).toEqual([]);
      await slow.query('COMMIT');
      await postLedger(engine);
      expect(await entriesOf(id)).toHaveLength(2);
    } finally {
      slow.release();
    }
  });

  it('goes on behind the last page when it failed in between', async () => {
    const { id } = await engine.place({ provider: 'cnaught', grams: 1_000 });
    const before = await engine.rows(`SELECT * FROM feed_readers WHERE name = 'ledger'`);
    await setPeriods(engine, 'closed');
    await expect(postLedger(engine)).rejects.toThrow();
    expect(await engine.rows(`SELECT * FROM feed_readers WHERE name = 'ledger'`)).toEqual(before);
    await setPeriods(engine, 'open');
    await postLedger(engine);
    expect(await entriesOf(id)).toHaveLength(2);
  });

  it('goes to the first open month where its own is closed, and keeps its time', async () => {
    const order = await engine.place({ provider: 'cnaught', grams: 1_000 });
    await engine.rows(
      `INSERT INTO periods (id, starts_at, ends_at)
       SELECT to_char(ends_at + interval '1 day', 'YYYY-MM'), ends_at, ends_at + interval '28 days' FROM periods
       ORDER BY starts_at DESC LIMIT 1`,
    );
    const [next] = await engine.rows<{ id: string; starts_at: Date }>('SELECT * FROM periods ORDER BY id DESC LIMIT 1');
    await setPeriods(engine, 'closed', `id < '${next!.id}'`);
    await postLedger(engine);
    await setPeriods(engine, 'open');
    const rows = await engine.rows<{ period_id: string; late: boolean }>(
      `SELECT t.period_id, t.effective_at < p.starts_at AS late FROM ledger_transfers t
       JOIN periods p ON p.id = t.period_id WHERE t.order_id = $1`,
      [order.id],
    );
    expect(rows).toEqual([next, next].map((period) => ({ period_id: period!.id, late: true })));
    expect(await verify()).toMatchObject(AGREES);
  });
});

describe('verifying', () => {
  /** With the transfers of one order altered, and then as they were. */
  const whileAltered = async (sql: string, use: (orderId: string) => Promise<void>): Promise<void> => {
    const { id } = await engine.place({ provider: 'cnaught', grams: 1_000 });
    await postLedger(engine);
    const before = JSON.stringify(await engine.rows('SELECT * FROM ledger_transfers WHERE order_id = $1', [id]));
    await tamper(sql.replaceAll('@', `'${id}'`));
    await use(id);
    await tamper(`DELETE FROM ledger_transfers WHERE order_id = '${id}';
      INSERT INTO ledger_transfers SELECT * FROM jsonb_populate_recordset(NULL::ledger_transfers, '${before}')`);
    expect(await verify()).toMatchObject(AGREES);
  };

  it.each([
    ['a transfer that is missing', 'DELETE FROM ledger_transfers WHERE order_id = @ AND leg = 2', 'missing'],
    [
      'one too many',
      `INSERT INTO ledger_transfers SELECT source, source_seq, 9, rule, period_id, effective_at, posted_at, tenant_id,
       provider, order_id, asset, debit, credit, units FROM ledger_transfers WHERE order_id = @ AND leg = 2`,
      'unexpected',
    ],
    ['another amount', 'UPDATE ledger_transfers SET units = units + 1 WHERE order_id = @ AND leg = 2', 'altered'],
    [
      'another time',
      `UPDATE ledger_transfers SET effective_at = effective_at - interval '1 ms' WHERE order_id = @ AND leg = 2`,
      'altered',
    ],
  ])('finds %s', (_, sql, kind) =>
    whileAltered(sql, async (orderId) => {
      const { agrees, told } = await verify();
      expect({ agrees, told }).toMatchObject({
        agrees: false,
        told: [{ orderId, disagreeing: [{ kind, leg: expect.any(Number) }] }],
      });
    }),
  );

  it('finds mass in two places without a look at any event', () =>
    whileAltered('UPDATE ledger_transfers SET units = units + 1 WHERE order_id = @ AND leg = 1', async (orderId) => {
      const { told } = await engine.app.get(VerifyLedger).run({ rebuild: false });
      expect(told).toEqual([{ orderId, broken: ['on_order_is_whole', 'mass_is_in_one_place'], disagreeing: [] }]);
    }));

  it('finds what is in a month that was over before it happened', () =>
    whileAltered(
      `INSERT INTO periods (id, starts_at, ends_at) VALUES ('2001-01', '2001-01-01', '2001-02-01') ON CONFLICT DO NOTHING;
       UPDATE ledger_transfers SET period_id = '2001-01' WHERE order_id = @`,
      async () => {
        expect(await verify()).toMatchObject({ agrees: false, wrong: 0, outOfPeriod: 2 });
      },
    ));

  it('and posting are commands, for jobs', async () => {
    const { id } = await engine.place({ provider: 'cnaught', grams: 1_000 });
    const { url } = engine.database;
    const post = () => runCommand<{ transfers: number }>(url, 'finance', 'post');
    let posted = 0;
    // The feed may be held up by another test on the same server.
    while (posted < 2) {
      const { printed, exitCode } = await post();
      expect(exitCode).toBe(0);
      posted += printed.transfers;
    }
    expect(posted).toBe(2);
    expect(await post()).toMatchObject({ printed: { events: 0, transfers: 0 }, exitCode: 0 });
    expect(await runCommand(url, 'finance', 'verify', '--rebuild')).toMatchObject({
      printed: { agrees: true, wrong: 0 },
      exitCode: 0,
    });
    expect(await entriesOf(id)).toHaveLength(2);
    await whileAltered('DELETE FROM ledger_transfers WHERE order_id = @', async (orderId) => {
      expect(await runCommand(url, 'finance', 'verify', '--rebuild')).toMatchObject({
        printed: { agrees: false, wrong: 1, first: [{ order_id: orderId }] },
        exitCode: 1,
      });
    });
  });
});
