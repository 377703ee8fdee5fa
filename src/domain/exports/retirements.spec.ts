import fc from 'fast-check';
import { grams, type Grams } from '../mass.js';
import type { Retirement } from '../providers/calls.js';
import { Disclosure, DISCLOSED_BY } from './disclosure.js';
import { lineOf } from './export-kind.js';
import { inventoryOf, RETIREMENTS, type RetiredOrder } from './retirements.js';

const retirement = (mass: Grams | null, more: Partial<Retirement> = {}): Retirement => ({
  project: null,
  registry: 'Verra',
  vintage: 2021,
  serialNumberRange: null,
  url: null,
  transactionHash: null,
  mass,
  ...more,
});

const order = (mass: number, retirements: readonly Retirement[], more: Partial<RetiredOrder> = {}): RetiredOrder => ({
  orderId: 'ord_1',
  tenantId: 'ten_1',
  provider: 'cnaught',
  providerOrderId: 'x',
  paymentMethod: 'account',
  retiredOn: '2026-08-01',
  retiredOnSource: 'observed',
  mass: grams(mass),
  isProven: false,
  retirements,
  certificateUrl: null,
  cost: { asset: 'USD/6', units: 1_000_001n },
  labels: {},
  timelineUrl: '/',
  ...more,
});

describe('the inventory of an order', () => {
  it('has a line for each retirement, with its part of the cost, where all masses are told', () => {
    const rows = inventoryOf(order(3_000, [retirement(grams(1_000), { project: 'A' }), retirement(grams(2_000))]));
    expect(rows.map(({ mass, cost, retirement: { project } }) => [mass, cost?.units, project])).toEqual([
      [1_000, 333_334n, 'A'],
      [2_000, 666_667n, null],
    ]);
  });

  it.each([
    ['a mass is missing', [retirement(grams(1_000)), retirement(null)]],
    ['the masses come to something else', [retirement(grams(1_000)), retirement(grams(1_000))]],
    ['there is one', [retirement(null)]],
  ])('has one line where %s, with what all agree on', (_, retirements) => {
    const rows = inventoryOf(order(3_000, retirements));
    expect(rows).toMatchObject([{ mass: 3_000, retirement: { registry: 'Verra', vintage: 2021 } }]);
  });

  it('says nothing on which they do not agree, and that it is missing', () => {
    const [row] = inventoryOf(order(3_000, [retirement(null), retirement(null, { registry: 'Puro' })]));
    expect(row?.retirement).toMatchObject({ registry: null, vintage: 2021 });
    expect(RETIREMENTS.missingOf(row!)).toEqual(expect.arrayContaining(['registry', 'country', 'claimant']));
    expect(RETIREMENTS.missingOf(row!)).not.toContain('vintage');
    expect(lineOf(RETIREMENTS, row!)).toContain(',2021,');
  });

  it('comes to the mass and the cost of the order, however it is divided', () => {
    const masses = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(masses, fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), (parts, units) => {
        const whole = parts.reduce((sum, part) => sum + part, 0);
        const cost = { asset: 'USD/6', units } as const;
        const rows = inventoryOf(
          order(
            whole,
            parts.map((part) => retirement(grams(part))),
            { cost },
          ),
        );
        expect(rows.reduce((sum, { mass }) => sum + mass, 0)).toBe(whole);
        expect(rows.reduce((sum, row) => sum + (row.cost?.units ?? 0n), 0n)).toBe(units);
      }),
    );
  });
});

describe('what a year comes to', () => {
  it('has shares that add up to a hundred, whatever was retired', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10 ** 9 }), { minLength: 1, maxLength: 12 }), (masses) => {
        const disclosure = new Disclosure();
        for (const mass of masses)
          for (const row of inventoryOf(order(mass, [retirement(grams(mass))]))) disclosure.add(row);
        expect(disclosure.retiredGrams).toBe(masses.reduce((sum, mass) => sum + BigInt(mass), 0n));
        for (const by of DISCLOSED_BY) {
          const shares = disclosure.shares(by);
          const hundredths = shares.reduce((sum, { percent }) => sum + Number(percent.replace('.', '')), 0);
          expect(hundredths).toBe(10_000);
        }
      }),
    );
  });

  it('has none of a year without any, and counts what is not known', () => {
    const disclosure = new Disclosure();
    expect(disclosure.shares('activity')).toEqual([]);
    for (const row of inventoryOf(order(1_000, [retirement(grams(1_000))]))) disclosure.add(row);
    expect(disclosure.missingFields).toMatchObject({ country: 1, activity: 1 });
    expect(disclosure.shares('activity')).toEqual([{ value: null, grams: 1_000n, percent: '100.00' }]);
  });
});
