import fc from 'fast-check';
import {
  grams,
  gramsFromMass,
  InvalidMassError,
  isOrderable,
  MASS_UNITS,
  massIn,
  MAX_GRAMS,
  nearestOrderable,
  readableUnit,
  type Grams,
} from './mass.js';

const anyGrams = fc.integer({ min: 1, max: MAX_GRAMS }).map(grams);

describe('grams', () => {
  it('go up to a billion tonnes', () => {
    expect(grams(MAX_GRAMS)).toBe(1e15);
    expect(() => grams(MAX_GRAMS + 1)).toThrow(InvalidMassError);
  });
});

describe('gramsFromMass', () => {
  it('reads back every mass it writes, in every unit', () => {
    fc.assert(
      fc.property(anyGrams, fc.constantFrom(...MASS_UNITS), (mass, unit) => {
        expect(gramsFromMass(massIn(mass, unit), unit)).toBe(mass);
      }),
    );
  });

  it.each([
    ['12.5', 'kg', 12_500],
    ['0.001', 't', 1_000],
    ['1', 'g', 1],
    ['000000000000001', 't', 1_000_000],
    ['2.50', 'kg', 2_500],
    ['1000000000000000', 'g', MAX_GRAMS],
    ['1000000000000', 'kg', MAX_GRAMS],
  ] as const)('reads %s %s as %d g', (value, unit, expected) => {
    expect(gramsFromMass(value, unit)).toBe(expected);
  });

  it.each([
    ['0', 'kg'],
    ['-1', 'kg'],
    ['0.0001', 'kg'],
    ['1e3', 'kg'],
    ['1.', 'kg'],
    ['.5', 'kg'],
    [' 1', 'kg'],
    ['1,5', 'kg'],
    ['NaN', 'kg'],
    ['Infinity', 'kg'],
    ['0x10', 'kg'],
    ['', 'kg'],
    ['999999999999999', 't'],
    ['0.1234567890123', 't'],
    ['100000000000.000000001', 'g'],
  ] as const)('refuses %p %s', (value, unit) => {
    expect(() => gramsFromMass(value, unit)).toThrow(/^must be/);
  });

  it('tells a mass below zero from a text that is none', () => {
    expect(() => gramsFromMass('-1', 'kg')).toThrow('greater than zero');
    expect(() => gramsFromMass('1-', 'kg')).toThrow('decimal number');
  });
});

describe('readableUnit', () => {
  it.each([
    [1, 'g'],
    [999, 'g'],
    [1_000, 'kg'],
    [999_999, 'kg'],
    [1_000_000, 't'],
    [MAX_GRAMS, 't'],
  ] as const)('of %d g is %s', (mass, unit) => {
    expect(readableUnit(grams(mass))).toBe(unit);
  });
});

const tens = (minimum: number, maximum: number | null) => ({
  step: grams(10),
  minimum: grams(minimum),
  maximum: maximum === null ? null : grams(maximum),
});

describe('isOrderable', () => {
  it.each([
    [10, false],
    [20, true],
    [25, false],
    [30, true],
    [40, true],
    [50, false],
  ])('of %d g in tens from 20 to 40 is %p', (mass, expected) => {
    expect(isOrderable(grams(mass), tens(20, 40))).toBe(expected);
  });

  it('has no upper end where the rule names none', () => {
    expect(isOrderable(grams(1e15), tens(20, null))).toBe(true);
  });
});

describe('nearestOrderable', () => {
  it.each([
    [5, null, 20],
    [20, 20, 20],
    [25, 20, 30],
    [40, 40, 40],
    [50, 40, null],
  ])('to %d g in tens from 20 to 40 is %p and %p', (mass, below, above) => {
    expect(nearestOrderable(grams(mass), tens(20, 40))).toEqual({ below, above });
  });

  it('is the only mass that can be ordered, or none', () => {
    expect(nearestOrderable(grams(15), tens(20, 20))).toEqual({ below: null, above: 20 });
    expect(nearestOrderable(grams(15), tens(11, 19))).toEqual({ below: null, above: null });
  });

  const anyRule = fc
    .record({
      step: fc.integer({ min: 1, max: 5_000_000 }),
      minimum: fc.integer({ min: 1, max: 20_000_000 }),
      span: fc.integer({ min: 0, max: 50_000_000 }),
      open: fc.boolean(),
    })
    .map(({ step, minimum, span, open }) => ({
      step: step as Grams,
      minimum: minimum as Grams,
      maximum: open ? null : ((minimum + span) as Grams),
    }));

  it('only names masses that can be ordered, on either side, with nothing orderable between', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000_000 }).map(grams), anyRule, (mass, rule) => {
        const { below, above } = nearestOrderable(mass, rule);
        if (below !== null) expect([isOrderable(below, rule), below <= mass]).toEqual([true, true]);
        if (above !== null) expect([isOrderable(above, rule), above >= mass]).toEqual([true, true]);
        if (below !== null && above !== null && below !== above) expect(above - below).toBe(rule.step);
        if (isOrderable(mass, rule)) expect([below, above]).toEqual([mass, mass]);
      }),
    );
  });
});
