import { FindBreak } from '../../src/application/breaks/find-break.js';
import { ResolveBreak } from '../../src/application/breaks/resolve-break.js';
import type { ReadFinding } from '../../src/application/reconciliation/find-run.js';
import type { WantedRun } from '../../src/application/reconciliation/start-run.js';
import { VerifyLedger } from '../../src/application/ledger/verify-ledger.js';
import { monthOf } from '../../src/domain/periods/month.js';
import type { Break } from '../../src/domain/reconciliation/break.js';
import type { BreakType } from '../../src/domain/reconciliation/break-types.js';
import type { Run } from '../../src/domain/reconciliation/run.js';
import { RunsRepository } from '../../src/persistence/reconciliation/runs.repository.js';
import { SettlingRepository } from '../../src/persistence/reconciliation/settling.repository.js';
import { SnapshotsRepository } from '../../src/persistence/reconciliation/snapshots.repository.js';
import { claimLots } from '../support/claim-lots.js';
import { TestEngine } from '../support/engine.js';
import { postLedger } from '../support/post-ledger.js';
import { Reconciling } from '../support/reconciling.js';

const HOUR = 3_600_000;
const ANN = { by: 'operator', name: 'Ann' } as const;

let engine: TestEngine;
let reconciling: Reconciling;
const periodId = monthOf(new Date(Date.now() - 2 * HOUR), 'UTC');

/** By what happens to it. */
type Planted = 'agrees' | 'notInvoiced' | 'undone' | 'off' | 'open';
const ids: Partial<Record<Planted, string>> = {};
const idOf = (planted: Planted): string => ids[planted] ?? '';

beforeAll(async () => {
  engine = await TestEngine.start({ financeTimeZone: 'UTC', financeApprovalLimit: '1000000.00' });
  reconciling = new Reconciling(engine, { provider: 'cnaught', periodId });
  for (const planted of ['agrees', 'notInvoiced', 'undone', 'off', 'open'] as const)
    ids[planted] = (await engine.place({ provider: 'cnaught', grams: 100_000 })).id;
  await engine.cancel(idOf('undone'));
  await engine.runDue();
  for (const planted of ['agrees', 'notInvoiced', 'off'] as const)
    engine.sandbox.cnaught.advance((await engine.order(idOf(planted))).providerOrderId ?? '', 'fulfilled');
  // Seen by a poll, and then long ago.
  await engine.later(HOUR);
  await engine.letTimePass(HOUR);
  await engine.rows(`
    BEGIN; SET LOCAL session_replication_role = replica;
    UPDATE order_events SET occurred_at = occurred_at - interval '2 hours';
    UPDATE orders SET updated_at = updated_at - interval '2 hours'; COMMIT`);
  await postLedger(engine);
});
afterAll(() => engine.stop());

const findings = (of: Run): Promise<readonly ReadFinding[]> => reconciling.findings(of);
const start = (more: Partial<WantedRun> = {}): Promise<Run> => reconciling.start(more);
const find = (id: string): Promise<Run> => reconciling.find(id);
const run = (more: Partial<WantedRun> = {}): Promise<Run> => reconciling.run(more);
const line = (kind: string, net: string, reference = ''): string => reconciling.line(kind, net, { reference });
const typesOf = async (of: Run): Promise<string[]> =>
  (await findings(of)).map(({ type, subject }) => `${type} ${nameOf(subject)}`).toSorted();
const nameOf = (subject: string): string =>
  Object.entries(ids).find(([, id]) => id === subject)?.[0] ?? subject.replace(/^stm_\w+/, 'stm');
const breaks = async (): Promise<Record<string, string>> => {
  const found = await reconciling.breaks();
  return Object.fromEntries(found.map(({ type, subject, status }) => [`${type} ${nameOf(subject)}`, status]));
};
const breakOf = async (type: BreakType): Promise<Break> => {
  const { breaks: found } = await engine.app.get(FindBreak).page({ type }, null, 1);
  const [first] = found;
  if (!first) throw new Error(`there is no break ${type}`);
  return first;
};

