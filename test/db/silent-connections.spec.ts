import { Pool } from 'pg';
import { Database } from '../../src/persistence/database/database.js';
import { PrismaService } from '../../src/persistence/database/prisma.service.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { PostgresProxy } from '../support/postgres-proxy.js';

const LIMIT_MS = 400;

/** Timers, and a machine that is busy. */
const SLACK_MS = 1_000;

describe('a connection whose other end is gone without a word', () => {
  let database: TestDatabase;
  let proxy: PostgresProxy;
  let connections: Database;
  let prisma: PrismaService;
  beforeAll(async () => {
    database = await createTestDatabase();
    proxy = await PostgresProxy.inFrontOf(database.url);
    connections = new Database({ url: proxy.url, maxConnections: 4, statementMs: LIMIT_MS });
    prisma = new PrismaService(connections);
    await connections.pool.query('CREATE TABLE notes (note text)');
  });
  afterEach(() => proxy.endFrozen());
  afterAll(async () => {
    await prisma.onApplicationShutdown();
    await connections.onApplicationShutdown();
    await proxy.close();
    await database.drop();
  });

  const notes = async (): Promise<string[]> =>
    (await connections.pool.query<{ note: string }>('SELECT note FROM notes')).rows.map(({ note }) => note);

  /** So that there are several connections, most of them idle. */
  const openSeveral = (): Promise<unknown> =>
    Promise.all([1, 2, 3].map(() => connections.pool.query('SELECT pg_sleep(0.02)')));

  it('is ended after the limit, with those beside it, and what comes next is dialled anew', async () => {
    await openSeveral();
    proxy.freeze();
    const startedAt = performance.now();
    await expect(connections.now()).rejects.toMatchObject({ name: 'DatabaseUnreachableError', wasSent: true });
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS + SLACK_MS);
    await expect(Promise.all([1, 2, 3, 4].map(() => connections.now()))).resolves.toHaveLength(4);
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS + SLACK_MS);
  });

  it('loses the transaction that was on it, which the next transaction does not commit', async () => {
    const lost = prisma.$transaction(async (tx) => {
      await tx.$executeRaw`INSERT INTO notes VALUES ('lost')`;
      proxy.freeze();
      await tx.$executeRaw`INSERT INTO notes VALUES ('never sent')`;
    });
    await expect(lost).rejects.toThrow();
    await prisma.$transaction((tx) => tx.$executeRaw`INSERT INTO notes VALUES ('next')`);
    expect(await notes()).toEqual(['next']);
  });

  it('is ended too where the server lives, and the statement waits for a lock', async () => {
    const other = new Pool({ connectionString: database.url, max: 1 });
    await other.query('BEGIN');
    await other.query('LOCK notes');
    await expect(notes()).rejects.toThrow('did not respond within');
    await other.end();
    await expect(notes()).resolves.toEqual(['next']);
  });

  it('is ended too where a transaction on it is not continued', async () => {
    const client = await connections.pool.connect();
    await client.query('BEGIN');
    await client.query('LOCK notes');
    await new Promise((resolve) => client.once('end', () => resolve(null)));
    client.release(true);
    await expect(notes()).resolves.toEqual(['next']);
  });

  it('was never used where there was none: the statement was not sent', async () => {
    await proxy.close();
    // The idle ones were cut, which the first statement may find out.
    await connections.now().catch(() => undefined);
    await expect(connections.now()).rejects.toMatchObject({ name: 'DatabaseUnreachableError', wasSent: false });
    await proxy.reopen();
    await expect(connections.now()).resolves.toBeInstanceOf(Date);
  });
});
