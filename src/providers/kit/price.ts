import type { Decimal } from 'decimal.js';
import { massIn, type Grams } from '../../domain/mass.js';
import { money, type Currency, type Money } from '../../domain/money.js';

export const perTonne = (total: Money, mass: Grams): Money =>
  money(total.amount.div(massIn(mass, 't')), total.currency);

/** From hundredths of the currency, with fractions of them. */
export const fromCents = (cents: Decimal, currency: Currency): Money => money(cents.div(100), currency);
