/**
 * `npm run finance:proof -- --seeds 200`: plants what is wrong, reconciles as finance does, and holds what is found against
 * the answers, seed by seed. Without a number, the few seeds that have everything.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { orShowUsage } from './or-show-usage.js';
import { root } from './root.js';

const readOptions = orShowUsage('npm run finance:proof -- [--seeds N] [--first S] [--orders N]', (args) => {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: 'string' },
      first: { type: 'string', default: '1' },
      orders: { type: 'string', default: '40' },
    },
  });
  for (const [name, text] of Object.entries(values))
    if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`--${name} must be a whole number above zero.`);
  return values;
});

const { seeds, first, orders } = readOptions(process.argv.slice(2));
const test = spawn(process.execPath, [join(root, 'scripts/test.js'), 'test/finance', '--runInBand'], {
  env: {
    ...process.env,
    ...(seeds !== undefined && { PROOF_SEEDS: seeds }),
    PROOF_FIRST: first,
    PROOF_ORDERS: orders,
  },
  stdio: 'inherit',
});
process.on('SIGINT', () => undefined).on('SIGTERM', () => test.kill('SIGTERM'));
const [code] = await once(test, 'close');
process.exitCode = code ?? 1;
