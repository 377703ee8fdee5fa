import { Decimal } from 'decimal.js';
import { MONEY_SCALE, type Currency, type Money } from './money.js';

/** Rates above 0: at a rate of nothing, no order of that currency would count. */
const FORMAT = /^(\d{4}-\d{2}-\d{2}):([A-Z]{3}=(?=[\d.]*[1-9])\d+(\.\d+)?(,[A-Z]{3}=(?=[\d.]*[1-9])\d+(\.\d+)?)*)$/;

/**
 * Configured rates of one day, in US dollars per unit. For comparing offers, and orders with limits: nothing is ever
 * charged by them.
 */
export class ExchangeRates {
  constructor(
    readonly date: string,
    private readonly usdPer: ReadonlyMap<string, Decimal>,
  ) {}

  /** Parses "2026-11-20:GBP=1.25,EUR=1.08". @returns null if the text is not of that form. */
  static from(text: string): ExchangeRates | null {
    const [, date, pairs] = FORMAT.exec(text) ?? [];
    if (date === undefined || pairs === undefined) return null;
    const rates = pairs.split(',').map((pair): [string, Decimal] => {
      const [currency = '', rate = ''] = pair.split('=');
      return [currency, new Decimal(rate)];
    });
    return new ExchangeRates(date, new Map([...rates, ['USD', new Decimal(1)]]));
  }

  /** @returns null if no rate is configured for the currency. */
  usdPerUnit(currency: Currency): Decimal | null {
    return this.usdPer.get(currency) ?? null;
  }

  /** The rates of these currencies as decimal strings, to show what a comparison used. */
  shown(currencies: ReadonlySet<string>): Readonly<Record<string, string>> {
    const used = [...this.usdPer].filter(([currency]) => currencies.has(currency));
    return Object.fromEntries(used.map(([currency, rate]) => [currency, rate.toFixed()]));
  }
}

/** Enough digits for any amount times any rate: nothing is rounded on the way. */
const Exact = Decimal.clone({ precision: 60 });

/**
 * The one conversion there is: exact, then rounded up to a millionth of a dollar, so that the sum of many orders is never
 * below what they cost together.
 */
export const inUsd = ({ amount }: Money, usdPerUnit: Decimal): Decimal =>
  new Exact(amount).times(usdPerUnit).toDecimalPlaces(MONEY_SCALE, Decimal.ROUND_UP);
