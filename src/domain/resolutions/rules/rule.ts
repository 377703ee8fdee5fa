import type { OrderStatus } from '../../orders/lifecycle.js';
import type { ReviewReason } from '../../orders/review.js';
import type { CaseFacts } from '../case-facts.js';
import type { Refusal } from '../decisions.js';
import type { Seen } from '../sighting.js';

/** One thing that has to hold. */
export interface Rule {
  readonly refusal: Refusal;
  /** What is to be so, as it is told to people. */
  readonly wants: string;
  readonly isBroken: (facts: CaseFacts, seen: Seen) => boolean;
  /** Known only once the provider was read. */
  readonly isSeen?: true;
}

export interface DecisionRules {
  /** For which orders, as it is told to people. */
  readonly appliesTo: string;
  readonly rules: readonly Rule[];
  /** How many people it takes, where the order is not large. */
  readonly steps: (facts: CaseFacts, seen: Seen) => 1 | 2;
  /** The same, as it is told to people. */
  readonly stepsMean: string;
}

export const appliesIf = (wants: string, applies: (facts: CaseFacts) => boolean): Rule => ({
  refusal: 'not_applicable',
  wants,
  isBroken: (facts) => !applies(facts),
});

export const isIn = (statuses: readonly OrderStatus[], { status }: CaseFacts): boolean => statuses.includes(status);
export const isFor = (reasons: readonly ReviewReason[], { reason }: CaseFacts): boolean =>
  reason !== null && reasons.includes(reason);

export const NOT_HELD: Rule = {
  refusal: 'attempt_running',
  wants: 'no process is at the order',
  isBroken: ({ isHeld }) => isHeld,
};
export const HERE: Rule = {
  refusal: 'other_account',
  wants: 'what was sent went to the account that this gateway calls',
  isBroken: ({ isElsewhere }) => isElsewhere,
};
export const seenAs = (refusal: Refusal, wants: string, ...sights: readonly Seen['sight'][]): Rule => ({
  refusal,
  wants,
  isBroken: (_, { sight }) => sights.includes(sight),
  isSeen: true,
});
export const READ: readonly Rule[] = [
  seenAs('provider_unavailable', 'the provider responds', 'unavailable'),
  seenAs('not_readable', 'its response can be understood', 'unreadable'),
];
export const NAMED = seenAs('purchase_not_named', 'the evidence names the purchase or payment', 'not_read');
export const STATED: Rule = {
  refusal: 'statement_required',
  wants: 'the provider has stated it',
  isBroken: (_, { hasStatement }) => !hasStatement,
  isSeen: true,
};
