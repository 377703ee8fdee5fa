import fc from 'fast-check';
import {
  grams,
  gramsFromMass,
  isOrderable,
  MASS_UNITS,
  massIn,
  MAX_GRAMS,
  nearestOrderable,
  type Grams,
} from './mass.js';

const anyGrams = fc.integer({ min: 1, max: MAX_GRAMS }).map(grams);

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
});

describe('nearestOrderable', () => {
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
