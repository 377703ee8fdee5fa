import { amountText, ASSET_OF, moneyAmount } from '../ledger/units.js';
import { grams, type Grams } from '../mass.js';
import { money, type Money } from '../money.js';
import type { Retirement } from '../providers/calls.js';
import { allocate } from '../ledger/allocate.js';

/** What a pool has bought, retired. */
export interface RetiredPurchase {
  readonly mass: Grams;
  /** Tax included. */
  readonly total: Money;
  /** The tax within it; null if none is stated. */
  readonly tax: Money | null;
  readonly retirements: readonly Retirement[];
}

export interface Member {
  readonly orderId: string;
  readonly mass: Grams;
}

/** What a member has of it: its own mass, and what that costs. */
export interface Share {
  readonly orderId: string;
  readonly total: Money;
  readonly tax: Money | null;
  /** Without tax, in millionths. */
  readonly netUnits: bigint;
  readonly retirements: readonly Retirement[];
}

export interface Allocation {
  readonly shares: readonly Share[];
  /** What nobody has, and its price without tax. With the shares it is what was bought, to the gram and the millionth. */
  readonly left: LeftOver;
}

/** In millionths; the tax beside it. */
export interface LeftOver {
  readonly grams: number;
  readonly netUnits: bigint;
  readonly taxUnits: bigint;
}

/**
 * Divides what a pool has bought. Everybody has the mass of their order; price and tax go by mass, each for itself, so that
 * each adds up. Throws RangeError if the members have more than was bought.
 */
export const allocatePurchase = (bought: RetiredPurchase, members: readonly Member[]): Allocation => {
  const left = BigInt(bought.mass) - members.reduce((sum, { mass }) => sum + BigInt(mass), 0n);
  if (left < 0n) throw new RangeError('the members of a pool have more than it has bought');
  const weights = [...members.map(({ mass }) => BigInt(mass)), left];
  const { currency } = bought.total;
  const taxUnits = bought.tax === null ? 0n : moneyAmount(bought.tax).units;
  const nets = allocate(moneyAmount(bought.total).units - taxUnits, weights);
  const taxes = allocate(taxUnits, weights);
  const moneyOf = (units: bigint): Money => money(amountText({ asset: ASSET_OF[currency], units }), currency);
  const shares = members.map(({ orderId, mass }, index): Share => {
    const [net, tax] = [nets[index] ?? 0n, taxes[index] ?? 0n];
    return {
      orderId,
      total: moneyOf(net + tax),
      tax: bought.tax && moneyOf(tax),
      netUnits: net,
      retirements: partOf(bought.retirements, mass),
    };
  });
  return { shares, left: { grams: Number(left), netUnits: nets.at(-1) ?? 0n, taxUnits: taxes.at(-1) ?? 0n } };
};

/**
 * What of the projects somebody has who has a part. Serial numbers and addresses are of the whole: they are told with the
 * purchase, because whoever has a part of them must not claim them all.
 */
export const partOf = (retirements: readonly Retirement[], mass: Grams): readonly Retirement[] => {
  const told = retirements.flatMap((one) => one.mass ?? []);
  const isTold = retirements.length > 0 && told.length === retirements.length;
  const masses = isTold ? allocate(BigInt(mass), told.map(BigInt)).map(Number) : retirements.map(() => null);
  return retirements.flatMap(({ project, registry, vintage }, index) => {
    const part = masses[index] ?? (retirements.length === 1 ? mass : null);
    const own = { project, registry, vintage, serialNumberRange: null, url: null, transactionHash: null };
    return part === 0 ? [] : [{ ...own, mass: part === null ? null : grams(part) }];
  });
};
