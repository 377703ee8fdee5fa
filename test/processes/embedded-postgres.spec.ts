import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../dev/postgres/embedded-postgres.js';
import { postgresDir } from '../support/test-run.js';

const started: { stop(mode: 'immediate'): Promise<void> }[] = [];
const owners: ChildProcess[] = [];

async function start(dataDir: string, durable = false): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, durable });
  started.push(server);
  return server;
}

interface Owner {
  process: ChildProcess;
  url: string;
}

interface OwnerOptions {
  uid?: number;
  gid?: number;
  unusedMs?: number;
}

function spawnOwner(dataDir: string, { unusedMs, ...account }: OwnerOptions = {}): ChildProcess {
  const args = ['--import', './test/support/typescript.js', 'test/support/postgres-owner.ts', dataDir];
  if (unusedMs !== undefined) args.push(String(unusedMs));
  const owner = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], ...account });
  owners.push(owner);
  return owner;
}

async function startOwner(dataDir: string, options?: OwnerOptions): Promise<Owner> {
  const owner = spawnOwner(dataDir, options);
  const [url] = (await once(createInterface(owner.stdout!), 'line')) as [string];
  return { process: owner, url };
}

async function kill({ process: owner }: Owner): Promise<void> {
  owner.kill('SIGKILL');
  await once(owner, 'exit');
}

