import { Decimal } from 'decimal.js';
import { inUsd } from '../exchange-rates.js';
import type { Money } from '../money.js';
import type { OrderStatus } from '../orders/lifecycle.js';
import type { PriceSource } from '../orders/order.js';

/**
 * What an order counts in the month in which it was accepted: reserved with the expected total, then corrected to each
 * price that becomes known, by the exchange rate of its acceptance.
 */
export interface Spending {
  readonly usd: Decimal;
  /** US dollars per unit of the currency that the provider charges. */
  readonly usdPerUnit: Decimal;
}

export const reservationFor = (expected: Money, usdPerUnit: Decimal): Spending => ({
  usd: inUsd(expected, usdPerUnit),
  usdPerUnit,
});

const ENDED_WITHOUT_CREDITS: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['failed', 'cancelled', 'expired']);

/**
 * What the order counts as it is now. An order that has ended without credits gives its reservation back, but not what
 * its provider has charged: whether that money comes back, nobody here knows.
 */
export const spendingOf = (order: {
  readonly status: OrderStatus;
  readonly price: { readonly total: Money; readonly source: PriceSource } | null;
  readonly spending: Spending | null;
}): Spending | null => {
  const { status, price, spending } = order;
  if (spending === null) return null;
  if (ENDED_WITHOUT_CREDITS.has(status) && price?.source !== 'charged') return { ...spending, usd: new Decimal(0) };
  return price === null ? spending : { ...spending, usd: inUsd(price.total, spending.usdPerUnit) };
};
