import { Injectable } from '@nestjs/common';
import { ACCOUNT_NAMES, type Account } from '../../domain/ledger/accounts.js';
import type { BookedTransfer } from '../../domain/ledger/transfer.js';
import { ASSETS, type Asset } from '../../domain/ledger/units.js';
import type { MonthId } from '../../domain/periods/month.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import type { TenantScope } from '../orders/order-list.js';
import { TRANSFER_COLUMNS, transferFromRow, type TransferRow } from './transfer-rows.js';

export interface TransferFilter {
  readonly scope: TenantScope;
  readonly periodId?: MonthId;
  readonly orderId?: string;
  /** Debited or credited. */
  readonly account?: Account;
}

/** Where a page of transfers ends. */
export interface TransferPosition {
  readonly source: string;
  readonly sequence: number;
  readonly leg: number;
}

/** What balances are of: one period and those before it, or all; of these, what happened before a time, or all. */
export interface BalanceTime {
  readonly periodId: MonthId | null;
  readonly before: Date | null;
}

export interface BalanceGroups {
  readonly tenant: boolean;
  readonly provider: boolean;
  /** By the value of this label of the order. */
  readonly label: string | null;
}

/** One group of an account. What it is not grouped by is null. */
export interface Balance {
  readonly account: Account;
  readonly asset: Asset;
  readonly tenantId: string | null;
  readonly provider: string | null;
  readonly label: string | null;
  readonly opening: bigint;
  readonly debits: bigint;
  readonly credits: bigint;
}

/** What stands for a missing label. */
const NO_LABEL = '(none)';

export type BalancePosition = readonly [
  account: string,
  asset: string,
  tenant: string,
  provider: string,
  label: string,
];

interface BalanceRow {
  readonly account: string;
  readonly asset: string;
  readonly tenant_id: string | null;
  readonly provider: string | null;
  readonly label: string | null;
  readonly opening: string;
  readonly debits: string;
  readonly credits: string;
}

/** The books, to be read. */
@Injectable()
export class LedgerRepository {
  constructor(private readonly database: Database) {}

  /** By what they follow from, strictly after a position. */
  async transfers(filter: TransferFilter, after: TransferPosition | null, limit: number): Promise<BookedTransfer[]> {
    const rows = await this.database.queryUnprepared<TransferRow>(Prisma.sql`
      SELECT ${TRANSFER_COLUMNS} FROM ledger_transfers t JOIN periods p ON p.id = t.period_id
      WHERE ${Prisma.join([isIn(filter.scope), ...conditions(filter, after)], ' AND ')}
      ORDER BY t.source, t.source_seq, t.leg LIMIT ${limit}::int`);
    return rows.map(transferFromRow);
  }

  /** All that names an order. */
  async ofOrder(orderId: string): Promise<BookedTransfer[]> {
    const rows = await this.database.query<TransferRow>(Prisma.sql`
      SELECT ${TRANSFER_COLUMNS} FROM ledger_transfers t JOIN periods p ON p.id = t.period_id
      WHERE t.order_id = ${orderId}::text
      ORDER BY t.posted_at, t.source, t.source_seq, t.leg`);
    return rows.map(transferFromRow);
  }

  /** By account, asset and groups, strictly after a position. */
  async balances(
    scope: TenantScope,
    { periodId, before }: BalanceTime,
    groups: BalanceGroups,
    after: BalancePosition | null,
    limit: number,
  ): Promise<Balance[]> {
    const isOf = periodId === null ? Prisma.sql`true` : Prisma.sql`p.id = ${periodId}::text`;
    const rows = await this.database.queryUnprepared<BalanceRow>(Prisma.sql`
      WITH moved AS (
        SELECT t.debit, t.credit, t.asset,
               ${groups.tenant ? Prisma.sql`t.tenant_id` : NOTHING} AS tenant_id,
               ${groups.provider ? Prisma.sql`t.provider` : NOTHING} AS provider,
               ${groups.label === null ? NOTHING : Prisma.sql`COALESCE(o.labels ->> ${groups.label}::text, ${NO_LABEL}::text)`} AS label,
               COALESCE(sum(t.units) FILTER (WHERE NOT ${isOf}), 0) AS before,
               COALESCE(sum(t.units) FILTER (WHERE ${isOf}), 0) AS within
        FROM ledger_transfers t
        ${periodId === null ? Prisma.empty : Prisma.sql`JOIN periods p ON p.id = t.period_id AND p.id <= ${periodId}::text`}
        ${groups.label === null ? Prisma.empty : Prisma.sql`LEFT JOIN orders o ON o.id = t.order_id`}
        WHERE ${isIn(scope)}
          ${before === null ? Prisma.empty : Prisma.sql`AND t.effective_at < ${before}::timestamptz`}
        GROUP BY 1, 2, 3, 4, 5, 6),
      sides AS (
        SELECT m.debit AS account, m.asset, m.tenant_id, m.provider, m.label, m.before AS opening, m.within AS debits, 0 AS credits
        FROM moved m
        UNION ALL
        SELECT m.credit, m.asset, m.tenant_id, m.provider, m.label, -m.before, 0, m.within FROM moved m),
      balances AS (
        SELECT s.account, s.asset, s.tenant_id, s.provider, s.label, sum(s.opening) AS opening, sum(s.debits) AS debits,
               sum(s.credits) AS credits
        FROM sides s GROUP BY 1, 2, 3, 4, 5)
      SELECT b.* FROM balances b
      ${after === null ? Prisma.empty : Prisma.sql`WHERE (${KEY}) > (${after[0]}::text, ${after[1]}::text, ${after[2]}::text, ${after[3]}::text, ${after[4]}::text)`}
      ORDER BY ${KEY} LIMIT ${limit}::int`);
    return rows.map((row) => ({
      account: readWord(ACCOUNT_NAMES)(row.account),
      asset: readWord(ASSETS)(row.asset),
      tenantId: row.tenant_id,
      provider: row.provider,
      label: row.label,
      opening: BigInt(row.opening),
      debits: BigInt(row.debits),
      credits: BigInt(row.credits),
    }));
  }
}

const NOTHING = Prisma.sql`NULL::text`;

const KEY = Prisma.sql`b.account, b.asset, COALESCE(b.tenant_id, ''), COALESCE(b.provider, ''), COALESCE(b.label, '')`;

/** The position of a balance in the order of the list. */
export const positionOfBalance = ({ account, asset, tenantId, provider, label }: Balance): BalancePosition => [
  account,
  asset,
  tenantId ?? '',
  provider ?? '',
  label ?? '',
];

const isIn = (scope: TenantScope): Prisma.Sql =>
  scope === 'all_tenants' ? Prisma.sql`true` : Prisma.sql`t.tenant_id = ${scope.tenantId}::text`;

const conditions = (
  { periodId, orderId, account }: TransferFilter,
  after: TransferPosition | null,
): readonly Prisma.Sql[] => [
  ...(periodId === undefined ? [] : [Prisma.sql`t.period_id = ${periodId}::text`]),
  ...(orderId === undefined ? [] : [Prisma.sql`t.order_id = ${orderId}::text`]),
  ...(account === undefined ? [] : [Prisma.sql`(t.debit = ${account}::text OR t.credit = ${account}::text)`]),
  ...(after === null
    ? []
    : [
        Prisma.sql`(t.source, t.source_seq, t.leg) > (${after.source}::text, ${after.sequence}::int, ${after.leg}::smallint)`,
      ]),
];
