import { FindBreak } from '../../src/application/breaks/find-break.js';
import { books, compareBooks, engine, HOUR, lineOf as line, reconciling } from '../support/compared-books.js';

compareBooks();
beforeAll(() => {
  engine.sandbox.cnaught.insertForeignRow({ created_on: new Date(Date.now() - 3 * HOUR).toISOString() });
});

describe('a credit after a difference was accepted', () => {
  let order: string;
  let net: number;
  let charged: string;
  const ordered: string[] = [];
  beforeAll(async () => {
    ordered.push(...(await books.retired('cnaught', [100_000, 100_000, 100_000, 100_000, 100_000])));
    net = await books.netOf(ordered[0] ?? '');
  });
  beforeEach(async () => {
    order = ordered.pop() ?? '';
    charged = await reconciling.invoice([line('charge', net + 0.5, order)]);
    await reconciling.run();
    await reconciling.decide('amount_differs', order, 'accept_difference');
  });
  const credit = (amount: number): Promise<string> => reconciling.invoice([line('credit', amount, order)]);
  const state = async () => ({
    clearing: await books.balance('clearing', order),
    difference: await books.balance('difference', order),
    due: await books.balance('refund_due', order),
  });

  it('takes it back, and leaves nothing; with its statement it is a difference again', async () => {
    const credited = await credit(0.5);
    expect(await state()).toEqual({ clearing: 0, difference: 0, due: 0 });
    const findings = await reconciling.findings(await reconciling.run());
    expect(findings.filter(({ subject }) => subject === order)).toEqual([]);
    await reconciling.reverse(credited);
    expect(await state()).toEqual({ clearing: 0, difference: 0.5, due: 0 });
  });

  it('takes it back as far as it goes: the rest stands, and nobody is asked again', async () => {
    await credit(0.2);
    expect(await state()).toEqual({ clearing: 0, difference: 0.3, due: 0 });
    await reconciling.run();
    expect((await reconciling.break('amount_differs', order)).status).toBe('resolved');
    await credit(0.29);
    await reconciling.run();
    expect(await state()).toEqual({ clearing: 0, difference: 0.01, due: 0 });
    expect((await reconciling.break('difference_tolerated', order)).status).toBe('resolved');
    await credit(0.01);
    await reconciling.run();
    expect(await state()).toEqual({ clearing: 0, difference: 0, due: 0 });
    expect((await reconciling.break('difference_tolerated', order)).status).toBe('cleared');
  });

  it('is unexpected only for what it is more', async () => {
    await credit(0.8);
    await reconciling.run();
    await reconciling.decide('refund_unexpected', order, 'keep_refund');
    expect(await state()).toEqual({ clearing: 0, difference: -0.3, due: 0 });
  });

  it('stays with the order when the charge is taken back, and goes when it is taken back, too', async () => {
    const credited = await credit(0.2);
    await reconciling.reverse(charged);
    expect(await state()).toEqual({ clearing: -net - 0.2, difference: 0, due: 0 });
    await reconciling.reverse(credited);
    expect(await state()).toEqual({ clearing: -net, difference: 0, due: 0 });
  });

  it('takes back what was claimed and written off, too', async () => {
    await reconciling.invoice([line('charge', net, order)]);
    await reconciling.run();
    await reconciling.decide('charged_twice', order, 'claim_refund');
    await reconciling.run();
    await reconciling.decide('refund_expected', order, 'write_off');
    expect(await state()).toEqual({ clearing: 0, difference: net + 0.5, due: 0 });
    await credit(net);
    expect(await state()).toEqual({ clearing: 0, difference: 0.5, due: 0 });
  });
});

