/**
 * `npm run -s sql -- "SELECT …"`: one statement on the development database, as the gateway's role, while the
 * gateway runs or not. Prints a line of JSON per row.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensure } from './ensure.js';
import { root } from './root.js';

const [statement] = process.argv.slice(2);
if (!statement) {
  console.error('Give a statement: npm run -s sql -- "SELECT id, status FROM orders"');
  process.exit(1);
}
await ensure();
if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'));
const { default: pg } = await import('pg');
const { startDatabase } = await import('../dist/dev/start-up.js');

const database = await startDatabase(process.env.DATABASE_URL || null, () => undefined);
const client = new pg.Client({ connectionString: database.url });
try {
  await client.connect();
  const { rows } = await client.query(statement);
  for (const row of rows) console.log(JSON.stringify(row));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await client.end();
  await database.stop();
}
