import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { APPLICATION_ROLE } from '../../src/persistence/migrations/grants.js';
import { exists, unlessCode, type ServerAccount } from './postgres-binaries.js';

export type StopMode = 'fast' | 'immediate';

/** @types/pg leaves these two out. */
type Connection = pg.Client & { ref(): void; unref(): void };

/** Long enough for recovery after a crash under load. */
const START_WITHIN_MS = 60_000;
const USER = 'gateway';
/** What gateways log in as. With the owner's password: whoever can read its file can do anything here anyway. */
const APPLICATION_USER = 'gateway_service';
/** Every process that uses the server holds this lock shared; the one that gets it alone is the last. "pg" in ASCII. */
const IN_USE_LOCK = 0x7067;
/** Held by the process that watches for the end of all use. */
const WATCH_LOCK = 0x7068;

/** Seen from the sources and from the build. */
const STOP_WHEN_UNUSED = ['./stop-when-unused.js', '../../../dev/postgres/stop-when-unused.js']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path));

/** The same database as the role that gateways run as. */
export const asApplication = (url: string): string => Object.assign(new URL(url), { username: APPLICATION_USER }).href;

/** One data folder: `data/` (the cluster), `password` and `server.log`, all belonging to the server's account. */
export class PostgresServer {
  private readonly cluster: string;
  private password = '';
  private port = 0;
  private hold: Connection | null = null;

  constructor(
    private readonly binaries: string,
    private readonly dataDir: string,
    private readonly account: ServerAccount | null,
    private readonly settings: readonly string[],
  ) {
    this.cluster = join(dataDir, 'data');
  }

  url(database: string): string {
    return `postgresql://${USER}:${this.password}@127.0.0.1:${this.port}/${database}?sslmode=disable`;
  }

  /** Makes the folder elsewhere and renames it into place, so that an interrupted initdb leaves nothing half made. */
  async initialise(durable: boolean): Promise<void> {
    await this.sweepInterrupted();
    if (!(await this.isInitialised())) {
      await this.setAsideUnusable();
      const making = `${this.dataDir}.initdb-${process.pid}`;
      await this.makeCluster(making, durable);
      // Another process may have been faster: then use its server.
      await rename(making, this.dataDir).catch(unlessCode('ENOTEMPTY', 'EEXIST'));
      await rm(making, { recursive: true, force: true });
    }
    this.password = await readFile(join(this.dataDir, 'password'), 'utf8');
  }

