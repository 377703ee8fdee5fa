import { Decimal } from 'decimal.js';
import type { Money } from './money.js';

const FORMAT = /^(\d{4}-\d{2}-\d{2}):([A-Z]{3}=\d+(\.\d+)?(,[A-Z]{3}=\d+(\.\d+)?)*)$/;

/** Configured rates of one day, in US dollars per unit. Only for comparing offers: nothing is ever charged by them. */
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
  usdOf(price: Money): Decimal | null {
    const rate = this.usdPer.get(price.currency);
    return rate === undefined ? null : price.amount.times(rate);
  }

  /** The rates of these currencies as decimal strings, to show what a comparison used. */
  shown(currencies: ReadonlySet<string>): Readonly<Record<string, string>> {
    const used = [...this.usdPer].filter(([currency]) => currencies.has(currency));
    return Object.fromEntries(used.map(([currency, rate]) => [currency, rate.toFixed()]));
  }
}
