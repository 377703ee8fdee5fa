import { CRASH_POINTS, type CrashPoint } from '../../../src/application/crash-point.js';
import { OUTCOMES, type Outcome, type OutcomeName } from './outcomes.js';
import { CAPABILITY_CLASSES, PROFILES, type CapabilityClass, type OrderProfile } from './profile.js';

/**
 * `in_flight` is no point in the code: the process is killed from outside while the provider holds its request.
 * At `sending` the request is about to leave, and dies with the process.
 */
export const DEATHS = [...CRASH_POINTS, 'in_flight'] as const;
export type Death = CrashPoint | 'in_flight';

export interface Case {
  readonly kind: CapabilityClass;
  readonly death: Death;
  readonly outcome: OutcomeName;
}

export const nameOf = ({ kind, death, outcome }: Case): string => `${kind}, ${death}, ${outcome}`;

/** Dying while the order is being placed. */
const PLACING: ReadonlySet<Death> = new Set<Death>([
  'routed',
  'accepted',
  'step_read',
  'priced',
  'prepared',
  'intent_committed',
  'sending',
  'responded',
  'outcome_recorded',
]);

const CANCELLING: ReadonlySet<Death> = new Set<Death>(['cancel_intended', 'cancel_responded']);

/** Outcomes that only exist where a purchase is sought in a list. */
const IN_LISTS: ReadonlySet<OutcomeName> = new Set<OutcomeName>([
  'list_lags',
  'list_grows',
  'list_shrinks',
  'list_duplicates',
  'altered_in_list',
  'unknown_status_in_list',
]);

const IN_RESPONSES_WITH_A_BODY: ReadonlySet<OutcomeName> = new Set<OutcomeName>([
  'effect_truncated',
  'effect_broken_json',
  'altered_amount',
  'unknown_status',
]);

const AT_THE_PURCHASE: ReadonlySet<OutcomeName> = new Set<OutcomeName>([
  'key_forgotten_bought',
  'key_forgotten_unbought',
  'unknown_status_when_polled',
]);

/** Why the combination cannot occur; null: it can. */
export const whySkipped = ({ kind, death, outcome }: Case): string | null => {
  const profile = PROFILES[kind];
  return noSuchOutcome(profile, kind, outcome) ?? neverReached(profile, kind, death, outcome);
};

const noSuchOutcome = (profile: OrderProfile, kind: CapabilityClass, outcome: OutcomeName): string | null => {
  const isCancelled = profile.cancelled !== 'never';
  const { payer }: Outcome = OUTCOMES[outcome];
  if (payer !== undefined && profile.paymentMethod === 'account') return 'there is no page to pay on';
  if (isCancelled && AT_THE_PURCHASE.has(outcome)) return 'about the purchase, not about its cancellation';
  if (outcome.startsWith('key_forgotten') && kind !== 'key') return 'no purchase is sent under a key';
  if (outcome === 'changed_payload' && kind === 'session') return 'a page is asked for without a key';
  if (IN_LISTS.has(outcome) && profile.list === null) return 'nothing is sought in a list';
  if (kind === 'session' && (outcome === 'altered_in_list' || outcome === 'unknown_status_in_list'))
    return 'the list only names the order of a page, which is then read';
  if (kind === 'return' && (outcome === 'altered_amount' || outcome === 'unknown_status'))
    return 'the response is a link and nothing else';
  if (isCancelled && profile.provider === 'one_tribe' && IN_RESPONSES_WITH_A_BODY.has(outcome))
    return 'the response to a deletion has no body';
  if (isCancelled && outcome === 'altered_amount') return 'the response to a cancellation is read for its status';
  return null;
};

const neverReached = (
  profile: OrderProfile,
  kind: CapabilityClass,
  death: Death,
  outcome: OutcomeName,
): string | null => {
  const isCancelled = profile.cancelled !== 'never';
  const { held, response, payer }: Outcome = OUTCOMES[outcome];
  if (death === 'in_flight') return held ? null : 'the provider responds at once';
  if (PLACING.has(death)) return isCancelled ? 'placing is the other classes’ matter' : null;
  if (CANCELLING.has(death)) return isCancelled ? null : 'nothing is cancelled';
  const ends = endsUnbought(kind, outcome);
  if (death === 'observed' || death === 'observation_applied') {
    if (profile.cancelled === 'once') return 'as where the client asks again';
    if (ends) return 'there is no purchase to look at';
    if (payer === 'never_pays') return 'there is no purchase to look at';
    return payer === 'never_returns' && kind === 'return' ? 'the purchase to look at is not known' : null;
  }
  if (isCancelled || profile.paymentMethod === 'checkout') return 'a page or a cancellation is not sought in a list';
  if (!soughtInList(kind, outcome, response)) return 'nothing is in doubt that has to be sought';
  return death === 'lookup_recorded' && !foundInList(outcome) ? 'there is nothing to be found' : null;
};

/** The order ends without a purchase, or in doubt about one. */
const endsUnbought = (kind: CapabilityClass, outcome: OutcomeName): boolean => {
  const { effect, response }: Outcome = OUTCOMES[outcome];
  if (PROFILES[kind].cancelled !== 'never') return false;
  const neverRepeated = kind === 'none' && effect === 'not_applied' && response === 'unknown';
  return response === 'refused' || neverRepeated || outcome === 'key_forgotten_unbought';
};

const soughtInList = (kind: CapabilityClass, outcome: OutcomeName, response: Outcome['response']): boolean => {
  if (kind === 'lookup' || kind === 'none') return response === 'unknown' || response === 'contradicted';
  return (
    IN_LISTS.has(outcome) ||
    response === 'contradicted' ||
    outcome.startsWith('key_forgotten') ||
    outcome === 'changed_payload'
  );
};

const foundInList = (outcome: OutcomeName): boolean => OUTCOMES[outcome].effect !== 'not_applied';

const all: readonly Case[] = CAPABILITY_CLASSES.flatMap((kind) =>
  DEATHS.flatMap((death) => (Object.keys(OUTCOMES) as OutcomeName[]).map((outcome) => ({ kind, death, outcome }))),
);

export const CASES = all.filter((each) => whySkipped(each) === null);

/** How many combinations cannot occur, by reason. */
export const skippedByReason = (): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const reason of all.map(whySkipped)) if (reason !== null) counts.set(reason, 1 + (counts.get(reason) ?? 0));
  return counts;
};

/** The fewest cases, by a greedy choice, that have every death, outcome and class at least `times` times. */
export const spread = (times: number): readonly Case[] => {
  const missing = new Map<string, number>();
  for (const { kind, death, outcome } of CASES) for (const part of [kind, death, outcome]) missing.set(part, times);
  // A stride that shares no factor with the number of cases walks through all of them, far apart from each other.
  const walk = CASES.map((_, step) => CASES[(step * STRIDE) % CASES.length]).filter((each) => each !== undefined);
  const chosen = new Set<Case>();
  const gain = ({ kind, death, outcome }: Case): number =>
    [kind, death, outcome].filter((part) => (missing.get(part) ?? 0) > 0).length;
  for (const wanted of [3, 2, 1])
    for (const each of walk) {
      if (chosen.has(each) || gain(each) < wanted) continue;
      chosen.add(each);
      for (const part of [each.kind, each.death, each.outcome]) missing.set(part, (missing.get(part) ?? 0) - 1);
    }
  return [...chosen];
};

const STRIDE = 467;
