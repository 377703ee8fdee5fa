import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { CreateOperator } from '../../src/application/access/create-operator.js';
import { EXPORT_NAMES, type ExportName } from '../../src/application/exports/read-export.js';
import { ClosePeriod } from '../../src/application/periods/close-period.js';
import type { MonthId } from '../../src/domain/periods/month.js';
import type { Role } from '../../src/domain/operators/operator.js';
import type { Order } from '../../src/domain/orders/order.js';
import { runCommand } from '../support/command-line.js';
import { TestEngine, type OrderToPlace } from '../support/engine.js';
import { BY_TESTER, launchGateway, newKey } from '../support/launcher.js';
import { postLedger } from '../support/post-ledger.js';
import { readCsv } from '../support/read-csv.js';
import { Documentation } from './documentation.js';

const SETTINGS = {
  financeTimeZone: 'Europe/London',
  financeCurrency: 'EUR',
  financeAccountMap: 'expense=6310,clearing=3890',
} as const;

/** Long over, whenever this runs. In London it begins at 23:00 UTC of the day before. */
const MONTH = '2026-08';

let engine: TestEngine;
let app: NestFastifyApplication;
let docs: Documentation;
let keys: Record<Role, string> & { readonly machine: string; readonly own: string };
let orders: Record<'first' | 'labelled' | 'waiting' | 'tonnes', Order>;

beforeAll(async () => {
  engine = await TestEngine.start(SETTINGS);
  ({ app } = await launchGateway(engine, { settings: { role: 'api', ...SETTINGS } }));
  docs = await Documentation.of({ anonymous: supertest(app.getHttpServer()) });
  const first = await retired({ provider: 'cnaught', grams: 1_000 }, '2026-07-31T23:30:00Z');
  await engine.beAnotherTenant();
  const labels = { department: '=cmd|sales, "north"' };
  const labelled = await retired({ provider: 'cnaught', grams: 2_000, terms: { labels } }, '2026-08-15T12:00:00Z');
  const waiting = await placed({ provider: 'cnaught', grams: 4_000 }, '2026-08-31T22:59:59.999Z');
  const tonnes = await placed({ provider: 'one_tribe', grams: 2_000_000 }, '2026-08-20T12:00:00Z');
  orders = { first, labelled, waiting, tonnes };
  keys = {
    viewer: await operatorKey('viewer'),
    operator: await operatorKey('operator'),
    approver: await operatorKey('approver'),
    admin: await operatorKey('admin'),
    machine: await newKey(app, engine.tenantId, ['finance:read', 'finance:write', 'ops']),
    own: await newKey(app, engine.tenantId, ['finance:read']),
  };
});
afterAll(async () => {
  await app.close();
  await engine.stop();
});

const operatorKey = async (role: Role): Promise<string> => {
  const wanted = { name: role, email: `${role}@example.com`, role };
  const created = await app.get(CreateOperator).run(wanted, 'dev', BY_TESTER);
  if (!created) throw new Error('there is one already');
  return created.key;
};

/** As if all of it had happened then. Not posted yet. */
const placed = async (wanted: OrderToPlace, at: string): Promise<Order> => {
  const order = await engine.place(wanted);
  await happenedAt(order, at);
  return order;
};

const retired = async (wanted: OrderToPlace, at: string): Promise<Order> => {
  const order = await engine.place(wanted);
  engine.sandbox.cnaught.advance((await engine.order(order.id)).providerOrderId ?? '', 'fulfilled');
  await engine.makeDue(order.id);
  await engine.runDue();
  await happenedAt(order, at);
  return order;
};

const tamper = (sql: string): Promise<unknown> =>
  engine.rows(`BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`);

const happenedAt = ({ id }: Order, at: string): Promise<unknown> =>
  tamper(`UPDATE order_events SET occurred_at = '${at}' WHERE order_id = '${id}'`);

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Whatever of these it has. */
  readonly body: {
    readonly code: string;
    readonly errors: Readonly<Record<string, readonly string[]>>;
    readonly closable: boolean;
    readonly checks: readonly { readonly check: string; readonly ok: boolean }[];
    readonly closings: readonly object[];
    readonly version: number;
    readonly journal_hash: string | null;
    readonly previous_hash: string | null;
    readonly exports: readonly { readonly kind: string; readonly rows: number; readonly sha256: string }[];
  };
}

