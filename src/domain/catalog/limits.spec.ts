import { SELLER } from '../../../test/support/seller.js';
import { grams } from '../mass.js';
import { money } from '../money.js';
import { brokenLimit, notOrderable, needsExactTotal, type Wanted } from './limits.js';

const OFFERING = {
  minimum: grams(5_000),
  step: grams(5_000),
  available: grams(50_000),
  paymentMethods: ['account', 'checkout'],
} as const;

const WANTED: Wanted = {
  paymentMethod: 'checkout',
  mass: grams(10_000),
  offering: OFFERING,
  texts: { beneficiaryName: 'Jane Smith', retirementMessage: null, description: null },
  total: money('0.50', 'USD'),
  limitCurrency: 'USD',
};

const LONG = { beneficiaryName: 'Jane Smithson', retirementMessage: null, description: null };

describe('brokenLimit', () => {
  it.each<[string, Partial<Wanted>]>([
    ['exactly at the bounds', {}],
    ['at the largest total', { total: money('100', 'USD') }],
    ['of all that is available', { mass: grams(50_000) }],
    ['of the smallest mass', { mass: grams(5_000) }],
    ['by a method without bounds', { paymentMethod: 'account', total: money('0.01', 'USD') }],
    ['of which nothing but the mass is known', { offering: null, texts: null, total: null, limitCurrency: null }],
  ])('lets a purchase %s pass', (_, wanted) => {
    expect(brokenLimit(SELLER, { ...WANTED, ...wanted })).toBeNull();
  });

  it.each<[string, Partial<Wanted>, string, string]>([
    ["the provider's step", { offering: null, mass: grams(2_500) }, 'mass_not_orderable', '2 kg or 3 kg'],
    ["the provider's minimum", { offering: null, mass: grams(1_000) }, 'mass_not_orderable', 'orderable: 2 kg.'],
    ["the provider's maximum", { offering: null, mass: grams(10_000_000) }, 'mass_not_orderable', 'orderable: 9 t.'],
    ["an offering's step", { mass: grams(11_000) }, 'mass_not_orderable', '10 kg or 15 kg'],
    ["an offering's minimum", { mass: grams(3_000) }, 'mass_not_orderable', 'orderable: 5 kg.'],
    [
      "an offering's supply",
      { mass: grams(55_000) },
      'no_supply',
      'has only 50 kg left, and 55 kg are wanted; nearest',
    ],
    ["an offering's supply and step", { mass: grams(52_000) }, 'mass_not_orderable', 'orderable: 50 kg.'],
    [
      'a supply below the minimum',
      { offering: { ...OFFERING, available: grams(4_000) } },
      'no_supply',
      'has only 4 kg left, and 10 kg are wanted; nothing can be ordered.',
    ],
    [
      'the smallest total',
      { total: money('0.49', 'USD') },
      'total_not_payable',
      '0.49 USD at Example, below the 0.50 USD',
    ],
    ['the largest total', { total: money('100.01', 'USD') }, 'total_not_payable', 'above the 100.00 USD'],
    ['the length of a text', { texts: LONG }, 'text_too_long', 'at most 10 characters of beneficiary.name'],
    ['the currency', { limitCurrency: 'GBP' }, 'price_not_comparable', 'charges USD'],
    [
      'the payment methods of an offering',
      { offering: { ...OFFERING, paymentMethods: ['account'] } },
      'payment_method_not_supported',
      'possible: account.',
    ],
  ])('names %s, with the number', (_, wanted, code, numbers) => {
    expect(brokenLimit(SELLER, { ...WANTED, ...wanted })).toMatchObject({
      code,
      detail: expect.stringContaining(numbers),
    });
  });
});

describe('the numbers of a broken limit', () => {
  it.each<[string, Partial<Wanted>, object]>([
    [
      'a mass',
      { mass: grams(11_000) },
      {
        nearest: { below: 10_000, above: 15_000 },
        numbers: { mass: { step: 5_000, minimum: 5_000, maximum: 50_000 } },
      },
    ],
    [
      'a supply',
      { mass: grams(55_000) },
      { nearest: { below: 50_000, above: null }, numbers: { available: 50_000, mass: { maximum: 50_000 } } },
    ],
    [
      'a total',
      { total: money('0.49', 'USD') },
      {
        numbers: {
          total: { amount: '0.49', currency: 'USD' },
          minimumTotal: { amount: '0.50', currency: 'USD' },
          maximumTotal: { amount: '100.00', currency: 'USD' },
        },
      },
    ],
    ['a currency', { limitCurrency: 'GBP' }, { numbers: { currency: 'USD' } }],
    [
      'a payment method',
      { offering: { ...OFFERING, paymentMethods: ['account'] } },
      { numbers: { paymentMethods: ['account'] } },
    ],
  ])('are there for programs: %s', (_, wanted, numbers) => {
    expect(brokenLimit(SELLER, { ...WANTED, ...wanted })).toMatchObject(numbers);
  });

  it('are the loosest of each bound, where several offerings were looked at', () => {
    const larger = { ...OFFERING, step: grams(20_000), minimum: grams(40_000), available: grams(90_000) };
    expect(notOrderable(SELLER, [OFFERING, larger], grams(52_000))).toMatchObject({
      code: 'mass_not_orderable',
      nearest: { below: 50_000, above: 60_000 },
      numbers: { mass: { step: 5_000, minimum: 5_000, maximum: 90_000 } },
    });
    expect(notOrderable(SELLER, [OFFERING, larger], grams(100_000))).toMatchObject({
      code: 'no_supply',
      nearest: { below: 80_000, above: null },
      numbers: { available: 90_000 },
    });
  });
});

describe('needsExactTotal', () => {
  it.each([
    ['0.50', true],
    ['0.99', true],
    ['1.00', false],
    ['50', false],
    ['50.01', true],
  ])('at a list price of %s: %s', (listed, isNeeded) => {
    expect(needsExactTotal(SELLER, 'checkout', money(listed, 'USD'))).toBe(isNeeded);
    expect(needsExactTotal(SELLER, 'account', money(listed, 'USD'))).toBe(false);
  });

  it('is so where no list price is known', () => {
    expect(needsExactTotal(SELLER, 'checkout', null)).toBe(true);
  });
});