describe('what a payer has paid', () => {
  let order: string;
  let price: number;
  beforeAll(async () => {
    order = await books.paid(500_000);
    price = Number((await engine.order(order)).price?.total.amount);
  });
  const owed = async () => ({ payable: await books.balance('payable'), settled: await books.balance('settled') });

  it('is no payment of the account', async () => {
    const before = await owed();
    const statement = await reconciling.invoice([line('payment', price, order)], 'payments');
    expect(await owed()).toEqual(before);
    await reconciling.reverse(statement);
    expect(await owed()).toEqual(before);
  });

  it('is none once a person has named the order, until its statement is taken back', async () => {
    const before = await owed();
    const statement = await reconciling.invoice([line('payment', 100_000)], 'payments');
    expect((await owed()).settled).toBe(before.settled - 100_000);
    await reconciling.run();
    await reconciling.decide('payment_unmatched', `${statement}:2`, 'link_line', order);
    expect(await owed()).toEqual(before);
    await reconciling.reverse(statement);
    expect(await owed()).toEqual(before);
  });

  it('is one after all where a person names an order on account', async () => {
    const before = await owed();
    const statement = await reconciling.invoice([line('payment', price + 1, order)], 'payments');
    await reconciling.run();
    const [onAccount = ''] = await books.retired('cnaught', [100_000]);
    await reconciling.decide('payment_unmatched', `${statement}:2`, 'link_line', onAccount);
    expect((await owed()).settled).toBeCloseTo(before.settled - price - 1, 6);
    await reconciling.reverse(statement);
    expect(await owed()).toEqual(before);
  });

  it('is settled again once what the account was charged for it is claimed back, and credited', async () => {
    await engine.letTimePass(3 * HOUR);
    await reconciling.invoice([line('charge', 5, order)]);
    await reconciling.run();
    await reconciling.decide('charge_for_payer', order, 'claim_refund');
    await reconciling.run();
    await reconciling.invoice([line('credit', 5, order)]);
    await reconciling.run();
    const open = (await reconciling.breaks()).filter(({ subject, status }) => subject === order && status === 'open');
    expect(open.map(({ type }) => type)).toEqual([]);
  });
});

