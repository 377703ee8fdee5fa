import type { Decimal } from 'decimal.js';
import type { Grams } from '../mass.js';

/**
 * What a tenant or a key may buy. Totals of every currency are held against one limit in US dollars, by the configured
 * exchange rates. Null: no limit.
 */
export interface PurchaseLimits {
  /** The largest mass of one order. */
  readonly orderMass: Grams | null;
  /** The largest total of one order, whoever pays. */
  readonly orderUsd: Decimal | null;
  /** The largest sum of all orders on account of a calendar month (UTC). */
  readonly monthUsd: Decimal | null;
}

export const NO_LIMITS: PurchaseLimits = { orderMass: null, orderUsd: null, monthUsd: null };

/** The limits of a tenant hold for all its keys together; those of a key besides. */
export interface BuyerLimits {
  readonly tenant: PurchaseLimits;
  readonly key: PurchaseLimits;
}

/** A tenant's own limits, and the default for each that it has not. */
export const orDefaults = (own: PurchaseLimits, defaults: PurchaseLimits): PurchaseLimits => ({
  orderMass: own.orderMass ?? defaults.orderMass,
  orderUsd: own.orderUsd ?? defaults.orderUsd,
  monthUsd: own.monthUsd ?? defaults.monthUsd,
});

export const LIMIT_HOLDERS = ['tenant', 'key'] as const;

/** Whose limit it is. */
export type LimitHolder = (typeof LIMIT_HOLDERS)[number];

export type ExceededLimit =
  | { readonly of: LimitHolder; readonly most: { readonly mass: Grams } }
  | { readonly of: LimitHolder; readonly most: { readonly usd: Decimal } };

/** The tighter of two bounds, of which either may be missing. */
const tighter = (a: Decimal | null, b: Decimal | null): Decimal | null =>
  a === null || (b !== null && b.lessThan(a)) ? b : a;

/** The largest total of one order that both allow. */
export const largestOrderUsd = ({ tenant, key }: BuyerLimits): Decimal | null => tighter(tenant.orderUsd, key.orderUsd);

/** The limit on single orders that an order is above; null if it is within all. `usd`: its total, null if not known. */
export const exceededLimit = (
  { mass, usd }: { readonly mass: Grams; readonly usd: Decimal | null },
  limits: BuyerLimits,
): ExceededLimit | null => {
  for (const of of LIMIT_HOLDERS) {
    const { orderMass, orderUsd } = limits[of];
    if (orderMass !== null && mass > orderMass) return { of, most: { mass: orderMass } };
    if (orderUsd !== null && usd?.greaterThan(orderUsd)) return { of, most: { usd: orderUsd } };
  }
  return null;
};
