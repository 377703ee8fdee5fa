import { LISTS } from './list-figures.js';
import { cpu, milliseconds, precise, rate, ratioOf, whole } from './format.js';

/**
 * What the design asks for, and how a run's figures meet it: one line each of the first table. A line whose figures
 * were not taken, or had a failed response, says so and shows no ratio.
 */
export const goalsFor = (orders) => {
  const [small, large] = [Math.min(...orders), Math.max(...orders)];
  const at = (list, size) => `list-${list}-${size}`;
  return [
    {
      what: 'accept (`respond-async`), 16 connections',
      goal: '≥ 0.8 × reference, aim 1.0 ×',
      shows: (run) => throughput(run('accept-16')),
    },
    {
      what: 'cost of one accept in CPU ms, 16 connections, Node · PostgreSQL',
      goal: '–',
      shows: (run) => costs(run('accept-16')),
    },
    { what: 'accept, 1 connection, p50', goal: '≤ 1.3 × reference', shows: (run) => latency(run('accept-1')) },
    {
      what: 'waited purchase over the bare provider call',
      goal: 'p50 ≤ 3 × the commit p50 of the reference, p99 ≤ +40 ms',
      shows: (run) => overProvider(run('waited'), run('accept-1')),
    },
    {
      what: 'drain of a backlog, one worker process',
      goal: '≥ 95 % of the documented 100 writes/s, < 1 % 429, ≤ 250 MB',
      shows: (run) =>
        `${whole(run('drain').value)}/s, ${run('drain-429').value.toFixed(1)} % 429, ${whole(run('memory-worker').value)} MB`,
    },
    {
      what: 'read an order, 16 connections',
      goal: '≥ 0.5 × reference, aim 0.7 ×',
      shows: (run) => throughput(run('read-16')),
    },
    ...['first', 'deep', 'all-first', 'label-rare', 'all-label'].map((list) => ({
      what: `list, ${large.toLocaleString('en')} orders, ${LIST_NAMES[list]}`,
      goal: 'p99 ≤ 25 ms, p50 ≤ 1.3 × that of the small table',
      shows: (run) => sizes(run(at(list, large)), run(at(list, small))),
    })),
    {
      what: 'list, slowest of every filter and depth, p99',
      goal: '≤ 25 ms',
      shows: (run) => slowest(LISTS.map(({ id }) => run(at(id, large)))),
    },
    {
      what: `\`/metrics\` at ${large.toLocaleString('en')} orders`,
      goal: '≤ 30 ms',
      shows: (run) => counted(run(`metrics-${large}`).gateway, ({ p50Ms }) => milliseconds(p50Ms)),
    },
    {
      what: `\`/v1/ops/summary\` at ${large.toLocaleString('en')} orders, p50`,
      goal: '≤ 10 ms',
      shows: (run) => counted(run('desk-summary').gateway, ({ p50Ms }) => milliseconds(p50Ms)),
    },
    {
      what: '`/v1/ops/orders`, 50 rows, the slower of all and by provider, p99',
      goal: '≤ 25 ms, ≤ 25 kB',
      shows: (run) => `${slowest([run('desk-orders'), run('desk-provider')])}, ${whole(run('desk-bytes').value)} kB`,
    },
    {
      what: 'dashboard: first paint, list usable, next page, median of 20',
      goal: '≤ 500 ms, ≤ 800 ms, ≤ 250 ms',
      shows: (run) => ['paint', 'usable', 'next'].map((part) => milliseconds(run(`screen-${part}`).value)).join(', '),
    },
    {
      what: 'dashboard: script and stylesheet, packed',
      goal: '≤ 150 kB, ≤ 6 kB',
      shows: (run) => `${whole(run('bundle-js').value)} kB, ${precise(run('bundle-css').value)} kB`,
    },
    {
      what: 'catching up from the feed, 1 connection',
      goal: '≥ 5,000 events/s',
      shows: (run) => `${whole(run('feed').value)} events/s`,
    },
    {
      what: 'posting to the books, one worker',
      goal: '≥ 5,000 events/s',
      shows: (run) => `${whole(run('finance-post').value)} events/s`,
    },
    {
      what: `statement of ${large.toLocaleString('en')} lines: uploaded and accepted`,
      goal: '≤ 60 s, ≤ 256 MB',
      shows: taken,
    },
    {
      what: `reconciliation of 3 × ${large.toLocaleString('en')} rows, twice`,
      goal: '≤ 60 s, ≤ 256 MB, all that is planted and nothing else, one result',
      shows: reconciled,
    },
    {
      what: 'balances of a month, one tenant, for a million transfers',
      goal: '≤ 5 s',
      shows: (run) => `${precise(run('finance-balances').value)} s`,
    },
    {
      what: `journal of ${large.toLocaleString('en')} transfers`,
      goal: '≤ 60 s, ≤ 256 MB',
      shows: (run) => `${precise(run('finance-journal').value)} s, ${whole(run('memory-journal').value)} MB`,
    },
    {
      what: 'ready, embedded PostgreSQL already initialised',
      goal: '≤ 3 s',
      shows: (run) => `${(run('start').value / 1000).toFixed(1)} s`,
    },
    { what: 'resident memory under load', goal: '≤ 250 MB', shows: (run) => `${whole(run('memory-api').value)} MB` },
  ];
};

