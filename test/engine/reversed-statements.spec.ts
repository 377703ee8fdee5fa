import { ResolveBreak } from '../../src/application/breaks/resolve-break.js';
import { FindBreak } from '../../src/application/breaks/find-break.js';
import { ReverseStatement } from '../../src/application/statements/reverse-statement.js';
import { monthOf } from '../../src/domain/periods/month.js';
import type { BreakResolution, BreakType } from '../../src/domain/reconciliation/break-types.js';
import type { Break } from '../../src/domain/reconciliation/break.js';
import { Books } from '../support/books.js';
import { TestEngine } from '../support/engine.js';
import { BY_TESTER } from '../support/launcher.js';
import { Reconciling } from '../support/reconciling.js';

const periodId = monthOf(new Date(Date.now() - 3 * 3_600_000), 'UTC');

describe('a statement that is taken back', () => {
  let engine: TestEngine;
  let books: Books;
  let reconciling: Reconciling;
  let ids: string[];
  let net: number;
  beforeAll(async () => {
    engine = await TestEngine.start({ financeTimeZone: 'UTC' });
    books = new Books(engine);
    reconciling = new Reconciling(engine, { provider: 'cnaught', periodId });
    engine.sandbox.cnaught.insertForeignRow({ created_on: new Date(Date.now() - 3 * 3_600_000).toISOString() });
    ids = await books.retired('cnaught', [100_000, 100_000, 100_000, 100_000, 100_000, 100_000, 100_000]);
    net = await books.netOf(ids[0] ?? '');
  });
  afterAll(() => engine.stop());

  const next = (): string => ids.pop() ?? '';
  const line = (kind: string, amount: number, reference = ''): string =>
    reconciling.line(kind, amount.toFixed(2), { reference, text: String(Math.random()) });
  const reverse = (id: string): Promise<unknown> =>
    engine.app.get(ReverseStatement).run(id, 'It was corrected.', BY_TESTER);
  const found = async (type: BreakType, subject: string): Promise<Break> => {
    const one = (await reconciling.breaks()).find((each) => each.type === type && each.subject === subject);
    if (!one) throw new Error(`no ${type} was found`);
    return one;
  };
  const decide = async (
    type: BreakType,
    subject: string,
    resolution: BreakResolution,
    orderId: string | null = null,
  ) => {
    const { id } = await found(type, subject);
    await engine.app.get(ResolveBreak).run(id, { resolution, note: 'It is so.', orderId }, BY_TESTER);
    return id;
  };
  const state = async (order: string) => ({
    clearing: await books.balance('clearing', order),
    suspense: await books.balance('suspense'),
    fees: await books.balance('fees'),
    difference: await books.balance('difference'),
    due: await books.balance('refund_due'),
  });
  const nothing = { suspense: 0, fees: 0, difference: 0, due: 0 };

  it('takes back that a line was of an order, which its corrected file charges once', async () => {
    const order = next();
    const statement = await reconciling.invoice([line('charge', net)]);
    await reconciling.run();
    const id = await decide('charge_unknown', `${statement}:2`, 'link_line', order);
    expect(await state(order)).toEqual({ ...nothing, clearing: 0 });
    await reverse(statement);
    expect(await state(order)).toEqual({ ...nothing, clearing: -net });
    expect(await found('charge_unknown', `${statement}:2`)).toMatchObject({
      status: 'cleared',
      resolution: null,
      linkedOrderId: null,
    });
    const { events } = await engine.app.get(FindBreak).whole(id);
    expect(events.at(-1)).toMatchObject({
      act: 'cleared',
      operator: 'tester',
      note: 'It was corrected.',
      detail: { statement, posted: [{ rule: 'link_line', debit: 'suspense', credit: 'clearing' }] },
    });
    expect(
      await engine.rows(
        `SELECT count(DISTINCT t.effective_at)::int AS times, count(DISTINCT t.order_id)::int AS orders
         FROM ledger_transfers t WHERE t.source = $1 AND t.source_seq < 0 OR t.source = $2 AND t.debit = 'suspense'`,
        [statement, id],
      ),
    ).toEqual([{ times: 1, orders: 1 }]);
    expect(await books.agrees()).toBe(true);

    await reconciling.invoice([line('charge', net, order)]);
    await reconciling.run();
    expect(await state(order)).toEqual({ ...nothing, clearing: 0 });
    expect(await found('charge_unknown', `${statement}:2`)).toMatchObject({ status: 'cleared' });
    expect(await books.agrees()).toBe(true);
  });

  it('takes back what lines of no order were taken for', async () => {
    const statement = await reconciling.invoice([line('charge', 3), line('charge', 4), line('credit', 5)]);
    await reconciling.run();
    await decide('charge_unknown', `${statement}:2`, 'expense_line');
    await decide('charge_unknown', `${statement}:3`, 'claim_refund');
    await decide('charge_unknown', `${statement}:4`, 'expense_line');
    expect(await state('')).toEqual({ ...nothing, clearing: 0, fees: -2, due: 4 });
    await reverse(statement);
    expect(await state('')).toEqual({ ...nothing, clearing: 0 });
    expect(await books.agrees()).toBe(true);
  });

  it('takes back the difference that was accepted, and asks again where a corrected file has it, too', async () => {
    const order = next();
    const statement = await reconciling.invoice([line('charge', net + 0.5, order)]);
    await reconciling.run();
    await decide('amount_differs', order, 'accept_difference');
    expect(await state(order)).toEqual({ ...nothing, clearing: 0, difference: 0.5 });
    await reverse(statement);
    expect(await state(order)).toEqual({ ...nothing, clearing: -net });
    await expect(decide('amount_differs', order, 'accept_difference')).rejects.toThrow('cleared');

    const corrected = await reconciling.invoice([line('charge', net + 0.5, order)]);
    await reconciling.run();
    expect(await found('amount_differs', order)).toMatchObject({ status: 'open' });
    await decide('amount_differs', order, 'accept_difference');
    expect(await state(order)).toEqual({ ...nothing, clearing: 0, difference: 0.5 });
    await reverse(corrected);
    await reconciling.invoice([line('charge', net, order)]);
    await reconciling.run();
    expect(await state(order)).toEqual({ ...nothing, clearing: 0 });
    expect(await found('amount_differs', order)).toMatchObject({ status: 'cleared' });
    expect(await books.agrees()).toBe(true);
  });

  it('takes back the difference of an order that a person had named', async () => {
    const order = next();
    const statement = await reconciling.invoice([line('charge', net + 0.5)]);
    await reconciling.run();
    await decide('charge_unknown', `${statement}:2`, 'link_line', order);
    await reconciling.run();
    await decide('amount_differs', order, 'accept_difference');
    await reverse(statement);
    expect(await state(order)).toEqual({ ...nothing, clearing: -net });
    expect(await books.agrees()).toBe(true);
  });

  it('lets nobody decide on what it said of an order before the next run', async () => {
    const order = next();
    const statement = await reconciling.invoice([line('charge', net + 0.5, order)]);
    await reconciling.run();
    await reverse(statement);
    await expect(decide('amount_differs', order, 'accept_difference')).rejects.toThrow('cleared');
    expect(await state(order)).toEqual({ ...nothing, clearing: -net });
  });

  it('takes back what was claimed of its charges, and what was written off of that', async () => {
    const order = next();
    const statement = await reconciling.invoice([line('charge', net, order), line('charge', net, order)]);
    await reconciling.run();
    await decide('charged_twice', order, 'claim_refund');
    await reconciling.run();
    await decide('refund_expected', order, 'write_off');
    expect(await state(order)).toEqual({ ...nothing, clearing: 0, difference: net });
    await reverse(statement);
    expect(await state(order)).toEqual({ ...nothing, clearing: -net });
    expect((await found('charged_twice', order)).status).toBe('cleared');
    expect((await found('refund_expected', order)).status).toBe('cleared');
    expect(await books.agrees()).toBe(true);
  });

  it('leaves what was claimed and has come; once its credit is taken back, too, nothing is due', async () => {
    const order = next();
    const twice = [line('charge', net, order), line('charge', net, order)];
    const statement = await reconciling.invoice(twice);
    await reconciling.run();
    await decide('charged_twice', order, 'claim_refund');
    const credit = await reconciling.invoice([line('credit', net, order)]);
    await reverse(statement);
    expect(await state(order)).toEqual({ ...nothing, clearing: -2 * net });
    const again = await reconciling.invoice(twice);
    expect(await state(order)).toEqual({ ...nothing, clearing: 0 });
    await reverse(again);
    await reverse(credit);
    expect(await state(order)).toEqual({ ...nothing, clearing: -net });
    expect((await found('charged_twice', order)).status).toBe('cleared');
    expect(await books.agrees()).toBe(true);
  });

  it('takes back that a credit was kept', async () => {
    const order = next();
    const statement = await reconciling.invoice([line('charge', net, order)]);
    const credit = await reconciling.invoice([line('credit', 0.5, order)]);
    await reconciling.run();
    const id = await decide('refund_unexpected', order, 'keep_refund');
    expect(await state(order)).toEqual({ ...nothing, clearing: 0, difference: -0.5 });
    await reverse(credit);
    expect(await state(order)).toEqual({ ...nothing, clearing: 0 });
    expect((await engine.app.get(FindBreak).run(id)).status).toBe('cleared');
    await reverse(statement);
    expect(await state(order)).toEqual({ ...nothing, clearing: -net });
    expect(await books.agrees()).toBe(true);
  });

  it('takes back what was claimed for a purchase that nobody knows, which is found again', async () => {
    await reconciling.run();
    const stranger = (await reconciling.breaks()).find(({ type }) => type === 'purchase_unknown_here')?.subject ?? '';
    const statement = await reconciling.invoice([reconciling.line('charge', '6.00', { purchase: stranger })]);
    await reconciling.run();
    await decide('purchase_unknown_here', stranger, 'claim_refund');
    expect(await state('')).toEqual({ ...nothing, clearing: 0, due: 6 });
    await reverse(statement);
    expect(await state('')).toEqual({ ...nothing, clearing: 0 });
    await reconciling.run();
    expect(await found('purchase_unknown_here', stranger)).toMatchObject({ status: 'open', resolution: null });
    expect(await books.agrees()).toBe(true);
  });

  it('leaves nothing of a decision that is made at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const statement = await reconciling.invoice([line('charge', 3), line('charge', 4)]);
      await reconciling.run();
      await Promise.allSettled([
        decide('charge_unknown', `${statement}:2`, 'expense_line'),
        reverse(statement),
        decide('charge_unknown', `${statement}:3`, 'claim_refund'),
      ]);
      expect(await state('')).toEqual({ ...nothing, clearing: 0 });
      expect((await found('charge_unknown', `${statement}:2`)).status).toBe('cleared');
    }
    expect(await books.agrees()).toBe(true);
  });
});
