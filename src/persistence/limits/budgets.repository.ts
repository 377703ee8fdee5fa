import { Injectable } from '@nestjs/common';
import { Decimal } from 'decimal.js';
import type { ActRecord } from '../../domain/audit/act.js';
import type { Budget, BudgetProposal } from '../../domain/limits/budget.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import { IS_OPEN } from '../orders/order-rows.js';

/** A budget as it is kept: without the default of the settings. */
export interface KeptBudget extends Omit<Budget, 'limitUsd' | 'source'> {
  /** Of this month alone. */
  readonly budgetUsd: Decimal | null;
  /** The tenant's own for every month. */
  readonly everyMonthUsd: Decimal | null;
  readonly now: Date;
}

export interface BudgetToSet {
  readonly limitUsd: Decimal;
  readonly reason: string;
  readonly operatorId: string | null;
  readonly proposedBy: string | null;
}

/**
 * What tenants may spend in single months. What they have spent is kept by `reserve_spending`, which applies these
 * limits as it does every other.
 */
@Injectable()
export class BudgetsRepository {
  constructor(private readonly database: Database) {}

  /** Of every tenant, by id, after the one of this id, at most `limit`. */
  async page(
    period: string,
    tenantId: string | null,
    after: string | null,
    limit: number,
  ): Promise<readonly KeptBudget[]> {
    const month = Prisma.sql`${`${period}-01`}::date`;
    const rows = await this.database.query<BudgetRow>(Prisma.sql`
      WITH chosen AS MATERIALIZED (
        SELECT t.id, t.max_month_usd FROM tenants t
        WHERE (${tenantId}::text IS NULL OR t.id = ${tenantId}::text) AND (${after}::text IS NULL OR t.id > ${after}::text)
        ORDER BY t.id LIMIT ${limit}::int),
      reserved AS MATERIALIZED (
        SELECT o.tenant_id, sum(o.spending_usd) AS usd FROM orders o
        WHERE ${IS_OPEN} AND o.price_source IS DISTINCT FROM 'charged' AND month_of(o.created_at) = ${month}
          AND o.tenant_id IN (SELECT id FROM chosen)
        GROUP BY o.tenant_id)
      SELECT c.id AS tenant_id, c.max_month_usd, b.limit_usd, b.reason, b.set_at, b.set_by, setter.name AS set_by_name,
             b.open_limit_usd, b.open_reason, b.open_at, b.open_by, proposer.name AS open_by_name,
             COALESCE(b.version, 0) AS version, now() AS read_at,
             COALESCE((SELECT sum(s.spent_usd) FROM spending s WHERE s.subject_id = c.id AND s.month = ${month}), 0)
               AS spent_usd,
             COALESCE(r.usd, 0) AS reserved_usd
      FROM chosen c
      LEFT JOIN budgets b ON b.tenant_id = c.id AND b.month = ${month}
      LEFT JOIN reserved r ON r.tenant_id = c.id
      LEFT JOIN operators setter ON setter.id = b.set_by
      LEFT JOIN operators proposer ON proposer.id = b.open_by
      ORDER BY c.id`);
    return rows.map((row) => keptFromRow(row, period));
  }

  /** @returns null if there is no such tenant. */
  async find(tenantId: string, period: string): Promise<KeptBudget | null> {
    const [found] = await this.page(period, tenantId, null, 1);
    return found ?? null;
  }

  /** What the tenant's budget of this month allows. @returns null if it has none. */
  async limitNow(tenantId: string): Promise<Decimal | null> {
    const [row] = await this.database.query<{ limit_usd: string | null }>(Prisma.sql`
      SELECT limit_usd FROM budgets WHERE tenant_id = ${tenantId}::text AND month = month_of(now())`);
    return row?.limit_usd == null ? null : new Decimal(row.limit_usd);
  }

