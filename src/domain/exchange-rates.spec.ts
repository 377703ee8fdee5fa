import { money } from './money.js';
import { ExchangeRates } from './exchange-rates.js';

const rates = ExchangeRates.from('2026-11-20:GBP=1.25,EUR=1.08');

describe('ExchangeRates', () => {
  it('are of a day', () => {
    expect(rates?.date).toBe('2026-11-20');
  });

  it.each([
    ['8.00', 'GBP', '10'],
    ['10.00', 'EUR', '10.8'],
    ['10.00', 'USD', '10'],
  ] as const)('make %s %s %s dollars', (amount, currency, dollars) => {
    expect(rates?.usdOf(money(amount, currency))?.toFixed()).toBe(dollars);
  });

  it('say nothing of a currency without a rate', () => {
    expect(ExchangeRates.from('2026-11-20:GBP=1.25')?.usdOf(money(1, 'EUR'))).toBeNull();
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
