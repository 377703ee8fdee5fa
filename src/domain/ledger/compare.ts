import type { Posting } from './post-order.js';

/** In what the books differ from what follows from the events. */
export const DISAGREEMENTS = {
  missing: 'it follows from the events, and was not posted',
  unexpected: 'it was posted, and does not follow from the events',
  altered: 'it was posted otherwise than it follows from the events',
} as const;

export interface Disagreeing {
  readonly kind: keyof typeof DISAGREEMENTS;
  readonly sequence: number;
  readonly leg: number;
}

/** What was posted for an order beside what its history posts. @returns nothing where they are the same. */
export const compare = (posted: readonly Posting[], expected: readonly Posting[]): readonly Disagreeing[] => {
  const named = (postings: readonly Posting[]) =>
    new Map(postings.map((posting) => [`${posting.sequence}.${posting.leg}`, posting] as const));
  const [before, after] = [named(posted), named(expected)];
  const found = [...new Set([...before.keys(), ...after.keys()])].flatMap((name): Disagreeing[] => {
    const [is, should] = [before.get(name), after.get(name)];
    const { sequence, leg } = (is ?? should)!;
    if (is === undefined) return [{ kind: 'missing', sequence, leg }];
    if (should === undefined) return [{ kind: 'unexpected', sequence, leg }];
    return isSame(is, should) ? [] : [{ kind: 'altered', sequence, leg }];
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
