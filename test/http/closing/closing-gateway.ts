import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { CreateOperator } from '../../../src/application/access/create-operator.js';
import { EXPORT_NAMES, type ExportName } from '../../../src/application/exports/read-export.js';
import type { Role } from '../../../src/domain/operators/operator.js';
import type { Order } from '../../../src/domain/orders/order.js';
import { TestEngine, type OrderToPlace } from '../../support/engine.js';
import { BY_TESTER, launchGateway, newKey } from '../../support/launcher.js';
import { Documentation } from '../documentation.js';

export const SETTINGS = {
  financeTimeZone: 'Europe/London',
  financeCurrency: 'EUR',
  financeAccountMap: 'expense=6310,clearing=3890',
} as const;

/** Long over, whenever this runs. In London it begins at 23:00 UTC of the day before. */
export const MONTH = '2026-08';

export let engine: TestEngine;
export let app: NestFastifyApplication;
export let docs: Documentation;
export let keys: Record<Role, string> & { readonly machine: string; readonly own: string };
export let orders: Record<'first' | 'labelled' | 'waiting' | 'tonnes', Order>;

/** A gateway with orders of some months, for the parts of one spec. Every answer is held against the document. */
export const startGateway = (): void => {
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
};

export const operatorKey = async (role: Role): Promise<string> => {
  const wanted = { name: role, email: `${role}@example.com`, role };
  const created = await app.get(CreateOperator).run(wanted, 'dev', BY_TESTER);
  if (!created) throw new Error('there is one already');
  return created.key;
};

/** As if all of it had happened then. Not posted yet. */
export const placed = async (wanted: OrderToPlace, at: string): Promise<Order> => {
  const order = await engine.place(wanted);
  await happenedAt(order, at);
  return order;
};

export const retired = async (wanted: OrderToPlace, at: string): Promise<Order> => {
  const order = await engine.place(wanted);
  engine.sandbox.cnaught.advance((await engine.order(order.id)).providerOrderId ?? '', 'fulfilled');
  await engine.makeDue(order.id);
  await engine.runDue();
  await happenedAt(order, at);
  return order;
};

export const tamper = (sql: string): Promise<unknown> =>
  engine.rows(`BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`);

export const happenedAt = ({ id }: Order, at: string): Promise<unknown> =>
  tamper(`UPDATE order_events SET occurred_at = '${at}' WHERE order_id = '${id}'`);

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Whatever of these it has. */
  readonly body: {
    readonly code: string;
    readonly errors: Readonly<Record<string, readonly string[]>>;
    readonly closable: boolean;
    readonly checks: readonly {
      readonly check: string;
      readonly ok: boolean;
      readonly detail: string;
      readonly fix: string;
    }[];
    readonly closings: readonly object[];
    readonly version: number;
    readonly journal_hash: string | null;
    readonly previous_hash: string | null;
    readonly exports: readonly { readonly kind: string; readonly rows: number; readonly sha256: string }[];
  };
}

export const send = async (
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  key: string,
  payload?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> => {
  const response = await fetch(`${await app.getUrl()}/v1/finance/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(payload && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload && { body: JSON.stringify(payload) }),
  });
  const { status } = response;
  const text = await response.text();
  const route = `/v1/finance/${path.split('?')[0]}`
    .replace(/periods\/[^/]+/, 'periods/{id}')
    .replace(/exports\/(?!evidence)\w+$/, 'exports/{kind}')
    .replace(/retirements\/\w+/, 'retirements/{year}')
    .replace(/statements\/stm_\w+/, 'statements/{id}');
  const received = Object.fromEntries(response.headers);
  expect(docs.undocumentedIn(method, route, { status, text, headers: received })).toEqual([]);
  const isJson = /json/.test(received['content-type'] ?? '');
  return {
    status,
    headers: received,
    text,
    body: (isJson ? JSON.parse(text) : {}) as Answer['body'],
  };
};

export const reopen = (month: string, key: string, idempotencyKey: string = randomUUID()): Promise<Answer> =>
  send('POST', `periods/${month}/reopen`, key, { note: 'It was wrong' }, { 'idempotency-key': idempotencyKey });

export const close = (
  month: string,
  key: string,
  { note = 'All is in', waived = ['cnaught'], idempotencyKey = randomUUID() as string } = {},
): Promise<Answer> =>
  send('POST', `periods/${month}/close`, key, { note, waived }, { 'idempotency-key': idempotencyKey });

export const failed = async (month: string): Promise<string[]> => {
  const { body } = await send('GET', `periods/${month}/close-checklist`, keys.viewer);
  return body.checks.filter(({ ok }) => !ok).map(({ check }) => check);
};

export const download = (kind: ExportName, query = `period=${MONTH}`, key = keys.viewer): Promise<Answer> =>
  send('GET', `exports/${kind}?${query}`, key);

/** The evidence of a closing of MONTH. */
export const archive = async (
  version: number,
): Promise<{ readonly bytes: Buffer; readonly headers: Readonly<Record<string, string>> }> => {
  const url = `${await app.getUrl()}/v1/finance/exports/evidence?period=${MONTH}&version=${version}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${keys.viewer}` } });
  expect(response.status).toBe(200);
  return { bytes: Buffer.from(await response.arrayBuffer()), headers: Object.fromEntries(response.headers) };
};

/** All that a closing of MONTH has kept: its exports, in order, and its evidence. */
export const everything = async (version: number): Promise<string[]> => {
  const exports = EXPORT_NAMES.map(async (kind) => (await download(kind, `period=${MONTH}&version=${version}`)).text);
  return Promise.all([...exports, archive(version).then(({ bytes }) => bytes.toString('base64'))]);
};

export const sumOf = (values: readonly (string | undefined)[]): number =>
  values.reduce((sum, value) => sum + Math.round(Number(value) * 1e6), 0) / 1e6;

/** Debits less credits of an account in a month, grams or a decimal. */
export const moved = async (account: string, asset: string, month = MONTH): Promise<number> => {
  const [row] = await engine.rows<{ units: string }>(
    `SELECT COALESCE(sum(CASE WHEN debit = $1 THEN units ELSE -units END), 0) AS units FROM ledger_transfers
     WHERE $1 IN (debit, credit) AND asset = $2 AND period_id = $3`,
    [account, asset, month],
  );
  return Number(row?.units) / (asset === 'CO2E/0' ? 1 : 1e6);
};

/** Of CNaught, with a fee alone. */
export const invoiced = async (month: string): Promise<void> => {
  const [from, to] = [`${month}-01`, `${month}-30`];
  const about = `provider=cnaught&document=invoice&number=INV-${month}&issued_on=${to}&covers_from=${from}&covers_to=${to}&currency=USD`;
  const declared = 'mapping=canonical-1&declared_lines=1&declared_net=1.50&declared_tax=0.00';
  const response = await fetch(`${await app.getUrl()}/v1/finance/statements?${about}&${declared}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${keys.machine}`,
      'idempotency-key': randomUUID(),
      'content-type': 'text/csv',
    },
    body:
      'line_id,kind,provider_order_id,reference,project_id,quantity,unit,net,tax,currency,date,description\n' +
      `,fee,,,,,,1.50,0.00,USD,${to},Monthly fee\n`,
  });
  const { id } = (await response.json()) as { id: string };
  expect(await send('POST', `statements/${id}/accept`, keys.machine)).toMatchObject({ status: 200 });
};
