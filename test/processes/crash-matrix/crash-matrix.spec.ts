import { execFileSync } from 'node:child_process';
import { CASES, DEATHS, nameOf, spread, type Case } from './cases.js';
import { CaseWorker } from './case-worker.js';
import { OUTCOMES } from './outcomes.js';
import { reportOf } from './report.js';
import { runCase } from './run-case.js';
import { CAPABILITY_CLASSES } from './profile.js';
import type { Verdict } from './verdict.js';

/**
 * CRASH_MATRIX=full runs every case, CRASH_MATRIX=1201- those from there on, as after a run that was interrupted,
 * CRASH_MATRIX=2/5 the second fifth of them, CRASH_MATRIX=<expression> those whose name (class, crash point, outcome) it
 * matches; otherwise a fixed spread.
 */
const chosenCases = (selection: string | undefined): readonly Case[] => {
  if (selection === undefined || selection === '') return spread(2);
  if (selection === 'full') return CASES;
  const [, from] = /^(\d+)-$/.exec(selection) ?? [];
  if (from !== undefined) return CASES.slice(Number(from) - 1);
  const [, part, parts] = /^(\d+)\/(\d+)$/.exec(selection) ?? [];
  if (parts !== undefined) return CASES.filter((_, nth) => nth % Number(parts) === Number(part) - 1);
  return CASES.filter((each) => new RegExp(selection).test(nameOf(each)));
};

/** Cases at once: most of a case is a process that starts. */
const WORKERS = Number(process.env['CRASH_MATRIX_WORKERS'] ?? 2);

/** For hangs: one takes about a second where nothing else runs. */
const LONGEST_CASE_MS = 20_000;

describe('a process that dies by SIGKILL', () => {
  const cases = chosenCases(process.env['CRASH_MATRIX']);
  const workers: CaseWorker[] = [];
  beforeAll(async () => {
    execFileSync(process.execPath, ['scripts/ensure.js'], { stdio: 'inherit' });
    while (workers.length < WORKERS) workers.push(await CaseWorker.start());
  }, 120_000);
  afterAll(() => Promise.all(workers.map((worker) => worker.stop())));

  it(
    'leaves an order that another one brings to the only right end, bought at most once',
    async () => {
      const startedAtMs = performance.now();
      const waiting = [...cases];
      const verdicts: Verdict[] = [];
      const work = async (worker: CaseWorker): Promise<void> => {
        for (let each = waiting.shift(); each; each = waiting.shift()) {
          const verdict = await runCase(each, worker);
          verdicts.push(verdict);
          // A full run is long: what is wrong is said at once.
          for (const violation of verdict.violations) process.stdout.write(`${violation}\n`);
          if (verdicts.length % 100 === 0) process.stdout.write(`${verdicts.length} of ${cases.length}\n`);
        }
      };
      await Promise.all(workers.map(work));
      process.stdout.write(reportOf(verdicts, performance.now() - startedAtMs));
      expect(verdicts.flatMap(({ violations }) => violations)).toEqual([]);
      expect(verdicts).toHaveLength(cases.length);
    },
    cases.length * LONGEST_CASE_MS,
  );

  it('is killed at every crash point, at every outcome and in every class', () => {
    const parts = spread(2).flatMap(({ kind, death, outcome }) => [kind, death, outcome]);
    const wanted: readonly string[] = [...DEATHS, ...Object.keys(OUTCOMES), ...CAPABILITY_CLASSES];
    expect(wanted.filter((part) => parts.filter((other) => other === part).length < 2)).toEqual([]);
  });
});
