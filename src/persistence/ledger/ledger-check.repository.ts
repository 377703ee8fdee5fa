import { Injectable } from '@nestjs/common';
import type { BookedTransfer } from '../../domain/ledger/transfer.js';
import type { MonthId } from '../../domain/periods/month.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import { HISTORY_COLUMNS, historiesFrom, type HistoryRow, type OrderHistory } from './history-rows.js';
import { TRANSFER_COLUMNS, transferFromRow, type TransferRow } from './transfer-rows.js';

/** An order with its history as far as it was posted, and everything in the books that names it. */
export interface BookedOrder extends OrderHistory {
  readonly transfers: readonly BookedTransfer[];
}

/** Reads orders beside their ledger. */
@Injectable()
export class LedgerCheckRepository {
  constructor(private readonly database: Database) {}

  /**
   * The next orders by id, at most `limit`; of a month, those that have something in it. What was not posted yet is left out: history and books are read up to the
   * cursor, in one snapshot.
   */
  async ordersAfter(orderId: string, limit: number, periodId: MonthId | null): Promise<readonly BookedOrder[]> {
    const rows = await this.database.query<
      HistoryRow & { readonly transfers: readonly TransferRow[] | null }
    >(Prisma.sql`
      WITH checked AS MATERIALIZED (
        SELECT o.* FROM orders o WHERE o.id > ${orderId}::text AND ${ofPeriod(periodId)} ORDER BY o.id LIMIT ${limit}::int)
      SELECT ${HISTORY_COLUMNS}, CASE WHEN e.sequence = 1 THEN (
               SELECT jsonb_agg(to_jsonb(x) || jsonb_build_object('units', x.units::text))
               FROM (SELECT ${TRANSFER_COLUMNS} FROM ledger_transfers t JOIN periods p ON p.id = t.period_id
                     WHERE t.order_id = o.id) x) END AS transfers
      FROM checked o
      JOIN feed_readers r ON r.name = 'ledger'
      JOIN order_events e ON e.order_id = o.id
        AND (e.sequence = 1 OR (e.tx, e.order_id, e.sequence) <= (r.tx, r.subject, r.sequence))
      ORDER BY o.id, e.sequence`);
    const transfers = new Map(
      rows.flatMap((row) => (row.transfers === null ? [] : [[row.id, row.transfers] as const])),
    );
    return historiesFrom(rows).map((history) => ({
      ...history,
      transfers: (transfers.get(history.id) ?? []).map((row) =>
        transferFromRow({ ...row, effective_at: new Date(row.effective_at), posted_at: new Date(row.posted_at) }),
      ),
    }));
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
