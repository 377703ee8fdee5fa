import type { ConflictReason } from './lifecycle.js';

/**
 * Why a person must look at an order: a flag beside the status, never a status. The most serious comes first. `endedBy`
 * is what clears it: a person, because something happened that only a person can put right; or an observation, because
 * the only problem was that something was unknown.
 */
export const REVIEW_REASONS = {
  bought_twice: { means: 'more than one purchase carries the reference of this order', endedBy: 'person' },
  payment_disputed: {
    means: 'a payment was brought back at two orders and fits both; one of them has it',
    endedBy: 'person',
  },
  paid_twice: {
    means: 'a second hosted checkout of this order was paid and has to be refunded',
    endedBy: 'person',
  },
  orphan_purchase: {
    means: 'the provider shows a purchase for an order that had ended without one',
    endedBy: 'person',
  },
  retirement_failed: { means: 'the payment went through and the retirement failed', endedBy: 'person' },
  undone_after_retirement: { means: 'the provider says undone after the credits were retired', endedBy: 'person' },
  answer_disagrees: { means: 'what the provider recorded differs from what was ordered', endedBy: 'person' },
  contradicting_end: { means: 'the provider contradicts the recorded end of the order', endedBy: 'person' },
  unproven_outcome: {
    means: 'sent, and nothing at the provider proves or rules out the purchase',
    endedBy: 'observation',
  },
  vanished: {
    means: 'the provider no longer knows the order, and this gateway did not cancel it',
    endedBy: 'observation',
  },
  too_many_claims: {
    means: 'so many payment ids were brought back for this order that further ones could not be kept',
    endedBy: 'observation',
  },
  payment_unconfirmed: {
    means: 'the hosted checkout has closed, and no payment of it is known',
    endedBy: 'observation',
  },
  unreadable_answer: {
    means:
      'the provider responds with something that this gateway does not understand, or that is about something else',
    endedBy: 'observation',
  },
  submission_keeps_failing: {
    means: 'every try was proven not sent or not executed, for longer than a day',
    endedBy: 'observation',
  },
} as const satisfies Record<ConflictReason | (string & {}), { means: string; endedBy: 'person' | 'observation' }>;
export type ReviewReason = keyof typeof REVIEW_REASONS;

const MOST_SERIOUS_FIRST: readonly string[] = Object.keys(REVIEW_REASONS);

export const endsWithObservation = (reason: ReviewReason): boolean => REVIEW_REASONS[reason].endedBy === 'observation';

/** Of several reasons the most serious shows, whichever came last, so that none hides a worse one. */
export const takesOver = (next: ReviewReason, current: ReviewReason | null): boolean =>
  current === null || MOST_SERIOUS_FIRST.indexOf(next) < MOST_SERIOUS_FIRST.indexOf(current);
