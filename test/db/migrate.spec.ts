import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { applyMigrations, pendingMigrations } from '../../src/persistence/migrations/migrate.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.js';

const TABLE = 'CREATE TABLE things (id int PRIMARY KEY);';
const FUNCTION = `
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id < 0 THEN RAISE EXCEPTION 'negative; not; allowed'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION refuse();`;

describe('applying migrations', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let migrationsDir: string;

  beforeEach(async () => {
    database = await createEmptyDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    migrationsDir = await mkdtemp(join(tmpdir(), 'migrations-'));
    await writeFile(join(migrationsDir, 'migration_lock.toml'), 'provider = "postgresql"\n');
    await addMigration('1_table', TABLE);
    await addMigration('2_function', FUNCTION);
  });

  afterEach(async () => {
    await client.end();
    await database.drop();
    await rm(migrationsDir, { recursive: true });
  });

  async function addMigration(name: string, sql: string): Promise<void> {
    await mkdir(join(migrationsDir, name));
    await writeFile(join(migrationsDir, name, 'migration.sql'), sql);
  }

  const query = async (sql: string) => (await client.query<Record<string, unknown>>(sql)).rows;
  const pending = () => pendingMigrations(query, migrationsDir);

  it('applies each once, in order', async () => {
    expect(await applyMigrations(database.url, migrationsDir)).toEqual(['1_table', '2_function']);
    expect(await applyMigrations(database.url, migrationsDir)).toEqual([]);
    await addMigration('3_more', 'CREATE TABLE more (id int);');
    expect(await applyMigrations(database.url, migrationsDir)).toEqual(['3_more']);
  });

  it('says which are missing', async () => {
    expect(await pending()).toEqual(['1_table', '2_function']);
    await applyMigrations(database.url, migrationsDir);
    expect(await pending()).toEqual([]);
    await addMigration('3_more', 'CREATE TABLE more (id int);');
    expect(await pending()).toEqual(['3_more']);
  });

  it('keeps the body of a function whole', async () => {
    await applyMigrations(database.url, migrationsDir);
    await expect(client.query('INSERT INTO things VALUES (-1)')).rejects.toThrow('negative; not; allowed');
  });

  it('records them as `prisma migrate deploy` does', async () => {
    await applyMigrations(database.url, migrationsDir);
    const [first] = await query('SELECT * FROM _prisma_migrations ORDER BY started_at');
    expect(first).toMatchObject({
      migration_name: '1_table',
      checksum: createHash('sha256').update(TABLE).digest('hex'),
      finished_at: expect.any(Date) as Date,
      rolled_back_at: null,
      applied_steps_count: 1,
    });
  });

  it('applies each once when several processes start together', async () => {
    const starts = Array.from({ length: 6 }, () => applyMigrations(database.url, migrationsDir));
    const applied = await Promise.all(starts);
    expect(applied.filter((names) => names.length > 0)).toEqual([['1_table', '2_function']]);
  });

  it('waits for a process that is migrating', async () => {
    await client.query('SELECT pg_advisory_lock(72707370)');
    const applying = applyMigrations(database.url, migrationsDir);
    const waiting = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    while ((await query(waiting)).length === 0);
    expect(await pending()).toEqual(['1_table', '2_function']);
    await client.query('SELECT pg_advisory_unlock(72707370)');
    expect(await applying).toEqual(['1_table', '2_function']);
  });

  it('leaves nothing of a migration that fails, and refuses to go on', async () => {
    await addMigration('3_broken', 'CREATE TABLE half (id int); CREATE TABLE things (id int);');
    await expect(applyMigrations(database.url, migrationsDir)).rejects.toThrow('"things" already exists');
    expect(await query(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
    await expect(applyMigrations(database.url, migrationsDir)).rejects.toThrow('3_broken');
    expect(await pending()).toEqual(['3_broken']);
  });
});

it('finds the migrations of this package', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  expect(await pendingMigrations(async (sql) => (await client.query<Record<string, unknown>>(sql)).rows)).toEqual([]);
  await client.end();
  await database.drop();
});
