import fc from 'fast-check';
import { ResolveBreak } from '../../src/application/breaks/resolve-break.js';
import { AppError } from '../../src/domain/errors.js';
import { BREAKS, type BreakResolution } from '../../src/domain/reconciliation/break-types.js';
import { isUndecided, type Break } from '../../src/domain/reconciliation/break.js';
import { namesOrder } from '../../src/domain/reconciliation/decide.js';
import { BY_TESTER } from '../support/launcher.js';
import { books, compareBooks, engine, HOUR, lineOf, reconciling } from '../support/compared-books.js';

const WALKS = Number(process.env['WALKS'] ?? 12);
const SEED = process.env['WALK_SEED'];

jest.setTimeout(120_000 + WALKS * 30_000);

compareBooks();

/** On account: retired, placed, cancelled after it was bought, and before; and one that its payer has paid. */
const ORDERS = 5;
/** Of no order. */
const NAMES = ['', 'PO-7'];
let orders: readonly string[] = [];
let price = 0;

/** Beside the price of an order, and beside cents. */
const AMOUNTS = [(net: number) => net, (net: number) => net - 0.5, () => 0.5, () => 2, () => 0.004];

type Step =
  | { readonly do: 'state'; readonly kind: 'charge' | 'credit'; readonly of: number; readonly amount: number }
  | { readonly do: 'reverse'; readonly which: number }
  | { readonly do: 'reprice'; readonly of: number; readonly by: number }
  | { readonly do: 'decide'; readonly which: number; readonly how: number; readonly of: number }
  | { readonly do: 'run' };

const nth = fc.nat({ max: 1_000 });
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('state' as const),
      kind: fc.constantFrom('charge' as const, 'credit' as const),
      of: fc.nat({ max: NAMES.length + ORDERS - 1 }),
      amount: fc.nat({ max: AMOUNTS.length - 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reverse' as const), which: nth }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('reprice' as const),
      of: fc.nat({ max: 1 }),
      by: fc.constantFrom(0.5, -0.5, 0.004),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      which: nth,
      how: nth,
      of: fc.nat({ max: ORDERS - 1 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('run' as const) }) },
);

const begin = async (): Promise<void> => {
  for (const simulator of Object.values(engine.simulators)) simulator.reset();
  await engine.forgetOrders();
  const unbought = (await engine.place({ provider: 'cnaught', grams: 100_000 }, 0)).id;
  await engine.cancel(unbought);
  const placed = (await engine.place({ provider: 'cnaught', grams: 100_000 })).id;
  const undone = (await engine.place({ provider: 'cnaught', grams: 100_000 })).id;
  await engine.cancel(undone);
  const paid = await books.paid(100_000);
  const [retired = ''] = await books.retired('cnaught', [100_000]);
  await engine.letTimePass(HOUR);
  orders = [retired, placed, undone, unbought, paid];
  price = await books.netOf(retired);
};

const undecided = async (): Promise<readonly Break[]> =>
  (await reconciling.breaks())
    .filter(isUndecided)
    .toSorted((a, b) => (`${a.type} ${a.subject}` < `${b.type} ${b.subject}` ? -1 : 1));

/** @returns whether that is a decision that can be made */
const decide = async (found: Break, resolution: BreakResolution, orderId: string): Promise<boolean> => {
  const wanted = { resolution, note: 'It is so.', orderId: namesOrder(resolution) ? orderId : null };
  return engine.app
    .get(ResolveBreak)
    .run(found.id, wanted, BY_TESTER)
    .then(
      () => true,
      (thrown: unknown) => {
        if (thrown instanceof AppError && thrown.code === 'resolution_not_allowed') return false;
        throw thrown;
      },
    );
};