  private async makeCluster(folder: string, durable: boolean): Promise<void> {
    const passwordFile = join(folder, 'password');
    await mkdir(folder, { mode: 0o700 });
    await writeFile(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
    if (this.account !== null) {
      const { uid, gid } = this.account;
      await Promise.all([chown(folder, uid, gid), chown(passwordFile, uid, gid)]);
    }
    // The collation is built into the server: the same order on every machine, whatever locales it has.
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    // Repeated hashing is for passwords that can be guessed. This one cannot, and it would cost a client 2 ms per connection.
    const hashing = ['-c', 'scram_iterations=1'];
    const access = [`--username=${USER}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, ...hashing];
    await this.run('initdb', ['-D', join(folder, 'data'), ...locale, ...access, ...(durable ? [] : ['--no-sync'])]);
  }

  private async isInitialised(): Promise<boolean> {
    return (await exists(join(this.cluster, 'global', 'pg_control'))) && (await exists(join(this.dataDir, 'password')));
  }

  private async setAsideUnusable(): Promise<void> {
    const contents = await readdir(this.dataDir).catch(() => []);
    if (contents.length > 0) await rename(this.dataDir, `${this.dataDir}.unusable-${Date.now()}`);
  }

  private async sweepInterrupted(): Promise<void> {
    const prefix = `${basename(this.dataDir)}.initdb-`;
    for (const name of await readdir(dirname(this.dataDir))) {
      if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length)))) continue;
      // Retried, because an orphaned initdb may still be writing there.
      await rm(join(dirname(this.dataDir), name), { recursive: true, force: true, maxRetries: 10 });
    }
  }

  /** Returns when the server takes connections and we hold it. */
  async start(port?: number): Promise<void> {
    const deadline = Date.now() + START_WITHIN_MS;
    while (Date.now() < deadline) {
      const postmaster = await this.findPostmaster();
      if (postmaster === null) await this.launch(port ?? (await freePort()));
      else if (await this.join(postmaster.port)) return;
      else await delay(25);
    }
    throw new Error(
      `PostgreSQL in ${this.dataDir} did not take connections within ${START_WITHIN_MS / 1000} s. ${await this.lastWords()}`,
    );
  }

  /** Also returns if another process took the folder or the port first: the caller looks again. */
  private async launch(port: number): Promise<void> {
    const logFile = join(this.dataDir, 'server.log');
    await rm(logFile, { force: true });
    const options = [`port=${port}`, ...this.settings].map((setting) => `-c ${setting}`).join(' ');
    try {
      await this.run('pg_ctl', ['start', '-D', this.cluster, '-l', logFile, '-o', options, '-s', '-w']);
    } catch {
      const lastWords = await this.lastWords();
      if ((await this.findPostmaster()) !== null) return;
      if (lastWords.includes('Address already in use')) return;
      throw new Error(`PostgreSQL in ${this.dataDir} did not start. ${lastWords}`);
    }
  }

  /** False while it starts up or shuts down. */
  private async join(port: number): Promise<boolean> {
    this.port = port;
    const client = await this.connect();
    if (client === null) return false;
    try {
      await client.query('SELECT pg_advisory_lock_shared($1)', [IN_USE_LOCK]);
    } catch {
      await client.end();
      return false;
    }
    this.hold = client;
    return true;
  }

  private async connect(): Promise<Connection | null> {
    const limits = { connectionTimeoutMillis: 5_000, statement_timeout: 5_000 };
    const client = new pg.Client({ connectionString: this.url('postgres'), ...limits }) as Connection;
    // Without a listener, a server that stops would crash this process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if ((error as { code?: string }).code !== '28P01') return null;
      throw new Error(`The password in ${this.dataDir} is not its server's. Move the folder away to start afresh.`);
    }
  }

  async createDatabase(name: string): Promise<void> {
    const found = await this.hold?.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found?.rowCount === 1) return;
    await this.hold?.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`).catch(unlessCode('42P04', '23505'));
  }

  /** The operator's part of the two roles: the group that migrations grant to, and a login that is a member of it. */
  async createApplicationRole(): Promise<void> {
    const create = `CREATE ROLE ${APPLICATION_USER} LOGIN PASSWORD ${pg.escapeLiteral(this.password)} IN ROLE ${APPLICATION_ROLE}`;
    for (const statement of [`CREATE ROLE ${APPLICATION_ROLE} NOLOGIN`, create])
      await this.hold?.query(statement).catch(unlessCode('42710', '23505'));
  }

  async stop(mode: StopMode): Promise<void> {
    if (this.hold === null) return;
    await this.release();
    if (mode === 'fast' && !(await this.isUnused())) return;
    await this.shutDown(mode);
  }

  /** Stops a server of which nothing is known here but its folder. @returns false if somebody uses it. */
  async stopUnlessUsed(): Promise<boolean> {
    const postmaster = await this.findPostmaster();
    if (postmaster === null) return true;
    this.password = await readFile(join(this.dataDir, 'password'), 'utf8');
    this.port = postmaster.port;
    if (!(await this.isUnused())) return false;
    await this.shutDown('fast');
    return true;
  }

  /**
   * Has the server stopped when nobody has used it for so long, however its users end. The watch is a process of its own,
   * one for each server.
   */
  async stopWhenUnusedFor(unusedMs: number): Promise<void> {
    const watched = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND granted`;
    const found = await this.hold?.query(watched, [WATCH_LOCK]);
    if (found?.rowCount !== 0 || STOP_WHEN_UNUSED === undefined) return;
    const told = { folder: this.dataDir, user: USER, unusedMs, inUseLock: IN_USE_LOCK, watchLock: WATCH_LOCK };
    const env = { PATH: process.env['PATH'] };
    const watch = spawn(process.execPath, [STOP_WHEN_UNUSED, JSON.stringify(told)], {
      env,
      cwd: '/',
      detached: true,
      stdio: 'ignore',
    });
    watch.on('error', () => undefined).unref();
  }

  async restart(mode: StopMode): Promise<void> {
    await this.release();
    await this.shutDown(mode);
    await this.start(this.port);
    this.letProcessExit();
  }

  /** Holding the server must not keep this process running. */
  letProcessExit(): void {
    this.hold?.unref();
  }

  private async release(): Promise<void> {
    this.hold?.ref();
    await this.hold?.end();
    this.hold = null;
  }

  /** When true, no process can join until the server is gone: the lock stays with the connection. */
  private async isUnused(): Promise<boolean> {
    const client = await this.connect();
    if (client === null) return true;
    const lock = 'SELECT pg_try_advisory_lock($1) AS unused';
    // If the server stops in the meantime, its last user is stopping it.
    const lockRow = await client.query<{ unused: boolean }>(lock, [IN_USE_LOCK]).catch(() => null);
    if (lockRow?.rows[0]?.unused === true) return true;
    await client.end();
    return false;
  }

  private async shutDown(mode: StopMode): Promise<void> {
    await this.run('pg_ctl', ['stop', '-D', this.cluster, '-m', mode, '-s', '-w']).catch(async (error: unknown) => {
      if ((await this.findPostmaster()) !== null) throw error;
    });
  }

  /**
   * The running server of this folder, by its own note of it. A note whose process id now is another's is thrown away.
   */
  private async findPostmaster(): Promise<{ port: number } | null> {
    const pidFile = join(this.cluster, 'postmaster.pid');
    const [pid, , , port] = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n').map(Number);
    if (pid === undefined || !isAlive(pid)) return null;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => this.cluster);
    if (command.includes(this.cluster)) return { port: port ?? 0 };
    await rm(pidFile, { force: true });
    return null;
  }

  private async lastWords(): Promise<string> {
    const log = await readFile(join(this.dataDir, 'server.log'), 'utf8').catch(() => '');
    return log.split('\n').slice(-8).join('\n');
  }

  private async run(program: 'initdb' | 'pg_ctl', args: readonly string[]): Promise<void> {
    // Only what a server needs: PGDATA, PGPORT and their like would change what these programs do. A folder that the
    // server's account cannot enter must not be the current one either.
    const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
    await promisify(execFile)(join(this.binaries, program), args, { ...this.account, env, cwd: '/' });
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}
