import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { familyCpuMsOf } from './proc.js';

/** Long enough for V8 to have compiled what is hot. */
const WARM_UP_SECONDS = 1;

/** Puts load on one server at a time, and says what it took. */
export class Load {
  constructor(postmaster, reaper) {
    this.postmaster = postmaster;
    this.generator = fork(join(import.meta.dirname, 'generator.js'), { serialization: 'advanced' });
    reaper.watch(this.generator);
  }

  /**
   * Rounds of the same job on each side in turn. `jobOf` makes the job of a side. Returns one summary per side, by name.
   */
  async interleave(sides, { rounds, roundSeconds }, jobOf) {
    const runs = new Map(sides.map((side) => [side, []]));
    for (const side of sides) await this.run({ ...jobOf(side), seconds: Math.min(WARM_UP_SECONDS, roundSeconds) });
    for (let round = 0; round < rounds; round++)
      for (const side of sides)
        runs.get(side).push(await this.measure(side.process, { seconds: roundSeconds, ...jobOf(side) }));
    return Object.fromEntries(sides.map((side) => [side.name, summaryOf(runs.get(side))]));
  }

  /** CPU is that of the server's process and of all PostgreSQL, which serves nothing else at the time. */
  async measure(server, job) {
    const before = await this.cpu(server);
    const run = await this.run(job);
    const after = await this.cpu(server);
    const perRequest = (part) => (before[part] === null ? null : (after[part] - before[part]) / requestsOf(run));
    return { ...run, nodeCpuMs: perRequest('node'), postgresCpuMs: perRequest('postgres') };
  }

  async cpu(server) {
    const [node, postgres] = await Promise.all([server?.cpuMs() ?? null, familyCpuMsOf(this.postmaster)]);
    return { node, postgres };
  }

  async run(job) {
    this.generator.send(job);
    const [run] = await once(this.generator, 'message');
    return run;
  }

  stop() {
    this.generator.kill();
  }
}

const failedOf = ({ failures }) => Object.values(failures).reduce((sum, count) => sum + count, 0);
const requestsOf = (run) => run.latenciesMs.length + failedOf(run);

/** Of the median round, with the spread of the rounds; the p99 over all of them together, as it takes many requests. */
export function summaryOf(runs) {
  const latencies = runs.flatMap(({ latenciesMs }) => latenciesMs).toSorted((a, b) => a - b);
  const rates = runs.map((run) => (1000 * run.latenciesMs.length) / run.elapsedMs);
  const medians = runs.map(({ latenciesMs }) => median(latenciesMs));
  const failures = {};
  for (const run of runs)
    for (const [outcome, count] of Object.entries(run.failures)) failures[outcome] = (failures[outcome] ?? 0) + count;
  return {
    requests: runs.reduce((sum, run) => sum + requestsOf(run), 0),
    failed: runs.reduce((sum, run) => sum + failedOf(run), 0),
    failures,
    perSecond: median(rates),
    perSecondSpread: [Math.min(...rates), Math.max(...rates)],
    p50Ms: median(medians),
    p50SpreadMs: [Math.min(...medians), Math.max(...medians)],
    p99Ms: quantile(latencies, 0.99),
    nodeCpuMs: median(runs.map(({ nodeCpuMs }) => nodeCpuMs)),
    postgresCpuMs: median(runs.map(({ postgresCpuMs }) => postgresCpuMs)),
  };
}

/** Null where there is nothing to measure with. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return values.length === 0 || values.includes(null)
    ? null
    : (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** Null of none. */
function quantile(sorted, portion) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * portion))] ?? null;
}
