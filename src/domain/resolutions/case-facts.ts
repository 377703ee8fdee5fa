import { isCancellable, isOnItsWay } from '../orders/cancellation.js';
import type { OrderState } from '../orders/order-state.js';
import type { OrderStatus } from '../orders/lifecycle.js';
import type { ReviewReason } from '../orders/review.js';
import { hasUnknownAttempt, isUnknown } from '../purchases/attempt.js';
import { nextStep } from '../purchases/next-step.js';
import type { Capabilities, PaymentMethod } from '../providers/capabilities.js';
import { sentElsewhere, type Here } from '../providers/far-side.js';

/** Everything on record that a decision may hang on, before the provider is read. */
export interface CaseFacts {
  readonly status: OrderStatus;
  readonly reason: ReviewReason | null;
  readonly payment: PaymentMethod;
  /** Of a pool, which buys for it: nothing was sent for the order itself. */
  readonly isMember: boolean;
  /** A process is at the order. */
  readonly isHeld: boolean;
  /** Whether something was sent of which it is not known what became of it. */
  readonly hasUnknownSend: boolean;
  readonly isElsewhere: boolean;
  /** The gateway goes on finding out by itself. */
  readonly isResolving: boolean;
  /** Whether a purchase of the last unknown send could be invisible still. */
  readonly isSettling: boolean;
  /** Whether a list without the order proves that it was not bought. */
  readonly listProves: boolean;
  /** How payments of a page are read; null where there are no pages. */
  readonly pagesKnownBy: 'session' | 'return' | null;
  readonly isPageOpen: boolean;
  readonly hasOpenClaims: boolean;
  readonly isCancellable: boolean;
  /** Above what one person may decide. */
  readonly isLarge: boolean;
}

/** When something that stands in the way is over; null if it is not known. */
export interface CaseTimes {
  readonly settledAt: Date | null;
  readonly pageClosesAt: Date | null;
}

const RESOLVING: ReadonlySet<string> = new Set(['send', 'lookup', 'wait']);

export const caseFactsOf = (
  state: OrderState,
  capabilities: Pick<Capabilities, 'idempotency' | 'checkout' | 'cancellation'>,
  here: Here,
  isLarge: boolean,
): { readonly facts: CaseFacts; readonly times: CaseTimes } => {
  const { order, attempts, targets, now } = state;
  const { idempotency, checkout } = capabilities;
  const hasUnknownSend = order.paymentMethod === 'account' && hasUnknownAttempt(attempts);
  const lastDeadlineMs = Math.max(...attempts.filter(isUnknown).map(({ sendDeadlineAt }) => sendDeadlineAt.getTime()));
  const delayMs = idempotency.kind === 'none' ? 0 : idempotency.visibilityDelayMs;
  const settledAt = hasUnknownSend ? new Date(lastDeadlineMs + delayMs) : null;
  const pageClosesAt = order.checkout?.expiresAt ?? null;
  const step = nextStep(attempts, order.lookups, order.paymentMethod, { idempotency }, now, here);
  const facts: CaseFacts = {
    status: order.status,
    reason: order.review?.reason ?? null,
    payment: order.paymentMethod,
    isMember: order.poolRole === 'member',
    isHeld: state.isLeased,
    hasUnknownSend,
    isElsewhere: sentElsewhere(attempts, here),
    isResolving: hasUnknownSend && RESOLVING.has(step.do),
    isSettling: settledAt !== null && now < settledAt,
    listProves: idempotency.kind === 'lookup',
    pagesKnownBy: order.paymentMethod === 'checkout' ? (checkout?.knownBy ?? null) : null,
    isPageOpen: pageClosesAt !== null && now < pageClosesAt,
    hasOpenClaims: targets.claims.due.length > 0 || targets.claims.nextDueAt !== null,
    isCancellable: isCancellable(order, capabilities.cancellation) && !isOnItsWay(state),
    isLarge,
  };
  return { facts, times: { settledAt, pageClosesAt } };
};
