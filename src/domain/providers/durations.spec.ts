import fc from 'fast-check';
import { DURATION_CLASSES, durationClassOf, noDurations, quantileMs, sumOf } from './durations.js';

const countsOf = (durations: readonly number[]): number[] => {
  const counts = noDurations();
  for (const ms of durations) {
    const nth = durationClassOf(ms);
    counts[nth] = (counts[nth] ?? 0) + 1;
  }
  return counts;
};

describe('counts of durations', () => {
  it.each([
    [0, 0],
    [1, 0],
    [2, 4],
    [1_000, 40],
    [3_600_000, DURATION_CLASSES - 1],
  ])('%s ms are of class %s', (ms, nth) => expect(durationClassOf(ms)).toBe(nth));

  it('tell what share of calls was over by when, to within a fifth', () => {
    const durations = fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1 });
    fc.assert(
      fc.property(durations, fc.constantFrom(0.5, 0.95, 1), (all, share) => {
        const exact = all.toSorted((a, b) => a - b)[Math.ceil(share * all.length) - 1] ?? 0;
        const told = quantileMs(countsOf(all), share) ?? 0;
        expect(told).toBeGreaterThanOrEqual(exact - 0.5);
        expect(told).toBeLessThanOrEqual(exact * 1.2 + 0.5);
      }),
    );
  });

  it('tell nothing of no calls', () => {
    expect([quantileMs(noDurations(), 0.5), sumOf(noDurations())]).toEqual([null, 0]);
  });
});
