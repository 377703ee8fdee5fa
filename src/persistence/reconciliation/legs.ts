import type { RunScope } from '../../domain/reconciliation/run.js';
import type { Terms } from '../../domain/reconciliation/legs.js';
import { Prisma } from '../generated/client.js';
import { IS_AGGREGATE } from './scope.js';
import type { Snapshot } from './snapshots.repository.js';

export interface LegTerms {
  readonly terms: Terms;
  readonly settleMs: number;
  readonly snapshot: Snapshot;
  /** Where the day of the cut-off is. */
  readonly timeZone: string;
  /** Where the days of a provider are that charges all orders of a project in one line; null for others. */
  readonly aggregatesIn: string | null;
}

/** Of a line `l` of no order: as a credit it has met what was claimed back, and nothing of it waits for a decision. */
const IS_MET = Prisma.sql`(l.kind = 'credit' AND l.key LIKE 's:%' AND (
  SELECT COALESCE(bool_or(t.credit = 'refund_due') AND NOT bool_or(t.credit = 'suspense'), false)
  FROM ledger_transfers t WHERE t.source = l.statement_id AND t.source_seq = l.line))`;

/** The last day that is before the cut-off. */
export const lastDay = ({ cutOffAt }: RunScope, timeZone: string): Prisma.Sql =>
  Prisma.sql`((${cutOffAt}::timestamptz - interval '1 millisecond') AT TIME ZONE ${timeZone}::text)::date`;

/**
 * CTEs behind those of `scopeOf`, up to `joined`: one row for each order, and for each purchase or line without one; and
 * `told`: all that there is about those that do not agree, for nearly all do. Status and retirement are those at the
 * cut-off, and what an order that has not moved since is now; the price is what is known now. What has happened since at the
 * provider, and here in the same way, counts as not happened; what was in doubt then is what became of it. `agrees`: all
 * that is there says the same, so that nothing is left to judge.
 */
