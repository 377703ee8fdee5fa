import { Decimal } from 'decimal.js';
import type { ErrorCode } from '../errors.js';
import {
  isOrderable,
  nearestOrderable,
  readableMass,
  largerMass,
  smallerMass,
  type Grams,
  type MassRule,
} from '../mass.js';
import { isMoreThan, money, readableMoney, type Currency, type Money } from '../money.js';
import type { StatusReason } from '../orders/status-reasons.js';
import type { Capabilities, PaymentMethod } from '../providers/capabilities.js';
import { plainMoney, type NearestMasses, type RefusalNumbers } from '../refusal-numbers.js';
import { explainExcess, ORDER_TEXTS, textExcess, type OrderTexts } from '../providers/text-limits.js';
import type { Offering } from './offering.js';

/** Who sells, with all that it declares. */
export interface Seller {
  readonly displayName: string;
  readonly capabilities: Pick<Capabilities, 'paymentMethods' | 'mass' | 'textLimits' | 'currency' | 'checkout'>;
}

type Sold = Pick<Offering, 'minimum' | 'step' | 'available' | 'paymentMethods'>;

/** What is to be bought, as far as it is known: null for what is not. */
export interface Wanted {
  readonly paymentMethod: PaymentMethod;
  readonly mass: Grams;
  readonly offering: Sold | null;
  readonly texts: OrderTexts | null;
  /** The price, tax included. */
  readonly total: Money | null;
  /** The currency of the caller's own limit. */
  readonly limitCurrency: Currency | null;
}

/** A broken limit refuses a request, and ends an order that it was found at only later. */
export type LimitCode = Extract<ErrorCode, StatusReason>;

/** The limit that is broken. `detail` is a sentence for the caller, with the numbers. */
export interface BrokenLimit {
  readonly code: LimitCode;
  readonly detail: string;
  /** Reasons by the field that has to be corrected, as the caller knows it. */
  readonly errors?: Readonly<Record<string, readonly string[]>>;
  readonly nearest?: NearestMasses;
  readonly numbers?: RefusalNumbers;
}

/**
 * Every limit that a provider or an offering declares, held against one purchase. Quotes, routing and the step before a
 * send ask this function and nothing else, so an order is never sent where it is known to be refused.
 * @returns the first limit that is broken, or null.
 */
export const brokenLimit = (seller: Seller, wanted: Wanted): BrokenLimit | null =>
  brokenPayment(seller, wanted) ??
  brokenCurrency(seller, wanted) ??
  brokenMass(seller, wanted) ??
  brokenText(seller, wanted) ??
  brokenTotal(seller, wanted);

const brokenPayment = (
  { displayName, capabilities }: Seller,
  { paymentMethod, offering }: Wanted,
): BrokenLimit | null => {
  const methods = capabilities.paymentMethods.filter((method) => offering?.paymentMethods.includes(method) ?? true);
  if (methods.includes(paymentMethod)) return null;
  const detail = `${displayName} cannot be paid by ${paymentMethod}; possible: ${methods.join(', ')}.`;
  return { code: 'payment_method_not_supported', detail, numbers: { paymentMethods: methods } };
};

const brokenCurrency = ({ displayName, capabilities }: Seller, { limitCurrency }: Wanted): BrokenLimit | null => {
  const { currency } = capabilities;
  if (limitCurrency === null || limitCurrency === currency) return null;
  const detail = `${displayName} charges ${currency}; give max_total in ${currency}.`;
  return { code: 'price_not_comparable', detail, numbers: { currency } };
};

/** Which masses can be ordered: an offering's own step and bounds, within the provider's. */
export const massRuleOf = (offering: Sold | null, { mass }: Pick<Capabilities, 'mass'>): MassRule =>
  offering === null
    ? mass
    : {
        step: Math.max(offering.step, mass.step) as Grams,
        minimum: Math.max(offering.minimum, mass.minimum) as Grams,
        maximum: smallerMass(offering.available, mass.maximum),
      };

const brokenMass = (seller: Seller, { mass, offering }: Wanted): BrokenLimit | null =>
  isOrderable(mass, massRuleOf(offering, seller.capabilities)) ? null : notOrderable(seller, [offering], mass);

/** For a mass that can be ordered of none of these offerings; there is at least one. */
export const notOrderable = (seller: Seller, offerings: readonly (Sold | null)[], mass: Grams): BrokenLimit => {
  const rules = offerings.map((offering) => massRuleOf(offering, seller.capabilities));
  const nearest = nearestOf(rules, mass);
  const choices = [nearest.below, nearest.above].flatMap((near) => (near === null ? [] : [readableMass(near)]));
  const instead = choices.length === 0 ? 'nothing can be ordered' : `nearest orderable: ${choices.join(' or ')}`;
  const numbers = { mass: loosest(rules) };
  if (!offerings.every((offering) => isSoldOut(seller, offering, mass)))
    return {
      code: 'mass_not_orderable',
      detail: `${seller.displayName} cannot sell exactly ${readableMass(mass)}; ${instead}.`,
      nearest,
      numbers,
    };
  const available = offerings.reduce<Grams | null>(
    (most, offering) => largerMass(most, offering?.available ?? null),
    null,
  );
  const left = available === null ? 'nothing' : `only ${readableMass(available)}`;
  return {
    code: 'no_supply',
    detail: `${seller.displayName} has ${left} left, and ${readableMass(mass)} are wanted; ${instead}.`,
    nearest,
    numbers: { ...numbers, available },
  };
};

