import pg from 'pg';
import { startSandbox, type LedgerEntry, type Sandbox, type SandboxOptions } from '../../dev/sandbox/index.js';
import { makeOlder } from '../../dev/drills/ageing.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { TERMINAL } from './order-statuses.js';

/** What a gateway of a test runs on, in this process or in another. */
export interface TestContext {
  readonly sandbox: Sandbox;
  readonly database: TestDatabase;
}

export const startTestContext = async (
  options: SandboxOptions = {},
  database?: TestDatabase,
): Promise<TestContext> => ({
  sandbox: await startSandbox({ allowLoopbackUrls: true, rateLimits: 'off', ...options }),
  database: database ?? (await createTestDatabase()),
});

/** A database and simulated providers of a test's own, and what a test looks up and changes in them. */
export class TestBed implements TestContext {
  readonly sandbox: Sandbox;
  readonly database: TestDatabase;
  private readonly pool: pg.Pool;

  constructor({ sandbox, database }: TestContext) {
    this.sandbox = sandbox;
    this.database = database;
    this.pool = new pg.Pool({ connectionString: database.url, max: 4 });
    // Without a listener, a server that goes away takes this process with it.
    this.pool.on('error', () => undefined);
  }

  /** Providers go first: a call that hangs there ends, and with it what a gateway waits for before it has closed. */
  async close(...gateways: readonly { close(): Promise<unknown> }[]): Promise<void> {
    await this.sandbox.stop();
    await Promise.all(gateways.map((gateway) => gateway.close()));
    await this.pool.end();
    await this.database.drop();
  }

  get simulators() {
    const { cnaught, carbonmark, oneTribe } = this.sandbox;
    return { cnaught, carbonmark, one_tribe: oneTribe };
  }

  /** What a person with a client would see. Every statement is a transaction of its own. */
  async rows<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(sql, [...values])).rows;
  }

  /** For statements that belong together. The test releases it. */
  connection(): Promise<pg.PoolClient> {
    return this.pool.connect();
  }

  /** For the gateways, it is later by so much. For the providers it is not. With an order: for its rows only. */
  letTimePass(ms: number, orderId: string | null = null): Promise<void> {
    return makeOlder((sql, values) => this.rows(sql, values), ms, orderId);
  }

  /** The next look at an order, or at every order, is due now. */
  async makeDue(orderId: string | null = null): Promise<void> {
    await this.rows('UPDATE tasks SET run_at = now() WHERE $1::text IS NULL OR subject_id = $1', [orderId]);
  }

  /** No order is attended to any more, and providers count as never called: for the next test on the same bed. */
  async forget(): Promise<void> {
    await this.rows(`
      UPDATE tasks SET run_at = now() + interval '100 years', lease_token = NULL, leased_until = NULL`);
    await this.forgetPauses();
  }

  /** There never was an order, nor anything in finance, past the guards that keep it: for a proof with so many that old ones would slow it down. */
  async forgetOrders(): Promise<void> {
    await this.rows(`
      BEGIN; SET LOCAL session_replication_role = replica;
      TRUNCATE pool_members, pools, line_allocations, break_events, breaks, findings, reconciliations, provider_records, provider_snapshots, statement_lines, statement_chunks, statements, ledger_transfers, lot_releases, lot_claims, proofs, credit_lots, orders, order_events, order_notes, order_owners, resolutions, attempts, checkout_sessions, purchase_claims, callbacks, spending, tasks,
      idempotency_records, quotes, offers, quota_buckets, provider_health; COMMIT`);
  }

  async forgetPauses(): Promise<void> {
    await this.rows('WITH quotas AS (DELETE FROM quota_buckets) DELETE FROM provider_health');
  }

  /** Every purchase that a provider has on record for these orders. Hosted checkouts do not tell whose they are. */
  purchasesOf(...orderIds: readonly string[]): LedgerEntry[] {
    const { cnaught, oneTribe } = this.sandbox;
    const wanted = new Set(orderIds);
    return [...cnaught.purchases(), ...oneTribe.purchases()].filter(({ reference }) =>
      wanted.has(/ord_[0-9a-z]{26}/.exec(reference ?? '')?.[0] ?? ''),
    );
  }

  /** Open orders without a task, which would wait for ever. Must be none, always. */
  async lostOrders(): Promise<number> {
    const lost = await this.rows(`
      SELECT FROM orders o LEFT JOIN tasks t ON t.subject_id = o.id
      WHERE o.status NOT IN ${TERMINAL} AND t.subject_id IS NULL`);
    return lost.length;
  }
}
