import { Injectable } from '@nestjs/common';
import type { Decimal } from 'decimal.js';
import { isTerminal, ORDER_STATUSES } from '../../domain/orders/lifecycle.js';
import { REVIEW_REASONS } from '../../domain/orders/review.js';
import type { BucketLevel } from '../../domain/providers/throttle.js';
import { Database } from '../database/database.js';
import { readList, readNumberOrNull, readObject, readText, readTextOrNull } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';

/** More than this says no more, and counting it would take longer. */
export const MOST_COUNTED = 1_000;

const ONE_MORE = Prisma.raw(String(MOST_COUNTED + 1));

/** A count that stops at the most: then there are more. */
export interface Counted {
  readonly count: number;
  readonly capped: boolean;
}

export interface Summary {
  readonly at: Date;
  /** By the reason of the review, or `in_doubt` for orders in doubt without one; only those that there are. */
  readonly attention: readonly (Counted & { readonly reason: string; readonly oldestAt: Date | null })[];
  readonly open: readonly (Counted & { readonly provider: string; readonly status: string })[];
  /** Decisions that wait for a second person. */
  readonly proposals: Counted;
  readonly tasks: { readonly due: Counted; readonly overdue: Counted };
  readonly deliveries: { readonly failing: Counted; readonly dead: Counted };
  /** Tenants that have spent all that they may this month, or more. */
  readonly budgetsOver: Counted;
  /** Blocking breaks that nobody has decided or waits with. */
  readonly breaksOpen: Counted;
  readonly failures: readonly { readonly provider: string; readonly failures: number }[];
  readonly quotas: readonly QuotaLeft[];
}

interface QuotaLeft extends BucketLevel {
  readonly provider: string;
  readonly limit: string;
  readonly blockedUntil: Date | null;
}

const OPEN = ORDER_STATUSES.filter((status) => !isTerminal(status));

