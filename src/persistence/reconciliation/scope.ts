import type { LinePart } from '../../domain/reconciliation/aggregate.js';
import type { RunScope } from '../../domain/reconciliation/run.js';
import { Prisma } from '../generated/client.js';
import { acceptedOf, balanceOf } from '../ledger/transfer-rows.js';

/** For a transaction that joins a month of orders: what is hashed and sorted then stays in memory. */
export const LARGE_WORK_MEM = Prisma.sql`SET LOCAL work_mem = '64MB'`;

/**
 * Orders `o` of the list that a run compares, as far as they were there at its cut-off. Of a pool, what it has bought. Said
 * so that PostgreSQL can tell how many they are: of IS DISTINCT FROM it expects one, and joins a million one by one.
 */
export const isOfRun = ({ provider, account, cutOffAt }: RunScope): Prisma.Sql => Prisma.sql`
  o.provider = ${provider}::text AND (o.pool_role IS NULL OR o.pool_role <> 'member') AND o.created_at < ${cutOffAt}::timestamptz
  AND ${account === null ? Prisma.sql`o.provider_account IS NULL` : Prisma.sql`o.provider_account = ${account}::text`}`;

/**
 * CTEs up to `scope`: the orders that a run compares. Those bought or retired in its period; that have something
 * open in the books; that a break is open about; that its statements name; and, once the provider's list is read, those in it.
 * `owed`, `stated` and `recorded` are there to be joined again. A line that is allocated to orders counts as its parts;
 * `allocated`: what this run has allocated, beside what is on record.
 */
export const scopeOf = (
  run: RunScope,
  snapshotId: string | null,
  allocated: readonly LinePart[] = [],
): Prisma.Sql => Prisma.sql`
  span AS MATERIALIZED (SELECT p.starts_at FROM periods p WHERE p.id = ${run.periodId}::text),
  owed AS MATERIALIZED (
    SELECT t.order_id,
           ${balanceOf('clearing')} AS clearing,
           ${balanceOf('refund_due')} AS refund_due,
           ${balanceOf('proven')} AS proven,
           ${acceptedOf} AS accepted,
           min(t.effective_at) FILTER (WHERE t.debit = 'refund_due') AS claimed_at
    FROM ledger_transfers t
    WHERE t.provider = ${run.provider}::text AND t.order_id IS NOT NULL
      AND (t.debit IN ('clearing', 'refund_due', 'proven', 'difference')
           OR t.credit IN ('clearing', 'refund_due', 'proven', 'difference'))
    GROUP BY t.order_id),
  parts AS MATERIALIZED (
    SELECT a.statement_id, a.line, a.order_id, a.grams, a.net_units, a.tax_units FROM line_allocations a
    UNION ALL
    SELECT g.* FROM jsonb_to_recordset(${partsJson(allocated)}::jsonb) AS g(
      statement_id text, line int, order_id text, grams bigint, net_units bigint, tax_units bigint)),
  stated AS MATERIALIZED (
    SELECT l.statement_id, l.line, l.kind, l.provider_order_id, l.project_id, COALESCE(a.grams, l.grams) AS grams,
           -- Where a person has said whose it is, the line names no other.
           CASE WHEN b.linked_order_id IS NULL THEN l.reference END AS reference,
           COALESCE(a.net_units, l.net_units) AS net_units, COALESCE(a.tax_units, l.tax_units) AS tax_units, l.occurred_on,
           s.currency, s.issued_on, COALESCE(s.covers_to, s.issued_on) AS covers_to,
           COALESCE(b.linked_order_id, l.order_id, a.order_id, two.id) AS linked_id
    FROM statements s JOIN statement_lines l ON l.statement_id = s.id
    LEFT JOIN parts a ON a.statement_id = l.statement_id AND a.line = l.line
    -- Of two orders that it names, it is told with that of the provider's id.
    LEFT JOIN orders two ON two.provider = ${run.provider}::text
      AND two.provider_order_id = CASE WHEN l.order_id IS NULL AND EXISTS (SELECT FROM orders o WHERE o.id = l.reference)
                                       THEN l.provider_order_id END
    LEFT JOIN breaks b ON b.statement_id = l.statement_id AND b.line_no = l.line AND b.linked_order_id IS NOT NULL
    WHERE s.provider = ${run.provider}::text AND s.status = 'accepted' AND l.kind <> 'payment'),
  recorded AS MATERIALIZED (
    SELECT r.*, COALESCE(b.linked_order_id, by_id.id, by_reference.id) AS linked_id
    FROM provider_records r
    JOIN provider_snapshots n ON n.id = r.snapshot_id AND n.restarts = r.round
    LEFT JOIN orders by_id ON by_id.provider = ${run.provider}::text AND by_id.provider_order_id = r.provider_order_id
    LEFT JOIN orders by_reference ON by_reference.id = r.reference AND by_reference.provider = ${run.provider}::text
    LEFT JOIN breaks b ON b.provider = ${run.provider}::text AND b.subject = r.provider_order_id
      AND b.type = 'purchase_unknown_here' AND b.linked_order_id IS NOT NULL
    WHERE r.snapshot_id = ${snapshotId}::text),
  scope AS MATERIALIZED (
    SELECT o.id, o.created_at FROM (
      SELECT o.id FROM orders o, span
      WHERE ${isOfRun(run)} AND (
        o.placed_at >= span.starts_at AND o.placed_at < ${run.cutOffAt}::timestamptz
        OR o.retired_at >= span.starts_at AND o.retired_at < ${run.cutOffAt}::timestamptz
        OR o.completed_at >= span.starts_at AND o.completed_at < ${run.cutOffAt}::timestamptz
        OR o.status IN ('submitting', 'in_doubt'))
      UNION SELECT w.order_id FROM owed w WHERE w.clearing <> 0 OR w.refund_due <> 0
      UNION SELECT s.linked_id FROM stated s WHERE s.issued_on >= ${`${run.periodId}-01`}::date
      UNION SELECT r.linked_id FROM recorded r
      UNION SELECT b.order_id FROM breaks b WHERE b.provider = ${run.provider}::text AND b.status IN ('open', 'waiting')) u
    JOIN orders o ON o.id = u.id
    WHERE ${isOfRun(run)})`;

export const partsJson = (parts: readonly LinePart[]): string =>
  JSON.stringify(
    parts.map((part) => ({
      statement_id: part.statementId,
      line: part.line,
      order_id: part.orderId,
      grams: part.grams.toString(),
      net_units: part.netUnits.toString(),
      tax_units: part.taxUnits.toString(),
    })),
  );

/** Of the lines `s` of `stated`: for all orders of a project, and not allocated to any yet. */
export const IS_AGGREGATE = Prisma.sql`
  s.kind = 'charge' AND s.linked_id IS NULL AND s.provider_order_id IS NULL AND s.reference IS NULL AND s.project_id IS NOT NULL`;
