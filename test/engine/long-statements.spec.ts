import { books, compareBooks, lineOf, reconciling } from '../support/compared-books.js';

compareBooks();

let order: string;
let net: number;
beforeAll(async () => {
  [order = ''] = await books.retired('cnaught', [100_000]);
  net = await books.netOf(order);
});

/** Lines are read, written and posted by pages of 2,000. */
const fees = (count: number): string[] => Array.from({ length: count }, () => lineOf('fee', 0.01));

const state = async () => ({
  clearing: await books.balance('clearing', order),
  due: await books.balance('refund_due', order),
  fees: await books.balance('fees'),
});

it('posts every line, and takes of a claim once, on whichever page its credits are', async () => {
  await reconciling.invoice([lineOf('charge', net, order), lineOf('charge', net, order)]);
  await reconciling.run();
  await reconciling.decide('charged_twice', order, 'claim_refund');
  const before = { clearing: 0, due: net, fees: 0 };
  expect(await state()).toEqual(before);

  const part = () => lineOf('credit', 0.4 * net, order);
  const statement = await reconciling.invoice([part(), ...fees(2_000), part(), ...fees(2_000), part()]);
  expect(await state()).toEqual({ clearing: expect.closeTo(-0.2 * net, 6), due: 0, fees: 40 });
  await reconciling.reverse(statement);
  expect(await state()).toEqual(before);
});

it('refuses a line that stands in another statement, on whichever page it is', async () => {
  const [known = '', ...others] = fees(4_001);
  await reconciling.invoice([known]);
  for (const place of [0, 2_000, 4_000])
    await expect(reconciling.invoice(others.toSpliced(place, 0, known))).rejects.toMatchObject({
      code: 'statement_invalid',
      context: { lines: [{ line: place + 2, column: null, rule: 'line_known' }] },
    });
});
