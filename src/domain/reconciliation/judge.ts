import { BREAKS } from './break-types.js';
import { compared, type Finding } from './finding.js';
import type { Legs, OrderLeg, ProviderLeg, StatementLeg, Terms } from './legs.js';
import { RULES, type Rule } from './rules.js';

/**
 * What is to be said of an order, of the provider's purchases for it and of the lines of its statements: nothing where all
 * agree. Pure, defined for any legs, and the same whatever their order. `rules` are all of them, but for a test that takes
 * one away.
 */
export const judge = (
  o: OrderLeg | null,
  p: readonly ProviderLeg[],
  s: readonly StatementLeg[],
  terms: Terms,
  rules: readonly Rule[] = RULES,
): readonly Finding[] => {
  const legs: Legs = { o, p, s, terms };
  return rules.flatMap(({ find }) => find(legs)).toSorted(byKey);
};

const ORDER = Object.keys(BREAKS);

const byKey = (a: Finding, b: Finding): number =>
  ORDER.indexOf(a.type) - ORDER.indexOf(b.type) || compared(a.subject, b.subject);
