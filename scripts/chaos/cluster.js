import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedPostgres } from '../../dist/dev/postgres/embedded-postgres.js';
import { freePort } from '../../test/support/free-port.js';
import { neutralEnv } from '../../test/support/gateway-process.js';
import { root } from '../root.js';
import { ProcessReaper } from './process-reaper.js';
import { Database } from './database.js';
import { SupervisedGateway } from './supervised-gateway.js';
import { closeConnections } from './http.js';
import { Provider } from './provider.js';

const PROCESSES = [
  ['api-1', 'api'],
  ['api-2', 'api'],
  ['worker-1', 'worker'],
  ['worker-2', 'worker'],
];

/**
 * Counted from the send deadline (30 s). Together they are longer than any process is suspended here: a suspended one
 * may send when it wakes up, and the visibility delay is the promise that nothing turns up after it.
 */
export const ONE_TRIBE_SETTLE_SECONDS = 30;

const GATEWAY_SETTINGS = {
  NODE_ENV: 'development',
  LOG_LEVEL: 'warn',
  RATE_LIMIT_PER_MINUTE: '9999999',
  MAX_MONTH_USD: '999999999999',
  DATABASE_POOL_SIZE: '15',
  WORKER_CONCURRENCY: '32',
  POLL_SCHEDULE_SECONDS: '1,2,4,8,15,30,60',
  ONE_TRIBE_SETTLE_SECONDS: String(ONE_TRIBE_SETTLE_SECONDS),
};

const SANDBOX_READY_MS = 30_000;

/** Everything a run needs, of its own: a folder, PostgreSQL, the three simulators, the gateway's processes. */
export class Cluster {
  gateways = [];

  static async open(options) {
    const cluster = new Cluster();
    // Root's PostgreSQL runs under another account, which must be able to get there.
    cluster.folder = await mkdtemp(join(process.getuid?.() === 0 ? '/var/tmp' : tmpdir(), 'offset-gateway-chaos-'));
    await chmod(cluster.folder, 0o711);
    cluster.reaper = new ProcessReaper(cluster.folder);
    try {
      await cluster.start(options);
    } catch (error) {
      await cluster.close();
      throw error;
    }
    return cluster;
  }

  async start({ rateLimits, settings = {} }) {
    // Durable: a crash of the server must lose nothing that it has confirmed.
    this.postgres = await startEmbeddedPostgres({ dataDir: join(this.folder, 'postgres'), database: 'chaos' });
    await this.startProviders(rateLimits);
    await this.cli('migrate');
    this.database = new Database(this.postgres.url);

    const ports = [];
    for (const _ of PROCESSES) ports.push(await freePort());
    const env = {
      ...GATEWAY_SETTINGS,
      ...settings,
      ...Object.assign({}, ...Object.values(this.providers).map((provider) => provider.gatewayEnv)),
      DATABASE_URL: this.postgres.applicationUrl,
      // Providers and payers come back to the first process, as through a load balancer that knows only one.
      PUBLIC_URL: `http://127.0.0.1:${ports[0]}`,
    };
    const { folder, reaper } = this;
    this.gateways = PROCESSES.map(
      ([name, role], nth) => new SupervisedGateway({ name, role, port: ports[nth], env, folder, reaper }),
    );
    await Promise.all(this.gateways.map((gateway) => gateway.start()));
  }

  async startProviders(rateLimits) {
    const [cnaught, carbonmark, oneTribe] = [await freePort(), await freePort(), await freePort()];
    const ledgers = join(this.folder, 'ledgers');
    const ports = ['--cnaught-port', cnaught, '--carbonmark-port', carbonmark, '--one-tribe-port', oneTribe];
    const args = [...ports, '--data-dir', ledgers, ...(rateLimits ? [] : ['--no-rate-limits'])].map(String);
    this.sandbox = spawn(process.execPath, [join(root, 'dist/dev/sandbox/main.js'), ...args], {
      env: neutralEnv(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.reaper.watch(this.sandbox);
    await once(this.sandbox.stdout, 'data', { signal: AbortSignal.timeout(SANDBOX_READY_MS) });
    this.providers = Provider.all({ cnaught, carbonmark, oneTribe }, ledgers);
  }

  /** A tenant of its own, with a key. */
  async newTenant(name, scopes) {
    const { id } = await this.cli('tenants', 'create', name);
    return { id, key: (await this.cli('keys', 'create', id, '--scopes', scopes)).key };
  }

  /** A command that an operator uses, with what it prints. Migrations need the owner. */
  async cli(...args) {
    const env = { ...neutralEnv(), NODE_ENV: 'development', DATABASE_URL: this.postgres.applicationUrl };
    const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'dist/src/cli/main.js'), ...args], {
      env: args[0] === 'migrate' ? { ...env, DIRECT_DATABASE_URL: this.postgres.url } : env,
    });
    return JSON.parse(stdout);
  }

  get apis() {
    return this.gateways.filter(({ role }) => role === 'api');
  }

  get workers() {
    return this.gateways.filter(({ role }) => role === 'worker');
  }

  /** Ends everything it started, however far the start got. */
  async close({ keep = false } = {}) {
    if (keep) this.reaper.keepFolder();
    await Promise.all(this.gateways.map((gateway) => gateway.stop()));
    this.sandbox?.kill('SIGKILL');
    closeConnections();
    await this.database?.close();
    await this.postgres?.stop('immediate').catch(() => undefined);
    await this.reaper.finish();
  }
}
