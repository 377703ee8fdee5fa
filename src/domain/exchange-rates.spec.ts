import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { money } from './money.js';
import { ExchangeRates, inUsd } from './exchange-rates.js';

const rates = ExchangeRates.from('2026-11-20:GBP=1.25,EUR=1.08');

describe('ExchangeRates', () => {
  it('are of a day', () => {
    expect(rates?.date).toBe('2026-11-20');
  });

  it('show the rates of the currencies that were compared', () => {
    expect(rates?.shown(new Set(['EUR', 'USD', 'JPY']))).toEqual({ EUR: '1.08', USD: '1' });
  });

  it.each([
    ['2026-11-20:GBP=1', { GBP: '1' }],
    ['2026-11-20:GBP=12', { GBP: '12' }],
    ['2026-11-20:GBP=12,EUR=1', { GBP: '12', EUR: '1' }],
    ['2026-11-20:GBP=1.25,EUR=10,JPY=0.0066', { GBP: '1.25', EUR: '10', JPY: '0.0066' }],
  ])('read %s', (text, shown) => {
    expect(ExchangeRates.from(text)?.shown(new Set(['GBP', 'EUR', 'JPY']))).toEqual(shown);
  });

  it.each([
    '',
    'GBP=1.25',
    '2026-11-20:',
    '2026-11-20:GBP',
    '2026-11-20:gbp=1.25',
    '2026-11-20:GBP=-1',
    '2026-11-20:GBP=0',
    '2026-11-20:GBP=1.25,EUR=0.00',
    '2026-11-20:GBP=1.',
    '2026-11-20:GBP=1.25,',
    '2026-11-20:GBP=1.25;EUR=1.08',
    '2026-11-20: GBP=1.25',
    '20-11-2026:GBP=1.25',
    'on 2026-11-20:GBP=1.25',
    '2026-11-20:GBP=1.25 roughly',
  ])('refuse %p', (text) => {
    expect(ExchangeRates.from(text)).toBeNull();
  });
});

describe('a price in dollars', () => {
  it.each([
    ['8.00', '1.25', '10'],
    ['10.00', '1', '10'],
    ['0.000001', '0.1', '0.000001'],
    ['0.03', '1.2345678', '0.037038'],
    ['9999999999999.999999', '1.2345678901', '12345678900999.999999'],
  ])('of %s at %s is %s', (amount, rate, dollars) => {
    expect(inUsd(money(amount, 'GBP'), new Decimal(rate)).toFixed()).toBe(dollars);
  });

  it('is exact, rounded up to a millionth, for every amount and rate', () => {
    const amounts = fc.bigInt({ min: 0n, max: 10n ** 19n - 1n });
    const rates = fc.bigInt({ min: 1n, max: 10n ** 15n });
    fc.assert(
      fc.property(amounts, rates, (millionths, billionths) => {
        const [amount, rate] = [decimal(millionths, 6), decimal(billionths, 9)];
        const exact = (millionths * billionths + 10n ** 9n - 1n) / 10n ** 9n;
        expect(inUsd(money(amount, 'GBP'), new Decimal(rate)).toFixed(6)).toBe(decimal(exact, 6));
      }),
    );
  });
});

const decimal = (units: bigint, places: number): string => {
  const digits = units.toString().padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
};
