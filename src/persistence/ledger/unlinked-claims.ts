import { namesOf, type UnlinkedClaim } from '../../domain/ledger/open-claims.js';
import { ASSETS } from '../../domain/ledger/units.js';
import type { Transaction } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { balanceOf } from './transfer-rows.js';

interface ClaimRow {
  readonly source: string;
  readonly asset: string;
  readonly subject: string | null;
  readonly provider_order_id: string | null;
  readonly reference: string | null;
  readonly units: string;
  readonly claimed_at: Date;
}

/** What was claimed back from a provider of no order, and what has come of that, in the order in which it was posted. */
export const readUnlinkedClaims = async (
  database: Pick<Transaction, 'query'>,
  provider: string,
): Promise<readonly UnlinkedClaim[]> => {
  const rows = await database.query<ClaimRow>(Prisma.sql`
    SELECT t.source, t.asset, b.subject, n.provider_order_id, n.reference, ${balanceOf('refund_due')}::text AS units,
           min(t.effective_at) AS claimed_at
    FROM ledger_transfers t
    LEFT JOIN breaks b ON b.id = t.source
    LEFT JOIN statement_lines n ON n.statement_id = COALESCE(b.statement_id, t.source)
      AND n.line = COALESCE(b.line_no, abs(t.source_seq))
    WHERE t.order_id IS NULL AND t.provider = ${provider}::text AND 'refund_due' IN (t.debit, t.credit)
    GROUP BY t.source, n.line, t.asset, b.subject, n.provider_order_id, n.reference
    HAVING ${balanceOf('refund_due')} <> 0
    ORDER BY min(t.posted_at), ${balanceOf('refund_due')} < 0, t.source, n.line`);
  return rows.map((row) => ({
    source: row.source,
    subject: row.subject,
    names: namesOf([row.subject, row.provider_order_id], row.reference),
    asset: readWord(ASSETS)(row.asset),
    units: BigInt(row.units),
    claimedAt: row.claimed_at,
  }));
};
