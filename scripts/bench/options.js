import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { orShowUsage } from '../or-show-usage.js';
import { root } from '../root.js';

const USAGE = `npm run bench -- [--quick] [--only accept,read] [--before reports/bench/<file>.json]
       npm run bench -- --gateway <folder of another built checkout>    saves its figures, for --before
       npm run bench -- --report reports/bench/<file>.json[,<later file>] [--before …]
                                                    writes the page again, with what was measured later; measures nothing`;

/** What can be measured, in this order. */
export const PARTS = [
  'accept',
  'read',
  'waited',
  'drain',
  'lists',
  'desk',
  'feed',
  'finance',
  'start',
  'profile',
  'plans',
];

/** Several short rounds a figure, so that a moment in which the machine is busy meets both sides, or one round of many. */
const FULL = {
  rounds: 5,
  roundSeconds: 5,
  drainOrders: 5_000,
  seededOrders: [10_000, 1_000_000],
  listRequests: 60,
  feedEvents: 100_000,
  starts: 5,
};

/** Shows that it works, and large changes. Too short for a figure to be quoted. */
const QUICK = {
  rounds: 2,
  roundSeconds: 0.5,
  drainOrders: 100,
  seededOrders: [10_000, 30_000],
  listRequests: 8,
  feedEvents: 10_000,
  starts: 2,
};

export const optionsFrom = orShowUsage(USAGE, (args) => {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      gateway: { type: 'string' },
      before: { type: 'string' },
      report: { type: 'string' },
    },
  });
  const only = values.only?.split(',') ?? PARTS;
  const unknown = only.filter((part) => !PARTS.includes(part));
  if (unknown.length > 0) throw new Error(`--only takes ${PARTS.join(', ')}.`);
  return {
    ...(values.quick ? QUICK : FULL),
    isQuick: values.quick,
    parts: PARTS.filter((part) => only.includes(part)),
    checkout: checkoutIn(resolve(values.gateway ?? root)),
    /** Another checkout's figures are kept for --before; the page is about this one. */
    isOther: values.gateway !== undefined,
    before: values.before ?? null,
    report: values.report ?? null,
    command: `npm run bench${args.length > 0 ? ` -- ${commandOf(values)}` : ''}`,
  };
});

/** As it is shown: without the folders of this machine. */
const commandOf = ({ quick, only, gateway, before }) =>
  [quick && '--quick', only && `--only ${only}`, gateway && '--gateway <checkout>', before && '--before <file>']
    .filter(Boolean)
    .join(' ');

/** Where a built checkout has its two programs; before `dev/` there was, the build had one folder less. */
const LAYOUTS = [
  { main: 'dist/src/main.js', cli: 'dist/src/cli/main.js' },
  { main: 'dist/main.js', cli: 'dist/cli/main.js' },
];

function checkoutIn(folder) {
  // Our own is built after the arguments are read.
  const isOurs = folder === resolve(root);
  const layout = LAYOUTS.find(({ main }) => isOurs || existsSync(join(folder, main)));
  if (layout === undefined) throw new Error(`${folder} has no built gateway: run npm run build there.`);
  return { folder, main: join(folder, layout.main), cli: join(folder, layout.cli) };
}
