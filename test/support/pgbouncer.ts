import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { serverAccount } from '../../dev/postgres/postgres-binaries.js';
import { freePort } from './free-port.js';
import { testRunDir } from './test-run.js';

const START_WITHIN_MS = 10_000;

/** Such as "PgBouncer 1.18.0". */
export const pgBouncerVersion = (binary: string): string =>
  execFileSync(binary, ['--version'], { encoding: 'utf8' }).split('\n', 1).join('');

/**
 * PostgreSQL behind PgBouncer itself, in transaction mode: a process of its own, on loopback. What its settings leave
 * out is as PgBouncer comes, so that it refuses start-up parameters that it does not know.
 */
export class PgBouncer {
  private constructor(
    readonly url: string,
    private readonly database: string,
    private readonly folder: string,
    private readonly child: ChildProcess,
    private readonly admin: pg.Client,
  ) {}

  static async inFrontOf(databaseUrl: string, size: number, binary: string): Promise<PgBouncer> {
    const url = new URL(databaseUrl);
    url.hostname = '127.0.0.1';
    url.port = String(await freePort());
    const folder = await settingsFolder(new URL(databaseUrl), url, size);
    // An empty environment: PgBouncer's libraries read theirs.
    const options = { ...(await serverAccount()), cwd: '/', env: {} };
    const child = spawn(binary, [join(folder, 'pgbouncer.ini')], { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    const admin = await openAdmin(url, child);
    return new PgBouncer(url.href, databaseOf(url), folder, child, admin);
  }

  async clientCount(): Promise<number> {
    const { rows } = await this.admin.query<{ database: string; cl_active: string; cl_waiting: string }>('SHOW POOLS');
    const pool = rows.find(({ database }) => database === this.database);
    return Number(pool?.cl_active ?? 0) + Number(pool?.cl_waiting ?? 0);
  }

  async close(): Promise<void> {
    await this.admin.end();
    await stop(this.child);
    await rm(this.folder, { recursive: true });
  }
}

/** Readable only by the account it runs as, which cannot be root: PgBouncer refuses that. */
async function settingsFolder(behind: URL, front: URL, size: number): Promise<string> {
  const folder = await mkdtemp(join(testRunDir(), 'pgbouncer-'));
  const [settings, users] = [join(folder, 'pgbouncer.ini'), join(folder, 'users.txt')];
  await writeFile(users, `"${front.username}" "${front.password}"\n`, { mode: 0o600 });
  await writeFile(
    settings,
    `[databases]
${databaseOf(behind)} = host=${behind.hostname} port=${behind.port}
[pgbouncer]
pool_mode = transaction
default_pool_size = ${size}
; Otherwise a client that is alone gets the same server connection every time, and may lean on it unnoticed.
server_round_robin = 1
listen_addr = 127.0.0.1
listen_port = ${front.port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
stats_users = ${front.username}
; By this, a run that was killed is cleaned up.
pidfile = ${join(folder, 'pgbouncer.pid')}
`,
    { mode: 0o600 },
  );
  const account = await serverAccount();
  if (account !== null) for (const path of [folder, settings, users]) await chown(path, account.uid, account.gid);
  return folder;
}

const databaseOf = (url: URL): string => url.pathname.slice(1);

/** A connection to the database on which it tells about itself. Once there is one, it has started. */
async function openAdmin(front: URL, child: ChildProcess): Promise<pg.Client> {
  let lastWords = '';
  child.on('error', (error) => (lastWords = error.message));
  child.stderr?.on('data', (chunk: Buffer) => (lastWords = `${lastWords}${chunk.toString()}`.slice(-2_000)));
  const url = new URL(front);
  url.pathname = '/pgbouncer';
  for (const deadline = Date.now() + START_WITHIN_MS; Date.now() < deadline && isRunning(child); await delay(20)) {
    const admin = new pg.Client({ connectionString: url.href });
    admin.on('error', () => undefined);
    const connected = admin.connect().then(() => true);
    if (await connected.catch(() => false)) return admin;
  }
  await stop(child);
  throw new Error(`PgBouncer did not start. ${lastWords}`);
}

/** False also when it never ran. */
const isRunning = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid !== undefined && exitCode === null && signalCode === null;

async function stop(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}
