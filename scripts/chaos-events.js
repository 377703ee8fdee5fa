/**
 * `npm run chaos:events -- --events 10000 --kills 50 --seed 7`: events under everything that goes wrong on their way. Real
 * processes, a real PostgreSQL; receivers over HTTP of which one fails three requests in ten, one is slow and one is
 * dead; readers of the feed beside transactions that are committed late. The processes that send are killed all the
 * while. Then what was received, what was read and what is on record are compared. Ends with 1 when anything breaks the
 * promise.
 */
import { optionsFrom } from './chaos-events/options.js';
import { ensure } from './ensure.js';

const options = optionsFrom(process.argv.slice(2));
await ensure();
// Only now: it loads the built gateway.
const { run } = await import('./chaos-events/run.js');
process.exit((await run(options)) ? 0 : 1);
