import {
  brokenLimit,
  massRuleOf,
  notOrderable,
  nothingOnSale,
  type BrokenLimit,
  type Seller,
} from '../../domain/catalog/limits.js';
import { expectedTotal, type Offering } from '../../domain/catalog/offering.js';
import { AppError } from '../../domain/errors.js';
import { isOrderable, nearestOrderable, type Grams } from '../../domain/mass.js';
import type { Money } from '../../domain/money.js';
import type { PaymentMethod } from '../../domain/providers/capabilities.js';
import { poolStepOf } from '../../domain/pools/pool.js';
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
  /** Whether it may be bought together with others, where it could not be bought by itself. */
  readonly mayBePooled: boolean;
}

/** An offering and the mass of it that will be ordered. */
export interface Choice {
  readonly offering: Offering;
  readonly orderedMass: Grams;
  /** Of what a pool buys for it and others; null where it is bought by itself. */
  readonly poolStep: Grams | null;
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
    .map(({ offering }) => choiceOf(seller, offering, wish))
    .sort((a, b) => payableFirst(seller, wish, a, b) || defaultFirstThenCheapest(a, b));
  if (choice) return choice;
  const other = able.find(({ broken }) => broken !== null && !MASS_CODES.has(broken.code))?.broken;
  throw refused(
    other ?? (payable.length > 0 ? notOrderable(seller, payable, mass) : withoutOfferings(seller, offerings, wish)),
  );
};

const MASS_CODES: ReadonlySet<string> = new Set(['mass_not_orderable', 'no_supply']);

/** This offering, and how much of it to order. Throws AppError with the numbers if it cannot be. */
export const takeOffering = (seller: Seller, offering: Offering, wish: Wish): Choice => {
  const limit = broken(seller, offering, wish);
  if (limit) throw refused(limit);
  return choiceOf(seller, offering, wish);
};

export const refused = ({ code, detail, ...numbers }: BrokenLimit): AppError => new AppError(code, detail, numbers);

const broken = (seller: Seller, offering: Offering, wish: Wish): BrokenLimit | null =>
  brokenLimit(seller, {
    ...wish,
    offering,
    mass: massToSend(seller, offering, wish),
    total: null,
    limitCurrency: wish.maxTotal?.currency ?? null,
  });

/** The mass that would be sent: of an order that is pooled, the least that a pool could buy for it. */
const massToSend = (seller: Seller, offering: Offering, wish: Wish): Grams =>
  massFor(seller, offering, poolStepFor(seller, offering, wish) === null ? wish : { ...wish, rounding: 'up' });

const choiceOf = (seller: Seller, offering: Offering, wish: Wish): Choice => {
  const poolStep = poolStepFor(seller, offering, wish);
  return { offering, poolStep, orderedMass: poolStep === null ? massFor(seller, offering, wish) : wish.mass };
};

/** A mass that can be ordered exactly needs no pool. */
const poolStepFor = (seller: Seller, offering: Offering, { mass, paymentMethod, mayBePooled }: Wish): Grams | null => {
  const isNeeded = !isOrderable(mass, massRuleOf(offering, seller.capabilities));
  return mayBePooled && paymentMethod === 'account' && isNeeded ? poolStepOf(seller, offering) : null;
};

/** The mass itself where no other can be ordered instead. */
const massFor = ({ capabilities }: Seller, offering: Offering, { mass, rounding }: Wish): Grams => {
  const rule = massRuleOf(offering, capabilities);
  if (rounding === 'exact' || isOrderable(mass, rule)) return mass;
  return nearestOrderable(mass, rule).above ?? mass;
};

/** Nothing of what is on sale is sold by this method. */
const withoutOfferings = (seller: Seller, offerings: readonly Offering[], wish: Wish): BrokenLimit => {
  const sold = offerings.flatMap((offering) => offering.paymentMethods);
  const { paymentMethods, mass } = seller.capabilities;
  const methods = offerings.length === 0 ? paymentMethods : [...new Set(sold)];
  const anything = { ...mass, available: null, paymentMethods: methods };
  const untold = { texts: null, total: null, limitCurrency: null };
  return brokenLimit(seller, { ...wish, ...untold, mass: mass.minimum, offering: anything }) ?? nothingOnSale(seller);
};

const payableFirst = (seller: Seller, wish: Wish, a: Choice, b: Choice): number => {
  const { paymentMethod } = wish;
  const isPayable = ({ offering, orderedMass }: Choice): boolean => {
    const mass = massToSend(seller, offering, wish);
    const total = expectedTotal(offering, orderedMass);
    return brokenLimit(seller, { paymentMethod, mass, offering, texts: null, total, limitCurrency: null }) === null;
  };
  return Number(isPayable(b)) - Number(isPayable(a));
};

/** By what is paid, not by the tonne: what is cheap by the tonne may be sold in large steps only. */
const defaultFirstThenCheapest = (a: Choice, b: Choice): number => {
  if (a.offering.isDefault !== b.offering.isDefault) return a.offering.isDefault ? -1 : 1;
  const [totalA, totalB] = [a, b].map(({ offering, orderedMass }) => expectedTotal(offering, orderedMass));
  if (!totalA || !totalB) return totalA ? -1 : 1;
  return totalA.amount.comparedTo(totalB.amount);
};