describe('a credit of no order', () => {
  const due = async () => ({ suspense: await books.balance('suspense'), due: await books.balance('refund_due') });
  const named = (kind: string, amount: number, purchase: string): string =>
    reconciling.line(kind, amount.toFixed(2), { purchase, text: String(Math.random()) });

  it('meets what was claimed for a purchase that nobody knows', async () => {
    await reconciling.run();
    const purchase = (await reconciling.breaks()).find(({ type }) => type === 'purchase_unknown_here')?.subject ?? '';
    const charged = await reconciling.invoice([named('charge', 6, purchase)]);
    await reconciling.run();
    await reconciling.decide('purchase_unknown_here', purchase, 'claim_refund');
    const credited = await reconciling.invoice([named('credit', 4, purchase), named('credit', 3, purchase)]);
    expect(await due()).toEqual({ suspense: -1, due: 0 });
    await reconciling.reverse(charged);
    expect(await due()).toEqual({ suspense: -7, due: 0 });
    await reconciling.reverse(credited);
    expect(await due()).toEqual({ suspense: 0, due: 0 });
  });

  it('meets what was claimed of a line that has the same names, and is asked about no more', async () => {
    const charged = await reconciling.invoice([named('charge', 6, 'unheard-of')]);
    await reconciling.run();
    await reconciling.decide('charge_unknown', `${charged}:2`, 'claim_refund');
    const credited = await reconciling.invoice([named('credit', 6, 'unheard-of')]);
    expect(await due()).toEqual({ suspense: 0, due: 0 });
    await reconciling.run();
    await expect(reconciling.break('charge_unknown', `${credited}:2`)).rejects.toThrow('no charge_unknown');
    await reconciling.reverse(credited);
    expect(await due()).toEqual({ suspense: 0, due: 6 });
    await reconciling.reverse(charged);
    expect(await due()).toEqual({ suspense: 0, due: 0 });
  });

  it('meets, where it names nothing, what a person says that it is', async () => {
    const charged = await reconciling.invoice([line('charge', 6)]);
    await reconciling.run();
    await reconciling.decide('charge_unknown', `${charged}:2`, 'claim_refund');
    const credited = await reconciling.invoice([line('credit', 5)]);
    await reconciling.run();
    const { id } = await reconciling.break('charge_unknown', `${credited}:2`);
    const { choices } = await engine.app.get(FindBreak).whole(id);
    expect(choices.find(({ resolution }) => resolution === 'meet_claim')?.posts).toMatchObject([
      { debit: 'suspense', credit: 'refund_due', units: 5_000_000n },
    ]);
    await reconciling.decide('charge_unknown', `${credited}:2`, 'meet_claim');
    expect(await due()).toEqual({ suspense: 0, due: 1 });
    await reconciling.reverse(credited);
    expect(await due()).toEqual({ suspense: 0, due: 6 });
    await reconciling.reverse(charged);
    expect(await due()).toEqual({ suspense: 0, due: 0 });
  });

  it('is once what was claimed, by whichever of its names it comes', async () => {
    const both = { purchase: 'cn_known', reference: 'PO-7' };
    const text = () => String(Math.random());
    const charged = await reconciling.invoice([reconciling.line('charge', '6.00', { ...both, text: text() })]);
    await reconciling.run();
    await reconciling.decide('charge_unknown', `${charged}:2`, 'claim_refund');
    const credited = await reconciling.invoice([
      reconciling.line('credit', '5.00', { purchase: both.purchase, text: text() }),
      reconciling.line('credit', '5.00', { reference: both.reference, text: text() }),
    ]);
    expect(await due()).toEqual({ suspense: -4, due: 0 });
    const more = await reconciling.invoice([
      reconciling.line('credit', '1.00', { reference: both.reference, text: text() }),
    ]);
    expect(await due()).toEqual({ suspense: -5, due: 0 });
    for (const each of [more, credited, charged]) await reconciling.reverse(each);
    expect(await due()).toEqual({ suspense: 0, due: 0 });
  });

  it('is asked for until it is there or written off, and what was written off comes back with its charge', async () => {
    const before = await books.balance('difference');
    const charged = await reconciling.invoice([line('charge', 7)]);
    const subject = `${charged}:2`;
    await reconciling.run();
    await reconciling.decide('charge_unknown', subject, 'claim_refund');
    const credited = await reconciling.invoice([line('credit', 2)]);
    await reconciling.run();
    await reconciling.decide('charge_unknown', `${credited}:2`, 'meet_claim');
    await reconciling.run();
    expect((await reconciling.break('refund_expected', subject)).facts).toEqual([
      { field: 'refund due', ours: '5.00', theirs: null },
    ]);
    const { posted } = await reconciling.decide('refund_expected', subject, 'write_off');
    expect(posted).toMatchObject([{ debit: 'difference', credit: 'refund_due', units: 5_000_000n }]);
    expect(await due()).toEqual({ suspense: 0, due: 0 });
    await reconciling.run();
    expect((await reconciling.break('refund_expected', subject)).status).toBe('resolved');

    await reconciling.reverse(charged);
    expect(await books.balance('difference')).toBe(before);
    expect(await due()).toEqual({ suspense: -2, due: 0 });
    await reconciling.reverse(credited);
    expect(await due()).toEqual({ suspense: 0, due: 0 });
  });

  it('is asked for by its purchase where it was claimed of that, and written off so', async () => {
    const before = await books.balance('difference');
    await reconciling.run();
    const purchase = (await reconciling.breaks()).find(({ type }) => type === 'purchase_unknown_here')?.subject ?? '';
    const charged = await reconciling.invoice([named('charge', 6, purchase)]);
    await reconciling.run();
    await reconciling.decide('purchase_unknown_here', purchase, 'claim_refund');
    await reconciling.run();
    await reconciling.decide('refund_expected', purchase, 'write_off');
    expect(await books.balance('difference')).toBe(before + 6);
    await reconciling.reverse(charged);
    expect(await books.balance('difference')).toBe(before);
    expect(await due()).toEqual({ suspense: 0, due: 0 });
  });

  it('is not what a person has met with another one, nor what was claimed since', async () => {
    const charged = await reconciling.invoice([named('charge', 6, 'met')]);
    await reconciling.run();
    await reconciling.decide('charge_unknown', `${charged}:2`, 'claim_refund');
    const nameless = await reconciling.invoice([line('credit', 6)]);
    await reconciling.run();
    await reconciling.decide('charge_unknown', `${nameless}:2`, 'meet_claim');
    const again = await reconciling.invoice([named('credit', 6, 'met')]);
    expect(await due()).toEqual({ suspense: -6, due: 0 });
    await reconciling.reverse(again);

    const other = await reconciling.invoice([named('charge', 4, 'claimed-since')]);
    await reconciling.run();
    await reconciling.decide('charge_unknown', `${other}:2`, 'claim_refund');
    const once = await reconciling.invoice([named('credit', 6, 'met')]);
    expect(await due()).toEqual({ suspense: -6, due: 4 });
    for (const each of [once, other, charged, nameless]) await reconciling.reverse(each);
    expect(await due()).toEqual({ suspense: 0, due: 0 });
  });
});
