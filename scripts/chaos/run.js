import { setTimeout as delay } from 'node:timers/promises';
import { check } from './checker.js';
import { Evidence } from './evidence.js';
import { FaultPlan } from './fault-plan.js';
import { Fleet } from './fleet.js';
import { Disruptor } from './disruptor.js';
import { printReport } from './report.js';
import { ResumeWatch } from './resume-watch.js';
import { FinalWait } from './final-wait.js';
import { onCluster } from './on-cluster.js';
import { quantile } from './table.js';

const PROGRESS_MS = 15_000;

/** Over and above the time for placing: starting, the final wait, checking. A run that takes longer hangs, and is ended. */
const REST_MS = { short: 240_000, long: 780_000 };

/** Resolves with whether the promise held. */
export const run = (options) =>
  onCluster(options, { name: 'chaos', limitMs: hangLimitMs(options) }, async (cluster, tell) => {
    const figures = await storm(cluster, options, tell);
    const evidence = await Evidence.gather(cluster, figures.log);
    const results = check(evidence, figures);
    printReport(evidence, figures, results, options);
    return results.every(({ violations }) => violations.length === 0);
  });

const hangLimitMs = ({ loadMs, isShort }) => loadMs + (isShort ? REST_MS.short : REST_MS.long);

async function storm(cluster, options, tell) {
  const { key } = await cluster.newTenant('Chaos', 'orders:write,orders:read');
  const faults = new FaultPlan(cluster, options);
  await faults.start();
  const watch = new ResumeWatch(cluster.database);
  const disruptor = new Disruptor(cluster, watch, options);
  const fleet = new Fleet(cluster, key, options);
  const startedAt = performance.now();
  disruptor.start();
  const progress = setInterval(
    () => tell(`${fleet.placed} orders begun, ${fleet.waiting} of them without a response yet`),
    PROGRESS_MS,
  );
  await Promise.race([fleet.finished(), delay(options.loadMs, undefined, { ref: false })]);
  fleet.stopPlacing();
  clearInterval(progress);
  const loadMs = performance.now() - startedAt;

  tell(`${fleet.placed} orders begun; no more orders, no more faults`);
  await faults.stop();
  await disruptor.stop();
  const finalWait = new FinalWait(cluster, fleet, options);
  let told = 0;
  await finalWait.run((left) => {
    if (performance.now() - told < PROGRESS_MS) return;
    told = performance.now();
    tell(`${left} orders still open`);
  });
  const finalWaitMs = performance.now() - startedAt - loadMs;
  await Promise.race([watch.finish(), delay(10_000, undefined, { ref: false })]);
  tell('at rest');
  return {
    log: fleet.log,
    loadMs,
    finalWaitMs,
    disruptor: disruptor.done,
    writes: faults.counts(true),
    reads: faults.counts(false),
    resumeTimes: watch.times,
    resumeP99Ms: quantile(watch.times, 0.99),
    neverResumed: watch.open,
  };
}
