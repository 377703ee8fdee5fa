/**
 * How long calls took, as counts of classes, each a fifth wider than the one before: such counts can be added up, over
 * processes and hours, and still tell a median to within a fifth. The last class is of all that took more than a minute.
 */
const PER_DOUBLING = 4;
export const DURATION_CLASSES = 64;

export const durationClassOf = (ms: number): number =>
  Math.min(DURATION_CLASSES - 1, Math.ceil(PER_DOUBLING * Math.log2(Math.max(1, ms))));

export const noDurations = (): number[] => Array.from({ length: DURATION_CLASSES }, () => 0);

export const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** The time in milliseconds within which `share` of the calls were over, rounded up to the end of its class; null of none. */
export const quantileMs = (counts: readonly number[], share: number): number | null => {
  const wanted = share * sumOf(counts);
  let seen = 0;
  for (const [nth, count] of counts.entries()) {
    seen += count;
    if (count > 0 && seen >= wanted) return Math.round(2 ** (nth / PER_DOUBLING));
  }
  return null;
};
