import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { IssueKey } from '../../../src/application/access/issue-key.js';
import { PrismaService } from '../../../src/persistence/prisma/prisma.service.js';
import { TenantsRepository } from '../../../src/persistence/access/tenants.repository.js';
import { startSandbox, type LedgerEntry, type Sandbox } from '../../../dev/sandbox/index.js';
import { createTestDatabase } from '../../support/database.js';
import { sandboxEnv } from '../../support/engine.js';
import { exchange, type Outgoing, type Reply } from './exchange.js';
import { GatewayProcess, type ProcessOptions } from './gateway-process.js';

/** What the stages of this folder are set to, unless a test says otherwise. */
const ENVIRONMENT = {
  RATE_LIMIT_PER_MINUTE: '9999999',
  DATABASE_POOL_SIZE: '10',
  POLL_SCHEDULE_SECONDS: '2',
  ONE_TRIBE_SETTLE_SECONDS: '3',
};

export interface StageDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Simulated providers, a database, a caller's key, and as many processes of the built gateway as a test starts. */
export class Stage {
  private readonly gateways: GatewayProcess[] = [];

  private constructor(
    readonly sandbox: Sandbox,
    readonly database: StageDatabase,
    readonly sql: pg.Pool,
    readonly key: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async start(env: NodeJS.ProcessEnv = {}, ownDatabase?: StageDatabase): Promise<Stage> {
    const sandbox = await startSandbox({
      allowLoopbackUrls: true,
      rateLimits: 'off',
      cnaught: { callbackRetryMs: 200 },
    });
    const database = ownDatabase ?? (await createTestDatabase());
    const sql = new pg.Pool({ connectionString: database.url, max: 4 });
    // Without a listener, a server that goes away takes this process with it.
    sql.on('error', () => undefined);
    const settings = { ...ENVIRONMENT, ...sandboxEnv(sandbox), DATABASE_URL: database.url, ...env };
    return new Stage(sandbox, database, sql, await newKey(database.url), settings);
  }

  async stop(): Promise<void> {
    await Promise.all(this.gateways.map((gateway) => gateway.kill()));
    await this.sandbox.stop();
    await this.sql.end();
    await this.database.drop();
  }

  async startGateway(
    role: ProcessOptions['role'],
    options: { readonly env?: NodeJS.ProcessEnv; readonly clockShiftMs?: number } = {},
  ): Promise<GatewayProcess> {
    const { env = {}, clockShiftMs = 0 } = options;
    const gateway = await GatewayProcess.start({ role, clockShiftMs, env: { ...this.env, ...env } });
    this.gateways.push(gateway);
    return gateway;
  }

  get(gateway: GatewayProcess, path: string, outgoing: Outgoing = {}): Promise<Reply> {
    return this.send('GET', gateway, path, outgoing);
  }

  /** Places an order, by default without waiting for its provider. */
  order(
    gateway: GatewayProcess,
    body: object,
    { key = randomUUID(), prefer = 'respond-async', ...outgoing }: Outgoing & { key?: string; prefer?: string } = {},
  ): Promise<Reply> {
    const headers = { 'idempotency-key': key, prefer };
    return this.send('POST', gateway, '/v1/orders', { ...outgoing, body, headers });
  }

  send(method: string, gateway: GatewayProcess, path: string, outgoing: Outgoing): Promise<Reply> {
    const headers = { authorization: `Bearer ${this.key}`, ...outgoing.headers };
    return exchange(method, gateway.url + path, { ...outgoing, headers });
  }

  async rows<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.sql.query<Row>(sql, values)).rows;
  }

  /** Polls, because what is waited for happens in other processes. Rejects with the last value seen. */
  async until<T>(what: string, read: () => Promise<T>, isReached: (value: T) => boolean, withinMs: number): Promise<T> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const value = await read();
      if (isReached(value)) return value;
      if (performance.now() > deadline)
        throw new Error(`${what}: not within ${withinMs / 1000} s, but ${JSON.stringify(value)}\n${this.output}`);
      await delay(100);
    }
  }

  /** How many orders have each status. */
  async statuses(): Promise<Record<string, number>> {
    const rows = await this.rows<{ status: string; n: number }>(
      'SELECT status, count(*)::int AS n FROM orders GROUP BY status',
    );
    return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
  }

  /** Every purchase that a provider has on record for these orders. */
  purchasesOf(orderIds: readonly string[]): LedgerEntry[] {
    const { cnaught, oneTribe } = this.sandbox;
    const wanted = new Set(orderIds);
    return [...cnaught.purchases(), ...oneTribe.purchases()].filter(({ reference }) =>
      wanted.has(/ord_[0-9a-z]{26}/.exec(reference ?? '')?.[0] ?? ''),
    );
  }

  /** Open orders that nobody would ever attend to. Must be none, always. */
  async lostOrders(): Promise<number> {
    const [row] = await this.rows<{ n: number }>(
      `SELECT count(*)::int AS n FROM orders o LEFT JOIN tasks t ON t.subject_id = o.id
       WHERE o.status NOT IN ('completed', 'cancelled', 'failed', 'expired') AND t.subject_id IS NULL`,
    );
    return row?.n ?? 0;
  }

  private get output(): string {
    return this.gateways.map(({ output }) => output).join('\n---\n');
  }
}

const newKey = async (databaseUrl: string): Promise<string> => {
  const prisma = new PrismaService({ url: databaseUrl, maxConnections: 2 });
  const tenants = new TenantsRepository(prisma);
  try {
    const { id } = await tenants.create('Tenant', {});
    const scopes = ['orders:write', 'orders:read'] as const;
    const key = await new IssueKey(tenants).run(id, 'test', scopes, { environment: 'dev', expiresAt: null });
    if (key === null) throw new Error('no such tenant');
    return key;
  } finally {
    await prisma.$disconnect();
  }
};

/** 100 kg at CNaught, on account. */
export const CNAUGHT_ORDER = {
  mass: { value: '100', unit: 'kg' },
  provider: 'cnaught',
  payment: { method: 'account' },
  beneficiary: { name: 'Jane Smith' },
};

/** 2 t at One Tribe, on account. */
export const ONE_TRIBE_ORDER = {
  mass: { value: '2', unit: 't' },
  provider: 'one_tribe',
  payment: { method: 'account' },
  beneficiary: { name: 'Jane Smith' },
};

/** Figures of a test, for whoever reads the run. */
export const report = (line: string): void => void process.stdout.write(`    ${line}\n`);
