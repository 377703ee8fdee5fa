import { join } from 'node:path';

/** Set by the global setup: a folder of this run's own, removed with every server in it when the run ends. */
export function testRunDir(): string {
  const dir = process.env['TEST_RUN_DIR'];
  if (dir === undefined) throw new Error('TEST_RUN_DIR is not set: run tests through jest and its global setup.');
  return dir;
}

/** A data folder for a PostgreSQL of a test's own: see `startEmbeddedPostgres`. */
export const postgresDir = (name: string): string => join(testRunDir(), name);