export const legsOf = (run: RunScope, { terms, settleMs, snapshot, timeZone, aggregatesIn }: LegTerms): Prisma.Sql => {
  const cutOff = Prisma.sql`${run.cutOffAt}::timestamptz`;
  return Prisma.sql`
  -- What pools have bought is proven by their members, each for its own.
  unproven AS MATERIALIZED (
    SELECT DISTINCT p.order_id
    FROM pools p JOIN pool_members m ON m.pool_id = p.id LEFT JOIN owed x ON x.order_id = m.order_id
    WHERE p.provider = ${run.provider}::text AND p.order_id IS NOT NULL AND COALESCE(x.proven, 0) <> m.grams),
  ours AS (
    SELECT o.id, o.provider_order_id, o.payment_method, o.ordered_grams AS grams, o.price_currency AS currency,
           (o.price_amount * 1000000)::numeric(24, 0) AS gross,
           ((o.price_amount - COALESCE(o.price_tax_amount, 0)) * 1000000)::numeric(24, 0) AS net,
           CASE WHEN o.updated_at < ${cutOff} OR past.status IN ('submitting', 'in_doubt') THEN o.status
                ELSE COALESCE(past.status, 'created') END AS status,
           o.status AS status_now,
           COALESCE(o.placed_at, o.created_at) < ${cutOff} - ${settleMs}::float8 * interval '1 millisecond'
             AND o.created_at >= ${snapshot.createdFrom}::timestamptz AS is_settled,
           CASE WHEN o.pool_role = 'purchase' THEN u.order_id IS NULL ELSE COALESCE(w.proven, 0) = o.ordered_grams END AS is_proven,
           floor(EXTRACT(EPOCH FROM ${cutOff} - COALESCE(o.provider_retired_at, o.retired_at, o.completed_at)) / 86400)::int
             AS retired_days,
           NULLIF(w.refund_due, 0) AS refund_due, COALESCE(w.accepted, 0) AS accepted,
           GREATEST(floor(EXTRACT(EPOCH FROM ${cutOff} - w.claimed_at) / 86400), 0)::int AS refund_days
    FROM scope JOIN orders o ON o.id = scope.id
    LEFT JOIN owed w ON w.order_id = o.id
    LEFT JOIN unproven u ON u.order_id = o.id
    LEFT JOIN LATERAL (
      SELECT e.to_status AS status FROM order_events e
      WHERE o.updated_at >= ${cutOff} AND e.order_id = o.id AND e.to_status IS NOT NULL AND e.occurred_at < ${cutOff}
      ORDER BY e.sequence DESC LIMIT 1) past ON true),
  staged AS MATERIALIZED (
    SELECT x.*, CASE WHEN x.status IN ('retired', 'completed') THEN 'retired' WHEN x.status IN ('placed', 'accepted') THEN 'open'
                     ELSE 'undone' END AS state,
           CASE WHEN x.status_now IN ('retired', 'completed') THEN 'retired' WHEN x.status_now IN ('placed', 'accepted') THEN 'open'
                ELSE 'undone' END AS state_now
    FROM ours x),
  purchases AS MATERIALIZED (
    SELECT COALESCE(r.linked_id, 'p:' || r.provider_order_id) AS key, r.provider_order_id, r.reference, r.grams, r.gross_units,
           r.currency, CASE WHEN r.state = o.state_now THEN o.state ELSE r.state END AS state
    FROM recorded r LEFT JOIN staged o ON o.id = r.linked_id
    WHERE CASE WHEN r.linked_id IS NULL THEN r.created_at IS NULL OR r.created_at < ${cutOff} ELSE o.id IS NOT NULL END),
  lines AS MATERIALIZED (
    SELECT CASE WHEN s.linked_id IS NOT NULL THEN s.linked_id
                WHEN p.key IS NOT NULL THEN p.key
                ELSE 's:' || s.statement_id || ':' || s.line END AS key,
           s.statement_id, s.line, s.kind, s.provider_order_id, s.reference, s.grams, s.net_units, s.tax_units, s.currency,
           ${aggregatesIn !== null}::boolean AND ${IS_AGGREGATE} AS is_aggregate
    FROM stated s
    LEFT JOIN staged o ON o.id = s.linked_id
    LEFT JOIN purchases p ON p.key = CASE WHEN s.linked_id IS NULL THEN 'p:' || s.provider_order_id END
    WHERE CASE WHEN s.linked_id IS NULL
               THEN ${run.account}::text IS NULL AND s.occurred_on <= ${lastDay(run, timeZone)}
               ELSE o.id IS NOT NULL END),
  theirs AS (
    SELECT p.key, count(*) AS n, min(p.provider_order_id) AS provider_order_id, min(p.reference) AS reference,
           min(p.state) AS state, min(p.grams) AS grams, min(p.gross_units) AS gross, min(p.currency) AS currency
    FROM purchases p GROUP BY p.key),
  charged AS (
    SELECT l.key, count(*) AS n, min(l.kind) AS kind, min(l.provider_order_id) AS provider_order_id, min(l.reference) AS reference,
           min(l.grams) AS grams, min(l.net_units) AS net, min(l.tax_units) AS tax, min(l.currency) AS currency
    FROM lines l WHERE NOT l.is_aggregate GROUP BY l.key),
  joined AS MATERIALIZED (
    SELECT COALESCE(o.id, p.key, s.key) AS key,
           COALESCE(
             o.state = 'retired' AND o.refund_due IS NULL AND o.accepted = 0 AND (o.is_proven OR o.retired_days <= ${terms.proofDays}::int)
             AND p.n = 1 AND p.state = 'retired' AND p.provider_order_id = o.provider_order_id
             AND COALESCE(p.reference, o.id) = o.id AND COALESCE(p.grams, o.grams) = o.grams
             AND COALESCE(p.gross, o.gross) = o.gross AND COALESCE(p.currency, o.currency) = o.currency
             AND CASE WHEN o.payment_method = 'checkout' OR ${terms.invoiceDays}::int IS NULL THEN s.n IS NULL
                 ELSE s.n = 1 AND s.kind = 'charge' AND s.net = o.net AND s.currency = o.currency
                      AND COALESCE(s.grams, o.grams) = o.grams AND COALESCE(s.reference, o.id) = o.id
                      AND s.tax = div(s.net * COALESCE(${terms.taxRate?.toString() ?? null}::numeric, 0), 1000000) END, false) AS agrees
    FROM staged o
    FULL JOIN theirs p ON p.key = o.id
    FULL JOIN charged s ON s.key = COALESCE(o.id, p.key)),
  differing AS MATERIALIZED (SELECT j.key FROM joined j WHERE NOT j.agrees),
  told AS (
    SELECT d.key, to_jsonb(o) || jsonb_build_object(
             'grams', o.grams::text, 'gross', o.gross::text, 'net', o.net::text, 'refund_due', o.refund_due::text,
             'accepted', o.accepted::text) AS o, p.legs AS p, s.legs AS s
    FROM differing d
    LEFT JOIN staged o ON o.id = d.key
    LEFT JOIN (
      SELECT p.key, jsonb_agg(jsonb_build_object('providerOrderId', p.provider_order_id, 'reference', p.reference, 'state', p.state,
               'grams', p.grams::text, 'grossUnits', p.gross_units::text, 'currency', p.currency) ORDER BY p.provider_order_id) AS legs
      FROM purchases p WHERE p.key IN (SELECT d.key FROM differing d) GROUP BY p.key) p ON p.key = d.key
    LEFT JOIN (
      SELECT l.key, jsonb_agg(jsonb_build_object('statementId', l.statement_id, 'line', l.line, 'kind', l.kind,
               'providerOrderId', l.provider_order_id, 'reference', l.reference, 'grams', l.grams::text,
               'netUnits', l.net_units::text, 'taxUnits', l.tax_units::text, 'currency', l.currency, 'isMet', ${IS_MET})
               ORDER BY l.statement_id, l.line) AS legs
      FROM lines l WHERE NOT l.is_aggregate AND l.key IN (SELECT d.key FROM differing d) GROUP BY l.key) s ON s.key = d.key)`;
};
