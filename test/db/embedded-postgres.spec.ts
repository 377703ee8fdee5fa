import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { watch } from 'node:fs';
import { chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
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

function spawnOwner(dataDir: string, account: { uid?: number; gid?: number } = {}): ChildProcess {
  const args = ['--import', './test/support/typescript.js', 'test/support/postgres-owner.ts', dataDir];
  const owner = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], ...account });
  owners.push(owner);
  return owner;
}

async function startOwner(dataDir: string, account?: { uid?: number; gid?: number }): Promise<Owner> {
  const owner = spawnOwner(dataDir, account);
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
