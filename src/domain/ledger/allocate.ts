/**
 * Divides a total by weights so that the parts add up to it, to the unit: each gets its share rounded down, and what is
 * left goes, one unit each, to those that lost most by that; of equals, to the first. Throws RangeError for a total or a
 * weight below zero, and where there is no weight at all.
 */
export const allocate = (total: bigint, weights: readonly bigint[]): readonly bigint[] => {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total < 0n || weights.some((weight) => weight < 0n) || whole === 0n)
    throw new RangeError('what is allocated, and the weights, must not be below zero, and one weight must be above');
  const shares = weights.map((weight, index) => ({
    index,
    part: (total * weight) / whole,
    lost: (total * weight) % whole,
  }));
  const left = Number(total - shares.reduce((sum, { part }) => sum + part, 0n));
  const first = new Set(
    shares
      .toSorted((a, b) => (a.lost === b.lost ? a.index - b.index : a.lost > b.lost ? -1 : 1))
      .slice(0, left)
      .map(({ index }) => index),
  );
  return shares.map(({ index, part }) => (first.has(index) ? part + 1n : part));
};
