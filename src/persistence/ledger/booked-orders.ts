import type { BookedOrder } from '../../domain/ledger/check-books.js';
import type { BookedTransfer } from '../../domain/ledger/transfer.js';
import type { Transaction } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import { CAN_CLAIM, TELLS_RETIREMENTS } from '../lots/claiming.repository.js';
import { keptProofFromRow, keptProofs, type KeptProofRow } from '../lots/proof-rows.js';
import { readRetirements } from '../orders/retirement-json.js';
import { HISTORY_COLUMNS, historiesFrom, type HistoryRow } from './history-rows.js';
import { TRANSFER_COLUMNS, transferFromRow, type TransferRow } from './transfer-rows.js';

type CheckedRow = HistoryRow & {
  /** With the first event of an order. */
  readonly transfers: readonly TransferRow[] | null;
  readonly proofs: readonly KeptProofRow[] | null;
  readonly retirements: unknown;
};

/**
 * Orders `o` of which `are` is so, by id. What was not posted yet, or not taken in, is left out: history, books and proofs
 * are read up to the cursors, in one snapshot.
 */
export const bookedOrders = async (
  database: Pick<Transaction, 'query'>,
  are: Prisma.Sql,
): Promise<readonly BookedOrder[]> => {
  const rows = await database.query<CheckedRow>(Prisma.sql`
    WITH checked AS MATERIALIZED (SELECT o.* FROM orders o WHERE ${are})
    SELECT ${HISTORY_COLUMNS}, CASE WHEN e.sequence = 1 THEN (
             SELECT jsonb_agg(to_jsonb(x) || jsonb_build_object('units', x.units::text))
             FROM (SELECT ${TRANSFER_COLUMNS} FROM ledger_transfers t JOIN periods p ON p.id = t.period_id
                   WHERE t.order_id = o.id) x) END AS transfers,
           CASE WHEN e.sequence = 1 THEN (
             SELECT jsonb_agg(to_jsonb(x)) FROM (${keptProofs(Prisma.sql`f.order_id = o.id`)}) x) END AS proofs,
           CASE WHEN ${TELLS_RETIREMENTS} AND ${CAN_CLAIM} AND (e.tx, e.order_id, e.sequence) <= (q.tx, q.subject, q.sequence)
                THEN e.state -> 'retirements' END AS retirements
    FROM checked o
    JOIN feed_readers r ON r.name = 'ledger'
    JOIN feed_readers q ON q.name = 'proofs'
    JOIN order_events e ON e.order_id = o.id
      AND (e.sequence = 1 OR (e.tx, e.order_id, e.sequence) <= (r.tx, r.subject, r.sequence))
    ORDER BY o.id, e.sequence`);
  const ofOrder = new Map<string, CheckedRow[]>();
  for (const row of rows) {
    const own = ofOrder.get(row.id);
    if (own) own.push(row);
    else ofOrder.set(row.id, [row]);
  }
  return historiesFrom(rows).map((history) => {
    const own = ofOrder.get(history.id) ?? [];
    return {
      ...history,
      transfers: own.flatMap(({ transfers }) => transfers ?? []).map(transferFromJson),
      proofs: own.flatMap(({ proofs }) => proofs ?? []).map(keptProofFromRow),
      retired: own.flatMap(({ sequence, occurred_at: occurredAt, retirements }) =>
        retirements === null ? [] : [{ sequence, occurredAt, retirements: readRetirements(retirements) }],
      ),
    };
  });
};

/** Within JSON, times are texts. */
const transferFromJson = (row: TransferRow): BookedTransfer =>
  transferFromRow({ ...row, effective_at: new Date(row.effective_at), posted_at: new Date(row.posted_at) });
