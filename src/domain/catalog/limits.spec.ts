import { grams } from '../mass.js';
import { money } from '../money.js';
import { brokenLimit, needsExactTotal, type Seller, type Wanted } from './limits.js';

const SELLER: Seller = {
  displayName: 'Example',
  capabilities: {
    paymentMethods: ['account', 'checkout'],
    mass: { step: grams(1_000), minimum: grams(2_000), maximum: grams(9_000_000) },
    textLimits: [{ texts: ['beneficiaryName'], most: 10, countedAs: 'characters' }],
    currency: 'USD',
    checkout: {
      expiresAfterMs: 1,
      knownBy: 'session',
      minimumTotal: money('0.50', 'USD'),
      maximumTotal: money('100', 'USD'),
    },
  },
};

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
    ["an offering's supply", { mass: grams(55_000) }, 'mass_not_orderable', 'orderable: 50 kg.'],
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
