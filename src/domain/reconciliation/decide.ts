import { grams, type Grams } from '../mass.js';
import type { Balances } from '../ledger/balances.js';
import type { UnlinkedClaim } from '../ledger/open-claims.js';
import { postDecision, type PostingDecision } from '../ledger/post-decision.js';
import type { Entered } from '../ledger/rules.js';
import { ASSETS, MASS, type Amount, type Asset } from '../ledger/units.js';
import { BREAKS, type BreakResolution, type BreakType } from './break-types.js';

/** What a decision on a break is made from. */
export interface Decidable {
  readonly type: BreakType;
  /** Of its order; of what a pool has bought, with its members; of no order where the break is about none. */
  readonly ofOrder: Balances;
  /** Of the line that it is about, or the lines of the purchase; with what was decided of them before. */
  readonly ofLines: Balances;
  /** Of a charge or credit of no order: all that was claimed back of none, and has not come. Of such a refund: what is left of it. */
  readonly unlinkedClaims: readonly UnlinkedClaim[];
  /** Of a line that is a payment: how much, and whether the order that a person names for it is paid by a payer. */
  readonly payment: (Amount & { readonly isOfPayer: boolean }) | null;
}

/** What may be decided although nothing is posted for it: there may be nothing in the books. */
const MAY_POST_NOTHING: ReadonlySet<BreakResolution> = new Set<BreakResolution>([
  'link_order',
  'not_ours',
  'expense_line',
]);

const MAY_NOT_BE_CHARGED: ReadonlySet<BreakType> = new Set<BreakType>([
  // It is paid already, whoever it is for.
  'payment_unmatched',
  'purchase_unknown_here',
  'purchase_missing_there',
  'bought_twice',
  'paid_twice',
]);

/** Where the order that it is about has to be named. */
export const namesOrder = (resolution: BreakResolution): boolean =>
  resolution === 'link_order' || resolution === 'link_line';

/** @returns what it posts; null if the break does not take this resolution, or there is nothing that it could settle. */
export const decide = (resolution: BreakResolution, about: Decidable): readonly Entered[] | null => {
  const taken: readonly BreakResolution[] = BREAKS[about.type].resolutions;
  if (!taken.includes(resolution)) return null;
  const entries = ASSETS.filter((asset) => asset !== MASS).flatMap((asset) => postingsOf(resolution, about, asset));
  const posted = [...massOf(resolution, about), ...entries];
  return posted.length > 0 || MAY_POST_NOTHING.has(resolution) || MAY_NOT_BE_CHARGED.has(about.type) ? posted : null;
};

/** What the account has paid with it by the books, beyond what it has. */
const paidOf = (payment: Decidable['payment'], ofLines: Balances, asset: Asset): bigint => {
  if (payment?.asset !== asset) return 0n;
  return -ofLines.get('settled', asset) - (payment.isOfPayer ? 0n : payment.units);
};

const postingsOf = (
  resolution: BreakResolution,
  { ofOrder, ofLines, unlinkedClaims, payment }: Decidable,
  asset: Asset,
): readonly Entered[] => {
  const post = (decision: PostingDecision, units: bigint) => postDecision(decision, { asset, units, mass: null });
  const above = (decision: PostingDecision, units: bigint) => (units > 0n ? post(decision, units) : []);
  // What is charged beyond what the order costs, or will cost once it is retired.
  const excess = ofOrder.get('clearing', asset) - ofOrder.get('commitment', asset);
  const accepted = ofOrder.get('difference', asset);
  const unlinked = unlinkedClaims.reduce((sum, claim) => (claim.asset === asset ? sum + claim.units : sum), 0n);
  switch (resolution) {
    case 'accept_difference':
      return post('accept_difference', excess);
    case 'claim_refund':
      return [
        // What people accepted as missing before is not claimed back as too much: a run settles that.
        ...above('claim_refund', accepted < 0n ? excess + accepted : excess),
        ...above('claim_suspended', ofLines.get('suspense', asset)),
      ];
    case 'meet_claim': {
      const credited = -ofLines.get('suspense', asset);
      // Whole: what would be left of the credit, nobody would be asked about any more.
      return credited <= unlinked ? above('meet_claim', credited) : [];
    }
    case 'keep_refund':
      return post('keep_refund', -excess);
    case 'link_line':
      return [
        ...post('link_line', ofLines.get('suspense', asset)),
        ...post('link_payment', paidOf(payment, ofLines, asset)),
      ];
    case 'expense_line':
      return post('expense_line', ofLines.get('suspense', asset));
    case 'write_off':
      return above('write_off', ofOrder.get('refund_due', asset) + unlinked);
    case 'keep_left':
      return post('keep_left', ofOrder.get('pool_cost', asset));
    case 'link_order':
    case 'not_ours':
      return [];
  }
};

const massOf = (resolution: BreakResolution, { type, ofOrder }: Decidable): readonly Entered[] => {
  if (resolution === 'write_off' && type === 'purchase_missing_there') return massGivenUp(ofOrder);
  return resolution === 'keep_left' ? massKept(ofOrder) : [];
};

/** Its cost is decided beside, in whatever currency it is. */
const massKept = (ofOrder: Balances): readonly Entered[] => {
  const left = ofOrder.get('pool', MASS);
  return left <= 0n ? [] : postDecision('keep_left', { asset: 'USD/6', units: 0n, mass: grams(Number(left)) });
};

const massGivenUp = (ofOrder: Balances): readonly Entered[] => {
  const onOrder = ofOrder.get('on_order', MASS);
  if (onOrder <= 0n) return [];
  const mass: Grams = grams(Number(onOrder));
  const committed = ASSETS.find((asset) => ofOrder.get('commitment', asset) > 0n);
  return postDecision('give_up', {
    asset: committed ?? 'USD/6',
    units: committed ? ofOrder.get('commitment', committed) : 0n,
    mass,
  });
};

/** The largest amount of money that is moved: what decides whether a second person is asked. */
export const sizeOfDecision = (entries: readonly Entered[]): bigint =>
  entries.reduce((largest, { asset, units }) => (asset !== MASS && units > largest ? units : largest), 0n);
