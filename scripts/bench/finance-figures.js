import { setTimeout as delay } from 'node:timers/promises';
import { foundOf } from './finance-plants.js';
import { reconcile } from './finance-run.js';
import { isAsPosted, lastMonth, seedFinance, seedMonthAfter } from './finance-seed.js';
import { takeStatement } from './finance-statement.js';
import { sizeName } from './list-figures.js';
import { median } from './load.js';
import { gatewayCli } from './server-process.js';

const DATABASE = 'gateway_finance';

/** Fine against the seconds that posting takes. */
const LOOK_EVERY_MS = 20;

/** Nothing posted for so long: nothing is being measured any more. */
const STALLED_MS = 60_000;

/** Beside the others, in a database of its own: while `gateway` has no orders. */
export const copyForFinance = (cluster) => cluster.copyDatabase('gateway', DATABASE);

/** What finance does with a month of orders, at the largest size: one step after the other, each on what the earlier left. */
export async function measureFinance(cluster, _, { seededOrders, feedEvents: unposted, rounds }) {
  const about = { orders: Math.max(...seededOrders), unposted, tenantId: cluster.tenantId, month: lastMonth() };
  const client = await cluster.client(DATABASE);
  const seededAt = performance.now();
  await seedFinance(client, about);
  console.log(`bench: seeded a month of ${sizeName(about.orders)} orders (${seconds(seededAt).toFixed(0)} s)`);
  const keys = await makeKeys(cluster);
  const figures = [await measurePosting(cluster, client, about), ...(await measureStatement(cluster, keys, about))];
  // As autovacuum does within minutes.
  await client.query('VACUUM (ANALYZE) statement_lines, ledger_transfers');
  return [
    ...figures,
    ...(await measureRun(cluster, client, keys, about)),
    ...(await measureReads(cluster, client, keys, about, rounds)),
  ];
}

const seconds = (since) => (performance.now() - since) / 1000;

/** Of finance, and of the tenant alone. */
async function makeKeys(cluster) {
  const issue = async (scopes) => {
    const args = ['keys', 'create', cluster.tenantId, '--scopes', scopes];
    return (await gatewayCli(cluster.checkout, cluster.url(DATABASE), ...args)).key;
  };
  return { finance: await issue('finance:read,finance:write,ops'), own: await issue('finance:read') };
}

/** From the first page that one worker process has posted to the last. Each event posts something. */
async function measurePosting(cluster, client, { orders, unposted }) {
  const position = async () =>
    Number((await client.query(`SELECT tx FROM feed_readers WHERE name = 'ledger'`)).rows[0].tx);
  const begin = await position();
  const starting = cluster.startGateway('worker', DATABASE);
  let [first, latest] = [null, { at: performance.now(), done: 0 }];
  while (latest.done < unposted) {
    await delay(LOOK_EVERY_MS);
    const now = { done: (await position()) - begin, at: performance.now() };
    if (now.done > latest.done) latest = now;
    if (latest.done > 0) first ??= latest;
    if (now.at - latest.at > STALLED_MS) throw new Error('posting has stalled: see the log of the worker');
  }
  const worker = await starting;
  const { peakMb } = await worker.memory();
  await worker.stop();
  if (!(await isAsPosted(client, orders))) throw new Error('the books were not seeded as they are posted');
  return {
    id: 'finance-post',
    title: `posting ${sizeName(unposted)} events, one ROLE=worker of ${peakMb} MB`,
    unit: 'events/s',
    value: (1000 * (latest.done - first.done)) / (latest.at - first.at),
  };
}

async function measureStatement(cluster, keys, about) {
  const api = await cluster.startGateway('api', DATABASE);
  const taken = await takeStatement({ origin: api.origin, key: keys.finance }, about);
  const { peakMb } = await api.memory();
  await api.stop();
  const of = `statement of ${sizeName(taken.lines)} lines`;
  return [
    { id: 'finance-upload', title: `${of}: uploaded and checked`, unit: 's', value: taken.uploadSeconds },
    { id: 'finance-accept', title: `${of}: accepted`, unit: 's', value: taken.acceptSeconds },
    { id: 'memory-statement', title: `${of}: resident memory, ROLE=api`, unit: 'MB', value: peakMb },
  ];
}

