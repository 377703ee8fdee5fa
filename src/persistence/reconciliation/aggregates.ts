import {
  MOST_ORDERS_OF_A_LINE,
  type AggregateLine,
  type AggregateOrder,
} from '../../domain/reconciliation/aggregate.js';
import { finding, type Finding } from '../../domain/reconciliation/finding.js';
import type { Run } from '../../domain/reconciliation/run.js';
import { readFacts } from '../breaks/break-rows.js';
import type { Transaction } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import { balanceOf } from '../ledger/transfer-rows.js';
import { lastDay, type LegTerms } from './legs.js';
import { IS_AGGREGATE, isOfRun, scopeOf } from './scope.js';

interface LineRow {
  readonly statement_id: string;
  readonly line: number;
  readonly grams: string | null;
  readonly net_units: string;
  readonly tax_units: string;
  readonly currency: string;
  readonly project_id: string;
  readonly covers_to: string;
}

/**
 * Lines for all orders of a project, oldest first, of which nobody has decided anything: what they charge is still on
 * `suspense`. Each with the orders that it can be for, by id: retired by the last day that its statement is about, as
 * the provider counts days, priced in its currency, and charged by no other line.
 */
export const readAggregates = async (
  transaction: Transaction,
  run: Run,
  { snapshot, timeZone, aggregatesIn }: LegTerms,
): Promise<readonly { readonly line: AggregateLine; readonly orders: readonly AggregateOrder[] }[]> => {
  if (aggregatesIn === null || run.account !== null) return [];
  const lines = await transaction.query<LineRow>(Prisma.sql`
    WITH ${scopeOf(run, snapshot.id)}
    SELECT s.statement_id, s.line, s.grams::text, s.net_units::text, s.tax_units::text, s.currency, s.project_id, s.covers_to::text
    FROM stated s
    WHERE ${IS_AGGREGATE} AND s.occurred_on <= ${lastDay(run, timeZone)}
      AND s.net_units = (
        SELECT ${balanceOf('suspense')}
        FROM ledger_transfers t
        WHERE t.source = s.statement_id AND t.source_seq = s.line
           OR t.source IN (SELECT b.id FROM breaks b WHERE b.statement_id = s.statement_id AND b.line_no = s.line))
    ORDER BY s.issued_on, s.statement_id, s.line`);
  const read: { readonly line: AggregateLine; readonly orders: readonly AggregateOrder[] }[] = [];
  for (const row of lines) {
    const orders = await transaction.query<{ id: string; grams: string; net: string }>(Prisma.sql`
      WITH ${scopeOf(run, snapshot.id)}
      SELECT o.id, o.ordered_grams::text AS grams,
             ((o.price_amount - COALESCE(o.price_tax_amount, 0)) * 1000000)::numeric(24, 0)::text AS net
      FROM orders o
      WHERE ${isOfRun(run)} AND o.payment_method = 'account' AND o.provider_offering_id = ${row.project_id}::text
        AND o.status IN ('retired', 'completed') AND COALESCE(o.retired_at, o.completed_at) < ${run.cutOffAt}::timestamptz
        AND (COALESCE(o.provider_retired_at, o.retired_at, o.completed_at) AT TIME ZONE ${aggregatesIn}::text)::date <= ${row.covers_to}::date
        AND o.price_currency = ${row.currency}::text AND o.price_amount IS NOT NULL
        AND NOT EXISTS (SELECT FROM stated x WHERE x.linked_id = o.id AND x.kind = 'charge')
      ORDER BY o.id LIMIT ${MOST_ORDERS_OF_A_LINE + 1}::int`);
    read.push({
      line: {
        statementId: row.statement_id,
        line: row.line,
        grams: row.grams === null ? null : BigInt(row.grams),
        netUnits: BigInt(row.net_units),
        taxUnits: BigInt(row.tax_units),
      },
      orders: orders.map(({ id, grams, net }) => ({
        orderId: id,
        grams: BigInt(grams),
        netUnits: BigInt(net),
      })),
    });
  }
  return read;
};

/** What is found of lines that were allocated before: they stay so as long as their statement counts. */
export const readAllocated = async (transaction: Transaction, run: Run): Promise<readonly Finding[]> => {
  if (run.account !== null) return [];
  const rows = await transaction.query<{ subject: string; facts: unknown }>(Prisma.sql`
    SELECT b.subject, b.facts FROM breaks b JOIN statements s ON s.id = b.statement_id AND s.status = 'accepted'
    WHERE b.provider = ${run.provider}::text AND b.type = 'aggregate_allocated'
      AND EXISTS (SELECT FROM line_allocations a WHERE a.break_id = b.id)
    ORDER BY b.subject`);
  return rows.map(({ subject, facts }) => finding('aggregate_allocated', subject, readFacts(facts)));
};
