import { setTimeout as delay } from 'node:timers/promises';
import { accepting, buying, pathsOfOrders, READ_ORDERS, reading, startSides, stopSides, waiting } from './sides.js';

const CONNECTIONS = [1, 16, 64];

/** Accept, read and waited purchase, each beside the reference; what the gateway's process had grown to by then. */
export async function measureOrders(cluster, load, options) {
  const sides = await startSides(cluster, { gateway: 'gateway', reference: 'reference' });
  const has = (part) => options.parts.includes(part);
  const figures = [
    ...(has('accept') ? await accept(sides, load, options) : []),
    ...(has('read') ? await read(cluster, sides, load, options) : []),
    ...(has('waited') ? [await waited(cluster, sides, load, options)] : []),
    ...(await memory(sides)),
  ];
  await stopSides(sides);
  return figures;
}

async function accept(sides, load, options) {
  const figures = [];
  const job = (more) => (side) => accepting(side, more);
  for (const connections of CONNECTIONS)
    figures.push({
      id: `accept-${connections}`,
      title: `accept, ${connections} connection${connections > 1 ? 's' : ''}`,
      ...(await load.interleave(sides, options, job({ connections }))),
    });
  figures.push({
    id: 'accept-guarded',
    title: 'accept with a reference (duplicate guard), 16 connections',
    ...(await load.interleave(sides, options, job({ connections: 16, isReferenced: true }))),
  });
  return figures;
}

async function read(cluster, sides, load, options) {
  const paths = new Map();
  for (const side of sides) {
    await load.run(accepting(side, { connections: 16, requests: READ_ORDERS, seconds: 60 }));
    paths.set(side, await pathsOfOrders(cluster, side));
  }
  const figures = [];
  for (const connections of [1, 16])
    figures.push({
      id: `read-${connections}`,
      title: `read an order, ${connections} connection${connections > 1 ? 's' : ''}`,
      ...(await load.interleave(sides, options, (side) => ({ ...reading(side, paths.get(side)), connections }))),
    });
  return figures;
}

async function waited(cluster, sides, load, options) {
  const provider = { name: 'provider', process: null };
  const jobOf = (side) => (side === provider ? buying(cluster.providers) : waiting(side));
  return {
    id: 'waited',
    title: 'waited purchase, 1 connection, at most 50 a second',
    isPaced: true,
    ...(await load.interleave([...sides, provider], options, jobOf)),
  };
}

async function memory([ours, theirs]) {
  const [gateway, reference] = await Promise.all([ours.process.memory(), theirs.process.memory()]);
  return [
    { id: 'memory-api', title: 'resident memory under load, ROLE=api', unit: 'MB', value: gateway.peakMb },
    { id: 'memory-reference', title: 'resident memory under load, reference', unit: 'MB', value: reference.peakMb },
  ];
}

/** Fine against the seconds that a drain takes, coarse against what counting costs. */
const COUNT_EVERY_MS = 200;

/** No order placed for so long: nothing is being measured any more. */
const STALLED_MS = 60_000;

/** How fast one worker process brings a backlog of accepted orders to the provider. */
export async function measureDrain(cluster, load, { drainOrders }) {
  await topUpBacklog(cluster, load, drainOrders);
  const worker = await cluster.startGateway('worker', 'gateway');
  const cpuBefore = await load.cpu(worker);
  const first = await placed(cluster);
  const startedAt = performance.now();
  const last = await untilDrained(cluster, first, drainOrders);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuAfter = await load.cpu(worker);
  const { peakMb } = await worker.memory();
  await worker.stop();
  const count = last.placed - first.placed;
  const perOrder = (part) => (cpuBefore[part] === null ? null : (cpuAfter[part] - cpuBefore[part]) / count);
  return [
    { id: 'drain', title: `drain of ${drainOrders} orders, one ROLE=worker`, unit: '/s', value: count / seconds },
    { id: 'drain-429', title: '429 responses while draining', unit: '%', value: await refusedShare(cluster) },
    { id: 'drain-node', title: 'CPU of Node, per order drained', unit: 'ms', value: perOrder('node') },
    { id: 'drain-postgres', title: 'CPU of PostgreSQL, per order drained', unit: 'ms', value: perOrder('postgres') },
    { id: 'memory-worker', title: 'resident memory while draining, ROLE=worker', unit: 'MB', value: peakMb },
  ];
}

/** More than are drained, so that the worker is never short of work. */
async function topUpBacklog(cluster, load, drainOrders) {
  const sql = `SELECT count(*)::int AS waiting FROM orders WHERE status = 'created'`;
  const [{ waiting: backlog }] = (await cluster.query('gateway', sql)).rows;
  const missing = Math.ceil(drainOrders * 1.1) - backlog;
  if (missing <= 0) return;
  const api = await cluster.startGateway('api', 'gateway');
  const job = accepting({ process: api, tenantKey: cluster.tenantKey }, { connections: 16, requests: missing });
  const { failures } = await load.run({ ...job, seconds: Infinity });
  await api.stop();
  if (Object.keys(failures).length > 0) throw new Error(`no backlog to drain: ${JSON.stringify(failures)}`);
}

async function placed(cluster) {
  const { rows } = await cluster.query(
    'gateway',
    `SELECT count(*) FILTER (WHERE status NOT IN ('created', 'submitting', 'in_doubt'))::int AS placed,
            count(*) FILTER (WHERE status = 'created')::int AS waiting FROM orders`,
  );
  return rows[0];
}

async function untilDrained(cluster, first, drainOrders) {
  let latest = { ...first, at: performance.now() };
  while (latest.placed - first.placed < drainOrders && latest.waiting > 0) {
    await delay(COUNT_EVERY_MS);
    const now = await placed(cluster);
    if (now.placed > latest.placed) latest = { ...now, at: performance.now() };
    if (performance.now() - latest.at > STALLED_MS) throw new Error('the drain has stalled: see the log of the worker');
  }
  return latest;
}

async function refusedShare(cluster) {
  const { rows } = await cluster.query(
    'gateway',
    'SELECT 100.0 * count(*) FILTER (WHERE upstream_status = 429) / greatest(count(*), 1) AS share FROM attempts',
  );
  return Number(rows[0].share);
}
