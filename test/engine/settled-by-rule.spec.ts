import { VerifyLedger } from '../../src/application/ledger/verify-ledger.js';
import { ReverseStatement } from '../../src/application/statements/reverse-statement.js';
import { monthOf } from '../../src/domain/periods/month.js';
import type { Run } from '../../src/domain/reconciliation/run.js';
import { Books } from '../support/books.js';
import { TestEngine } from '../support/engine.js';
import { BY_TESTER } from '../support/launcher.js';
import { Reconciling } from '../support/reconciling.js';

const periodId = monthOf(new Date(Date.now() - 3 * 3_600_000), 'UTC');

let engine: TestEngine;
let books: Books;
beforeAll(async () => {
  engine = await TestEngine.start({ financeTimeZone: 'UTC' });
  books = new Books(engine);
});
afterAll(() => engine.stop());

const transfers = async (): Promise<number> =>
  (await engine.rows<{ count: number }>('SELECT count(*)::int AS count FROM ledger_transfers'))[0]?.count ?? 0;
const typesOf = async (reconciling: Reconciling, of: Run): Promise<string[]> =>
  (await reconciling.findings(of)).map(({ type }) => type);

describe('a difference of at most a cent', () => {
  let reconciling: Reconciling;
  let id: string;
  let net: number;
  beforeAll(async () => {
    reconciling = new Reconciling(engine, { provider: 'cnaught', periodId });
    [id = ''] = await books.retired('cnaught', [100_000]);
    net = await books.netOf(id);
  });
  const charge = (amount: number): Promise<string> =>
    reconciling.invoice([
      reconciling.line('charge', amount.toFixed(2), { reference: id, text: String(Math.random()) }),
    ]);
  const credit = (amount: number): Promise<string> =>
    reconciling.invoice([
      reconciling.line('credit', amount.toFixed(2), { reference: id, text: String(Math.random()) }),
    ]);
  const state = async () => {
    const found = await reconciling.breaks();
    return {
      status: found.find(({ type }) => type === 'difference_tolerated')?.status,
      clearing: await books.balance('clearing', id),
      difference: await books.balance('difference', id),
    };
  };

  it('is booked by the run that finds it, once; a dry run only tells it', async () => {
    await charge(net + 0.01);
    const dry = await reconciling.run({ dryRun: true });
    expect(dry.counts).toMatchObject({ agreed: 0, timing: 0, byRule: 1, breaks: 0 });
    expect(await state()).toEqual({ status: undefined, clearing: 0.01, difference: 0 });
    const run = await reconciling.run();
    expect(run.resultHash).toBe(dry.resultHash);
    expect(await typesOf(reconciling, run)).toEqual(['difference_tolerated']);
    expect(await state()).toEqual({ status: 'resolved', clearing: 0, difference: 0.01 });
    const before = await transfers();
    for (const more of [{}, { fresh: true }, { fresh: true }])
      expect((await reconciling.run(more)).resultHash).toBe(run.resultHash);
    expect(await transfers()).toBe(before);
    expect(await books.agrees()).toBe(true);
  });

  it('is of the month of its invoice, or of the retirement if that is later', async () => {
    const [row] = await engine.rows(
      `SELECT t.effective_at = (SELECT max(x.effective_at) FROM ledger_transfers x WHERE x.rule IN ('recognise', 'invoice')) AS same
       FROM ledger_transfers t WHERE t.rule = 'accept_difference'`,
    );
    expect(row).toEqual({ same: true });
  });

  it('is booked by how much it changes, and taken back where it is none any more', async () => {
    await credit(0.02);
    await reconciling.run();
    expect(await state()).toEqual({ status: 'resolved', clearing: 0, difference: -0.01 });
    await charge(0.01);
    const run = await reconciling.run();
    expect(run.counts).toMatchObject({ agreed: 1, byRule: 0, breaks: 0 });
    expect(await state()).toEqual({ status: 'cleared', clearing: 0, difference: 0 });
    expect(await books.agrees()).toBe(true);
  });

  it('is none beyond a cent: what was booked is taken back, and a person decides on all of it', async () => {
    await charge(0.01);
    await reconciling.run();
    expect(await state()).toMatchObject({ status: 'resolved', difference: 0.01 });
    await charge(0.01);
    const run = await reconciling.run();
    expect(await typesOf(reconciling, run)).toEqual(['charged_twice']);
    expect(await state()).toEqual({ status: 'cleared', clearing: 0.02, difference: 0 });
    expect(await books.agrees()).toBe(true);
  });

  it('stays booked in runs that do not compare its order any more', async () => {
    const [old = ''] = await books.retired('cnaught', [100_000]);
    const text = () => String(Math.random());
    const statement = await reconciling.invoice([
      reconciling.line('charge', (net + 0.01).toFixed(2), { reference: old, text: text() }),
    ]);
    await reconciling.run({ fresh: true });
    // As in a month after the next.
    await engine.rows(`
      BEGIN; SET LOCAL session_replication_role = replica;
      UPDATE orders SET created_at = created_at - interval '70 days', placed_at = placed_at - interval '70 days',
             retired_at = retired_at - interval '70 days', completed_at = completed_at - interval '70 days' WHERE id = '${old}';
      UPDATE statements SET issued_on = issued_on - 70 WHERE id = '${statement}';
      DELETE FROM provider_records WHERE reference = '${old}'; COMMIT`);
    const booked = async () => [await books.balance('clearing', old), await books.balance('difference', old)];
    for (const amount of ['0.50', '0.60']) {
      await reconciling.invoice([reconciling.line('fee', amount, { text: text() })]);
      const run = await reconciling.run();
      expect(await typesOf(reconciling, run)).not.toContain('difference_tolerated');
      expect(await booked()).toEqual([0, 0.01]);
    }
    const found = (await reconciling.breaks()).find(
      ({ type, subject }) => type === 'difference_tolerated' && subject === old,
    );
    expect(found?.status).toBe('resolved');
    expect(await books.agrees()).toBe(true);
  });

  it('is seen by whoever verifies the books if it is not what was decided', async () => {
    await engine.rows(`
      BEGIN; SET LOCAL session_replication_role = replica;
      UPDATE ledger_transfers SET units = units + 1 WHERE rule = 'accept_difference' AND units = 20000; COMMIT`);
    expect(await engine.app.get(VerifyLedger).run({ rebuild: false })).toMatchObject({
      agrees: false,
      wrongDecisions: 1,
    });
    await engine.rows(`
      BEGIN; SET LOCAL session_replication_role = replica;
      UPDATE ledger_transfers SET units = 20000 WHERE rule = 'accept_difference' AND units = 20001; COMMIT`);
    expect(await books.agrees()).toBe(true);
  });
});

