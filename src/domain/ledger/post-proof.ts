import type { KeptProof } from '../lots/proof.js';
import type { Posting } from './post-order.js';
import { apply } from './rules.js';
import { massAmount } from './units.js';

/** Of a proof, what its postings follow from. */
export type PostedProof = Pick<KeptProof, 'outcome' | 'mass' | 'effectiveAt' | 'releasedAt'>;

/** What a proof posts: what it proves, and the opposite where its claim was given up. Its first number is the claim. */
export const postProof = ({ outcome, mass, effectiveAt, releasedAt }: PostedProof): readonly Posting[] => {
  if (outcome !== 'claimed' || mass === null) return [];
  const covered = massAmount(mass);
  const post = (rule: 'prove' | 'release', sequence: number, at: Date): readonly Posting[] =>
    apply(rule, 'account', { covered }).map((entry) => ({ ...entry, sequence, leg: 1, effectiveAt: at }));
  return [...post('prove', 1, effectiveAt), ...(releasedAt === null ? [] : post('release', 2, releasedAt))];
};
