import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { amountOf } from '../../src/domain/money.js';
import type { Order } from '../../src/domain/orders/order.js';
import { boundsOf, monthOf } from '../../src/domain/periods/month.js';
import { PeriodsRepository } from '../../src/persistence/periods/periods.repository.js';
import { TestEngine } from '../support/engine.js';
import { launchGateway, newKey, newTenant } from '../support/launcher.js';
import { postLedger } from '../support/post-ledger.js';
import { Documentation } from './documentation.js';

let engine: TestEngine;
beforeAll(async () => {
  engine = await TestEngine.start({ financeTimeZone: 'Europe/London' });
});
afterAll(() => engine.stop());

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
    await engine.place(NEW);
    await engine.beAnotherTenant();
    const sales = await engine.place({ ...NEW, terms: { labels: { department: 'sales' } } });
    const other = await engine.place({ ...NEW, grams: 2_000 });
    engine.sandbox.cnaught.advance((await engine.order(sales.id)).providerOrderId ?? '', 'fulfilled');
    await engine.later(3_600_000);
    await postLedger(engine);
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
    const { endsAt } = boundsOf(period, 'Europe/London');
    const next = monthOf(endsAt, 'Europe/London');
    await engine.app.get(PeriodsRepository).open([boundsOf(next, 'Europe/London')]);
    expect((await get('periods')).body.data.map(({ id }) => id).slice(0, 2)).toEqual([next, period]);
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
