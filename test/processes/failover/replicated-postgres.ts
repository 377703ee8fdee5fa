import { execFile } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { postgresBinaries, reachableDataDir, serverAccount } from '../../../dev/postgres/postgres-binaries.js';
import { asApplication, PostgresServer } from '../../../dev/postgres/postgres-server.js';
import { bringUpToDate } from '../../../src/persistence/migrations/bring-up-to-date.js';
import type { TestDatabase } from '../../support/database.js';
import { PostgresProxy } from '../../support/postgres-proxy.js';
import { postgresDir } from '../../support/test-run.js';

const DATABASE = 'gateway';
const SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100'];

/** What the standby calls itself, and whom a synchronous primary waits for. */
const STANDBY = 'standby';

/** One server of the pair, and what can happen to it. */
export class Member {
  private constructor(
    private readonly server: PostgresServer,
    private readonly dataDir: string,
  ) {}

  static async in(dataDir: string): Promise<Member> {
    const account = await serverAccount();
    const server = new PostgresServer(await postgresBinaries(account), dataDir, account, SETTINGS);
    await server.initialise(false);
    return new Member(server, dataDir);
  }

  get url(): string {
    return this.server.url(DATABASE);
  }

  async start(port?: number): Promise<void> {
    await this.server.start(port);
    this.server.letProcessExit();
  }

  async createDatabase(): Promise<void> {
    await this.server.createDatabase(DATABASE);
    await this.server.createApplicationRole();
  }

  stop(mode: 'fast' | 'immediate' = 'immediate'): Promise<void> {
    return this.server.stop(mode);
  }

  /** The machine is gone. Its sessions notice, and end by themselves. */
  async kill(): Promise<void> {
    const [pid] = (await readFile(join(this.dataDir, 'data', 'postmaster.pid'), 'utf8')).split('\n').map(Number);
    process.kill(pid ?? 0, 'SIGKILL');
  }

  async set(setting: string, value: string): Promise<void> {
    await this.rows(`ALTER SYSTEM SET ${setting} = '${value}'`);
    await this.rows('SELECT pg_reload_conf()');
  }

  async promote(): Promise<void> {
    await this.rows('SELECT pg_promote(true, 60)');
  }

  async rows<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    try {
      return (await client.query<Row>(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  }
}

/**
 * A primary, a standby that follows it, and an address in front that leads to one of them, as a proxy or an address that
 * moves would. The gateways know the address only.
 */
export class ReplicatedPostgres implements TestDatabase {
  private constructor(
    readonly primary: Member,
    readonly standby: Member,
    readonly address: PostgresProxy,
  ) {}

  get url(): string {
    return this.address.url;
  }

  get applicationUrl(): string {
    return asApplication(this.url);
  }

  static async start(name: string, replication: 'synchronous' | 'asynchronous'): Promise<ReplicatedPostgres> {
    const account = await serverAccount();
    const [first, second] = await Promise.all(
      ['primary', STANDBY].map((role) => reachableDataDir(postgresDir(`${name}-${role}`), account)),
    );
    if (first === undefined || second === undefined) throw new Error('no folders');
    const primary = await Member.in(first);
    await primary.start();
    await primary.createDatabase();
    await bringUpToDate(primary.url);
    await primary.stop('fast');
    // The package has no pg_basebackup: a copy of a server that is not running is as good.
    await promisify(execFile)('cp', ['-a', first, second]);
    await primary.start();
    await follow(join(second, 'data'), primary.url);
    const standby = await Member.in(second);
    await standby.start();
    if (replication === 'synchronous') await primary.set('synchronous_standby_names', STANDBY);
    const pair = new ReplicatedPostgres(primary, standby, await PostgresProxy.inFrontOf(primary.url));
    await pair.untilStreaming();
    return pair;
  }

  /** Until the primary knows its standby. */
  async untilStreaming(): Promise<void> {
    for (;;) {
      const rows = await this.primary.rows(`SELECT FROM pg_stat_replication WHERE state = 'streaming'`);
      if (rows.length === 1) return;
    }
  }

  async drop(): Promise<void> {
    await this.address.close();
    await Promise.all([this.primary, this.standby].map((member) => member.stop()));
  }
}

const follow = async (cluster: string, primaryUrl: string): Promise<void> => {
  const { port, username, password } = new URL(primaryUrl);
  const conninfo = `host=127.0.0.1 port=${port} user=${username} password=${password} application_name=${STANDBY}`;
  await appendFile(join(cluster, 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`);
  await writeFile(join(cluster, 'standby.signal'), '');
};
