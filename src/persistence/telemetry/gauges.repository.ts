import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Pool, type QueryResult } from 'pg';
import type { BucketLevel } from '../../domain/providers/throttle.js';
import { KEEP_ALIVE, limitHolding } from '../database/connection-limits.js';
import type { FeedReader } from '../events/feed-cursor.js';
import { IS_OPEN } from '../orders/order-rows.js';

/** Values of one series, beside its labels. Ages are in seconds. */
export type Reading<Value extends string> = Readonly<Record<Value, number>>;

/** What the database alone knows of the whole gateway. Labels that no row has are missing. */
export interface Gauges {
  readonly open: readonly Reading<'count'>[];
  readonly inDoubt: readonly Reading<'oldest'>[];
  readonly reviews: readonly Reading<'count' | 'oldest'>[];
  readonly tasks: readonly Reading<'due' | 'overdue' | 'oldest'>[];
  readonly pauses: readonly Reading<'age'>[];
  readonly quotas: readonly (BucketLevel & { readonly provider: string; readonly limit: string })[];
  readonly queues: readonly Reading<'tenants'>[];
  readonly switches: readonly Reading<'count' | 'oldest'>[];
  readonly webhooks: readonly Reading<'dead' | 'oldest' | 'behind'>[];
  /** Decisions that wait for a second person. */
  readonly proposals: readonly Reading<'open' | 'oldest'>[];
  readonly ledger: readonly Reading<'behind'>[];
  /** Differences that nobody has settled. */
  readonly breaks: readonly Reading<'count' | 'oldest'>[];
  /** Reconciliations that are complete, by how long ago the latest one of each provider is; and how complete its list was. */
  readonly runs: readonly Reading<'age' | 'complete'>[];
  /** Mass in pools: waiting, being bought, or of nobody yet. */
  readonly pools: readonly Reading<'grams'>[];
}

const STATEMENT_TIMEOUT_MS = 2_000;

/** Ends the connection where the server says nothing at all. */
const SILENCE_MS = 3_000;

/** Dead letters are kept: counting more of them would take longer and say no more. */
const MOST_DEAD = 10_000;

const AGE = (since: string): string => `EXTRACT(EPOCH FROM now() - ${since})::float8`;

/** Age of the oldest event that a reader of the feed has not come to. */
const BEHIND = (reader: FeedReader): string =>
  `COALESCE((SELECT ${AGE('e.occurred_at')} FROM feed_readers r CROSS JOIN LATERAL (
       SELECT x.occurred_at FROM order_events x
       WHERE (x.tx, x.order_id, x.sequence) > (r.tx, r.subject, r.sequence)
       ORDER BY x.tx, x.order_id, x.sequence LIMIT 1) e
     WHERE r.name = '${reader}'), 0)`;

