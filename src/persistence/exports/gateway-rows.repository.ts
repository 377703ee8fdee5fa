import { Injectable } from '@nestjs/common';
import type { BreakEventRow, BreakRow as ExportedBreak } from '../../domain/exports/breaks.js';
import type { ComparisonRow } from '../../domain/exports/comparisons.js';
import type { MonthId } from '../../domain/periods/month.js';
import type { Period } from '../../domain/periods/period.js';
import { BREAK_RESOLUTIONS } from '../../domain/reconciliation/break-types.js';
import { BREAK_ACTS } from '../../domain/reconciliation/break.js';
import type { Statement } from '../../domain/statements/statement.js';
import { BREAK_COLUMNS, breakFromRow, type BreakRow } from '../breaks/break-rows.js';
import type { Transaction } from '../database/database.js';
import { readTexts, readWord, readWordOrNull } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { RUN_COLUMNS, RUN_TABLES, runFromRow, type RunRow } from '../reconciliation/run-rows.js';
import { STATEMENT_COLUMNS, statementFromRow, type StatementRow } from '../statements/statement-rows.js';

/** Rows of the exports that are of the whole gateway, in an order that never changes, some at a time. */
@Injectable()
export class GatewayRowsRepository {
  async *breaks(transaction: Transaction, period: Period): AsyncGenerator<readonly ExportedBreak[]> {
    const pages = transaction.pages<BreakColumns>(Prisma.sql`
      SELECT ${BREAK_COLUMNS}, s.number AS statement_number, b.resolved_by, b.approved_by
      FROM breaks b LEFT JOIN statements s ON s.id = b.statement_id
      WHERE ${isOfMonth(period)} ORDER BY b.id COLLATE "C"`);
    for await (const rows of pages)
      yield rows.map((row) => ({
        ...breakFromRow(row),
        statementNumber: row.statement_number,
        resolvedBy: row.resolved_by,
        approvedBy: row.approved_by,
      }));
  }

  async *breakEvents(transaction: Transaction, period: Period): AsyncGenerator<readonly BreakEventRow[]> {
    const pages = transaction.pages<BreakEventColumns>(Prisma.sql`
      SELECT e.break_id, e.sequence, e.act, e.run_id, e.operator_id, e.operator, e.key_id, e.resolution, e.note,
             e.detail::text, e.at
      FROM break_events e JOIN breaks b ON b.id = e.break_id
      WHERE ${isOfMonth(period)} ORDER BY e.break_id COLLATE "C", e.sequence`);
    for await (const rows of pages)
      yield rows.map((row) => ({
        breakId: row.break_id,
        sequence: row.sequence,
        act: readWord(BREAK_ACTS)(row.act),
        runId: row.run_id,
        operatorId: row.operator_id,
        operator: row.operator,
        keyId: row.key_id,
        resolution: readWordOrNull(BREAK_RESOLUTIONS)(row.resolution),
        note: row.note,
        detail: row.detail,
        at: row.at,
      }));
  }

  async *comparisons(transaction: Transaction, id: MonthId): AsyncGenerator<readonly ComparisonRow[]> {
    const pages = transaction.pages<ComparisonColumns>(Prisma.sql`
      SELECT ${RUN_COLUMNS}, c.rules_version,
             listed.rows AS list_rows, listed.grams AS list_grams, listed.units AS list_units, stated.net, stated.tax
      FROM ${RUN_TABLES}
      CROSS JOIN LATERAL (
        SELECT COALESCE(sum(g.rows), 0)::int AS rows, COALESCE(sum(g.grams), 0)::text AS grams,
               COALESCE(jsonb_object_agg(g.currency, g.units::text) FILTER (WHERE g.currency IS NOT NULL), '{}') AS units
        FROM (SELECT r.currency, count(*) AS rows, sum(r.grams) AS grams, sum(r.gross_units) AS units
              FROM provider_records r WHERE r.snapshot_id = n.id AND r.round = n.restarts GROUP BY r.currency) g) listed
      CROSS JOIN LATERAL (
        SELECT COALESCE(jsonb_object_agg(g.currency, g.net::text), '{}') AS net,
               COALESCE(jsonb_object_agg(g.currency, g.tax::text), '{}') AS tax
        FROM (SELECT s.currency, sum(CASE l.kind WHEN 'credit' THEN -l.net_units ELSE l.net_units END) AS net,
                     sum(CASE l.kind WHEN 'credit' THEN -l.tax_units ELSE l.tax_units END) AS tax
              FROM statement_lines l JOIN statements s ON s.id = l.statement_id
              WHERE l.kind <> 'payment' AND l.statement_id IN (
                SELECT jsonb_array_elements_text(c.legs -> 'statements' -> 'ids'))
              GROUP BY s.currency) g) stated
      WHERE c.id IN (SELECT runs_of_month(${id}::text))
      ORDER BY c.provider COLLATE "C", c.account COLLATE "C" NULLS FIRST`);
    for await (const rows of pages) yield rows.map(comparisonFromRow);
  }

  async *statements(transaction: Transaction, id: MonthId): AsyncGenerator<readonly Statement[]> {
    const pages = transaction.pages<StatementRow>(Prisma.sql`
      SELECT ${STATEMENT_COLUMNS} FROM statements s WHERE s.id IN (${statementsOf(id)}) ORDER BY s.id COLLATE "C"`);
    for await (const rows of pages) yield rows.map(statementFromRow);
  }

  /** Of the same. */
  async statementIds(transaction: Transaction, id: MonthId): Promise<readonly string[]> {
    const rows = await transaction.query<{ readonly id: string }>(Prisma.sql`
      SELECT s.id FROM statements s WHERE s.id IN (${statementsOf(id)}) ORDER BY s.id COLLATE "C"`);
    return rows.map((row) => row.id);
  }
}

const statementsOf = (id: MonthId): Prisma.Sql => Prisma.sql`
  SELECT t.source FROM ledger_transfers t WHERE t.period_id = ${id}::text AND t.source ^@ 'stm_'`;

/** Breaks `b`: first seen in the month, or before and not settled when it began. */
const isOfMonth = ({ id, startsAt }: Period): Prisma.Sql => Prisma.sql`
  (b.period_id = ${id}::text OR b.period_id < ${id}::text AND (b.ended_at IS NULL OR b.ended_at >= ${startsAt}::timestamptz))`;

interface BreakColumns extends BreakRow {
  readonly statement_number: string | null;
  readonly resolved_by: string | null;
  readonly approved_by: string | null;
}

interface BreakEventColumns {
  readonly break_id: string;
  readonly sequence: number;
  readonly act: string;
  readonly run_id: string | null;
  readonly operator_id: string | null;
  readonly operator: string | null;
  readonly key_id: string | null;
  readonly resolution: string | null;
  readonly note: string | null;
  readonly detail: string;
  readonly at: Date;
}

interface ComparisonColumns extends RunRow {
  readonly rules_version: number;
  readonly list_rows: number;
  readonly list_grams: string;
  readonly list_units: unknown;
  readonly net: unknown;
  readonly tax: unknown;
}

const readUnits = (value: unknown): Readonly<Record<string, bigint>> =>
  Object.fromEntries(Object.entries(readTexts(value)).map(([currency, units]) => [currency, BigInt(units)]));

const comparisonFromRow = (row: ComparisonColumns): ComparisonRow => ({
  ...runFromRow(row),
  rulesVersion: row.rules_version,
  listed: { rows: row.list_rows, grams: row.list_grams, units: readUnits(row.list_units) },
  stated: { netUnits: readUnits(row.net), taxUnits: readUnits(row.tax) },
});
