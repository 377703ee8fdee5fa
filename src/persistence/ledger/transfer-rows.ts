import { ACCOUNT_NAMES, type Account } from '../../domain/ledger/accounts.js';
import { RULE_NAMES } from '../../domain/ledger/rules.js';
import type { BookedTransfer } from '../../domain/ledger/transfer.js';
import { ASSETS } from '../../domain/ledger/units.js';
import type { MonthId } from '../../domain/periods/month.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';

export interface TransferRow {
  readonly source: string;
  readonly source_seq: number;
  readonly leg: number;
  readonly rule: string;
  readonly period_id: string;
  readonly effective_at: Date;
  readonly posted_at: Date;
  readonly tenant_id: string | null;
  readonly provider: string;
  readonly order_id: string | null;
  readonly asset: string;
  readonly debit: string;
  readonly credit: string;
  /** numeric, as node-postgres gives it. */
  readonly units: string;
  readonly is_late: boolean;
}

/** Of a transfer `t` with its period `p`. */
export const TRANSFER_COLUMNS = Prisma.sql`t.*, t.effective_at < p.starts_at AS is_late`;

/** What transfers `t` leave in an account: debits less credits, in units. */
export const balanceOf = (account: Account): Prisma.Sql => Prisma.sql`
  COALESCE(sum(CASE ${account}::text WHEN t.debit THEN t.units WHEN t.credit THEN -t.units END), 0)`;

/** Of transfers `t` of an order: what people have made a difference of it. What a rule has, its next run puts right. */
export const acceptedOf = Prisma.sql`COALESCE(sum(CASE t.debit WHEN 'difference' THEN t.units ELSE -t.units END)
  FILTER (WHERE 'difference' IN (t.debit, t.credit) AND NOT EXISTS (
    SELECT FROM breaks b WHERE b.id = t.source AND b.type = 'difference_tolerated')), 0)`;

/** Of transfers `t` of an order, in an asset: what it is charged beyond what it costs, or will cost once it is retired. */
export const excessOf = Prisma.sql`COALESCE(sum(CASE WHEN t.debit IN ('clearing', 'commitment_contra') THEN t.units ELSE -t.units END)
  FILTER (WHERE 'clearing' IN (t.debit, t.credit) OR 'commitment' IN (t.debit, t.credit)), 0)`;

export const transferFromRow = (row: TransferRow): BookedTransfer => ({
  source: row.source,
  sequence: row.source_seq,
  leg: row.leg,
  rule: readWord(RULE_NAMES)(row.rule),
  periodId: row.period_id as MonthId,
  effectiveAt: row.effective_at,
  postedAt: row.posted_at,
  tenantId: row.tenant_id,
  provider: row.provider,
  orderId: row.order_id,
  asset: readWord(ASSETS)(row.asset),
  debit: readWord(ACCOUNT_NAMES)(row.debit),
  credit: readWord(ACCOUNT_NAMES)(row.credit),
  units: BigInt(row.units),
  isLate: row.is_late,
});
