import { Injectable } from '@nestjs/common';
import type { Month, MonthId } from '../../domain/periods/month.js';
import { PERIOD_STATUSES, type Period } from '../../domain/periods/period.js';
import { readWord } from '../database/json-columns.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';

export interface PeriodRow {
  readonly id: string;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly status: string;
  readonly version: number;
}

/** The months of the books. */
@Injectable()
export class PeriodsRepository {
  constructor(private readonly database: Database) {}

  /** The database's clock: months begin and end by it. */
  now(): Promise<Date> {
    return this.database.now();
  }

  /** Latest first. */
  async list(): Promise<Period[]> {
    const rows = await this.database.query<PeriodRow>(
      Prisma.sql`SELECT p.id, p.starts_at, p.ends_at, p.status, p.version FROM periods p ORDER BY p.id DESC`,
    );
    return rows.map(periodFromRow);
  }

  async find(id: MonthId): Promise<Period | null> {
    const [row] = await this.database.query<PeriodRow>(Prisma.sql`
      SELECT p.id, p.starts_at, p.ends_at, p.status, p.version FROM periods p WHERE p.id = ${id}::text`);
    return row ? periodFromRow(row) : null;
  }

  async exists(id: MonthId): Promise<boolean> {
    const rows = await this.database.query(Prisma.sql`SELECT FROM periods p WHERE p.id = ${id}::text`);
    return rows.length > 0;
  }

  /**
   * Opens those of these months that are not there. Each begins where the one before ends and ends where the next begins,
   * whatever the time zone was when those were opened. None is opened before one that is closed.
   */
  async open(months: readonly Month[]): Promise<void> {
    await this.database.execute(Prisma.sql`
      INSERT INTO periods (id, starts_at, ends_at)
      SELECT n.id, COALESCE(before.ends_at, n.starts_at), COALESCE(after.starts_at, n.ends_at)
      FROM unnest(
        ${months.map(({ id }) => id)}::text[], ${months.map(({ startsAt }) => startsAt)}::timestamptz[],
        ${months.map(({ endsAt }) => endsAt)}::timestamptz[]) AS n(id, starts_at, ends_at)
      LEFT JOIN periods before ON before.id = to_char((n.id || '-01')::date - interval '1 month', 'YYYY-MM')
      LEFT JOIN periods after ON after.id = to_char((n.id || '-01')::date + interval '1 month', 'YYYY-MM')
      WHERE NOT EXISTS (SELECT FROM periods p WHERE p.id = n.id OR p.id > n.id AND p.status = 'closed')
      ON CONFLICT DO NOTHING`);
  }
}

export const periodFromRow = (row: PeriodRow): Period => ({
  id: row.id as MonthId,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  status: readWord(PERIOD_STATUSES)(row.status),
  version: row.version,
});
