import { books, compareBooks, engine, HOUR, lineOf, reconciling } from '../support/compared-books.js';

compareBooks();

let net: number;
const ordered: string[] = [];
beforeAll(async () => {
  ordered.push(
    ...(await books.retired(
      'cnaught',
      Array.from({ length: 9 }, () => 100_000),
    )),
  );
  net = await books.netOf(ordered[0] ?? '');
});

let order: string;
const charge = (amount: number, reference = order): Promise<string> =>
  reconciling.invoice([lineOf('charge', amount, reference)]);
const credit = (amount: number): Promise<string> => reconciling.invoice([lineOf('credit', amount, order)]);
const accepted = async (amount: number): Promise<string> => {
  order = ordered.pop() ?? '';
  const statement = await charge(amount);
  await reconciling.run();
  await reconciling.decide('amount_differs', order, 'accept_difference');
  expect(await state()).toEqual({ clearing: 0, difference: Number((amount - net).toFixed(2)), due: 0 });
  return statement;
};
const state = async () => ({
  clearing: await books.balance('clearing', order),
  difference: await books.balance('difference', order),
  due: await books.balance('refund_due', order),
});
const settled = { clearing: 0, difference: 0, due: 0 };

const statusOf = async (type: string): Promise<string | undefined> =>
  (await reconciling.breaks()).find((each) => each.type === type && each.subject === order)?.status;

it('is none any more once the rest is charged, and one again without that', async () => {
  const first = await accepted(net - 0.5);
  const rest = await charge(0.5);
  const dry = await reconciling.run({ dryRun: true });
  const run = await reconciling.run();
  expect(await state()).toEqual(settled);
  expect([run.resultHash, run.counts]).toEqual([dry.resultHash, dry.counts]);
  await reconciling.run({ fresh: true });
  expect(await state()).toEqual(settled);
  await reconciling.reverse(rest);
  await reconciling.run();
  expect(await state()).toEqual({ clearing: 0, difference: -0.5, due: 0 });
  expect(await statusOf('amount_differs')).toBe('resolved');
  await reconciling.reverse(first);
  await reconciling.run();
  expect(await state()).toEqual({ clearing: -net, difference: 0, due: 0 });
});

it('is none any more without the charge that was too little, either', async () => {
  const first = await accepted(net - 0.5);
  await charge(0.5);
  await reconciling.run();
  await reconciling.reverse(first);
  await reconciling.run();
  expect(await state()).toEqual({ clearing: Number((0.5 - net).toFixed(2)), difference: 0, due: 0 });
});

it('is none any more once a person has said that the rest is of the order', async () => {
  await accepted(net - 0.5);
  const rest = await charge(0.5, '');
  await reconciling.run();
  await reconciling.decide('charge_unknown', `${rest}:2`, 'link_line', order);
  await reconciling.run();
  expect(await state()).toEqual(settled);
});

it('is what another price leaves of it', async () => {
  await accepted(net + 0.5);
  await books.reprice(order, 0.5);
  await reconciling.run();
  expect(await state()).toEqual(settled);
  await books.reprice(order, -0.005);
  await reconciling.run();
  expect(await state()).toEqual({ ...settled, difference: 0.005 });
  await books.reprice(order, -0.495);
  await reconciling.run();
  expect(await state()).toEqual({ ...settled, difference: 0.5 });
  expect(await statusOf('amount_differs')).toBe('resolved');
  expect(await statusOf('difference_tolerated')).toBe('cleared');
});

it('lowers what is claimed of a further charge', async () => {
  await accepted(net - 0.5);
  await charge(1);
  await reconciling.run();
  const { posted } = await reconciling.decide('charged_twice', order, 'claim_refund');
  expect(posted).toMatchObject([{ debit: 'refund_due', credit: 'clearing', units: 500_000n }]);
  await reconciling.run();
  expect(await state()).toEqual({ ...settled, due: 0.5 });
});

it('is not kept beside a credit, once another price is known', async () => {
  await accepted(net + 0.5);
  await books.reprice(order, 2);
  const credited = await credit(0.2);
  await reconciling.run();
  const { posted } = await reconciling.decide('refund_unexpected', order, 'keep_refund');
  expect(posted).toMatchObject([{ rule: 'keep_refund', units: 2_000_000n }]);
  expect(await state()).toEqual({ ...settled, difference: -1.7 });
  await reconciling.reverse(credited);
  await books.reprice(order, -1.5);
  await reconciling.run();
  expect(await state()).toEqual(settled);
});

describe('a credit that was kept', () => {
  beforeEach(async () => {
    order = ordered.pop() ?? '';
    await charge(net);
    await credit(2);
    await reconciling.run();
    await reconciling.decide('refund_unexpected', order, 'keep_refund');
    expect(await state()).toEqual({ ...settled, difference: -2 });
  });

  it('is a difference no more once as much is charged, and one again without that', async () => {
    const further = await charge(2.01);
    await reconciling.run();
    expect(await state()).toEqual({ ...settled, difference: 0.01 });
    await reconciling.reverse(further);
    await reconciling.run();
    expect(await state()).toEqual({ ...settled, difference: -2 });
    expect(await statusOf('refund_unexpected')).toBe('resolved');
  });

  it('is asked about again once less is charged, and what is left of it kept', async () => {
    const further = await charge(0.5);
    await reconciling.run();
    expect(await statusOf('refund_unexpected')).toBe('open');
    await reconciling.decide('refund_unexpected', order, 'keep_refund');
    expect(await state()).toEqual({ ...settled, difference: -1.5 });
    await reconciling.reverse(further);
    await reconciling.run();
    await reconciling.decide('refund_unexpected', order, 'keep_refund');
    expect(await state()).toEqual({ ...settled, difference: -2 });
  });

  it('is not claimed back of what is charged beyond it', async () => {
    await charge(3);
    await reconciling.run();
    const { posted } = await reconciling.decide('amount_differs', order, 'claim_refund');
    expect(posted).toMatchObject([{ debit: 'refund_due', credit: 'clearing', units: 1_000_000n }]);
    await reconciling.run();
    expect(await state()).toEqual({ ...settled, due: 1 });
  });
});

describe('a credit that was kept, for an order that was not bought', () => {
  beforeAll(async () => {
    order = (await engine.place({ provider: 'cnaught', grams: 100_000 }, 0)).id;
    expect(await engine.cancel(order)).toMatchObject({ status: 'cancelled', price: null });
    await engine.letTimePass(3 * HOUR);
    await credit(2);
    await reconciling.run();
    await reconciling.decide('refund_unexpected', order, 'keep_refund');
    expect(await state()).toEqual({ ...settled, difference: -2 });
  });

  it('is a difference no more once as much is charged, and one again without that', async () => {
    const further = await charge(2);
    await reconciling.run();
    expect(await state()).toEqual(settled);
    await reconciling.reverse(further);
    await reconciling.run();
    expect(await state()).toEqual({ ...settled, difference: -2 });
  });

  it('is not claimed back of what is charged beyond it', async () => {
    await charge(3);
    await reconciling.run();
    const { posted } = await reconciling.decide('charge_for_unbought', order, 'claim_refund');
    expect(posted).toMatchObject([{ debit: 'refund_due', credit: 'clearing', units: 1_000_000n }]);
    await reconciling.run();
    expect(await state()).toEqual({ ...settled, due: 1 });
  });
});
