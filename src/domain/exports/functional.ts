import { Decimal } from 'decimal.js';
import { amountText, currencyOf, type Amount } from '../ledger/units.js';
import type { Currency } from '../money.js';

/** What the books of a company are kept in, and what one unit of another currency was in it on a day. */
export interface Rate {
  readonly functional: Currency;
  /** Null where nobody has entered one for this very day. */
  readonly rate: Decimal | null;
  /** 2026-11-30 */
  readonly onDate: string;
}

export interface FunctionalAmount {
  readonly currency: Currency;
  /** Null without a rate: none is taken in place of it. */
  readonly amount: string | null;
  readonly rate: string | null;
  readonly rateDate: string | null;
}

const Exact = Decimal.clone({ precision: 60 });

/** Rounded to the cent, half away from zero: it is for information, and nothing is posted of it. */
export const functionalOf = (amount: Amount, known: Rate | null): FunctionalAmount | null => {
  if (known === null) return null;
  const { functional: currency, rate, onDate: rateDate } = known;
  if (currencyOf(amount.asset) === currency)
    return { currency, amount: new Exact(amountText(amount)).toFixed(2), rate: null, rateDate: null };
  if (rate === null) return { currency, amount: null, rate: null, rateDate: null };
  return {
    currency,
    amount: new Exact(amountText(amount)).times(rate).toFixed(2, Decimal.ROUND_HALF_UP),
    rate: rate.toFixed(),
    rateDate,
  };
};
