import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { TransactionPooler } from '../support/transaction-pooler.js';

/** What the proofs behind it rest on: it is as forgetful as PgBouncer in transaction mode. */
describe('the transaction pooler of the tests', () => {
  let database: TestDatabase;
  let pooler: TransactionPooler;
  let direct: pg.Client;
  let client: pg.Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    direct = await connected(database.url);
  });
  afterAll(async () => {
    await direct.end();
    await database.drop();
  });
  beforeEach(async () => {
    pooler = await TransactionPooler.inFrontOf(database.url, 2);
    client = await connected(pooler.url);
  });
  afterEach(async () => {
    await client.end();
    await pooler.close();
  });

  const connected = async (connectionString: string): Promise<pg.Client> => {
    const opened = new pg.Client({ connectionString });
    await opened.connect();
    return opened;
  };

  const valueOf = async (sql: string, asker = client): Promise<unknown> =>
    Object.values((await asker.query<Record<string, unknown>>(sql)).rows[0] ?? {})[0];

  const backend = (asker = client): Promise<unknown> => valueOf('SELECT pg_backend_pid()', asker);

  it('gives every transaction a connection of its own, and another to the next', async () => {
    await client.query('BEGIN');
    const first = await backend();
    await client.query("SET LOCAL lock_timeout = '7s'");
    expect([await valueOf('SHOW lock_timeout'), await backend()]).toEqual(['7s', first]);
    await client.query('COMMIT');
    expect(await backend()).not.toBe(first);
    expect(await backend()).toBe(first);
  });

  it('keeps the connection of a transaction that has failed until it is rolled back', async () => {
    await client.query('BEGIN');
    const first = await backend();
    await expect(client.query('SELECT 1 / 0')).rejects.toThrow('division by zero');
    await expect(backend()).rejects.toThrow('current transaction is aborted');
    await client.query('ROLLBACK');
    expect(await backend()).not.toBe(first);
  });

  it('loses what is set for a session', async () => {
    await client.query("SET lock_timeout = '7s'");
    expect(await valueOf('SHOW lock_timeout')).toBe('0');
  });

  it('loses a temporary table', async () => {
    await client.query('CREATE TEMPORARY TABLE notes (id int)');
    await expect(client.query('SELECT FROM notes')).rejects.toThrow('relation "notes" does not exist');
  });

  it('loses a named prepared statement', async () => {
    const named = { name: 'one', text: 'SELECT $1::int', values: [1] };
    await client.query(named);
    await expect(client.query(named)).rejects.toThrow('prepared statement "one" does not exist');
  });

  it('leaves a lock of the session behind, where its owner cannot release it', async () => {
    await client.query('SELECT pg_advisory_lock(5)');
    expect(await valueOf('SELECT pg_advisory_unlock(5)')).toBe(false);
    expect(await valueOf('SELECT pg_try_advisory_lock(5)', direct)).toBe(false);
  });

  it('lets a client listen, and never tells it anything', async () => {
    const heard: unknown[] = [];
    client.on('notification', (notice) => heard.push(notice));
    await client.query('LISTEN notices');
    await direct.query('NOTIFY notices');
    // A server passes on what it has for a session before it responds there: both have responded after this.
    await client.query('SELECT 1');
    await client.query('SELECT 1');
    expect([heard.length, pooler.noticesDropped]).toEqual([0, 1]);
  });

  it('lets every client wait for a connection', async () => {
    const clients = await Promise.all(Array.from({ length: 12 }, () => connected(pooler.url)));
    const transaction = async (asker: pg.Client): Promise<boolean> => {
      await asker.query('BEGIN');
      const first = await backend(asker);
      const isKept = (await backend(asker)) === first;
      await asker.query('COMMIT');
      return isKept;
    };
    expect(await Promise.all(clients.map(transaction))).toEqual(clients.map(() => true));
    await Promise.all(clients.map((asker) => asker.end()));
  });

  it('ends the connection of a client that leaves in the middle of a transaction, and opens another', async () => {
    const leaver = await connected(pooler.url);
    await leaver.query('BEGIN');
    const lost = String(await backend(leaver));
    await leaver.end();
    while ((await valueOf(`SELECT count(*)::int FROM pg_stat_activity WHERE pid = ${lost}`, direct)) !== 0);
    const left = await backend();
    while ((await backend()) === left);
    expect([String(left), String(await backend())]).not.toContain(lost);
  });

  it('refuses encryption', async () => {
    const { hostname, port } = new URL(pooler.url);
    const encrypted = new pg.Client({ host: hostname, port: Number(port), ssl: true });
    await expect(encrypted.connect()).rejects.toThrow('does not support SSL');
  });
});
