import { inUsd, type ExchangeRates } from '../exchange-rates.js';
import type { Money } from '../money.js';
import { Decimal } from 'decimal.js';

/** The rates that a comparison used, in US dollars per unit, and their day. A currency that is missing has none. */
export interface ComparedRates {
  readonly date: string;
  readonly rates: Readonly<Record<string, string>>;
}

/** How the total of an offer was compared with the others. */
export const COMPARISONS = {
  same_currency: 'all totals are in one currency, and are compared as they are',
  converted: 'the total was converted at `rate`, the configured rate of `rate_date`',
  no_exchange_rate: 'there is no rate for its currency here: it is ranked last, whatever it costs',
} as const;

export interface Comparison {
  readonly code: keyof typeof COMPARISONS;
  /** What was compared; null where that was not possible. */
  readonly total: Money | null;
  readonly rate: string | null;
  readonly rateDate: string | null;
}

/** What is shown is what ranks. `fx` is null where all totals are in one currency. */
export const compare = (total: Money, fx: ComparedRates | null): Comparison => {
  if (fx === null) return { code: 'same_currency', total, rate: null, rateDate: null };
  const rate = Object.hasOwn(fx.rates, total.currency) ? fx.rates[total.currency] : undefined;
  if (rate === undefined) return { code: 'no_exchange_rate', total: null, rate: null, rateDate: null };
  const converted = { amount: inUsd(total, new Decimal(rate)), currency: 'USD' } as const;
  return { code: 'converted', total: converted, rate, rateDate: fx.date };
};

/** Cheapest first. Of equal totals the one that was there first comes first; those without a rate come last. */
export const rank = <Priced extends { readonly total: Money }>(
  offers: readonly Priced[],
  exchange: ExchangeRates,
): { readonly offers: readonly Priced[]; readonly fx: ComparedRates | null } => {
  const currencies = new Set(offers.map(({ total }) => total.currency));
  const fx = currencies.size > 1 ? { date: exchange.date, rates: exchange.shown(currencies) } : null;
  const compared = offers.map((offer) => ({ offer, total: compare(offer.total, fx).total }));
  const sorted = compared.sort((a, b) => {
    if (a.total === null || b.total === null) return Number(a.total === null) - Number(b.total === null);
    return a.total.amount.comparedTo(b.total.amount);
  });
  return { offers: sorted.map(({ offer }) => offer), fx };
};