/** Counts the rows of a query, up to the most. */
const counted = (rows: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`(SELECT count(*)::int FROM (${rows} LIMIT ${ONE_MORE}) counted)`;

/** How things stand, in one statement that reads no more rows than it tells of. */
@Injectable()
export class SummaryRepository {
  constructor(private readonly database: Database) {}

  /** A task that has been due for `lateMs` is overdue. `monthUsd`: what tenants may spend a month that have no limit of their own. */
  async read(providers: readonly string[], lateMs: number, monthUsd: Decimal | null): Promise<Summary> {
    const reasons = Object.keys(REVIEW_REASONS);
    const [row] = await this.database.query<SummaryRow>(Prisma.sql`
      SELECT now() AS at,
        (SELECT jsonb_agg(jsonb_build_object('reason', r.reason, 'count', c.count, 'oldest_at', c.oldest))
         FROM unnest(${reasons}::text[]) AS r(reason) CROSS JOIN LATERAL (
           SELECT ${counted(Prisma.sql`SELECT FROM orders o WHERE o.review_reason = r.reason`)} AS count,
                  (SELECT o.review_since FROM orders o WHERE o.review_reason = r.reason
                   ORDER BY o.review_since, o.id LIMIT 1) AS oldest) c
         WHERE c.count > 0) AS reviews,
        ${counted(Prisma.sql`SELECT FROM orders o WHERE o.status = 'in_doubt' AND o.review_reason IS NULL`)} AS in_doubt,
        (SELECT o.created_at FROM orders o WHERE o.status = 'in_doubt' AND o.review_reason IS NULL
         ORDER BY o.created_at, o.id LIMIT 1) AS in_doubt_since,
        (SELECT jsonb_agg(jsonb_build_object('provider', p.id, 'status', s.status, 'count', c.count))
         FROM unnest(${providers}::text[]) AS p(id) CROSS JOIN unnest(${OPEN}::text[]) AS s(status) CROSS JOIN LATERAL (
           SELECT ${counted(Prisma.sql`
             SELECT FROM orders o WHERE o.provider = p.id AND o.status = s.status
               AND o.status NOT IN ('completed', 'cancelled', 'failed', 'expired')`)} AS count) c
         WHERE c.count > 0) AS open,
        ${counted(Prisma.sql`
          SELECT FROM resolutions r WHERE r.state = 'proposed' AND r.expires_at > now()`)} AS proposals,
        ${counted(Prisma.sql`SELECT FROM tasks t WHERE t.run_at <= now()`)} AS due,
        ${counted(Prisma.sql`
          SELECT FROM tasks t WHERE t.run_at <= now() - ${lateMs}::float8 * interval '1 millisecond'`)} AS overdue,
        ${counted(Prisma.sql`
          SELECT FROM webhook_endpoints w WHERE w.failing_since IS NOT NULL AND w.deleted_at IS NULL`)} AS failing,
        ${counted(Prisma.sql`SELECT FROM webhook_deliveries d WHERE d.state = 'dead'`)} AS dead,
        ${counted(Prisma.sql`
          SELECT FROM tenants t LEFT JOIN budgets b ON b.tenant_id = t.id AND b.month = month_of(now()),
            LATERAL (SELECT sum(s.spent_usd) AS usd FROM spending s WHERE s.subject_id = t.id AND s.month = month_of(now())) spent
          WHERE spent.usd > 0
            AND spent.usd >= COALESCE(b.limit_usd, t.max_month_usd, ${monthUsd?.toFixed() ?? null}::numeric)`)}
          AS budgets_over,
        ${counted(Prisma.sql`
          SELECT FROM breaks b WHERE b.status = 'open' AND b.severity = 'blocking'`)} AS breaks_open,
        (SELECT jsonb_agg(jsonb_build_object('provider', h.provider, 'failures', h.failures))
         FROM provider_health h WHERE h.operation_class = 'purchases') AS failures,
        (SELECT jsonb_agg(jsonb_build_object(
           'provider', b.provider, 'limit', b."limit", 'tokens', b.tokens, 'pace', b.pace,
           'age_ms', EXTRACT(EPOCH FROM clock_timestamp() - b.filled_at) * 1000,
           'blocked_until', CASE WHEN b.blocked_until > now() THEN b.blocked_until END))
         FROM quota_buckets b) AS quotas`);
    if (!row) throw new Error('the summary has no row');
    return summaryFrom(row);
  }
}

interface SummaryRow {
  readonly at: Date;
  readonly reviews: unknown;
  readonly in_doubt: number;
  readonly in_doubt_since: Date | null;
  readonly open: unknown;
  readonly proposals: number;
  readonly due: number;
  readonly overdue: number;
  readonly failing: number;
  readonly dead: number;
  readonly budgets_over: number;
  readonly breaks_open: number;
  readonly failures: unknown;
  readonly quotas: unknown;
}

const capped = (count: number | null): Counted => ({
  count: Math.min(count ?? 0, MOST_COUNTED),
  capped: (count ?? 0) > MOST_COUNTED,
});

const timeFrom = (text: string | null): Date | null => (text === null ? null : new Date(text));

const readReviews = readList(readObject({ reason: readText, count: readNumberOrNull, oldest_at: readTextOrNull }));
const readOpen = readList(readObject({ provider: readText, status: readText, count: readNumberOrNull }));
const readFailures = readList(readObject({ provider: readText, failures: readNumberOrNull }));
const readQuotas = readList(
  readObject({
    provider: readText,
    limit: readText,
    tokens: readNumberOrNull,
    pace: readNumberOrNull,
    age_ms: readNumberOrNull,
    blocked_until: readTextOrNull,
  }),
);

const summaryFrom = (row: SummaryRow): Summary => ({
  at: row.at,
  attention: [
    ...readReviews(row.reviews).map(({ reason, count, oldest_at: oldestAt }) => ({
      reason,
      ...capped(count),
      oldestAt: timeFrom(oldestAt),
    })),
    ...(row.in_doubt > 0 ? [{ reason: 'in_doubt', ...capped(row.in_doubt), oldestAt: row.in_doubt_since }] : []),
  ],
  open: readOpen(row.open).map(({ provider, status, count }) => ({ provider, status, ...capped(count) })),
  proposals: capped(row.proposals),
  tasks: { due: capped(row.due), overdue: capped(row.overdue) },
  deliveries: { failing: capped(row.failing), dead: capped(row.dead) },
  budgetsOver: capped(row.budgets_over),
  breaksOpen: capped(row.breaks_open),
  failures: readFailures(row.failures).map(({ provider, failures }) => ({ provider, failures: failures ?? 0 })),
  quotas: readQuotas(row.quotas).map((quota) => ({
    provider: quota.provider,
    limit: quota.limit,
    tokens: quota.tokens ?? 0,
    pace: quota.pace ?? 1,
    ageMs: quota.age_ms ?? 0,
    blockedUntil: timeFrom(quota.blocked_until),
  })),
});