/** Each reads an index of just the rows that it counts: open orders, orders under review, due tasks, open proposals. */
const STATEMENTS: Readonly<Record<keyof Gauges, (lateMs: number) => string>> = {
  open: () =>
    `SELECT o.provider, o.status, count(*)::int AS count FROM orders o WHERE ${IS_OPEN.sql} GROUP BY o.provider, o.status`,
  inDoubt: () =>
    `SELECT provider, ${AGE('min(created_at)')} AS oldest FROM orders WHERE status = 'in_doubt' GROUP BY provider`,
  reviews: () =>
    `SELECT provider, review_reason AS reason, count(*)::int AS count, ${AGE('min(review_since)')} AS oldest
     FROM orders WHERE review_reason IS NOT NULL GROUP BY provider, review_reason`,
  tasks: (lateMs) =>
    `SELECT count(*)::int AS due, COALESCE(${AGE('min(run_at)')}, 0) AS oldest,
            count(*) FILTER (WHERE run_at <= now() - interval '${lateMs} milliseconds')::int AS overdue
     FROM tasks WHERE run_at <= now()`,
  pauses: () =>
    `SELECT provider, operation_class AS class, pause_reason AS reason, ${AGE('paused_at')} AS age
     FROM provider_health WHERE pause_reason IS NOT NULL`,
  quotas: () =>
    `SELECT provider, "limit", tokens::float8, pace::float8,
            (EXTRACT(EPOCH FROM clock_timestamp() - filled_at) * 1000)::float8 AS "ageMs" FROM quota_buckets`,
  queues: () =>
    'SELECT provider, count(DISTINCT tenant_id)::int AS tenants FROM quota_turns WHERE waits_until > now() GROUP BY provider',
  switches: () =>
    `SELECT operation, count(*)::int AS count, ${AGE('min(on_at)')} AS oldest
     FROM switches WHERE off_at IS NULL AND until > now() GROUP BY operation`,
  webhooks: () =>
    `SELECT (SELECT count(*)::int FROM (SELECT FROM webhook_deliveries WHERE state = 'dead' LIMIT ${MOST_DEAD}) d) AS dead,
            COALESCE((SELECT ${AGE('min(due_at)')} FROM webhook_deliveries WHERE state = 'pending' AND due_at <= now()), 0)
              AS oldest,
            ${BEHIND('webhooks')} AS behind`,
  ledger: () => `SELECT ${BEHIND('ledger')} AS behind`,
  breaks: () =>
    `SELECT type, severity, provider, count(*)::int AS count, ${AGE('min(opened_at)')} AS oldest
     FROM breaks WHERE status IN ('open', 'waiting') AND severity <> 'info' GROUP BY type, severity, provider`,
  runs: () =>
    `SELECT DISTINCT ON (c.provider) c.provider, ${AGE('c.ended_at')} AS age,
            (n.coverage = 'complete' AND n.unread = 0)::int AS complete
     FROM reconciliations c JOIN provider_snapshots n ON n.id = c.snapshot_id
     WHERE c.status = 'completed' AND NOT c.dry_run ORDER BY c.provider, c.ended_at DESC`,
  pools: () =>
    `SELECT provider, status AS state, sum(grams)::float8 AS grams FROM (
       SELECT provider, CASE status WHEN 'allocated' THEN 'left' ELSE status END AS status,
              CASE status WHEN 'allocated' THEN left_grams ELSE grams END AS grams
       FROM pools WHERE status <> 'dissolved') p
     GROUP BY provider, status`,
  proposals: () =>
    `SELECT count(*)::int AS open, COALESCE(${AGE('min(proposed_at)')}, 0) AS oldest
     FROM resolutions WHERE state = 'proposed' AND expires_at > now()`,
};

const NAMES = Object.keys(STATEMENTS) as (keyof Gauges)[];

/**
 * Reads the gauges over one connection of its own, so that no request waits for them, and within a time limit. The limit
 * is set in the transaction, because a pooler may refuse it for the session.
 */
@Injectable()
export class GaugesRepository implements OnApplicationShutdown {
  private readonly pool: Pool;

  constructor({ url }: { readonly url: string }) {
    this.pool = new Pool({
      connectionString: url,
      max: 1,
      connectionTimeoutMillis: 1_500,
      application_name: 'offset-gateway-metrics',
      ...KEEP_ALIVE,
    });
    this.pool.on('connect', (client) => client.on('error', () => undefined));
    this.pool.on('error', () => undefined);
    limitHolding(this.pool, SILENCE_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /** One round trip. A task that has been due for `lateMs` is overdue. Rejects if the database does not respond in time. */
  async read(lateMs: number): Promise<Gauges> {
    const text = [
      'BEGIN READ ONLY',
      `SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS}`,
      ...NAMES.map((name) => STATEMENTS[name](lateMs)),
      'COMMIT',
    ].join(';\n');
    const results = (await this.pool.query(text)) as unknown as readonly QueryResult[];
    return Object.fromEntries(NAMES.map((name, index) => [name, results[index + 2]?.rows ?? []])) as unknown as Gauges;
  }
}