describe('a line for all orders of a project', () => {
  let project: string;
  let reconciling: Reconciling;
  let ids: readonly string[];
  let net = 0;
  beforeAll(async () => {
    reconciling = new Reconciling(engine, { provider: 'one_tribe', periodId }, 'GBP');
    ids = await books.retired('one_tribe', [1_000_000, 2_000_000, 3_000_000]);
    for (const id of ids) net += await books.netOf(id);
    const [order] = await engine.rows<{ project: string }>(
      'SELECT provider_offering_id AS project FROM orders WHERE id = $1',
      [ids[0]],
    );
    project = order?.project ?? '';
  });
  const invoice = (amount: number, tax = amount * 0.2): Promise<string> =>
    reconciling.invoice([
      reconciling.line('charge', amount.toFixed(2), {
        project,
        tax: tax.toFixed(2),
        text: String(Math.random()),
      }),
    ]);
  const reverse = (id: string): Promise<unknown> =>
    engine.app.get(ReverseStatement).run(id, 'It was corrected.', BY_TESTER);
  const breaks = async () =>
    Object.fromEntries(
      (await reconciling.breaks())
        .filter(({ provider }) => provider === 'one_tribe')
        .map(({ type, status, subject }) => [`${type} ${subject.replace(/^ord.*/, 'order')}`, status]),
    );
  let statement: string;

  it('that is not what they cost is one break, with the orders and the line', async () => {
    statement = await invoice(net + 0.02);
    const run = await reconciling.run();
    expect(run.counts).toMatchObject({ byRule: 0, types: { aggregate_differs: 1, not_invoiced: 3 } });
    const [differs] = await reconciling.findings(run);
    expect(differs).toMatchObject({ type: 'aggregate_differs', subject: `${statement}:2`, orderId: null });
    expect(differs?.facts.filter(({ field }) => field === 'order').map(({ ours }) => ours?.split(' ')[0])).toEqual(ids);
    expect(await books.balance('suspense')).toBeCloseTo(net + 0.02, 6);
    await reverse(statement);
    await reconciling.run();
    expect(await breaks()).toMatchObject({ [`aggregate_differs ${statement}:2`]: 'cleared' });
  });

  it('that is what they cost is booked to each of them, once; a dry run only tells it', async () => {
    statement = await invoice(net + 0.01);
    const dry = await reconciling.run({ dryRun: true });
    expect(dry.counts).toMatchObject({
      timing: 0,
      byRule: 4,
      breaks: 0,
      types: { aggregate_allocated: 1, difference_tolerated: 3 },
    });
    expect(await books.balance('suspense')).toBeCloseTo(net + 0.01, 6);
    const run = await reconciling.run();
    expect([run.resultHash, run.counts]).toEqual([dry.resultHash, dry.counts]);
    expect(await books.balance('suspense')).toBe(0);
    const before = await transfers();
    for (const more of [{}, { fresh: true }, { fresh: true }])
      expect((await reconciling.run(more)).resultHash).toBe(run.resultHash);
    expect(await transfers()).toBe(before);
    for (const id of ids) expect(await books.balance('clearing', id)).toBe(0);
    expect(await books.agrees()).toBe(true);
  });

  it('is taken back with its statement, to the unit', async () => {
    await reverse(statement);
    expect(await books.balance('suspense')).toBeCloseTo(-net - 0.01, 6);
    const run = await reconciling.run();
    expect(run.counts).toMatchObject({ timing: 3, byRule: 0, breaks: 0 });
    expect(await books.balance('suspense')).toBe(0);
    for (const id of ids) expect(await books.balance('clearing', id)).toBeCloseTo(-(await books.netOf(id)), 6);
    expect(await breaks()).toMatchObject({
      [`aggregate_allocated ${statement}:2`]: 'cleared',
      'difference_tolerated order': 'cleared',
    });
    expect(await books.agrees()).toBe(true);
  });

  it('is for none that another line charges, nor for one that a person has decided on', async () => {
    const [first = '', ...rest] = ids;
    const own = await books.netOf(first);
    await reconciling.invoice([
      reconciling.line('charge', own.toFixed(2), { reference: first, tax: (own * 0.2).toFixed(2) }),
    ]);
    statement = await invoice(net - own);
    const run = await reconciling.run();
    expect(run.counts).toMatchObject({ timing: 0, breaks: 0, types: { aggregate_allocated: 1 } });
    for (const id of rest) expect(await books.balance('clearing', id)).toBe(0);
    expect(await books.agrees()).toBe(true);
  });

  it('whose tax is wrong is a break', async () => {
    await invoice(0, 5);
    const run = await reconciling.run();
    expect(run.counts).toMatchObject({ types: { aggregate_allocated: 1, aggregate_differs: 1 } });
  });
});
