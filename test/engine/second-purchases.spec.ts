import type { BreakType } from '../../src/domain/reconciliation/break-types.js';
import { books, compareBooks, engine, HOUR, lineOf, reconciling } from '../support/compared-books.js';

compareBooks();

/** Another purchase under our reference. It is the newest, which the provider lists first. */
const buyAgain = (order: string, grams: number): void =>
  engine.sandbox.cnaught.insertForeignRow({
    amount_kg: grams / 1_000,
    state: 'fulfilled',
    metadata: `order_reference=${order}`,
  });
const charge = (amount: number, reference: string): string => lineOf('charge', amount, reference);
const statusOf = async (type: BreakType, order: string): Promise<string> =>
  (await reconciling.break(type, order)).status;

describe('a second purchase on account', () => {
  let order: string;
  let net: number;
  beforeEach(async () => {
    [order = ''] = await books.retired('cnaught', [100_000]);
    net = await books.netOf(order);
    buyAgain(order, 100_000);
  });
  const state = async () => ({
    clearing: await books.balance('clearing', order),
    due: await books.balance('refund_due', order),
  });

  it('is claimed back of the statement that charges both, and is no more once that is taken back', async () => {
    const statement = await reconciling.invoice([charge(net, order), charge(net, order)]);
    await reconciling.run({ fresh: true });
    const { posted } = await reconciling.decide('bought_twice', order, 'claim_refund');
    expect(posted).toMatchObject([{ rule: 'claim_refund', debit: 'refund_due', credit: 'clearing' }]);
    expect(await state()).toEqual({ clearing: 0, due: net });
    await reconciling.reverse(statement);
    expect(await state()).toEqual({ clearing: -net, due: 0 });
    expect(await statusOf('bought_twice', order)).toBe('cleared');
    await reconciling.run();
    expect(await statusOf('bought_twice', order)).toBe('open');

    await reconciling.invoice([charge(net, order), charge(net, order)]);
    await reconciling.run();
    await reconciling.decide('bought_twice', order, 'claim_refund');
    expect(await state()).toEqual({ clearing: 0, due: net });
  });

  it('is not claimed of a statement that charges neither of them', async () => {
    await reconciling.run({ fresh: true });
    expect((await reconciling.decide('bought_twice', order, 'claim_refund')).posted).toEqual([]);
    expect(await state()).toEqual({ clearing: -net, due: 0 });
    const statement = await reconciling.invoice([charge(net, order)]);
    await reconciling.reverse(statement);
    await reconciling.run();
    expect(await state()).toEqual({ clearing: -net, due: 0 });
    expect(await statusOf('bought_twice', order)).toBe('resolved');
  });

  it('that was claimed and has come stays, as long as its credit counts', async () => {
    const statement = await reconciling.invoice([charge(net, order), charge(net, order)]);
    await reconciling.run({ fresh: true });
    await reconciling.decide('bought_twice', order, 'claim_refund');
    const credit = await reconciling.invoice([reconciling.line('credit', net.toFixed(2), { reference: order })]);
    await reconciling.reverse(statement);
    expect(await state()).toEqual({ clearing: -2 * net, due: 0 });
    await reconciling.reverse(credit);
    expect(await state()).toEqual({ clearing: -net, due: 0 });
    expect(await statusOf('bought_twice', order)).toBe('cleared');
  });
});

describe('a second payment of a payer', () => {
  let order: string;
  beforeAll(async () => {
    order = await books.paid(500_000);
    await engine.letTimePass(3 * HOUR);
    buyAgain(order, 500_000);
  });
  const state = async () => ({
    clearing: await books.balance('clearing', order),
    due: await books.balance('refund_due', order),
  });

  it('is claimed back where the account is charged for it, and is no more once that statement is taken back', async () => {
    const statement = await reconciling.invoice([charge(5, order)]);
    await reconciling.run({ fresh: true });
    expect(await state()).toEqual({ clearing: 5, due: 0 });
    const { posted } = await reconciling.decide('paid_twice', order, 'claim_refund');
    expect(posted).toMatchObject([{ rule: 'claim_refund', debit: 'refund_due', credit: 'clearing' }]);
    expect(await state()).toEqual({ clearing: 0, due: 5 });
    await reconciling.reverse(statement);
    expect(await state()).toEqual({ clearing: 0, due: 0 });
    await reconciling.run();
    expect(await statusOf('paid_twice', order)).toBe('open');
    expect((await reconciling.decide('paid_twice', order, 'claim_refund')).posted).toEqual([]);
  });
});