/** For a seller without any offering. */
export const nothingOnSale = ({ displayName }: Seller): BrokenLimit => ({
  code: 'no_supply',
  detail: `${displayName} has nothing on sale.`,
  numbers: { available: null },
});

const nearestOf = (rules: readonly MassRule[], mass: Grams): NearestMasses => {
  const near = rules.map((rule) => nearestOrderable(mass, rule));
  const below = near.reduce<Grams | null>((best, each) => largerMass(best, each.below), null);
  const above = near.reduce<Grams | null>((best, each) => smallerMass(best, each.above), null);
  return { below, above };
};

/** Whether nothing but what is left keeps the mass from being ordered. */
const isSoldOut = ({ capabilities }: Seller, offering: Sold | null, mass: Grams): boolean => {
  if (offering === null || offering.available === null) return false;
  const { below, above } = nearestOrderable(mass, massRuleOf(offering, capabilities));
  const isEmpty = below === null && above === null;
  return isEmpty || isOrderable(mass, massRuleOf({ ...offering, available: null }, capabilities));
};

/** Each bound of the rule that asks for the least. */
const loosest = (rules: readonly MassRule[]): MassRule =>
  rules.reduce((all, { step, minimum, maximum }) => ({
    step: Math.min(all.step, step) as Grams,
    minimum: Math.min(all.minimum, minimum) as Grams,
    maximum: all.maximum === null || maximum === null ? null : largerMass(all.maximum, maximum),
  }));

const brokenText = ({ displayName, capabilities }: Seller, { texts }: Wanted): BrokenLimit | null => {
  const excess = texts && textExcess(capabilities.textLimits, texts);
  if (!excess) return null;
  const why = `${displayName} takes ${explainExcess(excess)}`;
  const errors = Object.fromEntries(excess.texts.map((text) => [ORDER_TEXTS[text], [why]]));
  return { code: 'text_too_long', detail: `${why}.`, errors };
};

interface TotalRule {
  readonly minimumTotal: Money | null;
  readonly maximumTotal: Money | null;
}

/** Only hosted checkouts declare what can be paid at once. */
const totalRuleOf = ({ checkout }: Seller['capabilities'], payment: PaymentMethod): TotalRule | null =>
  payment === 'checkout' && (checkout?.minimumTotal || checkout?.maximumTotal) ? checkout : null;

const brokenTotal = (
  { displayName, capabilities }: Seller,
  { paymentMethod, total, mass }: Wanted,
): BrokenLimit | null => {
  const rule = totalRuleOf(capabilities, paymentMethod);
  if (!rule || !total) return null;
  const { minimumTotal: least, maximumTotal: most } = rule;
  const bound =
    least && isMoreThan(least, total)
      ? `below the ${readableMoney(least)} that it takes at least`
      : most && isMoreThan(total, most)
        ? `above the ${readableMoney(most)} that it takes at most`
        : null;
  if (bound === null) return null;
  const price = `${readableMass(mass)} cost ${readableMoney(total)} at ${displayName}`;
  const numbers = {
    total: plainMoney(total),
    minimumTotal: least && plainMoney(least),
    maximumTotal: most && plainMoney(most),
  };
  return { code: 'total_not_payable', detail: `${price}, ${bound} by ${paymentMethod}.`, numbers };
};

/** A quote may differ from the list price, by the payment method for instance: by this factor, either way. */
const LIST_PRICE_MARGIN = 2;

/**
 * Whether only a quote tells if the total can be paid: there is no list price, or what it comes to is too near to a
 * declared bound.
 */
export const needsExactTotal = (
  { capabilities }: Pick<Seller, 'capabilities'>,
  payment: PaymentMethod,
  listed: Money | null,
): boolean => {
  const rule = totalRuleOf(capabilities, payment);
  if (!rule) return false;
  if (!listed) return true;
  const { minimumTotal: least, maximumTotal: most } = rule;
  const times = (factor: Decimal.Value): Money => money(listed.amount.times(factor), listed.currency);
  return (
    (least !== null && isMoreThan(least, times(new Decimal(1).div(LIST_PRICE_MARGIN)))) ||
    (most !== null && isMoreThan(times(LIST_PRICE_MARGIN), most))
  );
};
