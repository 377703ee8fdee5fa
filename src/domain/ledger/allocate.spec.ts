import fc from 'fast-check';
import { allocate } from './allocate.js';

const weights = fc
  .array(fc.bigInt({ min: 0n, max: 10n ** 15n }), { minLength: 1, maxLength: 8 })
  .filter((some) => some.some((weight) => weight > 0n));
const total = fc.bigInt({ min: 0n, max: 10n ** 18n });

describe('what is allocated', () => {
  it('gives what is left to those that lost most by rounding, of equals to the first', () => {
    expect(allocate(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(allocate(10n, [2n, 3n, 3n])).toEqual([2n, 4n, 4n]);
    expect(allocate(5n, [0n, 7n])).toEqual([0n, 5n]);
    expect(allocate(0n, [1n, 2n])).toEqual([0n, 0n]);
  });

  it('adds up to the total, and leaves each within one unit of its share, however it is split', () => {
    fc.assert(
      fc.property(total, weights, (sum, by) => {
        const parts = allocate(sum, by);
        const whole = by.reduce((a, b) => a + b, 0n);
        return (
          parts.reduce((a, b) => a + b, 0n) === sum &&
          parts.every((part, at) => {
            const share = sum * (by[at] ?? 0n);
            return part * whole - share < whole && share - part * whole < whole;
          })
        );
      }),
      { numRuns: 100_000 },
    );
  });

  it('gives the larger weight no less', () => {
    fc.assert(
      fc.property(total, weights, (sum, by) => {
        const parts = allocate(sum, by);
        return by.every((a, i) => by.every((b, j) => a <= b || (parts[i] ?? 0n) >= (parts[j] ?? 0n)));
      }),
    );
  });

  it.each([
    [-1n, [1n]],
    [1n, [1n, -1n]],
    [1n, [0n, 0n]],
    [1n, []],
  ])('is refused for %s by %s', (sum, by) => {
    expect(() => allocate(sum, by)).toThrow(RangeError);
  });
});
