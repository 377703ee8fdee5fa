import { decide, type OrderStatus } from '../../src/domain/orders/lifecycle.js';
import type { PaymentMethod } from '../../src/domain/providers/capabilities.js';
import type { FailureClass } from '../../src/domain/providers/provider-error.js';
import type { Attempt } from '../../src/domain/purchases/attempt.js';
import { endsWithNews, takesOver } from '../../src/domain/orders/review.js';
import { afterFailure, nextStep } from '../../src/domain/purchases/next-step.js';
import { SEND_DEADLINE_TICKS, type Failure } from './purchase-state.js';

/**
 * The protocol's rules, each where it can be broken on its own. The decisions are the code's; the rest says what its
 * transactions must do, so whoever changes one of those says so here.
 */
export interface Rules {
  readonly nextStep: typeof nextStep;
  readonly decide: typeof decide;
  /** What a refused, unsent or unknown attempt makes of the order. */
  readonly afterFailure: (failure: Failure, attempts: readonly Attempt[], payment: PaymentMethod) => OrderStatus;
  /** How an answer without a purchase is understood. */
  readonly classify: (failure: Failure) => Failure;

  /** The attempt is committed before a byte leaves. */
  readonly intentBeforeSend: boolean;
  /** No attempt is opened under a lease that has run out, though nobody else has taken the task. */
  readonly opensOnlyUnderRunningLease: boolean;
  /** Nothing is sent when the call might outlive the lease. */
  readonly guardsBeforeSend: boolean;
  /** From opening the attempt until its call has ended, however late it started. */
  readonly sendDeadlineTicks: number;

  readonly failureNeedsLease: boolean;
  readonly purchaseNeedsLease: boolean;
  readonly pageNeedsLease: boolean;
  readonly absenceNeedsLease: boolean;

  /** An open attempt found under an ended lease is unknown. */
  readonly diedSubmittingIsUnknown: boolean;
  readonly incompleteListProvesNothing: boolean;
  /** A price above the limit ends every order of which nothing was bought, not only a new one. */
  readonly refusesAfterProvenAbsence: boolean;
  readonly cancelsOnlyUnsent: boolean;
  readonly adoptsDoubtfulOrders: boolean;
  readonly keepsTaskInDoubt: boolean;
  readonly neverFailsInReview: boolean;
  /** Which of two reasons for a review shows, and which of them news may end. */
  readonly takesOver: typeof takesOver;
  readonly endsWithNews: typeof endsWithNews;
}

/** Kinds of failure that the model tells apart and the protocol's classes do not. */
const CLASS_OF = { rate_limited: 'retry_later', credentials: 'retry_later', disagrees: 'ambiguous' } as const;

export const PROTOCOL: Rules = {
  nextStep,
  decide,
  afterFailure: (failure, attempts, payment) =>
    afterFailure(
      failure in CLASS_OF ? CLASS_OF[failure as keyof typeof CLASS_OF] : (failure as FailureClass),
      attempts,
      payment,
    ),
  classify: (failure) => failure,
  intentBeforeSend: true,
  opensOnlyUnderRunningLease: true,
  guardsBeforeSend: true,
  sendDeadlineTicks: SEND_DEADLINE_TICKS,
  failureNeedsLease: true,
  purchaseNeedsLease: false,
  pageNeedsLease: true,
  absenceNeedsLease: true,
  diedSubmittingIsUnknown: true,
  incompleteListProvesNothing: true,
  refusesAfterProvenAbsence: true,
  cancelsOnlyUnsent: true,
  adoptsDoubtfulOrders: true,
  keepsTaskInDoubt: true,
  neverFailsInReview: true,
  takesOver,
  endsWithNews,
};
