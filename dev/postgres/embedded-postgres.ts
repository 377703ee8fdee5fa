import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { noteWhose, sweepGone } from './kept-elsewhere.js';
import { postgresBinaries, reachableDataDir, serverAccount } from './postgres-binaries.js';
import { asApplication, PostgresServer, type StopMode } from './postgres-server.js';

export interface EmbeddedPostgresOptions {
  /** Folder for the cluster, its password and its log. Made when missing. */
  dataDir: string;
  /** Database named in the url. Made when missing. */
  database?: string;
  /** False gives up crash safety for speed: for tests. */
  durable?: boolean;
  maxConnections?: number;
  /** The server stops when nobody has used it for so long: the last of its users may have been killed. */
  stopUnusedAfterMs?: number;
  log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** As the owner of everything in it. */
  readonly url: string;
  /** As the role that gateways run as. */
  readonly applicationUrl: string;
  /** Where the files are; see `reachableDataDir` for why that may be another folder than asked for. */
  readonly dataDir: string;
  /** Leaves the server. `fast` stops it unless another process still uses it; `immediate` crashes it for all. */
  stop(mode?: StopMode): Promise<void>;
  /** Stops and starts it on the same url, under its clients. `immediate` is a crash followed by recovery. */
  restart(mode?: StopMode): Promise<void>;
}

const UNUSED_MS = 5 * 60_000;

/**
 * Starts, or joins, the PostgreSQL server of `dataDir`, on loopback and a free port.
 *
 * Safe to call from several processes at once: the folder is made in one rename, and PostgreSQL itself lets only one
 * server into it. A server left behind by a killed process is joined, not restarted.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { database = 'offset_gateway', durable = true, maxConnections = 100, log = () => undefined } = options;
  const { stopUnusedAfterMs = UNUSED_MS } = options;
  const wantedDir = resolve(options.dataDir);
  const account = await serverAccount();
  const binaries = await postgresBinaries(account);
  if (account !== null) await sweepGone(binaries, account);

  await mkdir(dirname(wantedDir), { recursive: true });
  const dataDir = await reachableDataDir(wantedDir, account);
  if (dataDir !== wantedDir) {
    await noteWhose(dataDir, wantedDir);
    log(`PostgreSQL keeps its files in ${dataDir}: it may not run as root, nor enter ${dirname(wantedDir)}`);
  }

  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `max_connections=${maxConnections}`];
  if (!durable) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');

  const server = new PostgresServer(binaries, dataDir, account, settings);
  await server.initialise(durable);
  await server.start();
  await server.createDatabase(database);
  await server.createApplicationRole();
  await server.stopWhenUnusedFor(stopUnusedAfterMs);
  server.letProcessExit();
  return {
    url: server.url(database),
    applicationUrl: asApplication(server.url(database)),
    dataDir,
    stop: (mode = 'fast') => server.stop(mode),
    restart: async (mode = 'fast') => {
      await server.restart(mode);
      await server.stopWhenUnusedFor(stopUnusedAfterMs);
    },
  };
}
