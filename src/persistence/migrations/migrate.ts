import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { withConnection } from '../database/with-connection.js';

/** The package's own migrations, seen from the sources and from the build, which lies one folder deeper. */
export const MIGRATIONS_DIR =
  ['../../../prisma/migrations', '../../../../prisma/migrations']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path)) ?? '';

/**
 * Not Prisma's own lock, 72707369. A `prisma migrate deploy` at the same time is stopped by the rows of
 * `_prisma_migrations`.
 */
export const MIGRATION_LOCK = 72_707_370;

/** Runs one read-only statement and returns its rows. A pool, a client and Prisma can all serve as one. */
export type RunSql = (sql: string) => Promise<readonly unknown[]>;

/**
 * Applies the missing migrations in order and returns their names; an empty list when the database is current. Each is
 * sent whole and is one transaction, together with its row in `_prisma_migrations`, which has what `prisma migrate
 * deploy` writes, so either tool may be used. Processes that start together wait for each other. A migration that
 * failed stays on record and every later call rejects until an operator resolves it.
 *
 * The lock belongs to the session and is taken only if a migration is missing: behind a pooler in transaction mode it
 * would outlive the call, and every process that starts later would wait for it.
 */
export const applyMigrations = (databaseUrl: string, migrationsDir = MIGRATIONS_DIR): Promise<string[]> =>
  withConnection(databaseUrl, async (client) => {
    const missing = (): Promise<string[]> =>
      pendingMigrations(async (sql) => (await client.query(sql)).rows, migrationsDir);
    if ((await missing()).length === 0) return [];
    // It ends with the connection.
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(CREATE_HISTORY);
    await refuseAfterFailure(client);
    const names = await missing();
    for (const name of names) await applyOne(client, name, await readFile(scriptOf(migrationsDir, name), 'utf8'));
    return names;
  });

/** Names of the migrations this build comes with and the database lacks. Cheap enough for a readiness check. */
export async function pendingMigrations(runSql: RunSql, migrationsDir = MIGRATIONS_DIR): Promise<string[]> {
  const applied = await appliedMigrations(runSql);
  return (await migrationNames(migrationsDir)).filter((name) => !applied.has(name));
}

/** Names of the migrations that the database has and this build does not know: a newer release was here. */
export async function unknownMigrations(runSql: RunSql, migrationsDir = MIGRATIONS_DIR): Promise<string[]> {
  const known = new Set(await migrationNames(migrationsDir));
  return [...(await appliedMigrations(runSql))].filter((name) => !known.has(name));
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

/** As Prisma creates it. */
const CREATE_HISTORY = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  varchar(36) PRIMARY KEY NOT NULL,
    checksum            varchar(64) NOT NULL,
    finished_at         timestamptz,
    migration_name      varchar(255) NOT NULL,
    logs                text,
    rolled_back_at      timestamptz,
    started_at          timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0
  )`;

async function refuseAfterFailure(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL',
  );
  const [failed] = rows;
  if (failed) throw new Error(`Migration ${failed.name} failed before; resolve it with "prisma migrate resolve".`);
}

async function applyOne(client: pg.Client, name: string, script: string): Promise<void> {
  const id = randomUUID();
  const checksum = createHash('sha256').update(script).digest('hex');
  await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)', [
    id,
    checksum,
    name,
  ]);
  try {
    await client.query('BEGIN');
    await client.query(script);
    await client.query(
      'UPDATE _prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1',
      [id],
    );
    await client.query('COMMIT');
  } catch (thrown) {
    await client.query('ROLLBACK');
    await client.query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, String(thrown)]);
    throw thrown;
  }
}

const scriptOf = (migrationsDir: string, name: string): string => join(migrationsDir, name, 'migration.sql');
