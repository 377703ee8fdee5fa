import type { Grams } from '../mass.js';
import type { Money } from '../money.js';
import type { OrderStatus } from '../orders/lifecycle.js';
import type { Pool } from './pool.js';

/** A pool as finance reads it. */
export interface PoolRecord {
  readonly pool: Pool;
  /** The order that it has placed; null before it is sealed. */
  readonly purchase: { readonly orderId: string; readonly mass: Grams } | null;
  /** What no member has of it, and what that has cost without tax; null before it is allocated. */
  readonly left: { readonly grams: number; readonly net: Money } | null;
  readonly createdAt: Date;
  readonly sealedAt: Date | null;
  /** When it was allocated or dissolved. */
  readonly endedAt: Date | null;
}

/** What a member has of its pool. */
export interface PoolMember {
  readonly orderId: string;
  readonly tenantId: string;
  readonly status: OrderStatus;
  readonly mass: Grams;
  /** Without tax; null before the pool is allocated. */
  readonly net: Money | null;
}
