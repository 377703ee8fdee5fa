import type { FailureReason } from '../providers/provider-error.js';
import type { Order } from '../orders/order.js';

/**
 * What became of one sending. Null: it was opened and nothing was recorded, because the process died, lost its
 * lease or is still at it; that is as unknown as `ambiguous`.
 */
export type AttemptOutcome =
  'accepted' | 'rejected' | 'not_sent' | 'retry_later' | 'ambiguous' | 'proven_absent' | null;

/** One sending of the purchase. Times are the database's. */
export interface Attempt {
  readonly number: number;
  /** Attempts of one generation share one idempotency key and the same bytes. */
  readonly generation: number;
  readonly startedAt: Date;
  readonly sendDeadlineAt: Date;
  readonly outcome: AttemptOutcome;
  readonly reason: FailureReason | null;
}

/** How often our reference was searched for in the provider's list since the latest send, and found nothing. */
export interface Lookups {
  readonly count: number;
  readonly lastAt: Date | null;
}

/** An order that its provider has not confirmed, as the run that holds its lease sees it. */
export interface Purchase {
  readonly order: Order;
  /** The tenant's own account at the provider. */
  readonly account: string | null;
  /** Oldest first. */
  readonly attempts: readonly Attempt[];
  readonly lookups: Lookups;
  /** The database's clock. */
  readonly now: Date;
}

export const isUnknown = ({ outcome }: Pick<Attempt, 'outcome'>): boolean =>
  outcome === null || outcome === 'ambiguous';

export const hasUnknownAttempt = (attempts: readonly Pick<Attempt, 'outcome'>[]): boolean => attempts.some(isUnknown);