const LIST_NAMES = {
  first: 'first page',
  deep: 'deep page',
  'all-first': 'all tenants',
  'label-rare': 'by label',
  'all-label': 'all tenants, by label',
};

const counted = (side, shown) => (side.failed > 0 ? `${side.failed} of ${side.requests} failed` : shown(side));

const throughput = (figure) => {
  const { gateway, reference } = figure;
  return `${ratioOf(figure, 'perSecond')} (${rate(gateway)}/s against ${rate(reference)}/s)`;
};

const costs = ({ gateway, reference }) =>
  counted(gateway, () => counted(reference, () => `${cpu(gateway)} (reference ${cpu(reference)})`));

const latency = (figure) => {
  const { gateway, reference } = figure;
  return `${ratioOf(figure, 'p50Ms')} (${milliseconds(gateway.p50Ms)} against ${milliseconds(reference.p50Ms)})`;
};

const overProvider = ({ gateway, reference, provider }, accept) => {
  const failed = [gateway, reference, provider].find((side) => side.failed > 0);
  if (failed) return counted(failed);
  const over = (side, part) => `+${milliseconds(side[part] - provider[part])}`;
  const commit =
    accept.reference.failed > 0 ? '' : `; a commit of the reference ${milliseconds(accept.reference.p50Ms)}`;
  const shown = (side) => `${over(side, 'p50Ms')} p50, ${over(side, 'p99Ms')} p99`;
  return `${shown(gateway)} (reference ${shown(reference)}${commit})`;
};

const sizes = (large, small) => {
  const failed = [large, small].find(({ gateway }) => gateway.failed > 0);
  if (failed) return counted(failed.gateway);
  const times = (large.gateway.p50Ms / small.gateway.p50Ms).toFixed(1);
  return `${milliseconds(large.gateway.p50Ms)}, p99 ${milliseconds(large.gateway.p99Ms)} (${times} × the small table)`;
};

const slowest = (figures) => {
  const failed = figures.find(({ gateway }) => gateway.failed > 0);
  if (failed) return counted(failed.gateway);
  const { title, gateway } = figures.toSorted((a, b) => b.gateway.p99Ms - a.gateway.p99Ms)[0];
  return `${milliseconds(gateway.p99Ms)} (${title.replace(/^.*: /, '')})`;
};

const taken = (run) => {
  const [upload, accept] = ['upload', 'accept'].map((part) => run(`finance-${part}`).value);
  return `${precise(upload + accept)} s (${precise(upload)} s into the table), ${whole(run('memory-statement').value)} MB`;
};

const reconciled = (run) => {
  const found = run('finance-found');
  const times = ['match', 'settle'].map((part) => `${precise(run(`finance-${part}`).value)} s`).join(', ');
  const memory = `${whole(run('memory-match').value)} MB`;
  const results = run('finance-results').value === 1 ? 'one result' : 'two results';
  return `${times}, ${memory}, ${whole(found.value)} ${found.unit}, ${whole(run('finance-surplus').value)} beside, ${results}`;
};
