import type { FailureReason } from '../providers/provider-error.js';
import type { PaymentMethod } from '../providers/capabilities.js';

export const ATTEMPT_OUTCOMES = [
  'accepted',
  'rejected',
  'not_sent',
  'retry_later',
  'ambiguous',
  'proven_absent',
] as const;

/**
 * What became of one send. Null: it was opened and nothing was recorded, because the process died, lost its lease or is
 * still at it; that is as unknown as `ambiguous`.
 */
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number] | null;

/** Writes to a provider, by its operation. The first two obtain credits, by who pays. */
export type AttemptOperation = 'placeOrder' | 'createCheckout' | 'cancel';

export const purchaseOperation = (payment: PaymentMethod): 'placeOrder' | 'createCheckout' =>
  payment === 'checkout' ? 'createCheckout' : 'placeOrder';

/** One send of the purchase. Times are the database's. */
export interface Attempt {
  readonly number: number;
  /** Attempts of one generation share one idempotency key and the same bytes. */
  readonly generation: number;
  readonly startedAt: Date;
  readonly sendDeadlineAt: Date;
  readonly outcome: AttemptOutcome;
  readonly reason: FailureReason | null;
}

/** How often our order reference was searched for in the provider's list since the latest send, and found nothing. */
export interface Lookups {
  readonly count: number;
  readonly lastAt: Date | null;
}

export const isUnknown = ({ outcome }: Pick<Attempt, 'outcome'>): boolean =>
  outcome === null || outcome === 'ambiguous';

export const hasUnknownAttempt = (attempts: readonly Pick<Attempt, 'outcome'>[]): boolean => attempts.some(isUnknown);
