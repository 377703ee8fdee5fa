import { brokenLimit, massRuleOf, notOrderable, type BrokenLimit, type Seller } from '../../domain/catalog/limits.js';
import { expectedTotal, type Offering } from '../../domain/catalog/offering.js';
import { AppError } from '../../domain/errors.js';
import { isOrderable, nearestOrderable, type Grams } from '../../domain/mass.js';
import type { Money } from '../../domain/money.js';
import type { PaymentMethod } from '../../domain/providers/capabilities.js';
import type { OrderTexts } from '../../domain/providers/text-limits.js';

export const ROUNDINGS = ['exact', 'up'] as const;
export type Rounding = (typeof ROUNDINGS)[number];

/** What a caller wants of a provider, whichever offering it becomes. */
export interface Wish {
  readonly mass: Grams;
  readonly paymentMethod: PaymentMethod;
  readonly rounding: Rounding;
  /** Null in a quote, which has none. */
  readonly texts: OrderTexts | null;
  readonly maxTotal: Money | null;
}

/** An offering and the mass of it that will be ordered. */
export interface Choice {
  readonly offering: Offering;
  readonly orderedMass: Grams;
}

/**
 * The offering to buy if the caller named none: the provider's default if it can serve the order, otherwise the cheapest
 * that can. One whose list price cannot be paid this way comes last. Throws AppError with the numbers when none does.
 */
export const chooseOffering = (seller: Seller, offerings: readonly Offering[], wish: Wish): Choice => {
  const { mass, paymentMethod } = wish;
  const payable = offerings.filter((offering) => offering.paymentMethods.includes(paymentMethod));
  const able = payable.map((offering) => ({ offering, broken: broken(seller, offering, wish) }));
  const [choice] = able
    .filter(({ broken }) => broken === null)
    .map(({ offering }) => ({ offering, orderedMass: massFor(seller, offering, wish) }))
    .sort((a, b) => payableFirst(seller, wish, a, b) || defaultFirstThenCheapest(a.offering, b.offering));
  if (choice) return choice;
  const other = able.find(({ broken }) => broken?.code !== 'mass_not_orderable')?.broken;
  if (other) throw refused(other);
  const none = payable.length === 0 ? withoutOfferings(seller, offerings, wish) : null;
  const rules = payable.map((offering) => massRuleOf(offering, seller.capabilities));
  throw refused(none ?? notOrderable(seller, rules, mass));
};

/** This offering, and how much of it to order. Throws AppError with the numbers if it cannot be. */
export const takeOffering = (seller: Seller, offering: Offering, wish: Wish): Choice => {
  const limit = broken(seller, offering, wish);
  if (limit) throw refused(limit);
  return { offering, orderedMass: massFor(seller, offering, wish) };
};

export const refused = ({ code, detail, errors, nearest }: BrokenLimit): AppError =>
  new AppError(code, detail, { ...(errors && { errors }), ...(nearest && { nearest }) });

const broken = (seller: Seller, offering: Offering, wish: Wish): BrokenLimit | null =>
  brokenLimit(seller, {
    ...wish,
    offering,
    mass: massFor(seller, offering, wish),
    total: null,
    limitCurrency: wish.maxTotal?.currency ?? null,
  });

/** The mass itself where no other can be ordered instead. */
const massFor = ({ capabilities }: Seller, offering: Offering, { mass, rounding }: Wish): Grams => {
  const rule = massRuleOf(offering, capabilities);
  if (rounding === 'exact' || isOrderable(mass, rule)) return mass;
  return nearestOrderable(mass, rule).above ?? mass;
};

/** Nothing of what is on sale is sold by this method. */
const withoutOfferings = (seller: Seller, offerings: readonly Offering[], wish: Wish): BrokenLimit | null => {
  const paymentMethods = [...new Set(offerings.flatMap((offering) => offering.paymentMethods))];
  const { step, minimum } = seller.capabilities.mass;
  const anything = { step, minimum, available: null, paymentMethods };
  return brokenLimit(seller, { ...wish, offering: anything, texts: null, total: null, limitCurrency: null });
};

const payableFirst = (seller: Seller, { paymentMethod }: Wish, a: Choice, b: Choice): number => {
  const isPayable = ({ offering, orderedMass: mass }: Choice): boolean => {
    const total = expectedTotal(offering, mass);
    return brokenLimit(seller, { paymentMethod, mass, offering, texts: null, total, limitCurrency: null }) === null;
  };
  return Number(isPayable(b)) - Number(isPayable(a));
};

const defaultFirstThenCheapest = (a: Offering, b: Offering): number => {
  if (a.isDefault !== b.isDefault) return a.isDefault ? -1 : 1;
  if (!a.unitPricePerTonne || !b.unitPricePerTonne) return a.unitPricePerTonne ? -1 : 1;
  return a.unitPricePerTonne.amount.comparedTo(b.unitPricePerTonne.amount);
};
