import fc from 'fast-check';
import { ExchangeRates } from '../exchange-rates.js';
import { CURRENCIES, money, type Currency } from '../money.js';
import { compare, rank } from './ranking.js';

const RATES = ExchangeRates.from('2026-11-20:GBP=1.25')!;

const offers = (...totals: readonly [string, Currency][]) =>
  totals.map(([amount, currency], nth) => ({ nth, total: money(amount, currency) }));

const order = (...totals: readonly [string, Currency][]): number[] =>
  rank(offers(...totals), RATES).offers.map(({ nth }) => nth);

describe('the ranking of offers', () => {
  it('is by the totals as they are, where they are in one currency', () => {
    expect(order(['3', 'GBP'], ['1', 'GBP'], ['2', 'GBP'])).toEqual([1, 2, 0]);
    expect(rank(offers(['1', 'EUR'], ['2', 'EUR']), RATES).fx).toBeNull();
  });

  it('is by the totals in dollars, where they are not', () => {
    expect(order(['8.000001', 'GBP'], ['10', 'USD'], ['7.999999', 'GBP'])).toEqual([2, 1, 0]);
    expect(rank(offers(['1', 'GBP'], ['2', 'USD']), RATES).fx).toEqual({
      date: '2026-11-20',
      rates: { USD: '1', GBP: '1.25' },
    });
  });

  it('keeps equal totals in the order in which they were', () => {
    expect(order(['10', 'USD'], ['8', 'GBP'], ['10', 'USD'])).toEqual([0, 1, 2]);
    expect(order(['8', 'GBP'], ['10', 'USD'])).toEqual([0, 1]);
  });

  it('has what cannot be compared last, however little it costs, and says so', () => {
    const { offers: ranked, fx } = rank(offers(['0.01', 'EUR'], ['100', 'USD'], ['90', 'GBP']), RATES);
    expect(ranked.map(({ nth }) => nth)).toEqual([1, 2, 0]);
    expect(compare(money('0.01', 'EUR'), fx)).toEqual({
      code: 'no_exchange_rate',
      total: null,
      rate: null,
      rateDate: null,
    });
  });

  it('can be told from what is shown, whatever is offered', () => {
    const total = fc
      .tuple(fc.bigInt({ min: 0n, max: 10n ** 19n - 1n }), fc.constantFrom(...CURRENCIES))
      .map(([millionths, currency]) => ({ total: money(`${millionths}e-6`, currency) }));
    fc.assert(
      fc.property(fc.array(total, { maxLength: 8 }), (given) => {
        const { offers: ranked, fx } = rank(given, RATES);
        expect(ranked).toHaveLength(given.length);
        expect(new Set(ranked)).toEqual(new Set(given));
        const shown = ranked.map((offer) => compare(offer.total, fx).total);
        const comparable = shown.filter((each) => each !== null);
        expect(shown.slice(0, comparable.length)).toEqual(comparable);
        comparable.slice(1).forEach(({ amount, currency }, nth) => {
          expect(comparable[nth]?.amount.lessThanOrEqualTo(amount)).toBe(true);
          expect(currency).toBe(comparable[nth]?.currency);
        });
      }),
    );
  });
});
