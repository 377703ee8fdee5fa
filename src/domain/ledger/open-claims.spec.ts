import { OpenClaims, type UnlinkedClaim } from './open-claims.js';

const made = (source: string, units: bigint, ...names: readonly string[]): UnlinkedClaim => ({
  source,
  subject: null,
  names,
  asset: 'USD/6',
  units,
  claimedAt: new Date(0),
});
const left = (...all: readonly UnlinkedClaim[]) => {
  const claims = OpenClaims.of(all);
  return ['brk_1', 'brk_2'].map((source) => claims.leftOf(source, 'USD/6'));
};
const both = [made('brk_1', 6n, 'a', 'b'), made('brk_2', 4n, 'b', 'c')];

describe('what is left of claims of no order', () => {
  it('is of those with the name of what has come, the oldest first', () => {
    expect(left(...both, made('stm_1', -5n, 'a'))).toEqual([1n, 4n]);
    expect(left(...both, made('stm_1', -5n, 'c'))).toEqual([5n, 0n]);
    expect(left(...both, made('stm_1', -7n, 'b'))).toEqual([0n, 3n]);
    expect(OpenClaims.of(both).due(['a', 'c'], 'USD/6')).toBe(10n);
    expect(OpenClaims.of(both).due(['a'], 'GBP/6')).toBe(0n);
    expect(OpenClaims.of([...both, made('stm_1', -5n, 'c')]).left()).toEqual([{ ...both[0], units: 5n }]);
  });

  it('is of the oldest where what has come has no name of any', () => {
    expect(left(...both, made('brk_3', -5n))).toEqual([1n, 4n]);
    expect(left(...both, made('brk_3', -7n, 'd'))).toEqual([0n, 3n]);
  });

  it('is all of what was claimed since', () => {
    const [first, second] = both as [UnlinkedClaim, UnlinkedClaim];
    expect(left(first, made('brk_3', -6n), second)).toEqual([0n, 4n]);
  });
});
