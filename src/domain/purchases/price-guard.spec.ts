import { SELLER } from '../../../test/support/seller.js';
import { grams } from '../mass.js';
import { money } from '../money.js';
import { priceRefusal } from './price-guard.js';

const ORDER = { paymentMethod: 'account', orderedMass: grams(2_000), maxTotal: money('10.00', 'USD') } as const;

describe('the price of an order that is to be sent', () => {
  it.each([
    ['up to its limit', ORDER, '10.00'],
    ['without a limit', { ...ORDER, maxTotal: null }, '10000.00'],
  ])('passes %s', (_, order, total) => {
    expect(priceRefusal(SELLER, order, money(total, 'USD'))).toBeNull();
  });

  it('is refused above its limit, with both numbers', () => {
    expect(priceRefusal(SELLER, ORDER, money('10.01', 'USD'))).toEqual({
      reason: 'price_above_limit',
      detail: 'Example asks 10.01 USD for 2 kg, more than the 10.00 USD that this order may cost.',
    });
  });

  it.each([
    ['total_not_payable', { ...ORDER, paymentMethod: 'checkout' as const }, '100.01'],
    ['price_not_comparable', { ...ORDER, maxTotal: money('10.00', 'EUR') }, '1.00'],
  ])('is refused by what the provider declares: %s', (reason, order, total) => {
    expect(priceRefusal(SELLER, order, money(total, 'USD'))).toMatchObject({ reason });
  });
});
