import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../dist/dev/postgres/embedded-postgres.js';
import { ProcessReaper } from '../chaos/process-reaper.js';
import { root } from '../root.js';
import { gatewayCli, neutralEnv, ServerProcess } from './server-process.js';

const SANDBOX_READY_MS = 30_000;

/** Gateways run with what they have in production. */
async function nodeOptionsOfImage() {
  const [, options] = /NODE_OPTIONS="([^"]+)"/.exec(await readFile(join(root, 'Dockerfile'), 'utf8')) ?? [];
  if (options === undefined) throw new Error('the Dockerfile has no NODE_OPTIONS');
  return options;
}

/** What both sides share, of this run alone: a folder, one durable PostgreSQL and the simulated providers. */
export class Cluster {
  static async open(checkout) {
    const cluster = new Cluster(checkout);
    // Root's PostgreSQL runs under another account, which must be able to get there.
    cluster.folder = await mkdtemp(join(process.getuid?.() === 0 ? '/var/tmp' : tmpdir(), 'offset-gateway-bench-'));
    await chmod(cluster.folder, 0o711);
    cluster.reaper = new ProcessReaper(cluster.folder);
    try {
      await cluster.start();
    } catch (error) {
      await cluster.close();
      throw error;
    }
    return cluster;
  }

  constructor(checkout) {
    this.checkout = checkout;
  }

  async start() {
    this.nodeOptions = await nodeOptionsOfImage();
    this.postgres = await startEmbeddedPostgres({ dataDir: join(this.folder, 'postgres'), database: 'gateway' });
    const note = await readFile(join(this.postgres.dataDir, 'data/postmaster.pid'), 'utf8');
    this.postmaster = Number(note.split('\n')[0]);
    this.databases = new Map();
    await this.startProviders();
    await this.makeDatabases();
  }

  /** Orders stay as the provider took them: nothing else happens while a figure is taken. */
  async startProviders() {
    this.sandbox = spawn(process.execPath, [join(root, 'scripts/bench/sandbox.js')], {
      env: neutralEnv(),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.reaper.watch(this.sandbox);
    [this.providers] = await once(this.sandbox, 'message', { signal: AbortSignal.timeout(SANDBOX_READY_MS) });
  }

  /** The gateway's by its own commands; a tenant and two keys that are valid in every copy made of it. */
  async makeDatabases() {
    const cli = (...args) => gatewayCli(this.checkout, this.url('gateway'), ...args);
    await cli('migrate');
    const { id } = await cli('tenants', 'create', 'Bench');
    const { key } = await cli('keys', 'create', id, '--scopes', 'orders:write,orders:read,events:read');
    const ops = await cli('keys', 'create', id, '--scopes', 'orders:read,ops');
    Object.assign(this, { tenantId: id, tenantKey: key, opsKey: ops.key });
    await this.query('postgres', 'CREATE DATABASE reference');
    await this.query('reference', await readFile(join(import.meta.dirname, 'reference/schema.sql'), 'utf8'));
    await this.query('reference', 'INSERT INTO tenants (id, name) VALUES ($1, $2)', [id, 'Bench']);
  }

  url(database) {
    return Object.assign(new URL(this.postgres.url), { pathname: `/${database}` }).href;
  }

  async query(database, text, values) {
    return (await this.client(database)).query(text, values);
  }

  async client(database) {
    if (!this.databases.has(database)) {
      const client = new pg.Client({ connectionString: this.url(database), application_name: 'bench' });
      await client.connect();
      this.databases.set(database, client);
    }
    return this.databases.get(database);
  }

  /** A database can be copied only while it has no connections. */
  async copyDatabase(from, to) {
    await this.databases.get(from)?.end();
    this.databases.delete(from);
    await this.query('postgres', `CREATE DATABASE ${to} TEMPLATE ${from}`);
  }

  /** `flags`: of Node. */
  startGateway(role, database, flags = []) {
    const env = {
      NODE_ENV: 'test',
      LOG_LEVEL: 'warn',
      RATE_LIMIT_PER_MINUTE: '9999999',
      MAX_MONTH_USD: '999999999999',
      // No order is looked at again while a figure is taken.
      POLL_SCHEDULE_SECONDS: '86400',
      ...this.providers,
      ROLE: role,
      DATABASE_URL: this.url(database),
      NODE_OPTIONS: this.nodeOptions,
    };
    const { main } = this.checkout;
    return ServerProcess.start({ ...this.own(`gateway-${role}-${database}`), main, env, flags, readyPath: '/readyz' });
  }

  startReference(database) {
    const env = {
      ...this.providers,
      DATABASE_URL: this.url(database),
      TENANT_ID: this.tenantId,
      TENANT_KEY: this.tenantKey,
      OPS_KEY: this.opsKey,
    };
    const main = join(import.meta.dirname, 'reference/server.js');
    return ServerProcess.start({ ...this.own(`reference-${database}`), main, env, readyPath: '/livez' });
  }

  own(name) {
    return { name, folder: this.folder, reaper: this.reaper };
  }

  /** Ends everything it started, however far the start got. */
  async close() {
    await Promise.allSettled([...(this.databases?.values() ?? [])].map((client) => client.end()));
    this.sandbox?.kill('SIGKILL');
    await this.postgres?.stop('immediate').catch(() => undefined);
    await this.reaper.finish();
  }
}
