import { Decimal } from 'decimal.js';
import { grams } from '../../domain/mass.js';
import { amountOf, money } from '../../domain/money.js';
import { fromCents, perTonne } from './price.js';

it('is per tonne what a mass costs, scaled', () => {
  const price = perTonne(money('2.50', 'GBP'), grams(125_000));
  expect([amountOf(price), price.currency]).toEqual(['20.00', 'GBP']);
});

it('keeps fractions of a cent', () => {
  const price = fromCents(new Decimal('1.6'), 'USD');
  expect([amountOf(price), price.currency]).toEqual(['0.016', 'USD']);
});