const send = async (
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  key: string,
  payload?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> => {
  const { statusCode: status, ...response } = await app.inject({
    method,
    url: `/v1/finance/${path}`,
    headers: { authorization: `Bearer ${key}`, ...headers },
    ...(payload && { payload }),
  });
  const route = `/v1/finance/${path.split('?')[0]}`
    .replace(/periods\/[^/]+/, 'periods/{id}')
    .replace(/exports\/\w+$/, 'exports/{kind}')
    .replace(/retirements\/\w+/, 'retirements/{year}')
    .replace(/statements\/stm_\w+/, 'statements/{id}');
  const received = response.headers as Record<string, string>;
  expect(docs.undocumentedIn(method, route, { status, text: response.body, headers: received })).toEqual([]);
  const isJson = /json/.test(received['content-type'] ?? '');
  return {
    status,
    headers: received,
    text: response.body,
    body: (isJson ? JSON.parse(response.body) : {}) as Answer['body'],
  };
};

const reopen = (month: string, key: string, idempotencyKey: string = randomUUID()): Promise<Answer> =>
  send('POST', `periods/${month}/reopen`, key, { note: 'It was wrong' }, { 'idempotency-key': idempotencyKey });

const close = (
  month: string,
  key: string,
  { note = 'All is in', waived = ['cnaught'], idempotencyKey = randomUUID() as string } = {},
): Promise<Answer> =>
  send('POST', `periods/${month}/close`, key, { note, waived }, { 'idempotency-key': idempotencyKey });

const failed = async (month: string): Promise<string[]> => {
  const { body } = await send('GET', `periods/${month}/close-checklist`, keys.viewer);
  return body.checks.filter(({ ok }) => !ok).map(({ check }) => check);
};

const download = (kind: ExportName, query = `period=${MONTH}`, key = keys.viewer): Promise<Answer> =>
  send('GET', `exports/${kind}?${query}`, key);

const everything = async (version: number): Promise<string[]> =>
  Promise.all(EXPORT_NAMES.map(async (kind) => (await download(kind, `period=${MONTH}&version=${version}`)).text));

const sumOf = (values: readonly (string | undefined)[]): number =>
  values.reduce((sum, value) => sum + Math.round(Number(value) * 1e6), 0) / 1e6;

/** Debits less credits of an account in a month, grams or a decimal. */
const moved = async (account: string, asset: string, month = MONTH): Promise<number> => {
  const [row] = await engine.rows<{ units: string }>(
    `SELECT COALESCE(sum(CASE WHEN debit = $1 THEN units ELSE -units END), 0) AS units FROM ledger_transfers
     WHERE $1 IN (debit, credit) AND asset = $2 AND period_id = $3`,
    [account, asset, month],
  );
  return Number(row?.units) / (asset === 'CO2E/0' ? 1 : 1e6);
};

/** Of CNaught, with a fee alone. */
const invoiced = async (month: string): Promise<void> => {
  const [from, to] = [`${month}-01`, `${month}-30`];
  const { body } = await app.inject({
    method: 'POST',
    url: `/v1/finance/statements?provider=cnaught&document=invoice&number=INV-${month}&issued_on=${to}&covers_from=${from}&covers_to=${to}&currency=USD&mapping=canonical-1&declared_lines=1&declared_net=1.50&declared_tax=0.00`,
    headers: {
      authorization: `Bearer ${keys.machine}`,
      'idempotency-key': randomUUID(),
      'content-type': 'text/csv',
    },
    payload:
      'line_id,kind,provider_order_id,reference,project_id,quantity,unit,net,tax,currency,date,description\n' +
      `,fee,,,,,,1.50,0.00,USD,${to},Monthly fee\n`,
  });
  const { id } = JSON.parse(body) as { id: string };
  expect(await send('POST', `statements/${id}/accept`, keys.machine)).toMatchObject({ status: 200 });
};

describe('a month is closed', () => {
  it('not before everything is so', async () => {
    await postLedger(engine);
    await placed({ provider: 'cnaught', grams: 3_000 }, '2026-08-31T22:00:00Z');
    expect(await failed(MONTH)).toEqual(['everything_is_posted', 'statements_are_in']);
    const refused = await close(MONTH, keys.operator, { waived: [] });
    expect(refused).toMatchObject({ status: 409, body: { code: 'period_not_closable' } });
    expect(refused.body.errors).toEqual({
      everything_is_posted: ['3 events wait to be posted.', expect.any(String)],
      statements_are_in: ['No statement of cnaught.', expect.any(String)],
    });
    await postLedger(engine);
    expect(await failed(MONTH)).toEqual(['statements_are_in']);
    expect(await failed('2026-09')).toEqual(['months_before_are_closed']);
    await tamper(`INSERT INTO breaks (id, break_key, type, severity, provider, subject, period_id, facts, facts_hash, first_run,
                                      last_run, cut_off_at)
      SELECT 'brk_' || n, n::bytea, 'charge_unknown', severity, 'cnaught', n, month, '{}', '', 'rec_1', 'rec_1', now()
      FROM (VALUES ('1', 'blocking', '${MONTH}'), ('2', 'warning', '${MONTH}'), ('3', 'blocking', '2026-09')) b(n, severity, month)`);
    expect(await failed(MONTH)).toEqual(['statements_are_in', 'breaks_are_settled']);
    expect((await close(MONTH, keys.operator, { waived: ['cnaught'] })).body.errors).toEqual({
      breaks_are_settled: ['1 blocking break is open.', expect.any(String)],
    });
    await tamper(`UPDATE breaks SET status = 'resolved', resolution = 'claim_refund', ended_at = now()`);
    const [latest] = await engine.rows<{ id: string }>('SELECT max(id) AS id FROM periods');
    expect(await failed(latest!.id)).toEqual(['month_is_over', 'months_before_are_closed']);
    await tamper(`UPDATE ledger_transfers SET units = units + 1 WHERE order_id = '${orders.first.id}' AND leg = 1`);
    expect(await failed(MONTH)).toEqual(['statements_are_in', 'books_agree']);
    await tamper(`UPDATE ledger_transfers SET units = units - 1 WHERE order_id = '${orders.first.id}' AND leg = 1`);
  });

  it('by people who may, and no machine', async () => {
    expect(await close(MONTH, keys.viewer)).toMatchObject({ status: 403, body: { code: 'scope_missing' } });
    expect(await close(MONTH, keys.machine)).toMatchObject({
      status: 403,
      body: { code: 'operator_key_required' },
    });
    expect(await close('1999-01', keys.operator)).toMatchObject({ status: 404, body: { code: 'period_not_found' } });
    expect(await close('never', keys.operator)).toMatchObject({ status: 404, body: { code: 'period_not_found' } });
  });

  it('once, by however many repeats', async () => {
    const key = randomUUID();
    const answers = await Promise.all(
      [1, 2, 3].map(() => close(MONTH, keys.operator, { note: 'All is in', idempotencyKey: key })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true')).toHaveLength(2);
    const [{ body }] = answers as [Answer];
    expect(body).toMatchObject({ version: 1, previous_hash: null, exports: expect.any(Array) });
    expect(body.exports.map(({ kind }) => kind).sort()).toEqual([...EXPORT_NAMES].sort());
    const journal = Buffer.from(body.exports.find(({ kind }) => kind === 'journal')?.sha256 ?? '', 'hex');
    expect(body.journal_hash).toBe(createHash('sha256').update(journal).digest('hex'));
    expect(await close(MONTH, keys.operator, { note: 'Something else', idempotencyKey: key })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    expect(await close(MONTH, keys.operator)).toMatchObject({ status: 409, body: { code: 'period_closed' } });
    const acts = await engine.rows(
      `SELECT outcome, problem_code, operator_id, after FROM audit_log WHERE act = 'period.close' ORDER BY number`,
    );
    expect(acts.filter((row) => row['outcome'] === 'applied')).toMatchObject([
      {
        operator_id: expect.stringMatching(/^opr_/),
        after: { period: MONTH, version: 1, journal_hash: body.journal_hash },
      },
    ]);
    expect(acts.map((row) => row['problem_code'])).toEqual(
      expect.arrayContaining(['period_not_closable', 'operator_key_required', 'scope_missing', 'period_closed']),
    );
  });

  it('with what was on each account, which is what all transfers come to', async () => {
    const kept = await engine.rows(
      `SELECT tenant_id, provider, asset, account, closing FROM period_balances WHERE period_id = $1 ORDER BY 1, 2, 3, 4`,
      [MONTH],
    );
    const computed = await engine.rows(
      `SELECT COALESCE(tenant_id, '') AS tenant_id, provider, asset, account, sum(side.amount) AS closing
       FROM ledger_transfers t, LATERAL (VALUES (debit, t.units), (credit, -t.units)) AS side(account, amount)
       WHERE period_id <= $1 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
      [MONTH],
    );
    expect(kept.length).toBeGreaterThan(5);
    expect(kept).toEqual(computed);
  });

  const REFUSED: readonly (readonly [what: string, sql: string, why: RegExp])[] = [
    [
      'to post into it',
      `INSERT INTO ledger_transfers SELECT 'other', 1, leg, rule, period_id, effective_at, posted_at, tenant_id, provider,
       order_id, asset, debit, credit, units FROM ledger_transfers WHERE period_id = '${MONTH}' LIMIT 1`,
      /is closed/,
    ],
    ['to change what it has', `UPDATE ledger_transfers SET units = 1 WHERE period_id = '${MONTH}'`, /append-only/],
    ['to delete it', `DELETE FROM ledger_transfers WHERE period_id = '${MONTH}'`, /append-only/],
    ['to open it off the record', `UPDATE periods SET status = 'open' WHERE id = '${MONTH}'`, /on record/],
    ['to close another', `UPDATE periods SET status = 'closed', version = 1 WHERE id = '2026-09'`, /on record/],
    ['to move its bounds', `UPDATE periods SET ends_at = ends_at - interval '1 day' WHERE id = '${MONTH}'`, /stays as/],
    ['to count it differently', `UPDATE periods SET version = 7 WHERE id = '${MONTH}'`, /stays as/],
    [
      'to begin one closed',
      `INSERT INTO periods VALUES ('2001-01', '2001-01-01', '2001-02-01', 'closed', 0)`,
      /begin open/,
    ],
    ...['period_closings', 'period_balances', 'period_exports', 'period_export_chunks'].flatMap((table) => [
      [`to change ${table}`, `UPDATE ${table} SET version = 2`, /append-only/] as const,
      [`to delete ${table}`, `DELETE FROM ${table}`, /append-only/] as const,
      [`to truncate ${table}`, `TRUNCATE ${table}`, /not truncated/] as const,
    ]),
    ...['period_balances', 'period_exports'].map(
      (table) =>
        [
          `to add to ${table}`,
          `INSERT INTO ${table} SELECT (jsonb_populate_record(t, '{"tenant_id": "x"}')).* FROM ${table} t LIMIT 1`,
          /is sealed/,
        ] as const,
    ),
    [
      'to add a line to an export',
      `INSERT INTO period_export_chunks SELECT period_id, version, kind, 1000, tenant_id, gz FROM period_export_chunks LIMIT 1`,
      /is sealed/,
    ],
  ];

  it.each(REFUSED)('and its owner is refused: %s', async (_, sql, why) => {
    await expect(engine.rows(sql)).rejects.toThrow(why);
  });
});

describe('its exports', () => {
  it('have everything that was posted, to the gram and to the millionth', async () => {
    const journal = readCsv((await download('journal')).text);
    const memo = readCsv((await download('memo')).text);
    const [{ count }] = (await engine.rows<{ count: string }>(
      'SELECT count(*) AS count FROM ledger_transfers WHERE period_id = $1',
      [MONTH],
    )) as [{ count: string }];
    expect(journal.length + memo.length).toBe(Number(count));
    expect(new Set(memo.map((row) => row['debit_account']))).toEqual(new Set(['commitment', 'commitment_contra']));
    for (const [account, asset] of [
      ['retired', 'CO2E/0'],
      ['on_order', 'CO2E/0'],
      ['expense', 'USD/6'],
      ['clearing', 'USD/6'],
    ] as const) {
      const of = (side: 'debit' | 'credit') =>
        sumOf(
          journal
            .filter((row) => row['asset'] === asset && row[`${side}_account`] === account)
            .map((row) => row['amount']),
        );
      expect([account, of('debit') - of('credit')]).toEqual([account, await moved(account, asset)]);
    }
    const expense = journal.find((row) => row['order_id'] === orders.labelled.id && row['debit_account'] === 'expense');
    expect(expense).toMatchObject({
      period: MONTH,
      version: '1',
      late: 'false',
      erp_debit: '6310',
      erp_credit: '3890',
      labels: JSON.stringify({ department: '=cmd|sales, "north"' }),
    });
  });

  it('have what it cost, and what is accrued at its end', async () => {
    const costs = readCsv((await download('costs')).text);
    expect(sumOf(costs.map((row) => row['BilledCost']))).toBe(await moved('expense', 'USD/6'));
    expect(costs.find((row) => row['ResourceId'] === orders.labelled.id)).toMatchObject({
      ChargeCategory: 'Purchase',
      ChargeClass: '',
      BillingCurrency: 'USD',
      ConsumedQuantity: '2',
      BillingPeriodStart: '2026-07-31T23:00:00.000Z',
      BillingPeriodEnd: '2026-08-31T23:00:00.000Z',
      ChargePeriodStart: '2026-08-15T00:00:00.000Z',
      x_FunctionalCurrency: 'EUR',
      x_FunctionalCost: '',
    });
    const accruals = await download('accruals');
    const rows = readCsv(accruals.text);
    expect(sumOf(rows.map((row) => row['accrued']))).toBe(-(await moved('clearing', 'USD/6')));
    expect(rows.find((row) => row['order_id'] === orders.first.id)).toMatchObject({
      retired_on: '2026-08-01',
      age_days: '30',
      prepaid: '0.00',
      functional_amount: '',
    });
    expect(accruals.headers['x-missing-fields']).toBe(`functional_amount=${rows.length}`);
  });

  it('have what was retired, dated as the clocks show in the time zone of finance', async () => {
    const { text, headers } = await download('retirements');
    const rows = readCsv(text);
    expect(sumOf(rows.map((row) => row['grams']))).toBe(await moved('retired', 'CO2E/0'));
    // A portfolio: a line for each project.
    const ofFirst = rows.filter((row) => row['order_id'] === orders.first.id);
    expect(ofFirst.length).toBeGreaterThan(1);
    expect(sumOf(ofFirst.map((row) => row['tonnes']))).toBe(0.001);
    expect(sumOf(ofFirst.map((row) => row['cost']))).toBe(
      Number((await engine.order(orders.first.id)).price?.total.amount),
    );
    expect(ofFirst[0]).toMatchObject({
      reporting_year: '2026',
      retired_on: '2026-08-01',
      retired_on_source: 'observed',
      claimant: '',
      proof_status: 'unproven',
      seller: 'cnaught',
      country: '',
    });
    expect(headers['x-missing-fields']).toContain(`country=${rows.length}`);
    const { body } = await send('GET', 'exports/retirements/2026/summary', keys.viewer);
    expect(body).toMatchObject({
      retired_grams: '3000',
      retired_tonnes: '0.003',
      by_activity: [{ percent: '100.00' }],
    });
    const year = readCsv((await send('GET', 'exports/retirements/2026', keys.viewer)).text);
    expect(sumOf(year.map((row) => row['grams']))).toBe(3_000);
    expect(readCsv((await send('GET', 'exports/retirements/2025', keys.viewer)).text)).toEqual([]);
  });

  it('are the tenant’s own for a key of its own', async () => {
    for (const kind of EXPORT_NAMES) {
      const all = readCsv((await download(kind)).text);
      const column = kind === 'costs' ? 'SubAccountId' : 'tenant';
      const own = await download(kind, `period=${MONTH}`, keys.own);
      expect(readCsv(own.text)).toEqual(all.filter((row) => row[column] === engine.tenantId));
      expect(own.headers['etag']).toBe(`"${createHash('sha256').update(own.text).digest('hex')}"`);
      const open = await download(kind, 'period=2026-09', keys.own);
      expect(open.headers['etag']).toBe(`"${createHash('sha256').update(open.text).digest('hex')}"`);
    }
  });

  it('are named by their hash, and not sent to those who have them', async () => {
    const { text, headers } = await download('journal');
    expect(headers).toMatchObject({
      etag: `"${createHash('sha256').update(text).digest('hex')}"`,
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="journal-2026-08-v1.csv"',
    });
    const again = await send('GET', `exports/journal?period=${MONTH}`, keys.viewer, undefined, {
      'if-none-match': headers['etag'] ?? '',
    });
    expect(again).toMatchObject({ status: 304, text: '' });
  });

  it.each([
    ['exports/everything?period=2026-08', 404, 'not_found'],
    ['exports/journal', 400, 'invalid_request'],
    ['exports/journal?year=2026', 400, 'invalid_request'],
    ['exports/retirements/next', 404, 'not_found'],
    ['exports/retirements/next/summary', 404, 'not_found'],
    ['exports/journal?period=2026-08&version=9', 404, 'period_not_found'],
    ['exports/journal?period=2026-09&version=1', 404, 'period_not_found'],
    ['exports/journal?period=1999-01', 404, 'period_not_found'],
  ])('say what a question lacks: %s', async (path, status, code) => {
    expect(await send('GET', path, keys.viewer)).toMatchObject({ status, body: { code } });
  });
});

describe('a month that was closed', () => {
  it('stays as it was exported, whatever happens after', async () => {
    const version1 = await everything(1);
    // Late: it happened then, and is posted to the first month that is open.
    const late = await retired({ provider: 'cnaught', grams: 5_000 }, '2026-08-10T12:00:00Z');
    await postLedger(engine);
    const rows = readCsv((await download('journal', 'period=2026-09')).text);
    expect(rows.filter((row) => row['order_id'] === late.id)).toMatchObject([
      { late: 'true', period: '2026-09', version: '', effective_at: '2026-08-10T12:00:00.000Z' },
      { late: 'true' },
      { late: 'true' },
    ]);
    expect(readCsv((await download('costs', 'period=2026-09')).text)).toMatchObject([{ ChargeClass: 'Correction' }]);

    expect(await reopen(MONTH, keys.operator)).toMatchObject({ status: 403, body: { code: 'scope_missing' } });
    expect(await reopen('2026-09', keys.approver)).toMatchObject({
      status: 409,
      body: { code: 'period_not_reopenable' },
    });
    const key = randomUUID();
    const reopened = await reopen(MONTH, keys.approver, key);
    expect(reopened).toMatchObject({ status: 200, body: { version: 1, act: 'reopened', journal_hash: null } });
    expect((await reopen(MONTH, keys.approver, key)).text).toBe(reopened.text);

    // What the lines are made of changes in every way that it can.
    const more = await retired({ provider: 'cnaught', grams: 6_000 }, '2026-08-11T12:00:00Z');
    await postLedger(engine);
    await tamper(`UPDATE orders SET labels = '{"department": "other"}', provider_order_id = 'x' || id,
      retirements = '[{"project": "Another", "registry": "Other", "mass": null}]', price_source = 'computed'`);
    const rate = { functional: 'EUR', currency: 'USD', on_date: '2026-08-31', rate: '0.5', source: 'ECB' };
    expect(await send('PUT', 'rates', keys.operator, rate)).toMatchObject({ status: 204 });
    expect(await send('PUT', 'rates', keys.machine, { ...rate, currency: 'EUR' })).toMatchObject({
      status: 422,
      body: { code: 'rate_not_possible' },
    });
    expect(await everything(1)).toEqual(version1);
    const open = readCsv((await download('accruals')).text);
    const of = open.find((row) => row['order_id'] === orders.first.id);
    expect(of).toMatchObject({
      functional_currency: 'EUR',
      functional_amount: (-Number(of?.['accrued']) / 2).toFixed(2),
      rate: '0.5',
      rate_date: '2026-08-31',
      labels: '{"department":"other"}',
    });

    const closed = await close(MONTH, keys.approver);
    expect(closed).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await everything(1)).toEqual(version1);
    const version2 = readCsv((await download('journal')).text);
    expect(version2.some((row) => row['order_id'] === more.id)).toBe(true);
    expect(version2.some((row) => row['order_id'] === late.id)).toBe(false);
    expect(new Set(version2.map((row) => row['version']))).toEqual(new Set(['2']));
    expect(version2).toHaveLength(readCsv(version1[0]!).length + 3);

    const { body } = await send('GET', `periods/${MONTH}/close-checklist`, keys.viewer);
    expect(body).toMatchObject({ closable: false, closings: [{ version: 1 }, { act: 'reopened' }, { version: 2 }] });
    const [first, , second] = body.closings as [Answer['body'], object, Answer['body']];
    expect(second.previous_hash).toBe(first.journal_hash);
    const journal = createHash('sha256')
      .update((await download('journal')).text)
      .digest();
    expect(second.journal_hash).toBe(
      createHash('sha256')
        .update(Buffer.from(second.previous_hash ?? '', 'hex'))
        .update(journal)
        .digest('hex'),
    );
  });

  it('is not reopened below a later one', async () => {
    await invoiced('2026-09');
    expect(await close('2026-09', keys.operator, { waived: [] })).toMatchObject({ status: 200 });
    const [fee] = readCsv((await download('costs', 'period=2026-09')).text).filter(
      ({ x_Account }) => x_Account === 'fees',
    );
    expect(fee).toMatchObject({
      InvoiceId: 'INV-2026-09',
      BilledCost: '1.50',
      ChargeCategory: 'Purchase',
      SubAccountId: '',
    });
    expect(await reopen(MONTH, keys.approver)).toMatchObject({
      status: 409,
      body: { code: 'period_not_latest', detail: 'Closed after it: 2026-09.' },
    });
    const opening = await engine.rows(
      `SELECT a.closing - b.opening AS gap FROM period_balances a JOIN period_balances b
         USING (tenant_id, provider, asset, account)
       WHERE (a.period_id, a.version, b.period_id) = ('${MONTH}', 2, '2026-09')`,
    );
    expect(opening.length).toBeGreaterThan(5);
    expect(new Set(opening.map((row) => row['gap']))).toEqual(new Set(['0']));
  });

  it('has what was being posted while it was closed, or that is late', async () => {
    const NEXT = '2026-10' as MonthId;
    const poster = await engine.connection();
    try {
      await poster.query('BEGIN');
      await poster.query(
        `INSERT INTO ledger_transfers (source, source_seq, leg, rule, period_id, effective_at, provider, asset, debit, credit, units)
         VALUES ('stm_test', 1, 1, 'fee', $1, '2026-10-05', 'cnaught', 'USD/6', 'fees', 'payable', 1500000)`,
        [NEXT],
      );
      const closing = app.get(ClosePeriod).run(NEXT, { note: 'All is in', key: null }, [], BY_TESTER);
      await Promise.race([waiting(), closing]);
      await poster.query('COMMIT');
      expect((await closing).closing.version).toBe(1);
    } finally {
      poster.release();
    }
    const rows = readCsv((await download('journal', `period=${NEXT}`)).text);
    expect(rows).toMatchObject([{ debit_account: 'fees', amount: '1.50', tenant: '', order_id: '' }]);
    expect(readCsv((await download('journal', `period=${NEXT}`, keys.own)).text)).toEqual([]);
  });

  /** Until the closing waits for who posts. */
  const waiting = async (): Promise<void> => {
    for (;;) {
      const rows = await engine.rows(
        `SELECT 1 FROM pg_stat_activity WHERE application_name = 'offset-gateway finance' AND wait_event_type = 'Lock'
           AND datname = current_database()`,
      );
      if (rows.length > 0) return;
    }
  };

  it('is all that jobs need at the command line', async () => {
    const { url } = engine.database;
    expect(await runCommand(url, 'finance', 'period', 'checklist', MONTH)).toMatchObject({
      printed: { closable: false, status: 'closed', version: 2 },
      exitCode: 1,
    });
    const reopen = ['finance', 'period', 'reopen', '2026-10', '--note', 'Once more', '--operator', 'Ann'];
    expect(await runCommand(url, ...reopen)).toMatchObject({ printed: { act: 'reopened', version: 1 }, exitCode: 0 });
    await expect(runCommand(url, ...reopen)).rejects.toThrow('The month is open.');
    const close = ['finance', 'period', 'close', '2026-10', '--note', 'Now', '--operator', 'Ann'];
    expect(await runCommand(url, ...close)).toMatchObject({ printed: { act: 'closed', version: 2 }, exitCode: 0 });
    const out = join(await mkdtemp(join(tmpdir(), 'export-')), 'journal.csv');
    const exported = ['finance', 'export', 'journal', MONTH, '--closing', '1', '--out', out];
    const { printed } = await runCommand<{ sha256: string }>(url, ...exported);
    const file = await readFile(out, 'utf8');
    expect(file).toBe((await download('journal', `period=${MONTH}&version=1`)).text);
    expect(printed.sha256).toBe(createHash('sha256').update(file).digest('hex'));
    const [refused] = await engine.rows(
      `SELECT operator, problem_code FROM audit_log WHERE act = 'period.reopen' AND outcome = 'refused' AND operator = 'Ann'`,
    );
    expect(refused).toMatchObject({ problem_code: 'period_not_reopenable' });
  });
});
