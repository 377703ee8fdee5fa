import { seed, SEEDED_DAYS, SEEDED_UNTIL } from './seed.js';
import { reading, startSides, stopSides } from './sides.js';

/** A full round lasts no longer than this, however slow the list. */
const LIST_ROUND_SECONDS = 6;

/** Rounds of a list: each has many requests one after the other. */
const LIST_ROUNDS = 3;

const DAY_MS = 86_400_000;
const daysAgo = (days) => new Date(SEEDED_UNTIL - days * DAY_MS).toISOString();
const several = (count, path) => Array.from({ length: count }, (_, nth) => path(nth));

/**
 * Every documented filter, at both ends. Each shape is asked for with several values in turn, so that it is not one
 * page in a warm cache. `deep` asks for the position to continue from, nine tenths down.
 */
export const LISTS = [
  { id: 'first', title: 'first page', paths: ['/v1/orders'] },
  { id: 'deep', title: 'deep page', paths: ['/v1/orders'], deep: true },
  { id: 'status-common', title: 'by status, common', paths: ['/v1/orders?status=completed'] },
  { id: 'status-rare', title: 'by status, rare', paths: ['/v1/orders?status=in_doubt'] },
  { id: 'status-deep', title: 'by status, deep page', paths: ['/v1/orders?status=completed'], deep: true },
  { id: 'provider', title: 'by provider', paths: ['cnaught', 'carbonmark', 'one_tribe'].map(byProvider) },
  // Even numbers are the measured tenant's, and all but multiples of five have a reference.
  { id: 'reference', title: 'by reference', paths: several(20, (nth) => `/v1/orders?reference=PO-${2 + nth * 20}`) },
  { id: 'label-common', title: 'by label, common', paths: several(12, (nth) => label('department', `dep-${nth}`)) },
  { id: 'label-rare', title: 'by label, rare', paths: several(20, (nth) => label('project', `p-${nth * 97}`)) },
  { id: 'window', title: 'by time: one day', paths: several(20, (nth) => between(30 * nth + 31, 30 * nth + 30)) },
  {
    id: 'until',
    title: 'by time: until a year ago',
    paths: several(5, (nth) => `/v1/orders?created_to=${daysAgo(365 + nth)}`),
  },
  { id: 'all-first', title: 'all tenants, first page', paths: ['/v1/orders'], allTenants: true },
  { id: 'all-deep', title: 'all tenants, deep page', paths: ['/v1/orders'], deep: true, allTenants: true },
  { id: 'all-status', title: 'all tenants, by status, rare', paths: ['/v1/orders?status=in_doubt'], allTenants: true },
  {
    id: 'all-label',
    title: 'all tenants, by label, rare',
    paths: several(20, (nth) => label('project', `p-${nth * 97}`)),
    allTenants: true,
  },
];

function byProvider(provider) {
  return `/v1/orders?provider=${provider}`;
}

function label(name, value) {
  return `/v1/orders?${encodeURIComponent(`label[${name}]`)}=${value}`;
}

function between(fromDays, toDays) {
  return `/v1/orders?created_from=${daysAgo(fromDays)}&created_to=${daysAgo(toDays)}`;
}

export const sizeName = (orders) => orders.toLocaleString('en');

/** Where the copies of the empty databases are, by how many orders are in them. */
export const seededDatabases = (orders) => ({ gateway: `gateway_${orders}`, reference: `reference_${orders}` });

/** Before anything is written to the databases that are copied. */
export async function seedDatabases(cluster, { seededOrders }) {
  for (const orders of seededOrders)
    for (const [from, to] of Object.entries(seededDatabases(orders))) {
      await cluster.copyDatabase(from, to);
      const startedAt = Date.now();
      await seed(await cluster.client(to), orders, cluster.tenantId);
      console.log(
        `bench: seeded ${sizeName(orders)} orders for the ${from} (${Math.round((Date.now() - startedAt) / 1000)} s)`,
      );
    }
}

export async function measureLists(cluster, load, options) {
  const figures = [];
  for (const orders of options.seededOrders) {
    const sides = await startSides(cluster, seededDatabases(orders));
    for (const list of LISTS) figures.push(await measureList(load, sides, list, orders, options));
    figures.push(await measureMetrics(load, sides, orders, options));
    await stopSides(sides);
  }
  return figures;
}

async function measureList(load, sides, list, orders, options) {
  const jobs = new Map();
  for (const side of sides) jobs.set(side, await jobOf(side, list));
  const figure = {
    id: `list-${list.id}-${orders}`,
    title: `list of ${sizeName(orders)}: ${list.title}`,
    ...(await load.interleave(sides, roundsOf(options), (side) => ({
      ...jobs.get(side),
      connections: 1,
      requests: options.listRequests,
    }))),
  };
  if (await differ(jobs.values())) countAsFailed(figure.gateway, 'not the orders of the reference');
  return figure;
}

/** Whether the sides respond to the first of their requests with different orders, or none: then their times say nothing. */
async function differ(jobs) {
  const pages = await Promise.all([...jobs].map(idsOnPage));
  return new Set(pages).size > 1 || pages.includes('');
}

async function idsOnPage({ origin, paths, headers }) {
  const { data = [] } = await (await fetch(`${origin}${paths[0]}`, { headers })).json();
  return data.map(({ id }) => id).join();
}

function countAsFailed(side, outcome) {
  side.failed += 1;
  side.failures[outcome] = 1;
}

/** Prometheus asks for itself; the reference has nothing of the kind. */
async function measureMetrics(load, [gateway], orders, options) {
  const job = { ...reading(gateway, ['/metrics']), connections: 1, requests: options.listRequests };
  return {
    id: `metrics-${orders}`,
    title: `/metrics at ${sizeName(orders)} orders`,
    ...(await load.interleave([gateway], roundsOf(options), () => job)),
  };
}

const roundsOf = ({ rounds, roundSeconds }) => ({
  rounds: Math.min(rounds, LIST_ROUNDS),
  roundSeconds: Math.min(roundSeconds, LIST_ROUND_SECONDS),
});

/** What is asked of a side for a list. A refused cursor stays in the job, to be counted as failed. */
export async function jobOf(side, { paths, deep = false, allTenants = false }) {
  const key = allTenants ? side.opsKey : side.tenantKey;
  if (!deep) return reading(side, paths, key);
  const cursor = await cursorNineTenthsDown(side, key);
  return reading(
    side,
    paths.map((path) => `${path}${path.includes('?') ? '&' : '?'}cursor=${cursor}`),
    key,
  );
}

/** By asking for what is older than the position: the seeded orders are spread evenly over two years. */
async function cursorNineTenthsDown({ process }, key) {
  const url = `${process.origin}/v1/orders?created_to=${daysAgo(0.9 * SEEDED_DAYS)}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  const { next_cursor: cursor } = await response.json();
  return cursor;
}
