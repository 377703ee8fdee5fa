import type { LeftOfPool } from '../../domain/reconciliation/left-of-pool.js';
import type { RunScope } from '../../domain/reconciliation/run.js';
import type { Transaction } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import { balanceOf } from '../ledger/transfer-rows.js';
import { isOfRun } from './scope.js';

/** Pools that were allocated before the cut-off, and of which something is left, as the books are now. By id. */
export const readPools = async (transaction: Transaction, run: RunScope): Promise<readonly LeftOfPool[]> => {
  const rows = await transaction.query<{
    pool_id: string;
    order_id: string;
    grams: string;
    net: string;
    days: number;
  }>(Prisma.sql`
    SELECT p.id AS pool_id, o.id AS order_id, (bought.grams - taken.grams)::text AS grams,
           (bought.net - taken.net)::numeric(24, 0)::text AS net,
           floor(EXTRACT(EPOCH FROM ${run.cutOffAt}::timestamptz - p.ended_at) / 86400)::int AS days
    FROM pools p JOIN orders o ON o.id = p.order_id
    CROSS JOIN LATERAL (
      SELECT ${balanceOf('pool')} AS grams, ${balanceOf('pool_cost')} AS net
      FROM ledger_transfers t WHERE t.order_id = o.id) bought
    CROSS JOIN LATERAL (
      SELECT COALESCE(sum(m.grams), 0) AS grams, COALESCE(sum(m.cost_units), 0) AS net
      FROM pool_members m WHERE m.pool_id = p.id) taken
    WHERE ${isOfRun(run)} AND p.status = 'allocated' AND p.ended_at < ${run.cutOffAt}::timestamptz
      AND (bought.grams, bought.net) <> (taken.grams, taken.net)
    ORDER BY p.id`);
  return rows.map((row) => ({
    poolId: row.pool_id,
    orderId: row.order_id,
    grams: BigInt(row.grams),
    netUnits: BigInt(row.net),
    days: row.days,
  }));
};
