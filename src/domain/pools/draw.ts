import { moneyAmount } from '../ledger/units.js';
import type { Money } from '../money.js';
import { allocatePurchase, type Allocation, type Member, type RetiredPurchase } from './allocation.js';

export interface WaitingMember extends Member {
  /** The most that it may cost; null for no limit. */
  readonly maxTotal: Money | null;
}

/**
 * Gives what is left of an earlier pool to members who fit into it, whoever comes first: each has all of its mass of it, and
 * so one price, one retirement and one proof. @returns null where nobody does
 */
export const drawFrom = (left: RetiredPurchase, waiting: readonly WaitingMember[]): Allocation | null => {
  let free: number = left.mass;
  const drawing = waiting.filter((member) => {
    const fits = member.mass <= free && mayCost(left, member);
    if (fits) free -= member.mass;
    return fits;
  });
  return drawing.length === 0 ? null : allocatePurchase(left, drawing);
};

/** With what rounding may add to each of price and tax. */
const mayCost = ({ mass: whole, total, tax }: RetiredPurchase, { mass, maxTotal }: WaitingMember): boolean => {
  if (maxTotal === null) return true;
  if (maxTotal.currency !== total.currency) return false;
  const taxUnits = tax === null ? 0n : moneyAmount(tax).units;
  const most = (units: bigint): bigint => (units * BigInt(mass) + BigInt(whole) - 1n) / BigInt(whole);
  return most(moneyAmount(total).units - taxUnits) + most(taxUnits) <= moneyAmount(maxTotal).units;
};
