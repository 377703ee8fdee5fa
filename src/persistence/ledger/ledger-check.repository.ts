import { Injectable } from '@nestjs/common';
import type { BookedOrder } from '../../domain/ledger/check-books.js';
import type { MonthId } from '../../domain/periods/month.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import { bookedOrders } from './booked-orders.js';

/** Reads orders beside their ledger. */
@Injectable()
export class LedgerCheckRepository {
  constructor(private readonly database: Database) {}

  /**
   * The next orders by id, at most `limit`; of a month, those that have something in it. What was not posted yet, or not
   * taken in, is left out: history, books and proofs are read up to the cursors, in one snapshot.
   */
  async ordersAfter(orderId: string, limit: number, periodId: MonthId | null): Promise<readonly BookedOrder[]> {
    return bookedOrders(
      this.database,
      Prisma.sql`o.id > ${orderId}::text AND ${ofPeriod(periodId)} ORDER BY o.id LIMIT ${limit}::int`,
    );
  }

  /** How many lots have another mass claimed than their claims come to, or more than they have. */
  async wrongLots(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(Prisma.sql`
      SELECT count(*)::int AS count FROM credit_lots l
      LEFT JOIN (
        SELECT c.lot_id, sum(c.grams) AS grams FROM lot_claims c
        WHERE NOT EXISTS (SELECT FROM lot_releases r WHERE r.proof_id = c.proof_id) GROUP BY c.lot_id) c ON c.lot_id = l.id
      WHERE l.claimed_grams <> COALESCE(c.grams, 0) OR l.claimed_grams > l.capacity_grams`);
    return row?.count ?? 0;
  }

  /**
   * Of how many breaks the books have something else than was decided of them: what people and rules have, its events
   * tell; what of a line was allocated to which order, stands by itself.
   */
  async wrongDecisions(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(Prisma.sql`
      WITH decided AS (
        SELECT e.break_id, e.sequence, p.leg::int AS leg, p.entry ->> 'debit' AS debit, p.entry ->> 'credit' AS credit,
               p.entry ->> 'asset' AS asset, (p.entry ->> 'units')::numeric AS units
        FROM break_events e, jsonb_array_elements(e.detail -> 'posted') WITH ORDINALITY AS p(entry, leg)
        UNION ALL
        SELECT a.break_id, e.sequence, a.leg, m.debit, m.credit, s.currency || '/6', abs(a.net_units)
        FROM line_allocations a
        JOIN statements s ON s.id = a.statement_id
        JOIN break_events e ON e.break_id = a.break_id AND e.detail ? 'orders'
        JOIN LATERAL (SELECT (a.net_units < 0) <> (e.act = 'cleared') AS is_back) d ON true
        JOIN LATERAL (
          SELECT CASE WHEN d.is_back THEN 'suspense' ELSE 'clearing' END AS debit,
                 CASE WHEN d.is_back THEN 'clearing' ELSE 'suspense' END AS credit) m ON a.net_units <> 0),
      booked AS (
        SELECT t.source, t.source_seq, t.leg::int, t.debit, t.credit, t.asset, t.units
        FROM ledger_transfers t JOIN breaks b ON b.id = t.source)
      SELECT count(DISTINCT x.break_id)::int AS count FROM (
        (TABLE decided EXCEPT ALL TABLE booked) UNION ALL (TABLE booked EXCEPT ALL TABLE decided)) x`);
    return row?.count ?? 0;
  }

  /** How many were posted to a month that was over before they happened. */
  async outOfPeriod(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(Prisma.sql`
      SELECT count(*)::int AS count FROM ledger_transfers t JOIN periods p ON p.id = t.period_id
      WHERE t.effective_at >= p.ends_at`);
    return row?.count ?? 0;
  }
}

const ofPeriod = (periodId: MonthId | null): Prisma.Sql =>
  periodId === null
    ? Prisma.sql`true`
    : Prisma.sql`EXISTS (SELECT FROM ledger_transfers t WHERE t.order_id = o.id AND t.period_id = ${periodId}::text)`;
