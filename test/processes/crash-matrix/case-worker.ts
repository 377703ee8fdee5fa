import type { OrderStatus } from '../../../src/domain/orders/lifecycle.js';
import { TERMINAL } from '../../support/order-statuses.js';
import { startTestContext, TestBed, type TestContext } from '../../support/test-bed.js';
import { CommandedGateway, type Conditions } from './commanded-gateway.js';

/** An order as its row has it, and the hosted checkout it shows. */
export interface OrderRow {
  readonly id: string;
  readonly status: OrderStatus;
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

export const TENANT = 'ten_crashmatrix';

/**
 * One database and one sandbox, for one case after the other, and a process that survives them all: what the killed
 * process leaves is taken on by another one that was there all along.
 */
export class CaseWorker extends TestBed {
  private constructor(
    on: TestContext,
    readonly survivor: CommandedGateway,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    super(on);
  }

  static async start(): Promise<CaseWorker> {
    const on = await startTestContext();
    const env = {
      DATABASE_URL: on.database.applicationUrl,
      DATABASE_POOL_SIZE: '4',
      TEST_LOG_LEVEL: process.env['TEST_LOG_LEVEL'],
      ...on.sandbox.variables(),
    };
    const worker = new CaseWorker(on, await CommandedGateway.start(env), env);
    await worker.rows(`INSERT INTO tenants (id, name) VALUES ($1, 'Crash matrix')`, [TENANT]);
    return worker;
  }

  async stop(): Promise<void> {
    this.survivor.kill();
    await this.survivor.ended;
    await this.close();
  }

  /** As new, but for the tenant. */
  async clear(conditions: Conditions): Promise<void> {
    for (const simulator of Object.values(this.simulators)) simulator.reset();
    await this.forgetOrders();
    await this.survivor.prepare(conditions);
  }

  /** A process that will die at the crash point. */
  async startVictim(crashAt: string | null, conditions: Conditions): Promise<CommandedGateway> {
    const victim = await CommandedGateway.start({ ...this.env, ...(crashAt !== null && { CRASH_AT: crashAt }) });
    await victim.prepare(conditions);
    return victim;
  }

  orders(): Promise<readonly OrderRow[]> {
    return this.rows<OrderRow>(ORDERS);
  }

  /** How long until the order's task can be claimed; null: it has no task. */
  async msUntilDue(): Promise<number | null> {
    const [task] = await this.rows<{ ms: number }>(
      `SELECT (EXTRACT(EPOCH FROM GREATEST(run_at, leased_until) - now()) * 1000)::float8 AS ms FROM tasks`,
    );
    return task ? Math.max(Math.ceil(task.ms), 0) : null;
  }

  /** Lets time pass for the gateway's records and for the providers. */
  override async letTimePass(ms: number): Promise<void> {
    await super.letTimePass(ms);
    for (const simulator of Object.values(this.simulators)) simulator.advanceClock(ms);
  }

  /** Open orders without a task, and orders whose events have gaps: must be none, always. */
  async brokenOrders(): Promise<readonly string[]> {
    const broken = await this.rows<{ what: string }>(`
      SELECT 'an open order has no task' AS what FROM orders o LEFT JOIN tasks t ON t.subject_id = o.id
      WHERE o.status NOT IN ${TERMINAL} AND t.subject_id IS NULL
      UNION ALL
      SELECT 'the events of an order have gaps' FROM orders o
      WHERE o.version <> (SELECT count(*) FROM order_events e WHERE e.order_id = o.id)
      UNION ALL
      SELECT 'an order failed with an attempt of unknown outcome' FROM orders o JOIN attempts a ON a.order_id = o.id
      WHERE o.status = 'failed' AND a.operation = 'placeOrder' AND (a.outcome IS NULL OR a.outcome = 'ambiguous')`);
    return broken.map(({ what }) => what);
  }

  /** What happened to the orders, for a case that went wrong. */
  async history(): Promise<string> {
    const events = await this.rows<{ line: string }>(
      `SELECT type || ' (' || source || ') ' || evidence::text AS line FROM order_events ORDER BY order_id, sequence`,
    );
    return events.map(({ line }) => line).join('\n');
  }
}
