import type { CaseFacts } from './case-facts.js';
import type { Decision, Refusal } from './decisions.js';
import { RULES, type Rule } from './rules.js';
import { NOTHING_SEEN, type Seen } from './sighting.js';

export type Verdict =
  { readonly allowed: true; readonly steps: 1 | 2 } | { readonly allowed: false; readonly refusal: Refusal };

/** One rule and whether it holds, for people to look at. */
export interface Finding {
  readonly check: Refusal;
  readonly wants: string;
  readonly ok: boolean;
}

/**
 * Whether a decision may be carried out, and how many people it takes. Total and pure: the same facts and the same sight
 * give the same verdict, whoever asks. What is large takes two, whatever else.
 */
export const permitted = (facts: CaseFacts, decision: Decision, seen: Seen): Verdict => {
  const { rules, steps } = RULES[decision];
  const broken = rules.find((rule) => rule.isBroken(facts, seen));
  if (broken) return { allowed: false, refusal: broken.refusal };
  return { allowed: true, steps: facts.isLarge ? 2 : steps(facts, seen) };
};

/** What stands in the way of a decision before the provider is read; null if nothing does. */
export const refusedUnseen = (facts: CaseFacts, decision: Decision): Refusal | null => {
  const isKnown = ({ isSeen, refusal }: Rule): boolean => !isSeen && refusal !== 'purchase_not_covered';
  return RULES[decision].rules.find((rule) => isKnown(rule) && rule.isBroken(facts, NOTHING_SEEN))?.refusal ?? null;
};

/** Every rule of a decision, and whether it holds. */
export const findingsOf = (facts: CaseFacts, decision: Decision, seen: Seen): readonly Finding[] =>
  RULES[decision].rules.map((rule) => ({
    check: rule.refusal,
    wants: rule.wants,
    ok: !rule.isBroken(facts, seen),
  }));
