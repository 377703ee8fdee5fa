import { hasUnknownAttempt, isUnknown, type Attempt, type Lookups } from './attempt.js';
import {
  delayOf,
  KEY_SAFETY_MARGIN_MS,
  LOOKUP_DELAYS_MS,
  MAX_LOOKUPS,
  RESEND_DELAYS_MS,
  RESENDS_AFTER_ABSENCE,
} from './timing.js';
import type { Capabilities, Idempotency, PaymentMethod } from '../providers/capabilities.js';
import { sentElsewhere, type Here } from '../providers/far-side.js';
import type { FailureClass } from '../providers/provider-error.js';
import type { StandingSwitch } from '../switches/switch.js';

export type NextStep =
  /** Open an attempt in this generation; `repeat` sends the stored bytes of the generation again. */
  | { readonly do: 'send'; readonly generation: number; readonly repeat: boolean }
  /** Search for our reference; `conclusive` if finding nothing proves that nothing was bought. */
  | { readonly do: 'lookup'; readonly conclusive: boolean }
  | { readonly do: 'wait'; readonly until: Date }
  | { readonly do: 'review' }
  /** Another account may have the purchase: nothing here can tell, and nothing is sent here. */
  | { readonly do: 'elsewhere' };

/** A send that people have switched off. */
export interface HeldStep {
  readonly do: 'held';
  readonly by: StandingSwitch;
}

/** A step as it may be taken while a switch is on: nothing is sent, nor sent again. To look is no send. */
export const unlessSwitchedOff = (step: NextStep, by: StandingSwitch | null): NextStep | HeldStep =>
  step.do === 'send' && by ? { do: 'held', by } : step;

/**
 * The next step for an order that its provider has not confirmed. `now` is the database's clock. Nothing is ever sent
 * while an earlier send is unknown, except the same bytes under a key that the provider still honours.
 */
export const nextStep = (
  attempts: readonly Attempt[],
  lookups: Lookups,
  payment: PaymentMethod,
  capabilities: Pick<Capabilities, 'idempotency'>,
  now: Date,
  here: Here,
): NextStep => {
  if (sentElsewhere(attempts, here)) return { do: 'elsewhere' };
  const last = attempts.at(-1);
  if (!last) return { do: 'send', generation: 1, repeat: false };
  if (!hasUnknownAttempt(attempts)) return freshSend(attempts, last);
  // A checkout that was never shown cannot be paid, so creating another is safe.
  if (payment === 'checkout')
    return paced(attempts, last, now, { do: 'send', generation: last.generation, repeat: true });
  const policy = capabilities.idempotency;
  switch (policy.kind) {
    case 'key':
      return underKey(attempts, last, lookups, policy, now);
    case 'lookup':
      return byLookup(attempts, lookups, policy.visibilityDelayMs, now);
    case 'none':
      return { do: 'review' };
  }
};

/**
 * Every earlier send is known not to have bought. The key stays in use if the provider never saw the request or
 * declined to execute it. A response that the provider may have stored under the key (credentials, a rejection) needs a
 * new key, and so does a purchase that is proven absent.
 */
const freshSend = (attempts: readonly Attempt[], last: Attempt): NextStep => {
  const absences = attempts.filter((attempt) => attempt.outcome === 'proven_absent').length;
  if (absences > RESENDS_AFTER_ABSENCE) return { do: 'review' };
  const sameKey = last.outcome === 'not_sent' || (last.outcome === 'retry_later' && last.reason === 'rate_limited');
  return { do: 'send', generation: sameKey ? last.generation : last.generation + 1, repeat: sameKey };
};

const underKey = (
  attempts: readonly Attempt[],
  last: Attempt,
  lookups: Lookups,
  policy: Extract<Idempotency, { kind: 'key' }>,
  now: Date,
): NextStep => {
  const firstSend = Math.min(
    ...attempts.filter((a) => a.generation === last.generation).map((a) => a.startedAt.getTime()),
  );
  const keyEndsAt = firstSend + policy.retentionMs - KEY_SAFETY_MARGIN_MS;
  // A refusal under the key says nothing about an earlier send that may have bought. A repeat would only get it again, as
  // it would a response that disagrees with the order.
  const keyStillHelps = now.getTime() < keyEndsAt && last.outcome !== 'rejected' && last.reason !== 'answer_disagrees';
  if (keyStillHelps) return paced(attempts, last, now, { do: 'send', generation: last.generation, repeat: true });
  // Absence from a list is no proof here: the provider promised nothing about how soon it lists an order.
  const visibleAt = latest('sendDeadlineAt', attempts) + policy.visibilityDelayMs;
  if (now.getTime() < visibleAt) return { do: 'wait', until: new Date(visibleAt) };
  const sought = lookups.lastAt !== null && lookups.lastAt.getTime() >= visibleAt;
  return sought || lookups.count >= MAX_LOOKUPS ? { do: 'review' } : { do: 'lookup', conclusive: false };
};

/**
 * One lookup after each delay, and another once the visibility delay is over, when absence is proof. Never sends: once
 * absence is proven, `freshSend` does.
 */
const byLookup = (attempts: readonly Attempt[], lookups: Lookups, visibilityDelayMs: number, now: Date): NextStep => {
  const visibleAt = latest('sendDeadlineAt', attempts) + visibilityDelayMs;
  if (lookups.count >= MAX_LOOKUPS) return { do: 'review' };
  if (now.getTime() >= visibleAt) return { do: 'lookup', conclusive: true };
  const delay = LOOKUP_DELAYS_MS[lookups.count] ?? Infinity;
  const from = Math.max(latest('startedAt', attempts), lookups.lastAt?.getTime() ?? 0);
  const dueAt = Math.min(from + delay, visibleAt);
  return now.getTime() >= dueAt ? { do: 'lookup', conclusive: false } : { do: 'wait', until: new Date(dueAt) };
};

/**
 * `step`, once the delay since the latest send is over. That send may still be under way if its process was wrongly
 * taken for dead; the provider's key, or a checkout that is never shown, makes the second send harmless.
 */
const paced = (attempts: readonly Attempt[], last: Attempt, now: Date, step: NextStep): NextStep => {
  const sends = attempts.filter((attempt) => attempt.generation === last.generation).length;
  const dueAt = new Date(last.startedAt.getTime() + delayOf(RESEND_DELAYS_MS, sends));
  return now >= dueAt ? step : { do: 'wait', until: dueAt };
};

const latest = (time: 'startedAt' | 'sendDeadlineAt', attempts: readonly Attempt[]): number =>
  Math.max(...attempts.filter(isUnknown).map((attempt) => attempt[time].getTime()));

/**
 * The status of an order after a failed send. A refusal ends it only if no other send may have bought; an unknown
 * checkout does not count, because it was never shown.
 */
export const afterFailure = (
  failure: FailureClass,
  attempts: readonly Attempt[],
  payment: PaymentMethod,
): 'failed' | 'in_doubt' | 'created' => {
  const unknown = hasUnknownAttempt(attempts);
  if (failure === 'rejected' && !(unknown && payment === 'account')) return 'failed';
  return unknown ? 'in_doubt' : 'created';
};
