import { Decimal } from 'decimal.js';

export const CURRENCIES = ['USD', 'GBP', 'EUR'] as const;
export type Currency = (typeof CURRENCIES)[number];

/** An exact amount in one currency (ISO 4217). Amounts carry at most MONEY_SCALE decimal places. */
export interface Money {
  readonly amount: Decimal;
  readonly currency: Currency;
}

/** Decimal places kept: prices per kilogram are quoted in fractions of a cent. The column is numeric(20,6). */
export const MONEY_SCALE = 6;

export class InvalidMoneyError extends Error {}

const AMOUNT = /^\d{1,13}(\.\d{1,6})?$/;

export const money = (amount: Decimal.Value, currency: Currency): Money => {
  const exact = new Decimal(amount);
  if (!exact.isFinite() || exact.isNegative()) throw new InvalidMoneyError('must be zero or more');
  return { amount: exact.toDecimalPlaces(MONEY_SCALE, Decimal.ROUND_HALF_UP), currency };
};

/** Parses `{"amount":"2.00","currency":"USD"}`. Throws InvalidMoneyError, whose message completes "amount …". */
export const moneyFromJson = (amount: string, currency: Currency): Money => {
  if (!AMOUNT.test(amount))
    throw new InvalidMoneyError('must be a decimal string such as "2.00" with at most 6 decimals');
  return money(amount, currency);
};

/** At least the two decimals of the currencies handled here, more only where the amount has them: "2.00", "0.016". */
export const amountOf = ({ amount }: Money): string => amount.toFixed(Math.max(2, amount.decimalPlaces()));

/** For people to read: "0.50 USD". */
export const readableMoney = (price: Money): string => `${amountOf(price)} ${price.currency}`;

/** Enough digits for any amount times any mass: only the result is rounded, to MONEY_SCALE. */
const Exact = Decimal.clone({ precision: 60 });

/** What `part` of `whole` costs, where the whole costs `total`. */
export const shareOf = ({ amount, currency }: Money, part: number, whole: number): Money =>
  money(new Exact(amount).times(part).div(whole), currency);

const inSameCurrency = (a: Money, b: Money): void => {
  if (a.currency !== b.currency) throw new InvalidMoneyError('amounts are in different currencies');
};

export const isMoreThan = (a: Money, b: Money): boolean => {
  inSameCurrency(a, b);
  return a.amount.greaterThan(b.amount);
};

export const isSameMoney = (a: Money, b: Money): boolean => a.currency === b.currency && a.amount.equals(b.amount);

/** Whether two amounts of one currency differ by at most `tolerance` (same unit). Different currencies never agree. */
export const agrees = (a: Money, b: Money, tolerance: Decimal.Value): boolean =>
  a.currency === b.currency && a.amount.minus(b.amount).abs().lessThanOrEqualTo(tolerance);
