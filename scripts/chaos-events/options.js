import { parseArgs } from 'node:util';
import { wholeFrom } from '../chaos/options.js';
import { orShowUsage } from '../or-show-usage.js';

const USAGE = 'npm run chaos:events -- [--events N] [--kills K] [--seed S] [--keep]';

/** The default is the form for CI. */
export const optionsFrom = orShowUsage(USAGE, (args) => {
  const { values } = parseArgs({
    args,
    options: {
      events: { type: 'string', default: '1000' },
      kills: { type: 'string', default: '8' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'boolean', default: false },
    },
  });
  return {
    /** Orders are placed until so many events are on record, and not before so many senders were killed. */
    events: wholeFrom('events', values.events),
    kills: wholeFrom('kills', values.kills),
    seed: values.seed,
    rateLimits: false,
    /** Leave the folder with logs, ledgers and database behind. */
    keep: values.keep,
  };
});
