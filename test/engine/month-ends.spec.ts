import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { MonthId } from '../../src/domain/periods/month.js';
import type { Order } from '../../src/domain/orders/order.js';
import { claimLots } from '../support/claim-lots.js';
import { TestEngine } from '../support/engine.js';
import { launchGateway, newKey } from '../support/launcher.js';
import { postLedger } from '../support/post-ledger.js';
import { readCsv } from '../support/read-csv.js';
import { Reconciling } from '../support/reconciling.js';

/** When months begin, as the clocks show it there: on both sides of each change of them, and at the end of a year. */
const BEGINNINGS: Readonly<Record<string, readonly (readonly [before: string, month: string, at: string])[]>> = {
  UTC: [
    ['2025-02', '2025-03', '2025-03-01T00:00:00.000Z'],
    ['2025-12', '2026-01', '2026-01-01T00:00:00.000Z'],
  ],
  'Europe/London': [
    ['2025-02', '2025-03', '2025-03-01T00:00:00.000Z'],
    ['2025-03', '2025-04', '2025-03-31T23:00:00.000Z'],
    ['2025-09', '2025-10', '2025-09-30T23:00:00.000Z'],
    ['2025-10', '2025-11', '2025-11-01T00:00:00.000Z'],
    ['2025-12', '2026-01', '2026-01-01T00:00:00.000Z'],
  ],
  'America/New_York': [
    ['2025-02', '2025-03', '2025-03-01T05:00:00.000Z'],
    ['2025-03', '2025-04', '2025-04-01T04:00:00.000Z'],
    ['2025-10', '2025-11', '2025-11-01T04:00:00.000Z'],
    ['2025-11', '2025-12', '2025-12-01T05:00:00.000Z'],
    ['2025-12', '2026-01', '2026-01-01T05:00:00.000Z'],
  ],
};

describe.each(Object.entries(BEGINNINGS))('at the end of months in %s', (financeTimeZone, beginnings) => {
  let engine: TestEngine;
  let app: NestFastifyApplication;
  let key: string;
  const orders: { readonly order: Order; readonly month: string; readonly at: string }[] = [];

  beforeAll(async () => {
    engine = await TestEngine.start({ financeTimeZone });
    ({ app } = await launchGateway(engine, { settings: { role: 'api', financeTimeZone } }));
    key = await newKey(app, engine.tenantId, ['finance:read', 'ops']);
    await engine.liftQuotas();
    for (const [before, month, at] of beginnings) {
      orders.push(await retired(before, new Date(Date.parse(at) - 1).toISOString()));
      orders.push(await retired(month, at));
    }
    await claimLots(engine);
  });
  afterAll(async () => {
    await app.close();
    await engine.stop();
  });

  /** Bought and retired, all of it at one moment. */
  const retired = async (month: string, at: string): Promise<(typeof orders)[number]> => {
    const { id } = await engine.place({ provider: 'cnaught', grams: 1_000 * (orders.length + 1) });
    engine.sandbox.cnaught.advance((await engine.order(id)).providerOrderId ?? '', 'fulfilled');
    await engine.makeDue(id);
    await engine.runDue();
    await engine.rows(`
      BEGIN; SET LOCAL session_replication_role = replica;
      UPDATE order_events SET occurred_at = '${at}' WHERE order_id = '${id}';
      UPDATE orders SET created_at = '${at}', placed_at = '${at}', retired_at = '${at}', completed_at = '${at}' WHERE id = '${id}';
      COMMIT`);
    return { order: await engine.order(id), month, at };
  };

  const idsOf = (month: string): string[] =>
    orders
      .filter((each) => each.month === month)
      .map(({ order }) => order.id)
      .toSorted();
  const months = [...new Set(beginnings.flatMap(([before, month]) => [before, month]))];
  const exported = async (path: string, column: string): Promise<string[]> => {
    const { statusCode, body } = await app.inject({
      url: `/v1/finance/exports/${path}`,
      headers: { authorization: `Bearer ${key}` },
    });
    expect(statusCode).toBe(200);
    return [...new Set(readCsv(body).flatMap((row) => row[column] ?? []))].toSorted();
  };

  it('each order is of one month: in the books, and in every export of a month', async () => {
    for (const month of months) {
      const booked = await engine.rows<{ id: string }>(
        'SELECT DISTINCT order_id AS id FROM ledger_transfers WHERE period_id = $1 ORDER BY 1',
        [month],
      );
      expect([month, booked.map(({ id }) => id)]).toEqual([month, idsOf(month)]);
      for (const [kind, column] of [
        ['journal', 'order_id'],
        ['memo', 'order_id'],
        ['costs', 'ResourceId'],
        ['retirements', 'order_id'],
      ] as const)
        expect([month, kind, await exported(`${kind}?period=${month}`, column)]).toEqual([month, kind, idsOf(month)]);
    }
  });

  it('and of the year of that month, retired on a day of it', async () => {
    for (const year of ['2025', '2026']) {
      const ofYear = months.filter((month) => month.startsWith(year)).flatMap(idsOf);
      expect(await exported(`retirements/${year}`, 'order_id')).toEqual(ofYear.toSorted());
      const days = await exported(`retirements/${year}`, 'retired_on');
      expect(new Set(days.map((day) => day.slice(0, 7)))).toEqual(
        new Set(months.filter((month) => month.startsWith(year))),
      );
    }
  });

  it('is accrued from its month on, and compared from it on', async () => {
    for (const month of months) {
      const until = orders.filter((each) => each.month <= month).map(({ order }) => order.id);
      expect([month, await exported(`accruals?period=${month}`, 'order_id')]).toEqual([month, until.toSorted()]);
      const run = await reconciling(month).run({ dryRun: true });
      expect([month, run.legs?.orders.count]).toEqual([month, until.length]);
    }
  });

  it('agrees with its line and its purchase, which providers date as the clocks show it elsewhere', async () => {
    const lines = orders.map(
      ({ order: { id, providerOrderId, orderedMass, price }, at }) =>
        `,charge,${providerOrderId},${id},,${Number(orderedMass) / 1_000},kg,${price?.total.amount.toString() ?? ''},0.00,USD,${at.slice(0, 10)},`,
    );
    const last = reconciling('2026-01');
    const header = {
      provider: 'cnaught',
      document: 'invoice',
      number: 'INV-1',
      issuedOn: '2026-01-02',
      coversFrom: '2025-01-01',
      coversTo: '2026-01-02',
      currency: 'USD',
      mapping: 'canonical-1',
    } as const;
    const net = orders.reduce((sum, { order }) => sum + Number(order.price?.total.amount), 0).toFixed(2);
    await last.accept(
      { header, lines: lines.length, net, tax: '0.00' },
      Buffer.from([COLUMNS, ...lines, ''].join('\n')),
    );
    const { legs, counts } = await last.run();
    expect(counts).toMatchObject({ agreed: lines.length, types: {} });
    expect(legs).toMatchObject({ provider: { rows: lines.length }, statements: { lines: lines.length } });
  });

  const reconciling = (month: string): Reconciling =>
    new Reconciling(engine, { provider: 'cnaught', periodId: month as MonthId });
});

