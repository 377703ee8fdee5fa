import { grams } from '../mass.js';
import type { ProviderId } from '../providers/calls.js';
import { poolStep, poolStepOf, type Pool } from './pool.js';
import type { Offering } from '../catalog/offering.js';
import type { Seller } from '../catalog/limits.js';

const TONNE = grams(1_000_000);
const CLOSES = new Date('2026-12-03T12:00:00Z');
const BEFORE = new Date(CLOSES.getTime() - 1);

const pool = (more: Partial<Pool> = {}): Pool => ({
  id: 'pool_1',
  tenantId: 'ten_house',
  beneficiary: 'Customers of Example Ltd',
  providerAccount: null,
  provider: 'example' as ProviderId,
  providerOfferingId: 'p1',
  offeringName: 'Moor',
  step: TONNE,
  status: 'open',
  sum: 0,
  members: 0,
  closesAt: CLOSES,
  openMs: 1,
  purchase: null,
  version: 1,
  ...more,
});
const holding = (sum: number): Pool => pool({ sum, members: 1 });

describe('an open pool', () => {
  it.each<[string, number, number | null]>([
    ['less than a step', 999_999, null],
    ['just a step', 1_000_000, 1_000_000],
    ['a little more, of which too much would be left', 1_000_001, null],
    ['so much that a twentieth is left', 1_900_000, 2_000_000],
    ['a gram less', 1_899_999, null],
    ['many steps and a little more', 40_000_001, 41_000_000],
  ])('with %s', (_, sum, bought) => {
    const step = bought === null ? { do: 'wait', until: CLOSES } : { do: 'seal', mass: bought };
    expect(poolStep(holding(sum), BEFORE)).toEqual(step);
  });

  it('buys for whoever is in it when it closes, and for nobody nothing', () => {
    expect(poolStep(holding(1), CLOSES)).toEqual({ do: 'seal', mass: 1_000_000 });
    expect(poolStep(pool(), CLOSES)).toEqual({ do: 'dissolve' });
    expect(poolStep(pool(), BEFORE)).toEqual({ do: 'wait', until: CLOSES });
  });
});

describe('a pool that is open no more', () => {
  it.each<[Pool['status'], Pool['purchase'], string]>([
    ['sealed', 'created', 'wait'],
    ['sealed', 'in_doubt', 'wait'],
    ['sealed', 'accepted', 'wait'],
    ['sealed', 'retired', 'allocate'],
    ['sealed', 'completed', 'allocate'],
    ['sealed', 'failed', 'return'],
    ['sealed', 'cancelled', 'return'],
    ['allocated', 'retired', 'wait'],
    ['allocated', 'completed', 'complete'],
    ['dissolved', 'failed', 'end'],
  ])('and is %s, its purchase %s: %s', (status, purchase, does) => {
    expect(poolStep(pool({ status, purchase, sum: 1, members: 1 }), CLOSES).do).toBe(does);
  });
});

describe('pools are for what is sold on account in coarse steps', () => {
  const offering = (more: Partial<Offering> = {}): Offering =>
    ({ minimum: TONNE, step: TONNE, available: null, paymentMethods: ['account'], ...more }) as Offering;
  const seller = (step: number): Seller =>
    ({
      displayName: 'Example',
      capabilities: {
        paymentMethods: ['account', 'checkout'],
        mass: { step: grams(step), minimum: grams(step), maximum: null },
      },
    }) as unknown as Seller;

  it.each<[string, Seller, Offering, number | null]>([
    ['tonnes', seller(1_000_000), offering(), 1_000_000],
    ['kilograms', seller(1_000), offering({ step: grams(1_000), minimum: grams(1_000) }), null],
    ['tonnes, from two on', seller(1_000_000), offering({ minimum: grams(2_000_000) }), null],
    ['tonnes that the payer pays', seller(1_000_000), offering({ paymentMethods: ['checkout'] }), null],
  ])('%s', (_, by, of, step) => {
    expect(poolStepOf(by, of)).toBe(step);
  });
});
