import { decimalOf } from '../statements/numbers.js';
import { finding, type Finding } from './finding.js';

/** What the books have of a pool that is allocated: what it has bought, less what its members and the house have of it. */
export interface LeftOfPool {
  readonly poolId: string;
  /** Its purchase. */
  readonly orderId: string;
  readonly grams: bigint;
  /** What that has cost without tax, in millionths; below zero where the price was corrected downwards since. */
  readonly netUnits: bigint;
  /** From its allocation to the cut-off. */
  readonly days: number;
}

/** A month, and some days to do it: until then it may be on purpose. */
const LEFT_DAYS = 35;

export const judgePool = ({ poolId, grams, netUnits, days }: LeftOfPool): readonly Finding[] =>
  days > LEFT_DAYS && (grams !== 0n || netUnits !== 0n)
    ? [
        finding('pool_unallocated', poolId, [
          { field: 'grams left', ours: grams.toString(), theirs: null },
          { field: 'net left', ours: decimalOf(netUnits), theirs: null },
        ]),
      ]
    : [];
