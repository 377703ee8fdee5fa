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
 * How one send ended. Null if nothing was recorded after it was opened, because the process died, lost its lease or is
 * still sending: that is as unknown as `ambiguous`.
 */
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number] | null;

/** Operations that write to a provider. The first two obtain credits: on account, or paid by the payer. */
export const ATTEMPT_OPERATIONS = ['placeOrder', 'createCheckout', 'cancel'] as const;
export type AttemptOperation = (typeof ATTEMPT_OPERATIONS)[number];

export const purchaseOperation = (payment: PaymentMethod): 'placeOrder' | 'createCheckout' =>
  payment === 'checkout' ? 'createCheckout' : 'placeOrder';

/** One send of the purchase. Times are the database's. */
export interface Attempt {
  readonly number: number;
  /** Attempts of one generation share one idempotency key and the same bytes. */
  readonly generation: number;
  /** Where it went; null if it is older than these records. */
  readonly farSide: string | null;
  readonly startedAt: Date;
  readonly sendDeadlineAt: Date;
  readonly outcome: AttemptOutcome;
  readonly reason: FailureReason | null;
}

/** Lookups by our order reference since the latest send that found nothing. */
export interface Lookups {
  readonly count: number;
  readonly lastAt: Date | null;
}

export const isUnknown = ({ outcome }: Pick<Attempt, 'outcome'>): boolean =>
  outcome === null || outcome === 'ambiguous';

export const hasUnknownAttempt = (attempts: readonly Pick<Attempt, 'outcome'>[]): boolean => attempts.some(isUnknown);