  /**
   * A proposal that was open is over with it. @returns false if the budget has changed since it was read, or one of those
   * who stand for it may not set budgets any more.
   */
  async set(
    found: KeptBudget,
    { limitUsd, reason, operatorId, proposedBy }: BudgetToSet,
    record: ActRecord,
  ): Promise<boolean> {
    return this.write(
      found,
      Prisma.sql`limit_usd, reason, set_at, set_by, proposed_by, open_limit_usd, open_reason, open_at, open_by`,
      Prisma.sql`(${limitUsd.toFixed()}::numeric, ${reason}::text, now(), ${operatorId}::text, ${proposedBy}::text,
                  NULL::numeric, NULL::text, NULL::timestamptz, NULL::text)`,
      record,
      Prisma.sql`WHERE (g.set_by IS NULL OR may_act(g.set_by, 'ops:admin'))
        AND (g.proposed_by IS NULL OR may_act(g.proposed_by, 'ops:admin'))`,
    );
  }

  /** In place of a proposal that was open. @returns false if the budget has changed since it was read. */
  async propose(
    found: KeptBudget,
    { limitUsd, reason, operatorId }: Omit<BudgetToSet, 'proposedBy'>,
    record: ActRecord,
  ): Promise<boolean> {
    return this.write(
      found,
      Prisma.sql`open_limit_usd, open_reason, open_at, open_by`,
      Prisma.sql`(${limitUsd.toFixed()}::numeric, ${reason}::text, now(), ${operatorId}::text)`,
      record,
    );
  }

  private async write(
    { tenantId, period, version }: KeptBudget,
    columns: Prisma.Sql,
    values: Prisma.Sql,
    record: ActRecord,
    onlyIf = Prisma.empty,
  ): Promise<boolean> {
    const month = Prisma.sql`${`${period}-01`}::date`;
    const written = await this.database.query(Prisma.sql`
      WITH given AS (SELECT * FROM (VALUES ${values}) AS g (${columns})),
      written AS (
        INSERT INTO budgets AS b (tenant_id, month, ${columns})
        SELECT ${tenantId}::text, ${month}, g.* FROM given g ${onlyIf}
        ON CONFLICT (tenant_id, month) DO UPDATE SET (${columns}) = (SELECT * FROM given), version = b.version + 1
          WHERE b.version = ${version}::int
        RETURNING b.tenant_id)
      SELECT ${recordAct(record)} AS recorded FROM written`);
    return written.length === 1;
  }
}

interface BudgetRow {
  readonly tenant_id: string;
  readonly max_month_usd: string | null;
  readonly limit_usd: string | null;
  readonly reason: string | null;
  readonly set_at: Date | null;
  readonly set_by: string | null;
  readonly set_by_name: string | null;
  readonly open_limit_usd: string | null;
  readonly open_reason: string | null;
  readonly open_at: Date | null;
  readonly open_by: string | null;
  readonly open_by_name: string | null;
  readonly version: number;
  readonly read_at: Date;
  readonly spent_usd: string;
  readonly reserved_usd: string;
}

const usdOrNull = (text: string | null): Decimal | null => (text === null ? null : new Decimal(text));

const keptFromRow = (row: BudgetRow, period: string): KeptBudget => ({
  tenantId: row.tenant_id,
  period,
  budgetUsd: usdOrNull(row.limit_usd),
  everyMonthUsd: usdOrNull(row.max_month_usd),
  spentUsd: new Decimal(row.spent_usd),
  reservedUsd: new Decimal(row.reserved_usd),
  set: row.set_at && {
    by: row.set_by === null ? null : { id: row.set_by, name: row.set_by_name ?? '' },
    at: row.set_at,
    reason: row.reason ?? '',
  },
  proposal: proposalFromRow(row),
  version: row.version,
  now: row.read_at,
});

const proposalFromRow = (row: BudgetRow): BudgetProposal | null =>
  row.open_limit_usd === null || row.open_by === null || row.open_at === null
    ? null
    : {
        limitUsd: new Decimal(row.open_limit_usd),
        by: { id: row.open_by, name: row.open_by_name ?? '' },
        at: row.open_at,
        reason: row.open_reason ?? '',
      };
