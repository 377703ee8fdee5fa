import { brokenLimit, type Seller } from '../catalog/limits.js';
import { readableMass } from '../mass.js';
import type { StatusReason } from '../orders/status-reasons.js';
import { isMoreThan, readableMoney, type Money } from '../money.js';
import type { Order } from '../orders/order.js';

/** Why nothing is sent: a code, and a sentence with the numbers. */
export interface SendRefusal {
  readonly reason: StatusReason;
  readonly detail: string;
}

type Priced = Pick<Order, 'paymentMethod' | 'orderedMass' | 'maxTotal'>;

/** Whether an order may be sent at this price. @returns null if it may. */
export const priceRefusal = (seller: Seller, order: Priced, total: Money): SendRefusal | null => {
  const { paymentMethod, orderedMass: mass, maxTotal } = order;
  const wanted = { paymentMethod, mass, offering: null, texts: null, total, limitCurrency: maxTotal?.currency ?? null };
  const broken = brokenLimit(seller, wanted);
  if (broken) return { reason: broken.code, detail: broken.detail };
  if (maxTotal === null || !isMoreThan(total, maxTotal)) return null;
  const asked = `${seller.displayName} asks ${readableMoney(total)} for ${readableMass(mass)}`;
  const detail = `${asked}, more than the ${readableMoney(maxTotal)} that this order may cost.`;
  return { reason: 'price_above_limit', detail };
};
