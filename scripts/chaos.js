/**
 * `npm run chaos -- --orders 10000 --seed 7`: orders under everything that goes wrong at once. Real processes, a real
 * PostgreSQL and simulated providers, clients that retry and payers that wander off; processes are killed and
 * suspended, PostgreSQL is restarted, connections are cut, and a good quarter of all provider writes go wrong. Then
 * everything calms down, and what both sides have on record is compared. Ends with 1 when anything breaks the promise.
 */
import { optionsFrom } from './chaos/options.js';
import { ensure } from './ensure.js';

const options = optionsFrom(process.argv.slice(2));
await ensure();
// Only now: it loads the built gateway.
const { run } = await import('./chaos/run.js');
process.exit((await run(options)) ? 0 : 1);
