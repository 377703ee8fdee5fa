import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../dev/postgres/embedded-postgres.js';
import { asApplication } from '../../dev/postgres/postgres-server.js';
import { bringUpToDate } from '../../src/persistence/migrations/bring-up-to-date.js';
import { OUTCOME_PENDING, TERMINAL } from './order-statuses.js';
import { postgresDir } from './test-run.js';

export interface TestDatabase {
  /** As its owner, whom nothing is refused: for what a test looks up and changes. */
  readonly url: string;
  /** As a gateway has it in production. */
  readonly applicationUrl: string;
  /** Rejects when the tests have left an open order without the task that its status needs, or a wrong sum of spending. */
  drop(): Promise<void>;
}

const TEMPLATE = 'template_gateway';
const TEMPLATE_LOCK = 1;

/**
 * A database of the caller's own with every migration applied. The first call of a run starts PostgreSQL and makes the
 * template; the others take about 30 ms. Call it once per test file, in `beforeAll`, and `drop` it in `afterAll`.
 */
export const createTestDatabase = (): Promise<TestDatabase> => createFrom(TEMPLATE);

/** The same, without any migration. */
export const createEmptyDatabase = (): Promise<TestDatabase> => createFrom('template1');

async function createFrom(template: string): Promise<TestDatabase> {
  const server = await serverUrl();
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await run(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = urlOf(server, name);
  return {
    url,
    applicationUrl: asApplication(url),
    drop: async () => {
      try {
        expect(await neglectedOrders(url)).toEqual([]);
        expect(await miscountedSpending(url)).toEqual([]);
      } finally {
        await run(server, `DROP DATABASE ${name} WITH (FORCE)`);
      }
    },
  };
}

/**
 * Open orders whose task is missing, or would do something else than their status needs: looked at, they would never be
 * sent; sent, they are already. Of a database without orders: none.
 */
async function neglectedOrders(database: string): Promise<string[]> {
  const [{ orders }] = await run<[{ orders: string | null }]>(database, `SELECT to_regclass('orders') AS orders`);
  if (orders === null) return [];
  const rows = await run<{ id: string; status: string; kind: string | null }[]>(
    database,
    `SELECT o.id, o.status, t.kind FROM orders o LEFT JOIN tasks t ON t.subject_id = o.id AND t.kind IN ('purchase', 'follow', 'pooled')
     WHERE o.status NOT IN ${TERMINAL} AND t.kind IS DISTINCT FROM
       CASE WHEN o.pool_role = 'member' THEN 'pooled' WHEN o.status IN ${OUTCOME_PENDING} THEN 'purchase' ELSE 'follow' END`,
  );
  return rows.map(({ id, status, kind }) => `${id} is ${status}, and its task: ${kind ?? 'none'}`);
}

/** Tenants and keys whose spending is another sum than that of their orders. Of a database without orders: none. */
async function miscountedSpending(database: string): Promise<string[]> {
  const [{ spending }] = await run<[{ spending: string | null }]>(
    database,
    `SELECT to_regclass('spending') AS spending`,
  );
  if (spending === null) return [];
  const rows = await run<{ id: string; spent: string; counted: string }[]>(
    database,
    `WITH counted AS (
       SELECT u.id, sum(o.spending_usd) AS usd FROM orders o, unnest(ARRAY[o.tenant_id, o.api_key_id]) AS u(id)
       WHERE o.spending_usd IS NOT NULL GROUP BY u.id),
     spent AS (SELECT subject_id AS id, sum(spent_usd) AS usd FROM spending GROUP BY subject_id)
     SELECT id, COALESCE(s.usd, 0) AS spent, COALESCE(c.usd, 0) AS counted FROM counted c FULL JOIN spent s USING (id)
     WHERE COALESCE(s.usd, 0) <> COALESCE(c.usd, 0)`,
  );
  return rows.map(({ id, spent, counted }) => `${id} has spent ${spent}, and its orders count ${counted}`);
}

/** Written when the template is ready: the workers of a run share nothing else. */
async function serverUrl(): Promise<string> {
  const urlFile = postgresDir('postgres-url');
  return readFile(urlFile, 'utf8').catch(async () => {
    const options = { dataDir: postgresDir('postgres'), database: 'postgres', durable: false, maxConnections: 300 };
    const { url } = await startEmbeddedPostgres(options);
    await makeTemplate(url);
    await writeFile(`${urlFile}.${process.pid}`, url, { mode: 0o600 });
    await rename(`${urlFile}.${process.pid}`, urlFile);
    return url;
  });
}

/** Migrated under another name first, so that a template that exists is complete. */
async function makeTemplate(server: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (rowCount === 1) return;
    const making = `${TEMPLATE}_${process.pid}`;
    await client.query(`CREATE DATABASE ${making}`);
    await bringUpToDate(urlOf(server, making));
    await client.query(`ALTER DATABASE ${making} RENAME TO ${TEMPLATE}`);
  } finally {
    await client.end();
  }
}

async function run<Rows extends unknown[]>(database: string, statement: string): Promise<Rows> {
  // Whatever a test has set for its database.
  const client = new pg.Client({ connectionString: database, options: '-c idle_session_timeout=0' });
  await client.connect();
  try {
    return (await client.query(statement)).rows as Rows;
  } finally {
    await client.end();
  }
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}
