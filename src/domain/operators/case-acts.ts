/** What a person can do about an order. None of it sends a purchase or sets a status. */
export const CASE_ACTS = {
  refresh: 'reads its provider now',
  resolve: 'decides on it: docs/resolutions.md',
  cancel: 'cancels it before it is fulfilled',
  note: 'notes something about it',
  claim: 'takes it in hand',
  release: 'lets it go',
} as const;
export type CaseAct = keyof typeof CASE_ACTS;

export const CASE_ACT_NAMES = Object.keys(CASE_ACTS) as CaseAct[];

/** What decides about which acts are allowed to whom. */
export interface ActFacts {
  /** Of whoever looks; null for a machine. */
  readonly operatorId: string | null;
  readonly mayAct: boolean;
  readonly ownerId: string | null;
  readonly hasEnded: boolean;
  readonly hasProposal: boolean;
  /** As a clause; null where it can be asked for. */
  readonly whyNotCancellable: string | null;
  /** Of the decisions that are for such an order, what the record has against the first; null where one is open. */
  readonly whyNotDecidable: string | null;
}

const PROPOSED = 'A decision on the order waits for a second person.';

/** Why an act is not allowed, as a sentence; null where it is. */
export const whyNotAct = (act: CaseAct, facts: ActFacts): string | null => {
  if (!facts.mayAct) return 'It takes the role operator, approver or admin.';
  switch (act) {
    case 'note':
      return null;
    case 'refresh':
      return facts.hasEnded ? 'The order has ended, and its provider is not read any more.' : null;
    case 'resolve':
      if (facts.hasProposal) return PROPOSED;
      return facts.whyNotDecidable === null ? null : `Nothing can be decided now: ${facts.whyNotDecidable}.`;
    case 'cancel':
      if (facts.whyNotCancellable !== null) return `The order cannot be cancelled: ${facts.whyNotCancellable}.`;
      return facts.hasProposal ? PROPOSED : null;
    case 'claim':
      if (facts.operatorId === null) return 'Only a person can take an order in hand.';
      return facts.ownerId === facts.operatorId ? 'You have it in hand.' : null;
    case 'release':
      return facts.ownerId === null ? 'Nobody has it in hand.' : null;
  }
};
