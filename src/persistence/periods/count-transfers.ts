import type { MonthId } from '../../domain/periods/month.js';
import type { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';

/** Nothing in the books is ever taken away, so what has the same number of transfers has the same transfers. */
export const countTransfers = async (database: Pick<Database, 'query'>, id: MonthId): Promise<number> => {
  const [row] = await database.query<{ readonly count: number }>(Prisma.sql`
    SELECT count(*)::int AS count FROM ledger_transfers t WHERE t.period_id = ${id}::text`);
  return row?.count ?? 0;
};
