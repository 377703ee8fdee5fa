import { Decimal } from 'decimal.js';
import type { Currency, Money } from '../money.js';

/** Configured rates of one day: units of USD for one unit of the currency. */
export interface ExchangeRates {
  readonly date: string;
  readonly usdPer: Readonly<Partial<Record<Currency, Decimal>>>;
}

const FORMAT = /^(\d{4}-\d{2}-\d{2}):([A-Z]{3}=\d+(\.\d+)?(,[A-Z]{3}=\d+(\.\d+)?)*)$/;

/** Parses FX_RATES, "2026-11-20:GBP=1.25,EUR=1.08". Null when it is not of that form. */
export const exchangeRatesFrom = (text: string): ExchangeRates | null => {
  const [, date, pairs] = FORMAT.exec(text) ?? [];
  if (date === undefined || pairs === undefined) return null;
  const usdPer = Object.fromEntries(
    pairs.split(',').map((pair) => {
      const [currency = '', rate = ''] = pair.split('=');
      return [currency, new Decimal(rate)];
    }),
  );
  return { date, usdPer: { ...usdPer, USD: new Decimal(1) } };
};

/** The amount in US dollars, for comparing only; null when no rate is configured. */
export const usdOf = (price: Money, rates: ExchangeRates): Decimal | null => {
  const rate = price.currency === 'USD' ? new Decimal(1) : rates.usdPer[price.currency];
  return rate === undefined ? null : price.amount.times(rate);
};
