import type { OrderStatus } from '../../domain/orders/lifecycle.js';
import type { ReviewReason } from '../../domain/orders/review.js';
import { Prisma } from '../generated/client.js';
import { ORDER_COLUMNS } from './order-rows.js';

/** Whose orders are listed: one tenant's, or those of all tenants, for `ops` keys. */
export type TenantScope = { readonly tenantId: string } | 'all_tenants';

export interface OrderFilter {
  readonly scope: TenantScope;
  /** Within the scope. */
  readonly tenantId?: string;
  /** In any of these. */
  readonly statuses?: readonly OrderStatus[];
  readonly underReview?: boolean;
  readonly reviewReason?: ReviewReason;
  /** Has this as its id, the provider's, its reference, idempotency key or payment id. */
  readonly anyId?: string;
  readonly provider?: string;
  readonly reference?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly createdFrom?: Date;
  /** Exclusive. */
  readonly createdTo?: Date;
}

/** Where a page of orders ends: the position of its last row. */
export interface OrderPosition {
  readonly createdAt: Date;
  readonly id: string;
}

/**
 * A page by row-value comparison. Every index for lists ends in time and id, so a page reads only its own rows, however
 * deep it is.
 */
export const listStatement = (filter: OrderFilter, position: OrderPosition | null, limit: number): Prisma.Sql => {
  const statuses = filter.statuses ?? [null];
  const pages = statuses.map((status) => page(filter, status, position, limit));
  const [only] = pages;
  if (only && pages.length === 1) return only;
  // A page of each status, merged: no index has several statuses in the order of time.
  return Prisma.sql`
    SELECT o.* FROM (${Prisma.join(
      pages.map((statement) => Prisma.sql`(${statement})`),
      ' UNION ALL ',
    )}) o
    ORDER BY o.created_at DESC, o.id DESC LIMIT ${limit}::int`;
};

const page = (
  filter: OrderFilter,
  status: OrderStatus | null,
  position: OrderPosition | null,
  limit: number,
): Prisma.Sql => Prisma.sql`
    SELECT ${ORDER_COLUMNS} FROM orders o
    WHERE ${Prisma.join([Prisma.sql`true`, ...conditions(filter, status, position)], ' AND ')}
    ORDER BY o.created_at DESC, o.id DESC LIMIT ${limit}::int`;

const conditions = (filter: OrderFilter, status: OrderStatus | null, position: OrderPosition | null): Prisma.Sql[] => [
  ...(filter.scope === 'all_tenants' ? [] : [Prisma.sql`o.tenant_id = ${filter.scope.tenantId}::text`]),
  ...(filter.tenantId === undefined ? [] : [Prisma.sql`o.tenant_id = ${filter.tenantId}::text`]),
  ...(status === null ? [] : [Prisma.sql`o.status = ${status}::text`]),
  ...(filter.underReview === undefined
    ? []
    : [filter.underReview ? Prisma.sql`o.review_reason IS NOT NULL` : Prisma.sql`o.review_reason IS NULL`]),
  ...(filter.reviewReason === undefined ? [] : [Prisma.sql`o.review_reason = ${filter.reviewReason}::text`]),
  ...(filter.anyId === undefined ? [] : [hasId(filter.anyId)]),
  ...(filter.provider === undefined ? [] : [Prisma.sql`o.provider = ${filter.provider}::text`]),
  ...(filter.reference === undefined ? [] : [Prisma.sql`o.reference = ${filter.reference}::text`]),
  ...(filter.labels === undefined ? [] : [Prisma.sql`o.labels @> ${JSON.stringify(filter.labels)}::jsonb`]),
  ...(filter.createdFrom === undefined ? [] : [Prisma.sql`o.created_at >= ${filter.createdFrom}::timestamptz`]),
  ...(filter.createdTo === undefined ? [] : [Prisma.sql`o.created_at < ${filter.createdTo}::timestamptz`]),
  ...(position === null
    ? []
    : [Prisma.sql`(o.created_at, o.id) < (${position.createdAt}::timestamptz, ${position.id}::text)`]),
];

/**
 * Orders that have this as one of their ids. Which providers have orders is read one by one: an index begins with them,
 * and of all else in it nothing is read. So a purchase is found without knowing whose it is, also of a provider that is
 * off now.
 */
const hasId = (text: string): Prisma.Sql => Prisma.sql`o.id IN (
  WITH RECURSIVE providers AS (
    (SELECT provider FROM orders WHERE provider_order_id IS NOT NULL ORDER BY provider LIMIT 1)
    UNION ALL
    SELECT (SELECT x.provider FROM orders x WHERE x.provider > p.provider AND x.provider_order_id IS NOT NULL
            ORDER BY x.provider LIMIT 1)
    FROM providers p WHERE p.provider IS NOT NULL)
  SELECT ${text}::text
  UNION SELECT x.id FROM providers p JOIN orders x ON x.provider = p.provider AND x.provider_order_id = ${text}::text
  UNION (SELECT x.id FROM orders x WHERE x.reference = ${text}::text ORDER BY x.created_at DESC LIMIT ${MOST_OF_A_REFERENCE}::int)
  UNION SELECT c.order_id FROM purchase_claims c WHERE c.provider_order_id = ${text}::text
  UNION SELECT s.order_id FROM providers p
        JOIN checkout_sessions s ON s.provider = p.provider AND s.session_id = ${text}::text
  UNION SELECT r.order_id FROM tenants t JOIN idempotency_records r ON r.tenant_id = t.id
        AND r.operation = 'place_order' AND r.key IN (${text}::text, erased_key(${text}::text)))`;

/** Of a reference that more orders have, the newest; `reference` lists all. */
const MOST_OF_A_REFERENCE = 1_000;
