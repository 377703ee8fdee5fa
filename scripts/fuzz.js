/**
 * `npm run fuzz -- --requests 20000 --seed 7`: what `npm test` sends a few hundred of, in numbers. Every request is made
 * from the OpenAPI document, every response held against it, and at the end what was bought against the ledgers.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { orShowUsage } from './or-show-usage.js';
import { root } from './root.js';

const readOptions = orShowUsage('npm run fuzz -- [--requests N] [--seed S]', (args) => {
  const { values } = parseArgs({
    args,
    options: { requests: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
  });
  for (const [name, text] of Object.entries(values))
    if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} must be a whole number.`);
  return values;
});

const { requests, seed } = readOptions(process.argv.slice(2));
const test = spawn(process.execPath, [join(root, 'scripts/test.js'), 'test/http/fuzz.spec.ts', '--runInBand'], {
  env: { ...process.env, FUZZ_REQUESTS: requests, FUZZ_SEED: seed },
  stdio: 'inherit',
});
process.on('SIGINT', () => undefined).on('SIGTERM', () => test.kill('SIGTERM'));
const [code] = await once(test, 'close');
process.exitCode = code ?? 1;
