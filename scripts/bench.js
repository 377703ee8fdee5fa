/**
 * `npm run bench`: the gateway beside a bare Fastify + `pg` server that commits the same rows, on one PostgreSQL, round by
 * round in turn. Prints ratios, keeps every figure under reports/bench/ and writes docs/performance.md. It measures; it
 * never passes or fails by time.
 */
import { ensure } from './ensure.js';
import { optionsFrom } from './bench/options.js';

const options = optionsFrom(process.argv.slice(2));
await ensure();
const { bench } = await import('./bench/run.js');
await bench(options);
process.exit();
