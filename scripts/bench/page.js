import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from '../root.js';
import { cpu, milliseconds, precise, rate, ratioOf, spreadOf, whole } from './format.js';
import { goalsFor } from './goals.js';
import { failed } from './table.js';

const PAGE = 'docs/performance.md';

/** A query or a line of a plan is shown as far as it tells its shape. */
const LONGEST_QUERY = 1_200;
const LONGEST_LINE = 170;

/** Writes docs/performance.md from a run, beside an earlier one where there is one. */
export async function writePage(now, before) {
  const file = join(root, PAGE);
  const text = [intro(now, before), glance(now, before), figures(now, before), profile(now), method(), plans(now)].join(
    '\n\n',
  );
  await writeFile(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
  return PAGE;
}

function intro(now, before) {
  const { cpu: processor, cores, memoryGb, platform, node, postgres } = now.machine;
  const warning = now.isQuick
    ? '\n\n**From a quick run: it shows that the bench works, and large changes. No figure here is to be quoted.**'
    : '';
  return `# Performance

Written by \`npm run bench\`; not by hand. Everything is a ratio to a reference measured in the same run: a bare Fastify + \`pg\` server that commits the same rows. Absolute figures are of one machine and one day.${warning}

| | now | before |
| --- | --- | --- |
| command | \`${now.command}\` | ${before ? `\`${before.command}\`` : '–'} |
| commit | ${now.commit} | ${before?.commit ?? '–'} |
| date | ${now.takenAt.slice(0, 16).replace('T', ' ')} UTC | ${before ? `${before.takenAt.slice(0, 16).replace('T', ' ')} UTC` : '–'} |
| load average when it began | ${now.loadAverage ?? '–'} | ${before?.loadAverage ?? '–'} |
| \`NODE_OPTIONS\` of gateways | ${now.nodeOptions ? `\`${now.nodeOptions}\`` : 'none'} | ${before?.nodeOptions ? `\`${before.nodeOptions}\`` : 'none'} |
| kind | ${kindOf(now)} | ${before ? kindOf(before) : '–'} |${(now.later ?? []).map(measuredAgain).join('')}

Machine: ${processor}, ${cores} cores, ${memoryGb} GB, ${platform}. Node ${node.slice(1)}, PostgreSQL ${postgres}, durable. Load generator, both servers, PostgreSQL and the simulated providers share it.`;
}

const measuredAgain = ({ command, commit, takenAt, loadAverage, nodeOptions }) =>
  `\n| measured again | \`${command}\`, ${commit}, ${takenAt.slice(0, 16).replace('T', ' ')} UTC, load ${loadAverage}, \`NODE_OPTIONS="${nodeOptions}"\` | – |`;

const kindOf = ({ isQuick }) => (isQuick ? 'quick' : 'full');

function glance(now, before) {
  const shownIn = (run, { shows }) => (run ? resultOf(run, shows) : '–');
  const rows = goalsFor(now.seededOrders).map((goal, nth) => {
    // The earlier run may have had tables of another size.
    const earlier = before && goalsFor(before.seededOrders)[nth];
    return [goal.what, before ? shownIn(before, earlier) : '–', shownIn(now, goal), goal.goal];
  });
  return `## At a glance\n\n${table(['what', 'before', 'now', 'goal'], rows)}`;
}

class NotMeasured extends Error {}

function resultOf(run, shows) {
  const figure = (id) => {
    const found = run.figures.find((one) => one.id === id);
    if (!found) throw new NotMeasured(id);
    return found;
  };
  try {
    return shows(figure);
  } catch (thrown) {
    if (thrown instanceof NotMeasured) return 'not measured';
    throw thrown;
  }
}

function figures(now, before) {
  return [
    '## Every figure',
    'Of the median round, with the least and the most of the rounds.',
    ...[now, before].filter(Boolean).flatMap((run) => [
      `### ${run === now ? 'Now' : 'Before'}: ${run.commit}`,
      table(
        [
          'figure',
          'side',
          'requests',
          'failed',
          '/s',
          'p50',
          'p99',
          'CPU ms a request, Node · PostgreSQL',
          'ratio /s',
          'ratio p50',
        ],
        run.figures.filter(({ gateway }) => gateway).flatMap(sidesOf),
      ),
      table(
        ['figure', 'value'],
        run.figures
          .filter(({ gateway }) => !gateway)
          .map(({ title, value, unit, spread }) => [
            title,
            value === null ? 'n/a' : `${precise(value)} ${unit}${spread ? ` (${spreadOf(spread)})` : ''}`,
          ]),
      ),
    ]),
  ].join('\n\n');
}

function sidesOf(figure) {
  return ['gateway', 'reference', 'provider']
    .filter((name) => figure[name])
    .map((name) => {
      const side = figure[name];
      const isCompared = name === 'gateway' && figure.reference;
      return [
        name === 'gateway' ? figure.title : '',
        name,
        String(side.requests),
        failed(side),
        `${rate(side)} (${spreadOf(side.perSecondSpread)})`,
        `${milliseconds(side.p50Ms)} (${spreadOf(side.p50SpreadMs)})`,
        milliseconds(side.p99Ms),
        cpu(side),
        isCompared && !figure.isPaced ? ratioOf(figure, 'perSecond') : '',
        isCompared ? ratioOf(figure, 'p50Ms') : '',
      ];
    });
}

