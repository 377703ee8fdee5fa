import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { planOf } from '../../dev/plant/plan.js';
import { RUN_CRASH_POINTS } from '../../src/application/crash-point.js';
import type { Run } from '../../src/domain/reconciliation/run.js';
import { TasksRepository } from '../../src/persistence/tasks/tasks.repository.js';
import { LEASE_MS } from '../../src/domain/purchases/timing.js';
import { freePort } from '../support/free-port.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { FinanceProof } from './finance-proof.js';

/** So often at each point. */
const KILLS = Number(process.env['RUN_KILLS'] ?? 1);
const RERUNS = Number(process.env['RERUNS'] ?? 20);
const ORDERS = 40;

/** Has lines for whole projects that are a cent off, so that runs post something of either kind. */
const SEED = [...Array(100).keys()].find((seed) => planOf(seed, ORDERS, true).invoicing === 'by_project_rounded') ?? 0;

const END_WITH_PARENT = fileURLToPath(new URL('../processes/end-with-parent.js', import.meta.url));

const POINTS = [...RUN_CRASH_POINTS.map((point) => `${point}:1`), 'page_collected:2', 'findings_added:2'];

/** One Tribe lists all on one page, and what is found at CNaught is kept at once. */
const NOT_REACHED = { cnaught: 'findings_added:2', one_tribe: 'page_collected:2' } as const;

jest.setTimeout(180_000 + KILLS * 300_000);

describe('a reconciliation', () => {
  let proof: FinanceProof;
  let cutOffs: Readonly<Record<'cnaught' | 'one_tribe', Date>>;
  let reference: Awaited<ReturnType<typeof made>>;
  const processes: GatewayProcess[] = [];

  beforeAll(async () => {
    proof = await FinanceProof.start();
    const { runs, missed, surplus } = await proof.compare(SEED, ORDERS);
    expect([missed, surplus]).toEqual([[], []]);
    cutOffs = { cnaught: runs.cnaught.cutOffAt, one_tribe: runs.one_tribe.cutOffAt };
    await forgetRuns();
    const again = {
      cnaught: await finished(await start('cnaught')),
      one_tribe: await finished(await start('one_tribe')),
    };
    expect([again.cnaught.resultHash, again.one_tribe.resultHash]).toEqual([
      runs.cnaught.resultHash,
      runs.one_tribe.resultHash,
    ]);
    reference = await made([again.cnaught, again.one_tribe]);
    expect(reference.posted.length).toBeGreaterThan(2);
  });
  afterAll(async () => {
    await Promise.all(processes.map((each) => each.kill()));
    await proof.stop();
  });

  /** A worker of its own, as production has it. */
  const worker = async (crashAt: string | null): Promise<GatewayProcess> => {
    const { gateway } = proof;
    const started = new GatewayProcess({
      port: await freePort(),
      env: {
        ...gateway.sandbox.variables(),
        DATABASE_URL: gateway.database.applicationUrl,
        ROLE: 'worker',
        FINANCE_TIME_ZONE: 'UTC',
        ...(crashAt !== null && { CRASH_AT: crashAt }),
      },
      imports: [END_WITH_PARENT],
    });
    processes.push(started);
    return started;
  };
  const start = (provider: 'cnaught' | 'one_tribe'): Promise<Run> =>
    proof.of(provider).start({ fresh: true, cutOffAt: cutOffs[provider] });
  /** Here, once the lease of the dead is over. */
  const finished = async ({ id }: Pick<Run, 'id'>): Promise<Run> => {
    for (;;) {
      const run = await proof.of('cnaught').find(id);
      if (run.endedAt !== null) return run;
      await rows('UPDATE tasks SET leased_until = NULL, lease_token = NULL, run_at = now() WHERE subject_id = $1', [
        id,
      ]);
      await step(['collect', 'match']);
    }
  };
  const step = async (kinds: readonly ('collect' | 'match')[]): Promise<void> => {
    const tasks = await proof.gateway.app.get(TasksRepository).claimDue(kinds, 10, LEASE_MS);
    for (const task of tasks) await proof.engine.runTask(task);
    if (tasks.length === 0) await delay(5);
  };
  const rows: FinanceProof['gateway']['rows'] = (sql, values) => proof.gateway.rows(sql, values);

  /** Past the guards: there never was a run. */
  const forgetRuns = (): Promise<unknown> =>
    rows(`
      BEGIN; SET LOCAL session_replication_role = replica;
      DELETE FROM ledger_transfers WHERE source LIKE 'brk_%';
      TRUNCATE line_allocations, break_events, breaks, findings, reconciliations, provider_records, provider_snapshots; COMMIT`);

  /** What runs have made: their hashes, breaks with what happened to them, and what was posted. */
  const made = async (runs: readonly Run[]) => ({
    hashes: runs.map(({ resultHash, counts }) => [resultHash, counts]),
    breaks: await rows(
      `SELECT b.type, b.subject, b.status, (SELECT array_agg(e.act ORDER BY e.sequence) FROM break_events e WHERE e.break_id = b.id) AS acts
       FROM breaks b ORDER BY b.type, b.subject`,
    ),
    posted: await rows(
      `SELECT t.order_id, t.rule, t.debit, t.credit, t.units::text FROM ledger_transfers t WHERE t.source LIKE 'brk_%'
       ORDER BY t.order_id, t.rule`,
    ),
    allocated: await rows('SELECT order_id, leg, net_units::text FROM line_allocations ORDER BY order_id'),
  });

  it.each(POINTS)('whose worker is killed at %s comes to the same, with nothing twice', async (crashAt) => {
    for (let nth = 0; nth < KILLS; nth += 1) {
      await forgetRuns();
      const runs: Run[] = [];
      for (const provider of ['cnaught', 'one_tribe'] as const) {
        const begun = await start(provider);
        if (crashAt !== NOT_REACHED[provider]) expect((await (await worker(crashAt)).ended).signal).toBe('SIGKILL');
        runs.push(await finished(begun));
      }
      expect(await made(runs)).toEqual(reference);
    }
    expect((await proof.verify()).agrees).toBe(true);
  });

  it(`comes to one hash in ${RERUNS} reruns, here and in a worker, whatever the order of rows and the plan`, async () => {
    const hashes: (string | null)[] = [];
    for (let nth = 0; nth < RERUNS; nth += 1) {
      await planWith(nth % 2 === 0 ? 'off' : 'on');
      await shuffle('statement_lines');
      const { id } = await start('cnaught');
      while ((await proof.of('cnaught').find(id)).status === 'collecting') await step(['collect']);
      await shuffle('provider_records');
      hashes.push((await finished({ id })).resultHash);
    }
    const other = await worker(null);
    for (let nth = 0; nth < 3; nth += 1) {
      const { id } = await start('cnaught');
      while ((await proof.of('cnaught').find(id)).endedAt === null) await delay(50);
      hashes.push((await proof.of('cnaught').find(id)).resultHash);
    }
    await other.kill();
    expect(new Set(hashes)).toEqual(new Set([reference.hashes[0]?.[0]]));
  });

  const planWith = (hashJoins: 'on' | 'off'): Promise<unknown> =>
    rows(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET enable_hashjoin = ${hashJoins}', current_database()); END $$`,
    );

  /** The same rows, stored in another order. */
  const shuffle = (table: string): Promise<unknown> =>
    rows(`
      BEGIN; SET LOCAL session_replication_role = replica;
      CREATE TEMP TABLE shuffled ON COMMIT DROP AS SELECT * FROM ${table} ORDER BY random();
      DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM shuffled; COMMIT`);
});
