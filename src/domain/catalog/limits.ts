import { Decimal } from 'decimal.js';
import type { ErrorCode } from '../errors.js';
import { isOrderable, nearestOrderable, readableMass, smallerMass, type Grams, type MassRule } from '../mass.js';
import { isMoreThan, money, readableMoney, type Currency, type Money } from '../money.js';
import type { StatusReason } from '../orders/status-reasons.js';
import type { Capabilities, PaymentMethod } from '../providers/capabilities.js';
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
  readonly nearest?: { readonly below: Grams | null; readonly above: Grams | null };
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
  const possible = methods.length === 0 ? 'nothing is on sale' : `possible: ${methods.join(', ')}`;
  const detail = `${displayName} cannot be paid by ${paymentMethod}; ${possible}.`;
  return { code: 'payment_method_not_supported', detail };
};

const brokenCurrency = ({ displayName, capabilities }: Seller, { limitCurrency }: Wanted): BrokenLimit | null => {
  const { currency } = capabilities;
  if (limitCurrency === null || limitCurrency === currency) return null;
  return { code: 'price_not_comparable', detail: `${displayName} charges ${currency}; give max_total in ${currency}.` };
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

const brokenMass = (seller: Seller, { mass, offering }: Wanted): BrokenLimit | null => {
  const rule = massRuleOf(offering, seller.capabilities);
  return isOrderable(mass, rule) ? null : notOrderable(seller, [rule], mass);
};

/** For a mass that none of these rules lets be ordered. */
export const notOrderable = (
  { displayName }: Pick<Seller, 'displayName'>,
  rules: readonly MassRule[],
  mass: Grams,
): BrokenLimit => {
  const near = rules.map((rule) => nearestOrderable(mass, rule));
  const below = near.reduce<Grams | null>(
    (best, { below }) => (best === null || (below ?? 0) > best ? below : best),
    null,
  );
  const above = near.reduce<Grams | null>((best, { above }) => smallerMass(best, above), null);
  const choices = [below, above].flatMap((nearest) => (nearest === null ? [] : [readableMass(nearest)]));
  const nearest = choices.length === 0 ? 'has no supply' : `nearest orderable: ${[...new Set(choices)].join(' or ')}`;
  return {
    code: 'mass_not_orderable',
    detail: `${displayName} cannot sell exactly ${readableMass(mass)}; ${nearest}.`,
    nearest: { below, above },
  };
};

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
  return { code: 'total_not_payable', detail: `${price}, ${bound} by ${paymentMethod}.` };
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
