import { judgePool, type LeftOfPool } from './left-of-pool.js';

const LEFT: LeftOfPool = { poolId: 'pool_1', orderId: 'ord_1', grams: 700_000n, netUnits: 12_600_000n, days: 36 };

describe('what is left of a pool', () => {
  it('is told with its mass and its cost once it is of nobody for more than 35 days', () => {
    expect(judgePool(LEFT)).toEqual([
      {
        type: 'pool_unallocated',
        severity: 'warning',
        subject: 'pool_1',
        facts: [
          { field: 'grams left', ours: '700000', theirs: null },
          { field: 'net left', ours: '12.60', theirs: null },
        ],
      },
    ]);
    expect(judgePool({ ...LEFT, days: 35 })).toEqual([]);
  });

  it('is told where it is mass or cost alone, and not where it is neither', () => {
    expect(judgePool({ ...LEFT, grams: 0n, netUnits: -1n })).toHaveLength(1);
    expect(judgePool({ ...LEFT, netUnits: 0n })).toHaveLength(1);
    expect(judgePool({ ...LEFT, grams: 0n, netUnits: 0n })).toEqual([]);
  });
});
