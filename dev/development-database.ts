import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from './postgres/embedded-postgres.js';

/** Seen from the sources and from the build, which lies one folder deeper. */
const ROOT = ['..', '../..']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(join(path, 'package.json')));

/** What development keeps: the embedded database, the simulators' ledgers and the demo key. */
export const DATA_DIR = join(ROOT ?? '.', '.data');

export interface Database {
  readonly url: string;
  /** As the owner of its tables; null if the settings say who that is. */
  readonly directUrl: string | null;
  stop(): Promise<void>;
}

/** The configured database, or the embedded one under .data/: that of a running `npm start`, if there is one. */
export const startDatabase = async (databaseUrl: string | null, log: (line: string) => void): Promise<Database> => {
  if (databaseUrl !== null) return { url: databaseUrl, directUrl: null, stop: async () => undefined };
  const server = await startEmbeddedPostgres({ dataDir: join(DATA_DIR, 'postgres'), log });
  return { url: server.applicationUrl, directUrl: server.url, stop: () => server.stop() };
};
