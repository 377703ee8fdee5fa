import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { withSchemaEngine } from './schema-engine.js';

/** The package's own migrations, seen from `src/persistence` and from `dist/persistence` alike. */
export const MIGRATIONS_DIR = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));

/** Ours, and not Prisma's 72707369, which its engine takes inside on another connection. */
const MIGRATION_LOCK = 72_707_370;

/** Runs one read-only statement and returns its rows. A pool, a client and Prisma can all be put behind it. */
export type RunSql = (sql: string) => Promise<readonly unknown[]>;

/**
 * Applies what is missing, in order, and returns the names: none when the database is current. Writes
 * `_prisma_migrations` as `prisma migrate deploy` does, so either may be used. Processes that call it together wait for
 * each other. A migration that failed stays on record and refuses every later call until somebody resolves it.
 *
 * The lock is the session's, and taken only when something is missing: behind a pooler in transaction mode it would
 * outlive the call, and every process that starts later would wait for it.
 */
export async function applyMigrations(databaseUrl: string, migrationsDir = MIGRATIONS_DIR): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const isCurrent = async (): Promise<boolean> =>
    (await pendingMigrations(async (sql) => (await client.query(sql)).rows, migrationsDir)).length === 0;
  try {
    if (await isCurrent()) return [];
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return (await isCurrent()) ? [] : await deploy(databaseUrl, migrationsDir);
  } finally {
    // The lock ends with the connection.
    await client.end();
  }
}

/** Names of the migrations this build comes with and the database lacks. Cheap enough for a readiness check. */
export async function pendingMigrations(runSql: RunSql, migrationsDir = MIGRATIONS_DIR): Promise<string[]> {
  const applied = await appliedMigrations(runSql);
  return (await migrationNames(migrationsDir)).filter((name) => !applied.has(name));
}

async function appliedMigrations(runSql: RunSql): Promise<ReadonlySet<string>> {
  const [{ known }] = (await runSql(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS known`)) as [
    { known: boolean },
  ];
  if (!known) return new Set();
  const rows = await runSql(
    'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  return new Set((rows as readonly { name: string }[]).map(({ name }) => name));
}

async function migrationNames(migrationsDir: string): Promise<string[]> {
  const entries = await readdir(migrationsDir, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

async function deploy(databaseUrl: string, baseDir: string): Promise<string[]> {
  const migrationDirectories = await Promise.all(
    (await migrationNames(baseDir)).map(async (path) => {
      const value = await readFile(join(baseDir, path, 'migration.sql'), 'utf8');
      return { path, migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value } } };
    }),
  );
  const lockfile = {
    path: 'migration_lock.toml',
    content: await readFile(join(baseDir, 'migration_lock.toml'), 'utf8'),
  };
  const { appliedMigrationNames } = await withSchemaEngine(databaseUrl, (engine) =>
    engine.applyMigrations({
      migrationsList: { baseDir, lockfile, shadowDbInitScript: '', migrationDirectories },
      filters: { externalTables: [], externalEnums: [] },
    }),
  );
  return appliedMigrationNames;
}
