import { Balances } from '../../domain/ledger/balances.js';
import { OpenClaims } from '../../domain/ledger/open-claims.js';
import { postDecision } from '../../domain/ledger/post-decision.js';
import { ASSETS, MASS } from '../../domain/ledger/units.js';
import type { RefundOfNone } from '../../domain/reconciliation/refund-due.js';
import type { Transaction } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import { readUnlinkedClaims } from './unlinked-claims.js';

/** What was claimed back of no order, and has not come, by what it was claimed of. */
export const readRefundsOfNone = async (
  transaction: Pick<Transaction, 'query'>,
  provider: string,
): Promise<readonly RefundOfNone[]> => {
  const claims = OpenClaims.of(await readUnlinkedClaims(transaction, provider));
  const rows = await transaction.query<{ subject: string; breaks: string[]; claimed_at: Date }>(Prisma.sql`
    SELECT b.subject, array_agg(DISTINCT b.id) AS breaks, min(t.effective_at) AS claimed_at
    FROM breaks b JOIN ledger_transfers t ON t.source = b.id AND t.debit = 'refund_due'
    WHERE b.id = ANY (${[...claims.sources()]}::text[])
    GROUP BY b.subject ORDER BY b.subject COLLATE "C"`);
  return rows.map(({ subject, breaks, claimed_at: claimedAt }) => ({
    subject,
    claimedAt,
    due: Balances.of(
      ASSETS.filter((asset) => asset !== MASS).flatMap((asset) => {
        const units = breaks.reduce((sum, id) => sum + claims.leftOf(id, asset), 0n);
        return postDecision('claim_suspended', { asset, units, mass: null });
      }),
    ),
  }));
};
