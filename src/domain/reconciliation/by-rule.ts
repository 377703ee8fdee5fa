import { postDecision, type PostingDecision } from '../ledger/post-decision.js';
import type { Entered } from '../ledger/rules.js';
import type { Asset } from '../ledger/units.js';
import { unitsFrom } from '../statements/numbers.js';
import type { BreakResolution, BreakType } from './break-types.js';
import type { Fact } from './finding.js';

/** What the rule decides of its breaks, as a person would. */
export const DECIDED_BY_RULE = {
  difference_tolerated: 'accept_difference',
  aggregate_allocated: 'link_line',
} as const satisfies Partial<Record<BreakType, BreakResolution & PostingDecision>>;

/** A difference that is tolerated, and what is in the books of it. Debits less credits, in millionths. */
export interface ToleratedDifference {
  readonly asset: Asset;
  /** What the run saw; null if it is found no more. */
  readonly facts: readonly Fact[] | null;
  /** Posted as a difference by this rule so far. */
  readonly posted: bigint;
  /** What its order is charged beyond what it costs, as the books are now. */
  readonly excess: bigint;
}

/**
 * What is to be posted so that the books have the whole difference: by this rule what people have not accepted of it before,
 * and nothing once it is not found any more.
 * @returns null if that would not leave the order settled: something else is open about it, and the rule waits.
 */
export const postTolerated = ({ asset, facts, posted, excess }: ToleratedDifference): readonly Entered[] | null => {
  const missing = (facts === null ? 0n : differenceOf(facts)) - posted;
  if (facts !== null && excess === 0n) return [];
  if (facts !== null && excess !== missing) return null;
  return postDecision('accept_difference', { asset, units: missing, mass: null });
};

/** What is charged beyond the price, less what people have accepted of that. */
const differenceOf = (facts: readonly Fact[]): bigint =>
  facts
    .filter(({ field }) => field === 'net' || field === 'accepted')
    .reduce((sum, { ours, theirs }) => sum + (unitsFrom(theirs ?? '0') ?? 0n) - (unitsFrom(ours ?? '0') ?? 0n), 0n);

/** What books the part of a line to its order. */
export const postPart = (netUnits: bigint, asset: Asset): readonly Entered[] =>
  postDecision('link_line', { asset, units: netUnits, mass: null });
