import { Decimal } from 'decimal.js';
import type { Seller } from '../../domain/catalog/limits.js';
import type { Offering } from '../../domain/catalog/offering.js';
import { grams } from '../../domain/mass.js';
import { money } from '../../domain/money.js';
import type { ProviderId } from '../../domain/providers/calls.js';
import { chooseOffering, type Rounding, type Wish } from './choose-offering.js';

const TONNE = grams(1_000_000);

const SELLER: Seller = {
  displayName: 'Example',
  capabilities: {
    paymentMethods: ['account'],
    mass: { step: TONNE, minimum: TONNE, maximum: null },
    textLimits: [],
    currency: 'GBP',
    checkout: null,
  },
};

const offering = (id: string, perTonne: string, minimumTonnes: number, more: Partial<Offering> = {}): Offering => ({
  provider: 'example' as ProviderId,
  providerOfferingId: id,
  kind: 'project',
  name: id,
  description: null,
  country: null,
  registry: null,
  vintage: null,
  category: null,
  isExAnte: null,
  unitPricePerTonne: money(perTonne, 'GBP'),
  taxRate: null,
  available: null,
  minimum: grams(minimumTonnes * 1e6),
  step: TONNE,
  paymentMethods: ['account'],
  isDefault: false,
  fetchedAt: new Date(0),
  ...more,
});

const wish = (tonnes: number, rounding: Rounding): Wish => ({
  mayBePooled: false,
  mass: grams(tonnes * 1e6),
  paymentMethod: 'account',
  rounding,
  texts: null,
  maxTotal: null,
});

const chosen = (offerings: readonly Offering[], tonnes: number, rounding: Rounding = 'up'): [string, number] => {
  const choice = chooseOffering(SELLER, offerings, wish(tonnes, rounding));
  return [choice.offering.name, choice.orderedMass / 1e6];
};

describe('the offering to buy', () => {
  it('is the one that costs the least, not the one that is cheapest by the tonne', () => {
    const offerings = [offering('in bulk', '6', 100), offering('small', '18', 1)];
    expect(chosen(offerings, 1.2)).toEqual(['small', 2]);
    expect(chosen(offerings, 99.5)).toEqual(['in bulk', 100]);
    expect(chosen(offerings, 150, 'exact')).toEqual(['in bulk', 150]);
  });

  it('is bought in a pool, exactly, where that is allowed and its mass is not sold', () => {
    const offerings = [offering('small', '18', 1), offering('in bulk', '12', 2)];
    const pooled = (tonnes: number, more: Partial<Wish> = {}) =>
      chooseOffering(SELLER, offerings, { ...wish(tonnes, 'up'), mayBePooled: true, ...more });
    expect(pooled(1.2)).toMatchObject({ offering: { name: 'small' }, orderedMass: 1_200_000, poolStep: TONNE });
    expect(pooled(1)).toMatchObject({ offering: { name: 'small' }, orderedMass: 1_000_000, poolStep: null });
    expect(pooled(1.2, { mayBePooled: false })).toMatchObject({ orderedMass: 2_000_000, poolStep: null });
    const soldOut = [offering('small', '18', 1, { available: TONNE })];
    expect(() => chooseOffering(SELLER, soldOut, { ...wish(1.2, 'exact'), mayBePooled: true })).toThrow(
      'nearest orderable: 1 t',
    );
  });

  it('is compared with its tax', () => {
    const taxed = offering('taxed', '10', 1, { taxRate: new Decimal('0.2') });
    expect(chosen([taxed, offering('free', '11', 1)], 1)).toEqual(['free', 1]);
  });

  it('is the default, if that can serve', () => {
    const standard = offering('default', '20', 2, { isDefault: true });
    const offerings = [offering('cheap', '1', 1), standard];
    expect(chosen(offerings, 2, 'exact')).toEqual(['default', 2]);
    expect(chosen(offerings, 1, 'exact')).toEqual(['cheap', 1]);
  });

  it('is one without a list price only if there is no other', () => {
    const unlisted = offering('on request', '1', 1, { unitPricePerTonne: null });
    expect(chosen([unlisted, offering('listed', '99', 1)], 1)).toEqual(['listed', 1]);
    expect(chosen([unlisted], 1)).toEqual(['on request', 1]);
  });

  it.each<[string, readonly Offering[], string]>([
    ['nothing is on sale', [], 'no_supply'],
    ['too little is left', [offering('few', '1', 1, { available: TONNE })], 'no_supply'],
    ['it is sold in larger masses', [offering('in bulk', '1', 100)], 'mass_not_orderable'],
    [
      'nothing is sold that way',
      [offering('on cards', '1', 1, { paymentMethods: [] })],
      'payment_method_not_supported',
    ],
  ])('is refused where %s', (_, offerings, code) => {
    expect(() => chosen(offerings, 2, 'exact')).toThrow(expect.objectContaining({ code }));
  });
});
