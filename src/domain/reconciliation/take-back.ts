import { OpenClaims, type UnlinkedClaim } from '../ledger/open-claims.js';
import { opposite, type Entered } from '../ledger/rules.js';
import type { Asset } from '../ledger/units.js';
import { BREAK_TYPES, BREAKS, type BreakResolution, type BreakType } from './break-types.js';
import { isUndecided, type BreakStatus } from './break.js';

/** Decided from what lines charge or credit: a statement that counts no more takes the ground from under it. */
const FROM_LINES: readonly BreakResolution[] = [
  'claim_refund',
  'meet_claim',
  'keep_refund',
  'accept_difference',
  'link_line',
  'expense_line',
];

const taking = (...resolutions: readonly BreakResolution[]): readonly BreakType[] =>
  BREAK_TYPES.filter((type) => {
    const taken: readonly BreakResolution[] = BREAKS[type].resolutions;
    return taken.some((resolution) => resolutions.includes(resolution));
  });
export const RESTING_TYPES = taking(...FROM_LINES);
/** Of an order although their facts name no line: what they claim is what it was charged. */
export const CLAIMING_TYPES = taking('claim_refund');
export const WRITING_OFF_TYPES = taking('write_off');

/** In the books of an order, or of none. */
export interface PostedOf extends Entered {
  readonly orderId: string | null;
  readonly tenantId: string | null;
}

export interface DecidedBreak {
  readonly id: string;
  readonly type: BreakType;
  readonly status: BreakStatus;
  /** Everything that has it as its source. */
  readonly posted: readonly PostedOf[];
  /** It rests on lines that count no more. If not, it is about the same order. */
  readonly isResting: boolean;
}

export interface TakenBack {
  readonly id: string;
  /** It is not open and not decided any more: the next run says whether it still is. If not, the rest of it stands. */
  readonly isCleared: boolean;
  readonly posts: readonly PostedOf[];
}

/** What is left of an order in a currency. */
export const leftKey = (orderId: string | null, asset: Asset): string => `${orderId ?? ''} ${asset}`;

const ofOrder = ({ orderId, asset }: PostedOf): string => leftKey(orderId, asset);

/**
 * What is taken back of decisions once a statement counts no more, and which breaks nobody may decide on before the next
 * run. Of a claim, as much as is still due, and of a difference, as much as is still one: what was credited has
 * come, and stays. What was written off of such a claim is due again first.
 * @param due what is still due back of orders without the statement, by `leftKey`
 * @param accepted what is still accepted as a difference of them, or written off, in the same way
 * @param made what was claimed of no order, and has come of that without the statement
 */
export const takeBack = (
  breaks: readonly DecidedBreak[],
  due: ReadonlyMap<string, bigint>,
  accepted: ReadonlyMap<string, bigint>,
  made: readonly UnlinkedClaim[],
): readonly TakenBack[] => {
  const [dueLeft, acceptedLeft] = [new Map(due), new Map(accepted)];
  const isDueAgain = (each: PostedOf) => dueLeft.set(ofOrder(each), (dueLeft.get(ofOrder(each)) ?? 0n) + each.units);
  /** As much of it as credits have left. */
  const take = (each: PostedOf, left: Map<string, bigint>): readonly PostedOf[] => {
    const before = left.get(ofOrder(each)) ?? 0n;
    const units = smaller(each.units, before);
    left.set(ofOrder(each), before - units);
    return units > 0n ? [{ ...each, units }] : [];
  };
  const resting = breaks.filter(({ isResting }) => isResting);
  const claimed = new Set(resting.flatMap(({ posted }) => standing(posted).filter(isClaim).map(ofOrder)));

  const writtenOff = breaks
    .filter(({ isResting }) => !isResting)
    .map((found) => {
      const back = standing(found.posted)
        .filter((each) => each.rule === 'write_off' && claimed.has(ofOrder(each)))
        .flatMap((each) => (each.orderId === null ? [each] : take(each, acceptedLeft)));
      back.forEach(isDueAgain);
      return takenBack(found, back);
    });
  // A claim that a credit has met by decision, or that was written off, is due again once that is taken back: which it is
  // as a whole.
  const ids = new Set([...resting, ...writtenOff.filter(({ posts }) => posts.length > 0)].map(({ id }) => id));
  const claims = OpenClaims.of(made.filter(({ source, units }) => units > 0n || !ids.has(source)));
  const decided = resting.map((found) =>
    takenBack(
      found,
      standing(found.posted).flatMap((each) => {
        if (isClaim(each) && each.orderId === null) {
          const units = smaller(each.units, claims.leftOf(found.id, each.asset));
          return units > 0n ? [{ ...each, units }] : [];
        }
        if (isClaim(each)) return take(each, dueLeft);
        return each.debit === 'difference' && each.orderId !== null ? take(each, acceptedLeft) : [each];
      }),
    ),
  );
  return [...writtenOff, ...decided].filter(({ isCleared, posts }) => isCleared || posts.length > 0);
};

const isClaim = ({ debit }: Entered): boolean => debit === 'refund_due';

const takenBack = ({ id, status, posted, isResting }: DecidedBreak, back: readonly PostedOf[]): TakenBack => {
  const posts = back.flatMap((each) => opposite([each]).map((entry) => ({ ...each, ...entry })));
  const isWhole = posts.length > 0 && standing([...posted, ...posts]).length === 0;
  return { id, isCleared: isWhole || (isResting && isUndecided({ status })), posts };
};

/** What is left of postings: what one account has given another by a rule, less what it has got back. */
const standing = (posted: readonly PostedOf[]): readonly PostedOf[] => {
  const sums = new Map<string, PostedOf>();
  for (const each of posted) {
    const isTurned = each.debit > each.credit;
    const [from, to] = isTurned ? [each.credit, each.debit] : [each.debit, each.credit];
    const key = [each.rule, from, to, ofOrder(each)].join();
    const before = sums.get(key)?.units ?? 0n;
    sums.set(key, { ...each, debit: from, credit: to, units: before + (isTurned ? -each.units : each.units) });
  }
  return [...sums.values()].filter(({ units }) => units !== 0n).map((each) => (each.units > 0n ? each : turned(each)));
};

const turned = (each: PostedOf): PostedOf => ({
  ...each,
  debit: each.credit,
  credit: each.debit,
  units: -each.units,
});

const smaller = (a: bigint, b: bigint): bigint => (b <= 0n ? 0n : a < b ? a : b);
