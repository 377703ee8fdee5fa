/**
 * Compares what the migrations make with what prisma/schema.prisma says, in two databases side by side: tables, columns,
 * keys, indexes and enums. What Prisma has no words for is left alone: triggers, functions, CHECKs, partial indexes,
 * indexes over expressions, and the tables named below.
 */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ensure } from './ensure.js';
import { root } from './root.js';

/** Made by a migration for its triggers, and never read by the application. */
const HAND_WRITTEN_TABLES = ['_prisma_migrations', 'order_status_moves'];

/** Functions that defaults call: Prisma names them, and has no words to make them. */
const FUNCTIONS_OF_DEFAULTS = 'CREATE FUNCTION feed_tx() RETURNS bigint LANGUAGE sql RETURN 0;';

const FACTS = {
  column: `
    SELECT format('%s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                  CASE WHEN a.attnotnull THEN ' NOT NULL' END, ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)) AS fact
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped
      AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL ($1)`,
  key: `
    SELECT format('%s.%s %s', c.relname, k.conname, pg_get_constraintdef(k.oid)) AS fact
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE k.contype IN ('p', 'u', 'f')
      AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL ($1)`,
  index: `
    SELECT pg_get_indexdef(i.indexrelid) AS fact
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE i.indpred IS NULL AND i.indexprs IS NULL AND NOT i.indisprimary
      AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL ($1)`,
  enum: `
    SELECT format('%s (%s)', t.typname, string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder)) AS fact
    FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
    WHERE t.typnamespace = 'public'::regnamespace AND t.typname <> ALL ($1)
    GROUP BY t.typname`,
};

await ensure();
const { startEmbeddedPostgres } = await import('../dist/dev/postgres/embedded-postgres.js');
const { applyMigrations } = await import('../dist/src/persistence/migrations/migrate.js');
const { withSchemaEngine } = await import('../dist/dev/postgres/schema-engine.js');

const folder = await mkdtemp(join(process.getuid?.() === 0 ? '/var/tmp' : tmpdir(), 'schema-drift-'));
await chmod(folder, 0o711);
const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), database: 'migrated', durable: false });
try {
  await applyMigrations(server.url);
  const migrated = await factsOf(server.url);
  const modelled = await factsOf(
    server.url.replace('/migrated', '/postgres'),
    FUNCTIONS_OF_DEFAULTS + (await sqlOfDatamodel(server.url)),
  );
  report(difference(migrated, modelled), difference(modelled, migrated));
} finally {
  await server.stop('immediate');
  await rm(folder, { recursive: true });
}

function sqlOfDatamodel(url) {
  return withSchemaEngine(url, async (engine) => {
    const path = join(root, 'prisma/schema.prisma');
    const { stdout } = await engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path, content: await readFile(path, 'utf8') }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    return stdout;
  });
}

async function factsOf(connectionString, sqlToRunFirst = '') {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(sqlToRunFirst);
    const facts = new Set();
    for (const [kind, query] of Object.entries(FACTS)) {
      const { rows } = await client.query(query, [HAND_WRITTEN_TABLES]);
      for (const { fact } of rows) facts.add(`${kind} ${fact}`);
    }
    return facts;
  } finally {
    await client.end();
  }
}

function difference(some, others) {
  return [...some].filter((fact) => !others.has(fact)).toSorted((a, b) => a.localeCompare(b));
}

function report(onlyMigrated, onlyModelled) {
  for (const fact of onlyMigrated) console.error(`only in the migrations:    ${fact}`);
  for (const fact of onlyModelled) console.error(`only in schema.prisma:     ${fact}`);
  if (onlyMigrated.length + onlyModelled.length > 0) process.exitCode = 1;
  else console.log('the migrations make what schema.prisma says');
}
