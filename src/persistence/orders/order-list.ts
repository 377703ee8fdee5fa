import type { OrderStatus } from '../../domain/orders/lifecycle.js';
import { Prisma } from '../generated/client.js';
import { ORDER_COLUMNS } from './order-rows.js';

/** Whose orders are listed: one tenant's, or those of all tenants, for `ops` keys. */
export type TenantScope = { readonly tenantId: string } | 'all_tenants';

export interface OrderFilter {
  readonly scope: TenantScope;
  /** Within the scope. */
  readonly tenantId?: string;
  readonly status?: OrderStatus;
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
export const listStatement = (filter: OrderFilter, position: OrderPosition | null, limit: number): Prisma.Sql =>
  Prisma.sql`
    SELECT ${ORDER_COLUMNS} FROM orders o
    WHERE ${Prisma.join([Prisma.sql`true`, ...conditions(filter, position)], ' AND ')}
    ORDER BY o.created_at DESC, o.id DESC LIMIT ${limit}::int`;

const conditions = (filter: OrderFilter, position: OrderPosition | null): Prisma.Sql[] => [
  ...(filter.scope === 'all_tenants' ? [] : [Prisma.sql`o.tenant_id = ${filter.scope.tenantId}::text`]),
  ...(filter.tenantId === undefined ? [] : [Prisma.sql`o.tenant_id = ${filter.tenantId}::text`]),
  ...(filter.status === undefined ? [] : [Prisma.sql`o.status = ${filter.status}::text`]),
  ...(filter.provider === undefined ? [] : [Prisma.sql`o.provider = ${filter.provider}::text`]),
  ...(filter.reference === undefined ? [] : [Prisma.sql`o.reference = ${filter.reference}::text`]),
  ...(filter.labels === undefined ? [] : [Prisma.sql`o.labels @> ${JSON.stringify(filter.labels)}::jsonb`]),
  ...(filter.createdFrom === undefined ? [] : [Prisma.sql`o.created_at >= ${filter.createdFrom}::timestamptz`]),
  ...(filter.createdTo === undefined ? [] : [Prisma.sql`o.created_at < ${filter.createdTo}::timestamptz`]),
  ...(position === null
    ? []
    : [Prisma.sql`(o.created_at, o.id) < (${position.createdAt}::timestamptz, ${position.id}::text)`]),
];
