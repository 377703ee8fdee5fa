import type { Grams } from '../mass.js';
import { apply, type Entered, type RuleName } from './rules.js';
import { massAmount, type Asset } from './units.js';

/** What people decide about a difference, as far as it posts something. */
export const POSTING_DECISIONS = [
  'accept_difference',
  'claim_refund',
  'claim_suspended',
  'meet_claim',
  'keep_refund',
  'link_line',
  'link_payment',
  'expense_line',
  'write_off',
  'give_up',
  'keep_left',
] as const satisfies readonly RuleName[];
export type PostingDecision = (typeof POSTING_DECISIONS)[number];

export interface DecidedAmount {
  readonly asset: Asset;
  /**
   * What it is about: of `accept_difference`, the balance that is left on the clearing account of the order, below zero
   * for what is accrued; of a line, its net; of `give_up`, what is committed; else what is claimed, kept or written off.
   */
  readonly units: bigint;
  /** Of `give_up` what is still on order, of `keep_left` what is left of a pool; null of all else. */
  readonly mass: Grams | null;
}

export const postDecision = (decision: PostingDecision, { asset, units, mass }: DecidedAmount): readonly Entered[] =>
  apply(decision, 'account', {
    remainder: { asset, units },
    decided: { asset, units },
    ...(mass !== null && { ordered: massAmount(mass), left: massAmount(mass) }),
  });