describe('a line for the orders of a month at One Tribe', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start({ financeTimeZone: 'UTC' });
  });
  afterAll(() => engine.stop());

  it('is about the month as it was in London', async () => {
    const retired = async (at: string): Promise<Order> => {
      const { id } = await engine.place({ provider: 'one_tribe', grams: 1_000_000 });
      engine.sandbox.oneTribe.advance((await engine.order(id)).providerOrderId ?? '', 'completed');
      await engine.makeDue(id);
      await engine.runDue();
      await engine.rows(`
        BEGIN; SET LOCAL session_replication_role = replica;
        UPDATE order_events SET occurred_at = '${at}' WHERE order_id = '${id}';
        UPDATE orders SET created_at = '${at}', placed_at = '${at}', retired_at = '${at}', completed_at = '${at}' WHERE id = '${id}';
        COMMIT`);
      return engine.order(id);
    };
    const { providerOfferingId: project, price, priceTax } = await retired('2026-06-30T22:59:59.999Z');
    await retired('2026-06-30T23:00:00.000Z');
    await postLedger(engine);
    const tax = priceTax?.amount.toFixed(2) ?? '';
    const net = price?.total.amount.minus(tax).toFixed(2) ?? '';
    const header = {
      provider: 'one_tribe',
      document: 'invoice',
      number: 'INV-2',
      issuedOn: '2026-07-01',
      coversFrom: '2026-06-01',
      coversTo: '2026-06-30',
      currency: 'GBP',
      mapping: 'canonical-1',
    } as const;
    const june = new Reconciling(engine, { provider: 'one_tribe', periodId: '2026-06' as MonthId }, 'GBP');
    const line = `,charge,,,${project},,,${net},${tax},GBP,2026-06-30,`;
    await june.accept({ header, lines: 1, net, tax }, Buffer.from([COLUMNS, line, ''].join('\n')));
    expect((await june.run()).counts).toMatchObject({ types: { aggregate_allocated: 1, not_invoiced: 1 } });
  });
});

const COLUMNS = 'line_id,kind,provider_order_id,reference,project_id,quantity,unit,net,tax,currency,date,description';