const profile = ({ profile: taken }) => {
  const title = '## What accepts and reads are bound by';
  if (!taken) return `${title}\n\nNot measured.`;
  const { resident, heap, heapUsed, external } = taken.heap;
  const parts = [...new Set([...taken.accept, ...taken.read].map(({ part }) => part))];
  const share = (of, part) => of.find((one) => one.part === part)?.share;
  return `${title}

CPU, of Node and PostgreSQL; no figure waits for a disk alone. Of the time of a gateway that accepts on 16 connections, and then reads on 16, sampled by V8 (garbage collection and compiled code without a file have names in brackets; the share of PostgreSQL is under [Plans](#plans)):

${table(
  ['part', 'accept', 'read'],
  parts.map((part) => [
    part.startsWith('(') ? part : `\`${part}\``,
    ...[taken.accept, taken.read].map((of) =>
      share(of, part) === undefined ? '' : `${(100 * share(of, part)).toFixed(1)} %`,
    ),
  ]),
)}

Memory right after the accepts: ${whole(resident)} MB resident, of which V8's heap has ${whole(heap)} MB (${whole(heapUsed)} MB in use, garbage included) and what V8 counts outside of it ${whole(external)} MB.`;
};

const method = () => `## How it is measured

- **The gateway** is a black box: a process of its own, \`LOG_LEVEL=warn\`, its request limit lifted, on a database that its own commands made. Accept, read and lists with \`ROLE=api\`, so that no worker's share is in them; the drain with \`ROLE=worker\`.
- **The reference** (\`scripts/bench/reference\`) takes the same requests and sends the same responses. An accept is seven named statements in one transaction: BEGIN, key, order, event, task, stored response, COMMIT. Its tables, constraints and triggers are those of the gateway in November 2026, the deferred one included, and they stay as they are: it is the yardstick. It has no duplicate guard, no recovery, no limits, no quotas, no reviews, and it logs nothing.
- **One PostgreSQL** for both, with its settings as shipped and \`fsync\` on; a database each. One side has load at a time, in turn, after a warm-up that is not counted. 20 connections to PostgreSQL each.
- **The load generator** is a third process with one request at a time on each of its keep-alive connections. The p50 is that of the median round, the p99 is over all rounds together.
- **CPU** is from \`/proc\`: of the server's process, and of all processes of PostgreSQL together, background writers included. Elsewhere than on Linux it is n/a.
- **Failed** is whatever is not the expected status: 202 for an accept, 201 for a waited purchase, 200 for a read. With one on either side no ratio is shown: a server that responds with 500 looks fast.
- **Seeded tables** (\`scripts/bench/seed.js\`): half of the orders are the measured tenant's, 92 % are completed, every status and provider occurs; vacuumed and analysed. A deep page begins nine tenths down. A common label is on one order in twelve, a rare one on one in two thousand.
- **Finance** (\`scripts/bench/finance-*.js\`) has a month of orders at one provider, a quarter of them the measured tenant's, with their events, transfers and the provider's list, which is not read anew; one order in a thousand is planted with a difference, in six ways. The journal is that tenant's, so that it has as many transfers as there are orders. What reads the feed beside the poster has nothing to read. The run of the month after has nothing of its own to compare: what it takes is what a history costs.
- **The drain** is against CNaught's documented limit of 100 writes a second, which the simulator keeps. Orders are not looked at again while it runs.`;

function plans({ plans: paths = [], seededOrders }) {
  const intro = `## Plans

What the gateway sent during each path, as \`auto_explain\` saw it (\`EXPLAIN (ANALYZE, BUFFERS)\`, statements of functions and triggers included, without what a process sends by itself), with the plan of its last execution. A shape that an earlier path has sent, with a plan of the same nodes, is only named. Lists and metrics on the table of ${Math.max(...seededOrders).toLocaleString('en')} orders.`;
  const shown = new Set();
  const described = ({ text, plan, perRequest }) => {
    const summary = summaryOf(text, perRequest);
    const known = `${text}\n${nodesOf(plan)}`;
    if (shown.has(known)) return `${summary} (above)`;
    shown.add(known);
    return details(summary, text, plan);
  };
  return [intro, ...paths.flatMap(({ title, statements }) => [`### ${title}`, ...statements.map(described)])].join(
    '\n\n',
  );
}

/** What PostgreSQL does, without how much of it. */
const nodesOf = (plan) => plan.match(/^.*?(?= +\(cost=)/gm)?.join('\n');

function summaryOf(text, perRequest) {
  const often = perRequest === undefined ? '' : `${times(perRequest)} × `;
  return `${often}<code>${escaped(cut(shortened(text), 110))}</code>`;
}

/** An ORM names every column; what tells a query's shape comes after them. */
const shortened = (text) =>
  text.replaceAll('"public".', '').replaceAll(/(?:"[^" ]+"(?:\."[^" ]+")*, ?){3,}"[^" ]+"(?:\."[^" ]+")*/g, '…');

const times = (count) => (Number.isInteger(count) ? String(count) : count.toFixed(1));

function details(summary, text, plan) {
  const lines = plan.split('\n').map((line) => cut(line, LONGEST_LINE));
  return `<details><summary>${summary}</summary>

\`\`\`text
${cut(shortened(text), LONGEST_QUERY)}

${lines.join('\n')}
\`\`\`

</details>`;
}

const cut = (text, length) => (text.length > length ? `${text.slice(0, length)} …` : text);
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
