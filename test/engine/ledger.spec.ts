import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import supertest from 'supertest';
import { PostLedger, type Posted } from '../../src/application/ledger/post-ledger.js';
import { VerifyLedger, type VerifiedLedger } from '../../src/application/ledger/verify-ledger.js';
import { ACCOUNTS, ACCOUNT_NAMES, type Account } from '../../src/domain/ledger/accounts.js';
import { ASSETS, MASS } from '../../src/domain/ledger/units.js';
import { amountOf } from '../../src/domain/money.js';
import { monthOf } from '../../src/domain/periods/month.js';
import type { Order } from '../../src/domain/orders/order.js';
import type { LedgerEntry } from '../../dev/sandbox/index.js';
import { runCommand } from '../support/command-line.js';
import { TestEngine } from '../support/engine.js';
import { launchGateway, newKey, newTenant } from '../support/launcher.js';
import { Documentation } from '../http/documentation.js';

const HOUR = 3_600_000;

let engine: TestEngine;
beforeAll(async () => {
  engine = await TestEngine.start({ financeTimeZone: 'Europe/London' });
});
afterAll(() => engine.stop());

/** As a worker does, until the feed is read. */
const post = async (ledger = engine.app.get(PostLedger)): Promise<Posted> => {
  let posted = await ledger.run();
  while (posted.next !== 'none') posted = await ledger.run();
  return posted;
};

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
    await post();
    await engine.later(HOUR);
    await engine.runDue();
    await post();
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
    await post();
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
    await post();
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
    await Promise.all([engine.app, ...others].map((app) => post(app.get(PostLedger))));
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
      await post();
      expect(await entriesOf(id)).toEqual([]);
      await slow.query('COMMIT');
      await post();
      expect(await entriesOf(id)).toHaveLength(2);
    } finally {
      slow.release();
    }
  });

  it('goes on behind the last page when it failed in between', async () => {
    const { id } = await engine.place({ provider: 'cnaught', grams: 1_000 });
    const before = await engine.rows(`SELECT * FROM feed_readers WHERE name = 'ledger'`);
    await engine.rows(`UPDATE periods SET status = 'closed'`);
    await expect(post()).rejects.toThrow();
    expect(await engine.rows(`SELECT * FROM feed_readers WHERE name = 'ledger'`)).toEqual(before);
    await engine.rows(`UPDATE periods SET status = 'open'`);
    await post();
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
    await engine.rows('UPDATE periods SET status = $1 WHERE id < $2', ['closed', next!.id]);
    await post();
    await engine.rows(`UPDATE periods SET status = 'open'`);
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
    await post();
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
    expect(await runCommand(url, 'finance', 'post')).toMatchObject({ printed: { transfers: 2 }, exitCode: 0 });
    expect(await runCommand(url, 'finance', 'post')).toMatchObject({
      printed: { events: 0, transfers: 0 },
      exitCode: 0,
    });
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

/** Whatever of these a response has. */
interface Body {
  readonly data: readonly Readonly<Record<string, string | null>>[];
  readonly next_cursor: string | null;
  readonly order_id: string;
  readonly balances: readonly object[];
  readonly transfers: readonly { readonly rule: string }[];
}

describe('the books over REST', () => {
  const NEW = { provider: 'cnaught', grams: 1_000 } as const;
  let app: NestFastifyApplication;
  let docs: Documentation;
  let own: { readonly key: string; readonly sales: Order; readonly other: Order };
  let everybody: string;

  beforeAll(async () => {
    ({ app } = await launchGateway(engine, { settings: { role: 'api' } }));
    docs = await Documentation.of({ anonymous: supertest(app.getHttpServer()) });
    await engine.beAnotherTenant();
    const sales = await engine.place({ ...NEW, terms: { labels: { department: 'sales' } } });
    const other = await engine.place({ ...NEW, grams: 2_000 });
    engine.sandbox.cnaught.advance(await idAt(sales), 'fulfilled');
    await engine.later(HOUR);
    await post();
    own = { key: await newKey(app, engine.tenantId, ['finance:read']), sales, other };
    everybody = await newKey(app, engine.tenantId, ['finance:read', 'ops']);
  });
  afterAll(() => app.close());

  const get = async (path: string, key = own.key): Promise<{ readonly status: number; readonly body: Body }> => {
    const {
      statusCode: status,
      body,
      headers,
    } = await app.inject({
      method: 'GET',
      url: `/v1/finance/${path}`,
      headers: { authorization: `Bearer ${key}` },
    });
    const route = `/v1/finance/${path.split('?')[0]}`.replace(/ord_[0-9a-z]{26}/, '{id}');
    expect(
      docs.undocumentedIn('GET', route, { status, text: body, headers: headers as Record<string, string> }),
    ).toEqual([]);
    return { status, body: JSON.parse(body) as Body };
  };

  it('are those of the own tenant, and with `ops` those of all', async () => {
    const { body } = await get('ledger/transfers?limit=100');
    expect(new Set(body.data.map((row) => row['order_id']))).toEqual(new Set([own.sales.id, own.other.id]));
    expect(body).toMatchObject({ data: expect.any(Array), next_cursor: null });
    const stranger = await newKey(app, await newTenant(app), ['finance:read']);
    expect((await get('ledger/transfers', stranger)).body.data).toEqual([]);
    expect((await get('ledger/balances', stranger)).body.data).toEqual([]);
    expect(await get(`ledger/orders/${own.sales.id}`, stranger)).toMatchObject({
      status: 404,
      body: { code: 'order_not_found' },
    });
    const tenants = (await get('ledger/balances?group_by=tenant&limit=100', everybody)).body.data;
    expect(new Set(tenants.map((row) => row['tenant_id'])).size).toBeGreaterThan(1);
    const without = await newKey(app, engine.tenantId, ['orders:read']);
    expect(await get('periods', without)).toMatchObject({ status: 403, body: { code: 'scope_missing' } });
  });

  it('come page by page, each row once', async () => {
    for (const list of [
      'ledger/transfers?',
      'ledger/balances?group_by=tenant&group_by=provider&group_by_label=department&',
    ]) {
      const { data: all } = (await get(`${list}limit=100`, everybody)).body;
      const paged: unknown[] = [];
      for (let next = ''; ;) {
        const { body } = await get(`${list}limit=7${next}`, everybody);
        paged.push(...body.data);
        if (body.next_cursor === null || paged.length >= all.length) break;
        next = `&cursor=${body.next_cursor}`;
      }
      expect(paged.slice(0, all.length)).toEqual(all);
    }
  });

  it('show what an order has on each account', async () => {
    const { body } = await get(`ledger/orders/${own.sales.id}`);
    const { total } = (await engine.order(own.sales.id)).price!;
    expect(body.order_id).toBe(own.sales.id);
    expect(body.balances).toEqual(
      expect.arrayContaining([
        { account: 'retired', asset: 'CO2E/0', balance: '1000' },
        { account: 'clearing', asset: 'USD/6', balance: `-${amountOf(total)}` },
      ]),
    );
    expect(body.transfers.map(({ rule }) => rule)).toEqual(['commit', 'commit', 'recognise', 'recognise', 'recognise']);
  });

  it('are summed up by month, time and label', async () => {
    const period = monthOf(new Date(), 'Europe/London');
    const find = (rows: Body['data'], account: string, label: string | null = null) =>
      rows.find((row) => row['account'] === account && row['label'] === label);
    const { data } = (await get(`ledger/balances?period=${period}&limit=100`)).body;
    expect(find(data, 'retired')).toMatchObject({ opening: '0', debits: '1000', credits: '0', closing: '1000' });
    expect(find(data, 'provider')).toMatchObject({ closing: '-3000' });
    const next = (await get('periods')).body.data[0]?.['id'];
    const later = (await get(`ledger/balances?period=${next}&limit=100`)).body.data;
    expect(find(later, 'retired')).toMatchObject({ opening: '1000', debits: '0', credits: '0', closing: '1000' });
    const before = encodeURIComponent(own.sales.createdAt.toISOString());
    expect((await get(`ledger/balances?as_of=${before}`)).body.data).toEqual([]);
    expect((await get(`ledger/balances?period=${period}&as_of=${before}`)).body.data).toEqual([]);
    const labelled = (await get('ledger/balances?group_by_label=department&limit=100')).body.data;
    expect(find(labelled, 'on_order', '(none)')).toMatchObject({ closing: '2000' });
    expect(find(labelled, 'retired', 'sales')).toMatchObject({ closing: '1000' });
  });

  it('say what a question lacks', async () => {
    expect(await get('ledger/balances?period=1999-01')).toMatchObject({
      status: 404,
      body: { code: 'period_not_found' },
    });
    expect(await get('ledger/transfers?period=1999-01')).toMatchObject({
      status: 404,
      body: { code: 'period_not_found' },
    });
    for (const [query, field] of [
      ['balances?period=2026-13', 'period'],
      ['balances?group_by=account', 'group_by'],
      ['transfers?account=cash', 'account'],
      ['transfers?cursor=WyIxIl0', 'cursor'],
      ['balances?cursor=WyIxIl0', 'cursor'],
    ] as const)
      expect(await get(`ledger/${query}`)).toMatchObject({
        status: 400,
        body: { errors: { [field]: [expect.any(String)] } },
      });
  });
});

describe('the books cannot be changed', () => {
  const COLUMNS =
    'source, source_seq, leg, rule, period_id, effective_at, tenant_id, provider, order_id, asset, debit, credit, units';
  const copied = (changes: Readonly<Record<string, string>>): string => {
    const columns = COLUMNS.split(', ').map((column) => changes[column] ?? `t.${column}`);
    return `INSERT INTO ledger_transfers (${COLUMNS}) SELECT ${columns.join(', ')} FROM ledger_transfers t WHERE t.leg = 1 LIMIT 1`;
  };
  const another = { source: `'other-' || gen_random_uuid()` };

  let application: pg.Client;
  beforeAll(async () => {
    await engine.place({ provider: 'cnaught', grams: 1_000 });
    await post();
    application = new pg.Client({ connectionString: engine.database.applicationUrl });
    await application.connect();
  });
  afterAll(() => application.end());

  const REFUSED: readonly (readonly [what: string, sql: string, why: RegExp])[] = [
    ['to update', `UPDATE ledger_transfers SET units = 1`, /append-only/],
    ['to delete', 'DELETE FROM ledger_transfers', /append-only/],
    ['to truncate', 'TRUNCATE ledger_transfers', /not truncated/],
    ['nothing at all', copied({ ...another, units: '0' }), /ledger_transfers_units/],
    ['less than nothing', copied({ ...another, units: '-1' }), /ledger_transfers_units/],
    ['one account with itself', copied({ ...another, debit: 't.credit' }), /ledger_transfers_accounts/],
    ['mass for money', copied({ ...another, asset: `'USD/6'` }), /ledger_transfers_accounts/],
    ['what is posted already', copied({}), /ledger_transfers_pkey/],
    ['of no month', copied({ ...another, period_id: `'1999-01'` }), /ledger_transfers_period_id_fkey/],
    ['to take a month away', 'DELETE FROM periods', /append-only/],
    [
      'a month beside another',
      `INSERT INTO periods (id, starts_at, ends_at) SELECT '1999-01', starts_at, ends_at FROM periods LIMIT 1`,
      /periods_do_not_overlap/,
    ],
  ];

  it.each(REFUSED)('by its owner: %s', async (_, sql, why) => {
    await expect(engine.rows(sql)).rejects.toThrow(why);
  });

  it.each(REFUSED)('by a gateway: %s', async (_, sql, why) => {
    await expect(application.query(sql)).rejects.toThrow(new RegExp(`${why.source}|permission denied`, why.flags));
  });

  it('in a month that is closed, by either; and only its owner closes one', async () => {
    await expect(application.query(`UPDATE periods SET status = 'closed'`)).rejects.toThrow('permission denied');
    await engine.rows(`UPDATE periods SET status = 'closed'`);
    await expect(engine.rows(copied(another))).rejects.toThrow(/period .* is closed/);
    await expect(application.query(copied(another))).rejects.toThrow(/period .* is closed/);
    await engine.rows(`UPDATE periods SET status = 'open'`);
  });

  it('while a month is being closed', async () => {
    const closing = await engine.connection();
    try {
      await closing.query('BEGIN');
      await closing.query(`UPDATE periods SET status = 'closed'`);
      const posting = application.query(copied(another)).then(
        () => 'posted',
        (thrown: Error) => thrown.message,
      );
      await closing.query('COMMIT');
      expect(await posting).toMatch(/period .* is closed/);
    } finally {
      closing.release();
      await engine.rows(`UPDATE periods SET status = 'open'`);
    }
  });

  it('but for the accounts that the code knows, each for what it holds', async () => {
    for (const asset of ASSETS)
      for (const account of [...ACCOUNT_NAMES, 'another'] as Account[]) {
        const kind = asset === MASS ? 'mass' : 'money';
        const other = kind === 'mass' ? 'provider' : 'settled';
        if (account === other) continue;
        const client = await engine.connection();
        await client.query('BEGIN');
        const outcome = await client
          .query(copied({ ...another, asset: `'${asset}'`, debit: `'${account}'`, credit: `'${other}'` }))
          .then(
            () => true,
            () => false,
          );
        await client.query('ROLLBACK');
        client.release();
        expect([account, asset, outcome]).toEqual([account, asset, ACCOUNTS[account]?.holds === kind]);
      }
  });
});
