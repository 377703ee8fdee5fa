import pg from 'pg';
import { startSandbox, type Sandbox } from '../../../dev/sandbox/index.js';
import { createTestDatabase } from '../../support/database.js';
import { GatewayProcess, type Conditions } from './gateway-process.js';

/** An order as its row has it, and the hosted page it shows. */
export interface OrderRow {
  readonly id: string;
  readonly status: string;
  readonly review: string | null;
  readonly provider_order_id: string | null;
  readonly version: number;
  readonly checkout_url: string | null;
  readonly checkout_status: string | null;
}

const ORDERS = `
  SELECT o.id, o.status, o.review_reason AS review, o.provider_order_id, o.version,
    c.url AS checkout_url, c.status AS checkout_status
  FROM orders o LEFT JOIN LATERAL (
    SELECT url, status FROM checkout_sessions WHERE order_id = o.id ORDER BY created_at DESC LIMIT 1) c ON true`;

/** What the engine compares with the clock: made older, it is the same as waiting. */
const AGEING_COLUMNS = {
  tasks: ['run_at', 'leased_until'],
  attempts: ['started_at', 'send_deadline_at'],
  orders: ['last_lookup_at', 'refreshed_at'],
  checkout_sessions: ['expires_at'],
  idempotency_records: ['locked_until'],
  provider_health: ['probe_at'],
  quota_buckets: ['filled_at', 'blocked_until'],
};

const AGE = Object.entries(AGEING_COLUMNS)
  .map(([table, columns]) => {
    const older = columns.map((column) => `${column} = ${column} - $1::float8 * interval '1 millisecond'`);
    return `aged_${table} AS (UPDATE ${table} SET ${older.join(', ')})`;
  })
  .join(', ');

/** Everything that belongs to an order. */
const FORGET = `TRUNCATE orders, order_events, attempts, checkout_sessions, checkout_returns, callbacks, tasks,
  idempotency_records, quotes, offers, quota_buckets, provider_health`;

export const TENANT = 'ten_crashmatrix';

/**
 * One database and one sandbox, for one case after the other, and a process that survives them all: what the killed
 * process leaves is taken on by another one that was there all along.
 */
export class Lane {
  private constructor(
    readonly sandbox: Sandbox,
    readonly survivor: GatewayProcess,
    private readonly database: pg.Client,
    private readonly env: NodeJS.ProcessEnv,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<Lane> {
    const sandbox = await startSandbox({ allowLoopbackUrls: true, rateLimits: 'off' });
    const created = await createTestDatabase();
    const database = new pg.Client({ connectionString: created.url });
    await database.connect();
    await database.query(`INSERT INTO tenants (id, name) VALUES ($1, 'Crash matrix')`, [TENANT]);
    const { cnaught, carbonmark, oneTribe } = sandbox;
    const env = {
      DATABASE_URL: created.url,
      DATABASE_POOL_SIZE: '4',
      TEST_LOG_LEVEL: process.env['TEST_LOG_LEVEL'],
      CNAUGHT_API_KEY: cnaught.apiKey,
      CNAUGHT_BASE_URL: cnaught.baseUrl,
      CARBONMARK_API_KEY: carbonmark.apiKey,
      CARBONMARK_CHECKOUT_URL: carbonmark.baseUrl,
      CARBONMARK_API_URL: carbonmark.baseUrl,
      ONE_TRIBE_API_KEY: oneTribe.apiKey,
      ONE_TRIBE_BASE_URL: oneTribe.baseUrl,
    };
    const survivor = await GatewayProcess.start(env);
    return new Lane(sandbox, survivor, database, env, async () => {
      survivor.kill();
      await survivor.ended;
      await database.end();
      await sandbox.stop();
      await created.drop();
    });
  }

  /** As new, but for the tenant. */
  async clear(conditions: Conditions): Promise<void> {
    const { cnaught, carbonmark, oneTribe } = this.sandbox;
    for (const provider of [cnaught, carbonmark, oneTribe]) provider.reset();
    await this.database.query(FORGET);
    await this.survivor.prepare(conditions);
  }

  /** A process that will die at the crash point. */
  async startVictim(crashAt: string | null, conditions: Conditions): Promise<GatewayProcess> {
    const victim = await GatewayProcess.start({ ...this.env, ...(crashAt !== null && { CRASH_AT: crashAt }) });
    await victim.prepare(conditions);
    return victim;
  }

  async orders(): Promise<readonly OrderRow[]> {
    const { rows } = await this.database.query<OrderRow>(ORDERS);
    return rows;
  }

  /** How long until the order's task can be claimed; null: it has no task. */
  async msUntilDue(): Promise<number | null> {
    const { rows } = await this.database.query<{ ms: number }>(
      `SELECT (EXTRACT(EPOCH FROM GREATEST(run_at, leased_until) - now()) * 1000)::float8 AS ms FROM tasks`,
    );
    return rows[0] ? Math.max(Math.ceil(rows[0].ms), 0) : null;
  }

  /** Lets time pass for the gateway's records and for the providers. */
  async letTimePass(ms: number): Promise<void> {
    await this.database.query(`WITH ${AGE} SELECT`, [ms]);
    const { cnaught, carbonmark, oneTribe } = this.sandbox;
    for (const provider of [cnaught, carbonmark, oneTribe]) provider.advanceClock(ms);
  }

  /** Open orders without a task, and orders whose events have gaps: must be none, always. */
  async brokenOrders(): Promise<readonly string[]> {
    const { rows } = await this.database.query<{ what: string }>(`
      SELECT 'an open order has no task' AS what FROM orders o LEFT JOIN tasks t ON t.subject_id = o.id
      WHERE o.status NOT IN ('completed', 'cancelled', 'failed', 'expired') AND t.subject_id IS NULL
      UNION ALL
      SELECT 'the events of an order have gaps' FROM orders o
      WHERE o.version <> (SELECT count(*) FROM order_events e WHERE e.order_id = o.id)
      UNION ALL
      SELECT 'an order failed with an attempt of unknown outcome' FROM orders o JOIN attempts a ON a.order_id = o.id
      WHERE o.status = 'failed' AND a.operation = 'place_order' AND (a.outcome IS NULL OR a.outcome = 'ambiguous')`);
    return rows.map(({ what }) => what);
  }

  /** What happened to the orders, for a case that went wrong. */
  async history(): Promise<string> {
    const { rows } = await this.database.query<{ line: string }>(
      `SELECT type || ' (' || source || ') ' || evidence::text AS line FROM order_events ORDER BY order_id, sequence`,
    );
    return rows.map(({ line }) => line).join('\n');
  }
}
