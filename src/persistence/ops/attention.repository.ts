import { Injectable } from '@nestjs/common';
import type { Attention, AttentionReason } from '../../domain/operators/attention.js';
import { ATTENTION_REASONS } from '../../domain/operators/attention.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { ORDER_COLUMNS, orderFromRow, type OrderRow } from '../orders/order-rows.js';
import { IS_ORDER_TASK } from '../tasks/task-rows.js';

export interface AttentionFilter {
  readonly reason?: AttentionReason;
  readonly provider?: string;
  readonly tenantId?: string;
  /** Whose they are; null for nobody's. */
  readonly ownerId?: string | null;
  /** Only those that have waited since before then. */
  readonly before?: Date;
}

/** Where a page ends: place of the reason among `ATTENTION_REASONS`, since when, and the order. */
export interface AttentionPosition {
  readonly place: number;
  readonly since: Date;
  readonly id: string;
}

/** Orders that a person may have to look at: the worst reason first, and of one reason the oldest. */
@Injectable()
export class AttentionRepository {
  constructor(private readonly database: Database) {}

  /** Strictly after `after`, at most `limit`. Reads a page of each reason, each from an index in its order. */
  async page(filter: AttentionFilter, after: AttentionPosition | null, limit: number): Promise<Attention[]> {
    const pages = ATTENTION_REASONS.flatMap((reason, place) => {
      const isPast = after !== null && place < after.place;
      const isOther = filter.reason !== undefined && filter.reason !== reason;
      return isPast || isOther ? [] : [pageOf(reason, place, filter, after, limit)];
    });
    if (pages.length === 0) return [];
    const rows = await this.database.queryUnprepared<AttentionRow>(Prisma.sql`
      SELECT o.*, t.run_at, t.leased_until, w.operator_id AS owner_id, p.name AS owner_name, r.id AS proposal_id
      FROM (${Prisma.join(pages, ' UNION ALL ')}) o
      LEFT JOIN tasks t ON t.subject_id = o.id AND ${IS_ORDER_TASK}
      LEFT JOIN order_owners w ON w.order_id = o.id LEFT JOIN operators p ON p.id = w.operator_id
      LEFT JOIN resolutions r ON r.order_id = o.id AND r.state = 'proposed' AND r.expires_at > now()
      ORDER BY o.place, o.attention_since, o.id LIMIT ${limit}::int`);
    return rows.map((row) => ({
      order: orderFromRow(row),
      reason: readWord(ATTENTION_REASONS)(row.attention_reason),
      since: row.attention_since,
      owner: row.owner_id === null ? null : { id: row.owner_id, name: row.owner_name ?? '' },
      proposalId: row.proposal_id,
      nextTryAt: row.run_at,
    }));
  }
}

interface AttentionRow extends OrderRow {
  readonly attention_reason: string;
  readonly attention_since: Date;
  readonly place: number;
  readonly run_at: Date | null;
  readonly owner_id: string | null;
  readonly owner_name: string | null;
  readonly proposal_id: string | null;
}

const pageOf = (
  reason: AttentionReason,
  place: number,
  filter: AttentionFilter,
  after: AttentionPosition | null,
  limit: number,
): Prisma.Sql => {
  const isDoubt = reason === 'in_doubt';
  const since = isDoubt ? Prisma.sql`o.created_at` : Prisma.sql`o.review_since`;
  const conditions = [
    isDoubt
      ? Prisma.sql`o.status = 'in_doubt' AND o.review_reason IS NULL`
      : Prisma.sql`o.review_reason = ${reason}::text`,
    ...(filter.provider === undefined ? [] : [Prisma.sql`o.provider = ${filter.provider}::text`]),
    ...(filter.tenantId === undefined ? [] : [Prisma.sql`o.tenant_id = ${filter.tenantId}::text`]),
    ...(filter.before === undefined ? [] : [Prisma.sql`${since} < ${filter.before}::timestamptz`]),
    ...(filter.ownerId === undefined ? [] : [isOwnedBy(filter.ownerId)]),
    ...(after?.place === place
      ? [Prisma.sql`(${since}, o.id) > (${after.since}::timestamptz, ${after.id}::text)`]
      : []),
  ];
  return Prisma.sql`(
    SELECT ${ORDER_COLUMNS}, ${reason}::text AS attention_reason, ${since} AS attention_since, ${place}::int AS place
    FROM orders o WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY ${since}, o.id LIMIT ${limit}::int)`;
};

const isOwnedBy = (operatorId: string | null): Prisma.Sql =>
  operatorId === null
    ? Prisma.sql`NOT EXISTS (SELECT FROM order_owners w WHERE w.order_id = o.id)`
    : Prisma.sql`EXISTS (SELECT FROM order_owners w WHERE w.order_id = o.id AND w.operator_id = ${operatorId}::text)`;
