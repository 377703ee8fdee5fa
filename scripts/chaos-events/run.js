import { setTimeout as delay } from 'node:timers/promises';
import { onCluster } from '../chaos/on-cluster.js';
import { Buyers } from './buyers.js';
import { check } from './checker.js';
import { comeBack } from './comeback.js';
import { Evidence } from './evidence.js';
import { FastClock } from './fast-clock.js';
import { feedReaders, lateReader } from './feed-readers.js';
import { figuresOf } from './figures.js';
import { openReceivers } from './receivers.js';
import { printReport } from './report.js';
import { untilDelivered } from './rest.js';
import { SenderKiller } from './sender-killer.js';
import { SlowWriter } from './slow-writer.js';
import { Tenant } from './tenant.js';
import { UsualMistake } from './usual-mistakes.js';

/** Receivers and readers have to keep pace on the slowest machine, and the dead receiver's schedule takes its time. */
const LIMIT_MS = { run: 240_000, perKill: 20_000, perEvent: 60 };

const COUNT_MS = 250;
const PROGRESS_MS = 15_000;

const SLOW_WRITERS = 2;

/** Orders end within seconds, so that a run has many of them behind it. */
const SETTINGS = { POLL_SCHEDULE_SECONDS: '1,1,1,2,4,8' };

/** Resolves with whether the promise held. */
export const run = (options) => {
  const limitMs = LIMIT_MS.run + options.kills * LIMIT_MS.perKill + options.events * LIMIT_MS.perEvent;
  return onCluster({ ...options, settings: SETTINGS }, { name: 'chaos:events', limitMs }, async (cluster, tell) => {
    const stage = await storm(cluster, options, tell);
    const evidence = await Evidence.gather(cluster, stage);
    const figures = figuresOf(evidence, stage, options);
    const results = check(evidence, figures);
    printReport(evidence, figures, results, options);
    return results.every(({ violations }) => violations.length === 0);
  });
};

async function storm(cluster, options, tell) {
  const { database } = cluster;
  const tenants = await openTenants(cluster);
  const mistakes = await UsualMistake.both(database);
  const receivers = await openReceivers(tenants, options);
  const readers = feedReaders(cluster, tenants, options);
  const slowWriters = Array.from({ length: SLOW_WRITERS }, (_, nth) => new SlowWriter(cluster, options, nth));
  const clock = new FastClock(database);
  const count = countEvents(database);
  const killer = new SenderKiller(cluster, options, () => count.now >= (options.events * killer.done) / options.kills);
  const startedAt = performance.now();
  const since = new Date().toISOString();
  for (const part of [...readers, ...mistakes, clock]) part.start();
  await Promise.all(slowWriters.map((writer) => writer.start()));
  const callbacks = receivers.find(({ name }) => name === 'callbacks');
  const wantsMore = () => count.now < Math.min(options.events, (options.events * (killer.done + 1)) / options.kills);
  const buyers = new Buyers(cluster, tenants, callbacks, options, wantsMore);
  const progress = setInterval(() => tell(`${count.now} events, ${killer.done} senders killed`), PROGRESS_MS);

  await killer.run();
  while (count.now < options.events) await delay(COUNT_MS);
  clearInterval(progress);
  await buyers.stop();
  await Promise.all(slowWriters.map((writer) => writer.stop()));
  const stormMs = performance.now() - startedAt;
  tell(`${killer.done} senders killed; no more orders and no more kills`);
  await untilDelivered(database, tell);
  const dead = receivers.find(({ isDead }) => isDead);
  const comeback = await comeBack(dead, { since }, database);
  await untilDelivered(database, tell);
  await clock.stop();
  count.stop();

  const late = lateReader(cluster, tenants, options);
  for (const part of [...readers, ...mistakes]) await part.stop();
  const lateFrom = performance.now();
  late.start();
  await late.stop();
  const lateMs = performance.now() - lateFrom;
  for (const receiver of receivers) receiver.close();
  tell('at rest');
  return {
    receivers,
    readers: [...readers, late],
    mistakes,
    killedAt: killer.killedAt,
    apisKilled: killer.apisKilled,
    written: slowWriters.reduce((sum, { written }) => sum + written, 0),
    hours: clock.hours,
    late,
    lateMs,
    stormMs,
    comeback,
  };
}

async function openTenants(cluster) {
  return {
    shop: await Tenant.open(cluster, 'Shop'),
    other: await Tenant.open(cluster, 'Other'),
    operator: Object.assign(await Tenant.open(cluster, 'Operator', 'events:read,ops'), { seesAll: true }),
  };
}

/** Events on record, as of a moment ago. */
function countEvents(database) {
  const count = { now: 0, stop: () => clearInterval(timer) };
  const look = async () => {
    const [{ n }] = await database.rows('SELECT count(*)::int AS n FROM order_events');
    count.now = n;
  };
  const timer = setInterval(() => void look(), COUNT_MS);
  return count;
}