async function leave({ process: owner }: Owner): Promise<void> {
  owner.stdin?.end();
  await once(owner, 'exit');
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Resolves when the server has gone, by itself: it takes its note away last. */
async function gone(dataDir: string): Promise<void> {
  const cluster = join(dataDir, 'data');
  const watcher = watch(cluster);
  try {
    for await (const _ of on(watcher, 'change')) if (!existsSync(join(cluster, 'postmaster.pid'))) return;
  } finally {
    watcher.close();
  }
}

const startedAt = (url: string): Promise<unknown[]> => query(url, 'SELECT pg_postmaster_start_time()');

afterEach(async () => {
  for (const owner of owners.splice(0)) owner.kill('SIGKILL');
  for (const server of started.splice(0)) await server.stop('immediate');
});

describe('the embedded PostgreSQL', () => {
  it('keeps its data and its password from one start to the next', async () => {
    const dataDir = postgresDir('kept');
    const first = await start(dataDir);
    await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
    await first.stop();
    const second = await start(dataDir);
    expect(await query(second.url, 'SELECT * FROM kept')).toEqual([{ one: 1 }]);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
  });

  it('lets no client in without the password, which only its account can read', async () => {
    const { url, dataDir } = await start(postgresDir('private'));
    const wrong = new URL(url);
    wrong.password = 'guessed';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
    expect(await query(url, `SELECT current_setting('listen_addresses') AS listens`)).toEqual([
      { listens: '127.0.0.1' },
    ]);
  });

  it('is joined, not restarted, after its owner was killed', async () => {
    const dataDir = postgresDir('orphaned');
    const owner = await startOwner(dataDir);
    const born = await startedAt(owner.url);
    await kill(owner);
    const { url } = await start(dataDir);
    expect(url).toBe(owner.url);
    expect(await startedAt(url)).toEqual(born);
  });

  it('stops when the last of its users leaves', async () => {
    const dataDir = postgresDir('shared');
    const first = await startOwner(dataDir);
    const second = await startOwner(dataDir);
    expect(second.url).toBe(first.url);
    await leave(first);
    expect(await startedAt(second.url)).toHaveLength(1);
    await leave(second);
    await expect(startedAt(second.url)).rejects.toThrow('ECONNREFUSED');
  });

  it('ends by itself when its owner was killed and nobody has used it since', async () => {
    const dataDir = postgresDir('abandoned');
    const owner = await startOwner(dataDir, { unusedMs: 500 });
    const ending = gone(dataDir);
    await kill(owner);
    await ending;
    await expect(startedAt(owner.url)).rejects.toThrow('ECONNREFUSED');
    expect(await startedAt((await start(dataDir)).url)).toHaveLength(1);
  });

  it('goes on while somebody uses it, with the lock or without, and is watched by one process', async () => {
    const dataDir = postgresDir('in-use');
    const killed = await startOwner(dataDir, { unusedMs: 300 });
    const other = await startOwner(dataDir, { unusedMs: 300 });
    await kill(killed);
    const client = new pg.Client({ connectionString: other.url });
    client.on('error', () => undefined);
    await client.connect();
    /** When the watch looked last. It looks ten times before it stops a server. */
    const looks = async (): Promise<Date[]> => {
      const sql = `SELECT query_start FROM pg_stat_activity WHERE application_name = '' AND query LIKE '%pg_stat_database%' AND pid <> pg_backend_pid()`;
      return (await client.query<{ query_start: Date }>(sql)).rows.map((row) => row.query_start);
    };
    const untilLookedFor = async (ms: number): Promise<void> => {
      let first: Date | undefined;
      for (;;) {
        const [last] = await looks();
        first ??= last;
        if (first && last && last.getTime() - first.getTime() > ms) return;
        await setImmediate();
      }
    };
    await untilLookedFor(1_000);
    expect(await looks()).toHaveLength(1);
    other.process.kill('SIGKILL');
    await once(other.process, 'exit');
    await untilLookedFor(1_000);
    const ending = gone(dataDir);
    await client.end();
    await ending;
  });

  it('is one server when several processes start it together', async () => {
    const dataDir = postgresDir('together');
    const together = await Promise.all([startOwner(dataDir), startOwner(dataDir), startOwner(dataDir)]);
    expect(new Set(together.map(({ url }) => url)).size).toBe(1);
    await Promise.all(together.map(leave));
    const beside = await readdir(dirname(dataDir));
    expect(beside.filter((name) => name.startsWith(`${basename(dataDir)}.`))).toEqual([]);
  });

  it('starts after initdb was interrupted', async () => {
    const dataDir = postgresDir('interrupted');
    const folder = dirname(dataDir);
    const watcher = watch(folder);
    const owner = spawnOwner(dataDir);
    const making = `${basename(dataDir)}.initdb-${owner.pid}`;
    for await (const [, name] of on(watcher, 'change')) if (name === making) break;
    watcher.close();
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await readdir(folder)).toContain(making);

    const { url } = await start(dataDir);
    expect(await startedAt(url)).toHaveLength(1);
    expect(await readdir(folder)).not.toContain(making);
  });

  it('sets a folder aside that holds something else', async () => {
    const dataDir = postgresDir('occupied');
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'notes.txt'), 'mine');
    const { url } = await start(dataDir);
    expect(await startedAt(url)).toHaveLength(1);
    const aside = (await readdir(dirname(dataDir))).find((name) => name.startsWith('occupied.unusable-'));
    expect(await readFile(join(dirname(dataDir), aside ?? '', 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('starts when the process id it left behind now belongs to another process', async () => {
    const dataDir = postgresDir('reused');
    const first = await start(dataDir);
    const note = join(first.dataDir, 'data', 'postmaster.pid');
    const lines = (await readFile(note, 'utf8')).split('\n');
    await first.stop();
    await writeFile(note, [process.pid, ...lines.slice(1)].join('\n'));
    expect(await startedAt((await start(dataDir)).url)).toHaveLength(1);
  });

  it('comes back from a crash on the same url with everything that was committed', async () => {
    const server = await start(postgresDir('crashed'), true);
    await query(server.url, 'CREATE TABLE kept AS SELECT 1 AS one');
    await server.restart('immediate');
    expect(await query(server.url, 'SELECT * FROM kept')).toEqual([{ one: 1 }]);
  });
});

describe('data that is kept elsewhere', () => {
  // Only root's server cannot get to where root can.
  const asRoot = process.getuid?.() === 0 ? it : it.skip;

  /** A checkout that no other account can enter. */
  const checkout = async (): Promise<{ path: string; dataDir: string }> => {
    const path = await mkdtemp(join(tmpdir(), 'checkout-'));
    return { path, dataDir: join(path, '.data', 'postgres') };
  };

  asRoot('goes with the folder it belongs to, at the next start, unless somebody uses it', async () => {
    const [deleted, used, kept] = [await checkout(), await checkout(), await checkout()];
    const abandoned = await startOwner(deleted.dataDir);
    const inUse = await startOwner(used.dataDir);
    await kill(abandoned);
    await Promise.all([deleted, used].map(({ path }) => rm(path, { recursive: true })));

    const own = await start(kept.dataDir);
    const beside = dirname(own.dataDir);
    expect(beside).not.toContain(kept.path);
    await expect(startedAt(abandoned.url)).rejects.toThrow('ECONNREFUSED');
    expect(await startedAt(inUse.url)).toHaveLength(1);
    const whose = async (): Promise<string[]> => {
      const notes = (await readdir(beside)).filter((name) => name.endsWith('.belongs-to'));
      return Promise.all(notes.map((name) => readFile(join(beside, name), 'utf8')));
    };
    expect(await whose()).not.toContain(deleted.dataDir);
    expect(await whose()).toEqual(expect.arrayContaining([used.dataDir, kept.dataDir]));

    await leave(inUse);
    await own.stop();
    await rm(kept.path, { recursive: true });
    await (await start(postgresDir('sweeps'))).stop();
    expect(await whose()).not.toEqual(expect.arrayContaining([used.dataDir]));
    expect(existsSync(own.dataDir)).toBe(false);
  });

  asRoot('starts afresh where the folder of the data was deleted', async () => {
    const { path, dataDir } = await checkout();
    const first = await start(dataDir);
    await query(first.url, 'CREATE TABLE old AS SELECT 1 AS one');
    await first.stop();
    await rm(dirname(dataDir), { recursive: true });
    const second = await start(dataDir);
    expect(await query(second.url, `SELECT to_regclass('old') AS old`)).toEqual([{ old: null }]);
    await second.stop();
    await rm(path, { recursive: true });
    await (await start(postgresDir('sweeps-again'))).stop();
  });
});

describe('the account the server runs under', () => {
  const isRoot = process.getuid?.() === 0;
  const nobody = { uid: 65534, gid: 65534 };

  it('is never root', async () => {
    const { dataDir } = await start(postgresDir('account'));
    const { uid } = await stat(join(dataDir, 'data', 'postmaster.pid'));
    expect(uid === 0).toBe(false);
    expect(isRoot || uid === process.getuid?.()).toBe(true);
  });

  it('is the ordinary user who starts it', async () => {
    // Root can play that part, unless the sources are where other accounts may not read them.
    const readable = spawnSync(process.execPath, ['--check', 'jest.config.js'], isRoot ? nobody : {}).status === 0;
    if (!readable) return;
    const home = postgresDir('ordinary');
    await mkdir(home);
    if (isRoot) await chown(home, nobody.uid, nobody.gid);
    const owner = await startOwner(join(home, 'postgres'), isRoot ? nobody : {});
    const { uid } = await stat(join(home, 'postgres', 'data', 'postmaster.pid'));
    expect(uid).toBe(isRoot ? nobody.uid : process.getuid?.());
    await leave(owner);
    await expect(startedAt(owner.url)).rejects.toThrow('ECONNREFUSED');
  });
});
