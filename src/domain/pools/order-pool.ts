import type { Grams } from '../mass.js';
import type { Certificate, Retirement } from '../providers/calls.js';

/** What an order can be to a pool: one of those that are bought together, or what is bought for them. */
export const POOL_ROLES = ['member', 'purchase'] as const;
export type PoolRole = (typeof POOL_ROLES)[number];

export const POOL_STATUSES = {
  open: 'takes members, who may leave; it buys once it is full, or when it closes',
  sealed: 'its members stay, and what they have ordered is being bought as one order',
  allocated: 'what it has bought is retired, and every member has exactly what it has ordered of it',
  dissolved: 'nothing was bought; its members are in another pool, or have ended',
} as const;
export type PoolStatus = keyof typeof POOL_STATUSES;
export const POOL_STATUS_NAMES = Object.keys(POOL_STATUSES) as PoolStatus[];

/** What an order tells of its pool. */
export interface OrderPool {
  readonly id: string;
  readonly status: PoolStatus;
  readonly closesAt: Date;
  /** Null before the pool is sealed. */
  readonly purchase: PoolPurchase | null;
}

/** What a pool has bought, as far as its members may know: of whom the rest is, they may not. */
export interface PoolPurchase {
  readonly mass: Grams;
  readonly providerOrderId: string | null;
  readonly retirements: readonly Retirement[];
  readonly certificate: Certificate | null;
}
