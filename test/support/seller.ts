import type { Seller } from '../../src/domain/catalog/limits.js';
import { grams } from '../../src/domain/mass.js';
import { money } from '../../src/domain/money.js';

/** Who sells, with a limit of every kind. */
export const SELLER: Seller = {
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
