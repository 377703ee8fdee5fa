import type { KeptProof } from '../lots/proof.js';
import type { ToldProof } from '../lots/told-proofs.js';
import type { Posting } from './post-order.js';

/** In what the books differ from what follows from the events. */
export const DISAGREEMENTS = {
  missing: 'it follows from the events, and was not posted',
  unexpected: 'it was posted, and does not follow from the events',
  altered: 'it was posted otherwise than it follows from the events',
} as const;

/** In what the proofs that were taken in differ from what the events tell. */
export const PROOF_DISAGREEMENTS = {
  not_taken_in: 'events tell it, and it was not taken in',
  not_told: 'it was taken in, and no event tells it',
} as const;

export interface Disagreeing {
  readonly kind: keyof typeof DISAGREEMENTS | keyof typeof PROOF_DISAGREEMENTS;
  /** What it follows from: the order, or one of its proofs. */
  readonly source: string;
  readonly sequence: number;
  readonly leg: number;
}

/** What was posted from a source beside what it posts. @returns nothing where they are the same. */
export const compare = (
  source: string,
  posted: readonly Posting[],
  expected: readonly Posting[],
): readonly Disagreeing[] => {
  const named = (postings: readonly Posting[]) =>
    new Map(postings.map((posting) => [`${posting.sequence}.${posting.leg}`, posting] as const));
  const [before, after] = [named(posted), named(expected)];
  const found = [...new Set([...before.keys(), ...after.keys()])].flatMap((name): Disagreeing[] => {
    const [is, should] = [before.get(name), after.get(name)];
    const { sequence, leg } = (is ?? should)!;
    if (is === undefined) return [{ kind: 'missing', source, sequence, leg }];
    if (should === undefined) return [{ kind: 'unexpected', source, sequence, leg }];
    return isSame(is, should) ? [] : [{ kind: 'altered', source, sequence, leg }];
  });
  return found.toSorted((a, b) => a.sequence - b.sequence || a.leg - b.leg);
};

const isSame = (a: Posting, b: Posting): boolean =>
  a.rule === b.rule &&
  a.debit === b.debit &&
  a.credit === b.credit &&
  a.asset === b.asset &&
  a.units === b.units &&
  a.effectiveAt.getTime() === b.effectiveAt.getTime();

/** The proofs of an order that were taken in from events, beside those that its events tell. */
export const compareProofs = (
  source: string,
  kept: readonly KeptProof[],
  told: readonly ToldProof[],
): readonly Disagreeing[] => {
  const nameOf = ({ sequence, part }: Pick<ToldProof, 'sequence' | 'part'>): string => `${sequence}.${part}`;
  const fromEvents = kept.flatMap((proof) => (proof.told ? [proof.told] : []));
  const [are, should] = [new Set(fromEvents.map(nameOf)), new Set(told.map(nameOf))];
  const disagreeing =
    (kind: Disagreeing['kind']) =>
    ({ sequence, part }: Pick<ToldProof, 'sequence' | 'part'>): Disagreeing => ({ kind, source, sequence, leg: part });
  return [
    ...told.filter((proof) => !are.has(nameOf(proof))).map(disagreeing('not_taken_in')),
    ...fromEvents.filter((proof) => !should.has(nameOf(proof))).map(disagreeing('not_told')),
  ];
};