describe('a reconciliation', () => {
  const FOUND = [
    'amount_differs off',
    'charge_for_unbought undone',
    'charge_unknown stm:5',
    'fee_unallocated stm:6',
    'not_invoiced notInvoiced',
  ];
  let cutOffAt: Date;
  let first: Run;

  it('finds what was planted, and nothing else; dry, it changes nothing', async () => {
    const { price } = await engine.order(idOf('agrees'));
    const net = Number(price?.total.amount);
    await reconciling.invoice([
      line('charge', net.toFixed(2), idOf('agrees')),
      line('charge', net.toFixed(2), idOf('undone')),
      line('charge', (net + 0.5).toFixed(2), idOf('off')),
      line('charge', '7.00'),
      line('fee', '1.50'),
    ]);
    const dry = await run({ dryRun: true });
    expect(dry).toMatchObject({
      status: 'completed',
      legs: { orders: { count: 5 }, provider: { coverage: 'complete', rows: 5, unread: 0 }, statements: { lines: 5 } },
      counts: { agreed: 2, timing: 1, breaks: 4 },
      sameAs: null,
    });
    expect(await typesOf(dry)).toEqual(FOUND);
    expect(await breaks()).toEqual({});
    ({ cutOffAt } = dry);

    first = await run({ cutOffAt });
    expect(first.resultHash).toBe(dry.resultHash);
    expect(first.inputHash).toBe(dry.inputHash);
    expect(await breaks()).toEqual(Object.fromEntries(FOUND.map((name) => [name, 'open'])));
  });

  it('is answered by the run before, where there is nothing new to compare', async () => {
    const again = await run({ cutOffAt });
    expect(again).toMatchObject({ sameAs: first.id, resultHash: first.resultHash, counts: first.counts });
    expect(await typesOf(again)).toEqual(FOUND);
    const fresh = await run({ cutOffAt, fresh: true });
    expect(fresh).toMatchObject({ sameAs: null, resultHash: first.resultHash });
    expect(fresh.inputHash).not.toBe(first.inputHash);
  });

  it.each([
    ['a page was read', SnapshotsRepository, 'addPage'],
    ['the list was read', RunsRepository, 'collected'],
    ['something was found', RunsRepository, 'addFindings'],
    ['everything was found', SettlingRepository, 'complete'],
  ] as const)('that dies when %s goes on, and comes to the same', async (_, owner, method) => {
    const { id } = await start({ cutOffAt, fresh: true });
    const repository = engine.app.get<SnapshotsRepository | RunsRepository | SettlingRepository>(owner);
    const original = (repository as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[method];
    const dies = jest
      .spyOn(repository as unknown as Record<string, () => Promise<unknown>>, method)
      .mockImplementationOnce(async (...args: unknown[]) => {
        await original?.apply(repository, args);
        throw new Error('the process died here');
      });
    let died = 0;
    while ((await find(id)).status !== 'completed') {
      const claimed = await engine.claimDue();
      if (claimed.length === 0) {
        // The lease of the dead ends.
        await engine.rows(
          'UPDATE tasks SET leased_until = now() - make_interval(secs => 1), run_at = now() - make_interval(secs => 1) WHERE subject_id = $1',
          [id],
        );
        continue;
      }
      for (const task of claimed) await engine.runTask(task).catch(() => (died += 1));
    }
    dies.mockRestore();
    expect(died).toBe(1);
    const done = await find(id);
    expect([done.resultHash, done.counts]).toEqual([first.resultHash, first.counts]);
    expect(await breaks()).toEqual(Object.fromEntries(FOUND.map((name) => [name, 'open'])));
    const [events] = await engine.rows<{ count: number }>('SELECT count(*)::int FROM break_events');
    expect(events?.count).toBe(FOUND.length);
  });

  it('writes nothing once another has taken over its task', async () => {
    const { id } = await start({ cutOffAt, fresh: true });
    const [late] = await engine.claimDue();
    await engine.rows(
      'UPDATE tasks SET leased_until = now() - make_interval(secs => 1), run_at = now() - make_interval(secs => 1) WHERE subject_id = $1',
      [id],
    );
    await engine.runDue();
    const done = await find(id);
    await engine.runTask(late!);
    expect(await find(id)).toEqual(done);
  });

  it('is one at a time, and not up to now', async () => {
    const { id } = await start({ cutOffAt, fresh: true });
    await expect(start({ cutOffAt })).rejects.toMatchObject({ code: 'reconciliation_running', context: { runId: id } });
    await engine.runDue();
    await expect(start({ cutOffAt: new Date() })).rejects.toMatchObject({ code: 'cut_off_not_possible' });
    await expect(start({ cutOffAt: new Date('2001-01-01') })).rejects.toMatchObject({ code: 'cut_off_not_possible' });
    await expect(start({ periodId: '1999-01' as Run['periodId'] })).rejects.toMatchObject({ code: 'period_not_found' });
    await expect(start({ provider: 'nobody' })).rejects.toMatchObject({ code: 'provider_not_enabled' });
  });

  it('keeps what was decided, and reopens what has new facts', async () => {
    const resolve = engine.app.get(ResolveBreak);
    const { price } = await engine.order(idOf('agrees'));
    const net = Number(price?.total.amount).toFixed(2);
    const decided = async (type: BreakType, resolution: Parameters<ResolveBreak['run']>[1]['resolution']) =>
      (await resolve.run((await breakOf(type)).id, { resolution, note: 'Ticket 4711', orderId: null }, ANN)).posted.map(
        ({ debit, credit, units }) => `${debit} from ${credit} ${Number(units) / 1e6}`,
      );
    expect(await decided('charge_for_unbought', 'claim_refund')).toEqual([`refund_due from clearing ${Number(net)}`]);
    expect(await decided('charge_unknown', 'expense_line')).toEqual(['fees from suspense 7']);
    expect(await decided('fee_unallocated', 'expense_line')).toEqual([]);
    expect(await decided('amount_differs', 'accept_difference')).toEqual(['difference from clearing 0.5']);
    // A repeat changes nothing.
    expect(await decided('amount_differs', 'accept_difference')).toEqual([]);
    await expect(decided('amount_differs', 'claim_refund')).rejects.toMatchObject({ code: 'break_not_open' });
    await expect(decided('not_invoiced', 'write_off')).rejects.toMatchObject({ code: 'resolution_not_allowed' });

    await run({ cutOffAt });
    expect(await breaks()).toEqual({
      'amount_differs off': 'resolved',
      'charge_for_unbought undone': 'resolved',
      'charge_unknown stm:5': 'resolved',
      'fee_unallocated stm:6': 'resolved',
      'not_invoiced notInvoiced': 'open',
      'refund_expected undone': 'open',
    });

    await reconciling.invoice([line('charge', net, idOf('notInvoiced')), line('charge', '0.25', idOf('off'))]);
    await run({ cutOffAt });
    const after = await breaks();
    expect(after['not_invoiced notInvoiced']).toBe('cleared');
    expect(after['charge_unknown stm:5']).toBe('resolved');
    expect(after['charged_twice off'] ?? after['amount_differs off']).toBe('open');
    expect(await engine.app.get(VerifyLedger).run({ rebuild: true })).toMatchObject({ agrees: true });
  });

  it('counts as proven what the books have as proven, and no address that nobody has looked at', async () => {
    const { certificate } = await engine.order(idOf('agrees'));
    expect(certificate).not.toBeNull();
    await engine.rows(`UPDATE orders SET retired_at = retired_at - interval '60 days' WHERE id = $1`, [idOf('agrees')]);
    const types = async (of: Run) => (await findings(of)).map(({ type }) => type);
    expect(await types(await run({ cutOffAt, fresh: true }))).toContain('proof_missing');
    await claimLots(engine);
    expect(await types(await run({ cutOffAt }))).not.toContain('proof_missing');
  });

  const ofBooks = async (of: Run): Promise<string[]> =>
    (await findings(of))
      .filter(({ type }) => type === 'ledger_disagrees')
      .map(({ subject }) => nameOf(subject))
      .sort();

  it('takes what the books have not yet for no disagreement, and what they have no more for one', async () => {
    const posted = () => engine.rows('SELECT rule FROM ledger_transfers WHERE source = $1 ORDER BY 1', [idOf('open')]);
    const before = await posted();
    // The feed is not read beyond a transaction that is under way.
    const writer = await engine.connection();
    await writer.query('BEGIN; SELECT pg_current_xact_id()');
    engine.sandbox.cnaught.advance((await engine.order(idOf('open'))).providerOrderId ?? '', 'fulfilled');
    await engine.later(HOUR);
    expect((await engine.order(idOf('open'))).status).not.toBe('placed');
    expect(await ofBooks(await run({ cutOffAt, fresh: true }))).toEqual([]);
    expect(await posted()).toEqual(before);
    await writer.query('ROLLBACK');
    writer.release();
    expect(await ofBooks(await run({ cutOffAt, fresh: true }))).toEqual([]);
    expect((await posted()).length).toBeGreaterThan(before.length);

    await engine.rows(`
      BEGIN; SET LOCAL session_replication_role = replica;
      DELETE FROM ledger_transfers WHERE source = '${idOf('open')}' AND rule = 'commit'; COMMIT`);
    // Without a new list: the books are part of what is compared.
    expect(await ofBooks(await run({ cutOffAt }))).toEqual(['open']);
    await expect(
      engine.app
        .get(ResolveBreak)
        .run((await breakOf('ledger_disagrees')).id, { resolution: 'write_off', note: 'No', orderId: null }, ANN),
    ).rejects.toMatchObject({ code: 'resolution_not_allowed' });
  });

  it('takes an order for what it was at the cut-off, whatever it is since', async () => {
    expect((await engine.order(idOf('open'))).status).toBe('completed');
    expect((await typesOf(await run({ cutOffAt }))).filter((found) => found.endsWith(' open'))).toEqual([
      'ledger_disagrees open',
    ]);
  });

  it('compares books while they are new, and those that are known to be wrong', async () => {
    const pastGuards = (sql: string) =>
      engine.rows(`BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`);
    const add = (units: number) =>
      pastGuards(`UPDATE ledger_transfers SET units = units + ${units} WHERE source = '${idOf('agrees')}' AND leg = 1`);
    await pastGuards(`UPDATE orders SET updated_at = updated_at - interval '3 days'`);
    await add(1);
    expect(await ofBooks(await run({ cutOffAt, fresh: true }))).toEqual(['open']);
    await pastGuards(`UPDATE orders SET updated_at = updated_at + interval '3 days'`);
    expect(await ofBooks(await run({ cutOffAt, fresh: true }))).toEqual(['agrees', 'open']);
    await add(-1);
    expect(await ofBooks(await run({ cutOffAt, fresh: true }))).toEqual(['open']);
  });

  it('finds payments of what is not open, and takes an order that a person names for one', async () => {
    const ofPayments = async (of: Run) =>
      (await findings(of)).filter(({ type }) => type === 'payment_unmatched').map(({ facts }) => facts[0]);
    expect(await ofPayments(await run({ cutOffAt }))).toEqual([]);
    await reconciling.invoice([line('payment', '1.00'), line('payment', '100000.00')], 'payments');
    const [found] = await ofPayments(await run({ cutOffAt }));
    expect(found).toMatchObject({ field: 'open', theirs: '100000.00' });
    const wanted = { resolution: 'link_line', note: 'Ticket 4711', orderId: idOf('agrees') } as const;
    const { id } = await breakOf('payment_unmatched');
    expect((await engine.app.get(ResolveBreak).run(id, wanted, ANN)).posted).toEqual([]);
    await run({ cutOffAt });
    expect((await breakOf('payment_unmatched')).status).toBe('resolved');
  });
});
