import { Cluster } from './cluster.js';
import { copyForFeed, measureFeed } from './feed-figures.js';
import { measureDesk } from './desk-figures.js';
import { copyForFinance, measureFinance } from './finance-figures.js';
import { Load } from './load.js';
import { measureLists, seedDatabases } from './list-figures.js';
import { PARTS } from './options.js';
import { measureDrain, measureOrders } from './orders-figures.js';
import { writePage } from './page.js';
import { explainPaths } from './plans.js';
import { profileGateway } from './profile.js';
import { describeRun, load as loadRun, save } from './results.js';
import { measureStart } from './start-figures.js';
import { printTable } from './table.js';

/** Measures, or takes an earlier run's figures; prints them and writes the page. */
export async function bench(options) {
  const before = await loadRun(options.before);
  const results = (await loadRun(options.report)) ?? (await measured(options));
  printTable(results.figures);
  // The page is about this checkout, and whole.
  if (options.isOther || (options.parts.length < PARTS.length && options.report === null)) return;
  console.log(`bench: wrote ${await writePage(results, before)}`);
}

async function measured(options) {
  const startedAt = Date.now();
  const cluster = await Cluster.open(options.checkout);
  const load = new Load(cluster.postmaster, cluster.reaper);
  const close = async () => {
    load.stop();
    await cluster.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void close().then(() => process.exit(130)));
  try {
    const [{ version }] = (await cluster.query('gateway', `SELECT current_setting('server_version') AS version`)).rows;
    const results = {
      ...(await describeRun(options, version, cluster.nodeOptions)),
      ...(await takeFigures(cluster, load, options)),
    };
    console.log(`bench: ${Math.round((Date.now() - startedAt) / 1000)} s, kept in ${await save(results)}`);
    return results;
  } finally {
    await close();
  }
}

async function takeFigures(cluster, load, options) {
  const has = (...parts) => parts.some((part) => options.parts.includes(part));
  const figures = [];
  const take = async (title, measure) => {
    const startedAt = Date.now();
    figures.push(...(await measure(cluster, load, options)));
    console.log(`bench: ${title} (${Math.round((Date.now() - startedAt) / 1000)} s)`);
  };
  if (has('lists', 'desk', 'plans')) await seedDatabases(cluster, options);
  if (has('feed')) await copyForFeed(cluster);
  if (has('finance')) await copyForFinance(cluster);
  if (has('accept', 'read', 'waited')) await take('accept, read, waited purchase', measureOrders);
  if (has('drain')) await take('drain', measureDrain);
  if (has('lists')) await take('lists and metrics', measureLists);
  if (has('desk')) await take('what operators ask for, and their screens', measureDesk);
  if (has('feed')) await take('feed', measureFeed);
  if (has('finance')) await take('finance', measureFinance);
  if (has('start')) await take('start', (all, _, chosen) => measureStart(all, chosen));
  const profile = has('profile') ? await profileGateway(cluster, load, options) : null;
  const plans = has('plans') ? await explainPaths(cluster, load, options) : [];
  return { figures, profile, plans };
}
