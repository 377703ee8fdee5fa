/** A process that uses an embedded PostgreSQL like a gateway does: prints its url, and leaves when its input ends. */
import { once } from 'node:events';
import { startEmbeddedPostgres } from '../../dev/postgres/embedded-postgres.js';

const [dataDir = '', unusedMs] = process.argv.slice(2);
const server = await startEmbeddedPostgres({
  dataDir,
  durable: false,
  ...(unusedMs !== undefined && { stopUnusedAfterMs: Number(unusedMs) }),
});
console.log(server.url);
await once(process.stdin.resume(), 'end');
await server.stop();