/** Twice: once to find, once to settle what is found, which has to be the same. */
async function measureRun(cluster, client, keys, { orders, month }) {
  const api = await cluster.startGateway('api', DATABASE);
  const worker = await cluster.startGateway('worker', DATABASE);
  const asked = { origin: api.origin, key: keys.finance };
  const dry = await reconcile(asked, client, { month, dryRun: true });
  const settled = await reconcile(asked, client, { month, dryRun: false });
  const after = await reconcile(asked, client, { month: await seedMonthAfter(client, month), dryRun: true });
  const { peakMb } = await worker.memory();
  await Promise.all([api.stop(), worker.stop()]);
  const { planted, found, surplus } = foundOf(orders, dry.types);
  const of = `reconciliation of ${sizeName(dry.rows)} rows`;
  return [
    {
      id: 'finance-collect',
      title: `${of}: collecting, the list being read already`,
      unit: 's',
      value: dry.collectSeconds,
    },
    { id: 'finance-match', title: `${of}: matching`, unit: 's', value: dry.matchSeconds },
    { id: 'finance-settle', title: `${of}: matching and settling`, unit: 's', value: settled.matchSeconds },
    {
      id: 'finance-after',
      title: `reconciliation of the month after, of ${sizeName(after.rows)} rows: collecting and matching`,
      unit: 's',
      value: after.collectSeconds + after.matchSeconds,
    },
    { id: 'finance-found', title: `${of}: found`, unit: `of ${sizeName(planted)} planted`, value: found },
    { id: 'finance-surplus', title: `${of}: found beside`, unit: 'findings', value: surplus },
    {
      id: 'finance-results',
      title: `${of}: results of two runs`,
      unit: 'different',
      value: new Set([dry.resultHash, settled.resultHash]).size,
    },
    { id: 'memory-match', title: `${of}: resident memory, ROLE=worker`, unit: 'MB', value: peakMb },
  ];
}

/** Balances of one tenant and of all, and the tenant's journal. */
async function measureReads(cluster, client, keys, { month }, rounds) {
  const api = await cluster.startGateway('api', DATABASE);
  const { rows } = await client.query(
    'SELECT count(*)::int AS all, (count(*) FILTER (WHERE tenant_id = $1))::int AS own FROM ledger_transfers',
    [cluster.tenantId],
  );
  const [{ all, own }] = rows;
  const balances = async (id, whose, key, transfers) => {
    const took = [];
    for (let round = 0; round < rounds; round++)
      took.push(await read(`${api.origin}/v1/finance/ledger/balances?period=${month.id}`, key));
    const failed = took.find(({ failure }) => failure !== null);
    const each = took.map((one) => (1e6 * one.seconds) / transfers);
    return {
      id,
      title: `balances of a month, ${whose}, of ${sizeName(transfers)} transfers${failed ? `: ${failed.failure}` : ''}`,
      unit: 's a million',
      value: failed ? null : median(each),
      ...(!failed && { spread: [Math.min(...each), Math.max(...each)] }),
    };
  };
  const figures = [
    await balances('finance-balances', 'one tenant', keys.own, own),
    await balances('finance-balances-all', 'all tenants', keys.finance, all),
  ];
  const journal = await read(`${api.origin}/v1/finance/exports/journal?period=${month.id}`, keys.own);
  const { peakMb } = await api.memory();
  await api.stop();
  const of = `journal of ${sizeName(journal.lines - 1)} transfers${journal.failure ? `: ${journal.failure}` : ''}`;
  return [
    ...figures,
    { id: 'finance-journal', title: of, unit: 's', value: journal.failure ? null : journal.seconds },
    { id: 'memory-journal', title: `${of}: resident memory, ROLE=api`, unit: 'MB', value: peakMb },
  ];
}

/** To nowhere: `{seconds, lines, failure}`. */
async function read(url, key) {
  const startedAt = performance.now();
  let [lines, failure] = [0, null];
  try {
    const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
    if (!response.ok) failure = `failed with ${response.status}`;
    for await (const bytes of response.body)
      for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  } catch {
    failure = 'broke off';
  }
  return { seconds: seconds(startedAt), lines, failure };
}

const NEWLINE = 10;
