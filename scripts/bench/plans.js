import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DESK } from './desk-figures.js';
import { jobOf, LISTS, seededDatabases, sizeName } from './list-figures.js';
import { accepting, reading, waiting } from './sides.js';

/** PostgreSQL itself says how it executed what the gateway sent, statements of functions and triggers included. */
const EXPLAIN_EVERYTHING = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_parameter_max_length': '0',
};

/** A prepared statement gets its lasting plan with its sixth execution. */
const REPEATS = 8;

/** For what the response did not wait for. */
const QUIET_MS = 200;

/** A process shows that it lives every few seconds. */
const HEARTBEAT_MS = 6_000;

/** Orders that wait for the worker whose statements are looked at, and how long it is watched. */
const DRAINED = 20;
const DRAIN_MS = 3_000;

/** `[{title, statements: [{text, plan, perRequest}]}]`: every shape that a path sends, with the plan of its last execution. */
export async function explainPaths(cluster, load, { seededOrders }) {
  const large = Math.max(...seededOrders);
  const { gateway: database } = seededDatabases(large);
  for (const name of ['gateway', database]) await explainEverything(cluster, name);
  const explainer = new Explainer(load, new ServerLog(join(cluster.postgres.dataDir, 'server.log')));
  return [
    ...(await ordersPaths(cluster, explainer)),
    ...(await listPaths(cluster, explainer, { database, large })),
    await workerPath(cluster, load, explainer),
  ];
}

async function explainEverything(cluster, database) {
  for (const [name, value] of Object.entries(EXPLAIN_EVERYTHING))
    await cluster.query('postgres', `ALTER DATABASE ${database} SET ${name} = '${value}'`);
}

async function ordersPaths(cluster, explainer) {
  await explainer.log.skip();
  const side = await startSide(cluster, 'gateway');
  await explainer.learnOwn();
  const paths = [
    await explainer.explain('Accept', accepting(side)),
    await explainer.explain('Accept with a reference', accepting(side, { isReferenced: true })),
    await explainer.explain('Waited purchase', waiting(side)),
  ];
  const { rows } = await cluster.query('gateway', 'SELECT id FROM orders LIMIT 1');
  paths.push(await explainer.explain('Read an order', reading(side, [`/v1/orders/${rows[0].id}`])));
  await side.process.stop();
  return paths;
}

async function listPaths(cluster, explainer, { database, large }) {
  const side = await startSide(cluster, database);
  const paths = [];
  for (const list of LISTS)
    paths.push(await explainer.explain(`List of ${sizeName(large)} orders: ${list.title}`, await jobOf(side, list)));
  for (const { title, paths: asked } of DESK)
    paths.push(
      await explainer.explain(`Operators at ${sizeName(large)} orders: ${title}`, reading(side, asked, side.opsKey)),
    );
  paths.push(await explainer.explain(`Metrics of ${sizeName(large)} orders`, reading(side, ['/metrics'])));
  await side.process.stop();
  return paths;
}

async function startSide(cluster, database) {
  const process = await cluster.startGateway('api', database);
  return { process, tenantKey: cluster.tenantKey, opsKey: cluster.opsKey };
}

async function workerPath(cluster, load, explainer) {
  const side = await startSide(cluster, 'gateway');
  await load.run({ ...accepting(side), connections: 4, requests: DRAINED, seconds: 60 });
  await side.process.stop();
  await explainer.log.skip();
  const worker = await cluster.startGateway('worker', 'gateway');
  await delay(DRAIN_MS);
  await worker.stop();
  return { title: 'Worker: start, claims and purchases', statements: shapesOf(await explainer.log.read()) };
}

class Explainer {
  /** What a process sends without being asked. */
  own = new Set();

  constructor(load, log) {
    Object.assign(this, { load, log });
  }

  async learnOwn() {
    await delay(HEARTBEAT_MS);
    this.own = new Set((await this.log.read()).map(({ text }) => text));
  }

  async explain(title, job) {
    // What is remembered after the first request, such as the key and the catalog, is not part of the path.
    await this.load.run({ ...job, connections: 1, requests: 1, seconds: 60 });
    await delay(QUIET_MS);
    await this.log.skip();
    await this.load.run({ ...job, connections: 1, requests: REPEATS, seconds: 60 });
    await delay(QUIET_MS);
    const shapes = shapesOf(await this.log.read());
    const isOfPath = ({ text, count }) => count >= REPEATS || !this.own.has(text);
    return {
      title,
      statements: shapes.filter(isOfPath).map(({ count, ...shape }) => ({ ...shape, perRequest: count / REPEATS })),
    };
  }
}

/** One entry per shape, in the order of first executions. */
function shapesOf(executed) {
  const shapes = new Map();
  for (const { text, plan } of executed) shapes.set(text, { text, plan, count: (shapes.get(text)?.count ?? 0) + 1 });
  return [...shapes.values()];
}

/** What PostgreSQL has written since the last look. */
class ServerLog {
  position = 0;

  constructor(file) {
    this.file = file;
  }

  async skip() {
    this.position = (await stat(this.file)).size;
  }

  async read() {
    const { size } = await stat(this.file);
    const file = await open(this.file);
    const added = Buffer.alloc(size - this.position);
    await file.read(added, 0, added.length, this.position);
    await file.close();
    this.position = size;
    return plansIn(added.toString());
  }
}

/** An entry's further lines begin with a tab; its plan begins where the costs do. */
function plansIn(text) {
  return [...text.matchAll(/LOG: {2}duration: [\d.]+ ms {2}plan:\n((?:\t.*\n?)+)/g)].map(([, entry]) => {
    const lines = entry
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(1));
    const begin = lines.findIndex((line) => /\(cost=[\d.]+\.\.[\d.]+ rows=/.test(line));
    return { text: shapeOf(lines.slice(0, begin).join(' ')), plan: lines.slice(begin).join('\n') };
  });
}

/** Lists of parameters are one shape, however long. */
const shapeOf = (text) =>
  text
    .replace(/^Query Text: /, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\((\$\d+)(,\$\d+)+\)/g, '($1, …)')
    .trim();