const take = async (step: Step, statements: string[]): Promise<void> => {
  switch (step.do) {
    case 'state': {
      const amount = AMOUNTS[step.amount]?.(price) ?? 0;
      statements.push(
        await reconciling.invoice([lineOf(step.kind, Number(amount.toFixed(6)), [...orders, ...NAMES][step.of])]),
      );
      return;
    }
    case 'reverse': {
      const [statement] = statements.splice(step.which % (statements.length || 1), 1);
      if (statement !== undefined) await reconciling.reverse(statement);
      return;
    }
    case 'reprice':
      return books.reprice(orders[step.of] ?? '', step.by);
    case 'decide': {
      const open = await undecided();
      const found = open[step.which % (open.length || 1)];
      const choices: readonly BreakResolution[] = found ? BREAKS[found.type].resolutions : [];
      const resolution = choices[step.how % (choices.length || 1)];
      if (found && resolution) await decide(found, resolution, orders[step.of] ?? '');
      return;
    }
    case 'run':
      await reconciling.run();
  }
};

const balanceOf = (account: string): string =>
  `COALESCE(sum(CASE '${account}' WHEN t.debit THEN t.units WHEN t.credit THEN -t.units END), 0)`;

/**
 * What waits in the books although nobody is asked about it: of an order what is charged beyond its price, and what is due
 * back; of a line what is of no order; and what is due back of none.
 */
const unasked = async (): Promise<readonly unknown[]> => {
  const ofOrders = await engine.rows<{ subject: string }>(`
    SELECT w.order_id AS subject, w.clearing - w.commitment AS excess, w.due FROM (
      SELECT t.order_id, ${balanceOf('clearing')} AS clearing, ${balanceOf('commitment')} AS commitment, ${balanceOf('refund_due')} AS due
      FROM ledger_transfers t WHERE t.order_id IS NOT NULL GROUP BY t.order_id) w
    WHERE w.clearing <> 0 AND w.clearing <> w.commitment OR w.due <> 0`);
  const ofLines = await engine.rows<{ subject: string }>(`
    SELECT w.* FROM (
      SELECT COALESCE(b.subject, t.source || ':' || abs(t.source_seq)) AS subject, ${balanceOf('suspense')} AS suspense
      FROM ledger_transfers t LEFT JOIN breaks b ON b.id = t.source GROUP BY 1) w
    WHERE w.suspense <> 0`);
  const dueOfNone = await engine.rows<{ subject: string }>(
    `SELECT 'refund' AS subject, ${balanceOf('refund_due')} AS due FROM ledger_transfers t WHERE t.order_id IS NULL HAVING ${balanceOf('refund_due')} <> 0`,
  );
  const open = await undecided();
  const asked = new Set(open.flatMap(({ subject, orderId }) => [subject, orderId]));
  if (open.some(({ type, orderId }) => type === 'refund_expected' && orderId === null)) asked.add('refund');
  return [...ofOrders, ...ofLines, ...dueOfNone].filter(({ subject }) => !asked.has(subject));
};

/** Decides whatever can be, as often as there is something. @returns what nobody can decide any more, and is blocking */
const settle = async (): Promise<readonly string[]> => {
  for (let round = 0; round < 10; round += 1) {
    let decided = 0;
    for (const found of await undecided())
      for (const resolution of BREAKS[found.type].resolutions)
        if (await decide(found, resolution, orders[0] ?? '')) {
          decided += 1;
          break;
        }
    await reconciling.run();
    expect(await unasked()).toEqual([]);
    if (decided === 0) break;
  }
  return (await undecided())
    .filter(({ severity, type }) => severity === 'blocking' && type !== 'invoice_overdue')
    .map(({ type, subject }) => `${type} ${subject}`);
};

it(`money that waits is somebody's question, and every question has an answer, in ${WALKS} walks`, async () => {
  let steps = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 4, maxLength: 14 }), async (walk) => {
      await begin();
      const statements: string[] = [];
      for (const step of walk) {
        await take(step, statements);
        steps += 1;
        if (step.do === 'run') expect(await unasked()).toEqual([]);
      }
      await reconciling.run();
      expect(await unasked()).toEqual([]);
      expect(await settle()).toEqual([]);
      expect(await books.agrees()).toBe(true);
    }),
    { numRuns: WALKS, ...(SEED !== undefined && { seed: Number(SEED) }) },
  );
  process.stdout.write(`    ${WALKS} walks of ${steps} steps: nothing waits unasked, and everything can be settled\n`);
});
