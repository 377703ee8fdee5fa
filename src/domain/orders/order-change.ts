import type { Attempt, AttemptOperation, AttemptOutcome } from '../purchases/attempt.js';
import { isUnknown } from '../purchases/attempt.js';
import type { ClaimDecision, ClaimVerdict } from '../purchases/claims.js';
import type { ProviderError } from '../providers/provider-error.js';
import type { Money } from '../money.js';
import type { CheckoutSession } from '../providers/calls.js';
import { SEND_DEADLINE_MS } from '../purchases/timing.js';
import { AT_COMMIT } from './commit-time.js';
import { isOutcomePending, isTerminal, type OrderStatus } from './lifecycle.js';
import { spendingOf } from '../limits/spending.js';
import { priceEvidence, type EventType, type EvidenceOf, type OrderEvent } from './order-event.js';
import { asCommitted, type ObservationSource, type Order, type OrderCheckout, type PriceSource } from './order.js';
import type { OrderState } from './order-state.js';
import { endsWithObservation, takesOver, type ReviewReason } from './review.js';

/** What a change does to the attempts of its order. At most one of these per change. */
export type AttemptChange =
  | {
      readonly do: 'open';
      readonly operation: AttemptOperation;
      readonly number: number;
      readonly generation: number;
      /** Where it goes. */
      readonly farSide: string;
      /** Null if the stored bytes of the generation are sent again. */
      readonly prepared: Prepared | null;
    }
  | {
      readonly do: 'record';
      readonly operation: AttemptOperation;
      readonly number: number;
      readonly outcome: NonNullable<AttemptOutcome>;
      readonly error: ProviderError | null;
    }
  /** The outcome of every unknown send of the purchase is known now. */
  | { readonly do: 'resolve'; readonly outcome: 'accepted' | 'proven_absent' };

/** The exact bytes of a purchase, and the hashes of the tokens in the addresses inside them. */
export interface Prepared {
  readonly body: string;
  readonly callbackTokenHash: Uint8Array<ArrayBuffer>;
  readonly returnTokenHash: Uint8Array<ArrayBuffer>;
}

/** What a change does to the hosted checkouts of its order. */
export type CheckoutChange =
  | {
      readonly do: 'open';
      readonly sessionId: string | null;
      readonly url: string;
      readonly status: CheckoutSession['status'];
      readonly expiresAt: Date | null;
    }
  /** `sessionId` null for every one that is still open. */
  | { readonly do: 'update'; readonly sessionId: string | null; readonly status: CheckoutSession['status'] };

/**
 * What becomes known of the price: as the order's own, or as what the provider said was charged after that. The only way
 * in which a change of an order changes its price, so that its event always says so.
 */
export interface NewPrice {
  readonly is: 'own' | 'later';
  readonly total: Money;
  readonly source: PriceSource;
  /** The tax within `total`; null if none is stated. */
  readonly tax: Money | null;
}

/** Fields that an event sets. Those of the price follow from its `NewPrice`. */
export type OrderFields = Partial<Order> & { readonly [F in 'price' | 'priceTax' | 'laterPrice']?: never };

interface Parts {
  readonly order: Order;
  readonly sends: readonly Attempt[];
  readonly events: readonly OrderEvent[];
  readonly attempt: AttemptChange | null;
  readonly checkouts: readonly CheckoutChange[];
  readonly claims: readonly ClaimDecision[];
}

/**
 * What a decision makes of an order: the order as it will be, and the events that say why. Immutable: each step returns
 * a new change with one thing more. Persistence writes all of it in one statement, or nothing if the order has changed
 * since `base` was read.
 */
export class OrderChange {
  private constructor(
    readonly base: OrderState,
    private readonly parts: Parts,
  ) {}

  static of(state: OrderState): OrderChange {
    const { order, attempts: sends } = state;
    return new OrderChange(state, { order, sends, events: [], attempt: null, checkouts: [], claims: [] });
  }

  get order(): Order {
    return this.parts.order;
  }

  /** The sends of the purchase as they will be. */
  get sends(): readonly Attempt[] {
    return this.parts.sends;
  }

  get events(): readonly OrderEvent[] {
    return this.parts.events;
  }

  get attempt(): AttemptChange | null {
    return this.parts.attempt;
  }

  get checkouts(): readonly CheckoutChange[] {
    return this.parts.checkouts;
  }

  get claims(): readonly ClaimDecision[] {
    return this.parts.claims;
  }

  get hasMoved(): boolean {
    return this.order.status !== this.base.order.status;
  }

  get isEmpty(): boolean {
    const { events, attempt, checkouts, claims } = this.parts;
    return events.length === 0 && attempt === null && checkouts.length === 0 && claims.length === 0;
  }

  /** A fact that leaves the status as it is. */
  record<T extends EventType>(
    type: T,
    source: ObservationSource,
    evidence: EvidenceOf[T],
    set: OrderFields = {},
    price: NewPrice | null = null,
  ): OrderChange {
    return this.append(type, source, evidence, set, { price });
  }

  /** A move to another status. It ends a review that it resolves. */
  move<T extends EventType>(
    to: OrderStatus,
    type: T,
    source: ObservationSource,
    evidence: EvidenceOf[T],
    options: { readonly set?: OrderFields } & Told = {},
  ): OrderChange {
    const { set = {}, ...told } = options;
    const moved = this.append(type, source, evidence, { ...set, status: to }, told);
    if (!isOutcomePending(to)) return moved.endResolvedReview(source);
    // The order was sent after all, so that reason is gone.
    return to === 'in_doubt' ? moved.endResolvedReview(source, ['submission_keeps_failing']) : moved;
  }

  /** Flags the order for a person, unless it is flagged for something worse already. */
  flag(
    reason: ReviewReason,
    source: ObservationSource,
    evidence: Omit<EvidenceOf['review_flagged'], 'reason'> = {},
  ): OrderChange {
    const { status, review } = this.order;
    // Terminal orders are not polled, so a flag that only an observation ends would never clear.
    if (isTerminal(status) && endsWithObservation(reason)) return this;
    if (!takesOver(reason, review?.reason ?? null)) return this;
    const set = { review: { reason, since: review?.since ?? AT_COMMIT } };
    return this.record('review_flagged', source, { ...evidence, reason }, set);
  }

  /**
   * Clears a flag that only said that something was unknown, once an observation resolves it: a reason in `resolved`,
   * or by default any that an observation ends.
   */
  endResolvedReview(source: ObservationSource, resolved?: readonly ReviewReason[]): OrderChange {
    const reason = this.order.review?.reason;
    if (reason === undefined || !(resolved?.includes(reason) ?? endsWithObservation(reason))) return this;
    return this.record('review_cleared', source, { reason }, { review: null });
  }

  openAttempt(attempt: Extract<AttemptChange, { do: 'open' }>): OrderChange {
    const { operation, number, generation, farSide } = attempt;
    if (operation === 'cancel') return this.with({ attempt });
    const times = { startedAt: AT_COMMIT, sendDeadlineAt: AT_COMMIT };
    return this.with({
      attempt,
      sends: [...this.sends, { number, generation, farSide, ...times, outcome: null, reason: null }],
    });
  }

  /** The first recorded outcome stays: an adopted purchase may have resolved the attempt in the meantime. */
  recordAttempt(attempt: Extract<AttemptChange, { do: 'record' }>): OrderChange {
    const { operation, number, outcome, error } = attempt;
    const isThis = (send: Attempt): boolean =>
      operation !== 'cancel' && send.number === number && send.outcome === null;
    const sends = this.sends.map((send) => (isThis(send) ? { ...send, outcome, reason: error?.reason ?? null } : send));
    return this.with({ attempt, sends });
  }

  resolveUnknownSends(outcome: 'accepted' | 'proven_absent'): OrderChange {
    if (!this.sends.some(isUnknown)) return this;
    const sends = this.sends.map((send) => (isUnknown(send) ? { ...send, outcome } : send));
    return this.with({ attempt: { do: 'resolve', outcome }, sends });
  }

  withCheckout(checkout: CheckoutChange): OrderChange {
    const order = { ...this.order, checkout: checkoutAfter(this.order.checkout, checkout) };
    return this.with({ order, checkouts: [...this.checkouts, checkout] });
  }

  withVerdict(providerOrderId: string, verdict: ClaimVerdict, lookAgainMs: number | null = null): OrderChange {
    return this.with({ claims: [...this.claims, { providerOrderId, verdict, lookAgainMs }] });
  }

  /** Whether what strangers claimed of the order is still to be read. An order may end before. */
  get hasUndecidedClaims(): boolean {
    const { due, nextDueAt } = this.base.targets.claims;
    const decided = this.claims.filter(({ verdict }) => verdict !== 'claimed').map((claim) => claim.providerOrderId);
    return nextDueAt !== null || due.some(({ providerOrderId }) => !decided.includes(providerOrderId));
  }

  /** The state after a commit at `at`, for the next decision of the same run. */
  committedAt(at: Date): OrderState {
    const attempts = this.sends.map((send) =>
      send.startedAt === AT_COMMIT
        ? { ...send, startedAt: at, sendDeadlineAt: new Date(at.getTime() + SEND_DEADLINE_MS) }
        : send,
    );
    const isCancelling = this.attempt?.do === 'open' && this.attempt.operation === 'cancel';
    return {
      ...this.base,
      order: asCommitted(this.order, at),
      attempts,
      cancelRequests: this.base.cancelRequests + (isCancelling ? 1 : 0),
      cancelMayHaveArrived: this.base.cancelMayHaveArrived || isCancelling,
      now: at,
    };
  }

  private append<T extends EventType>(
    type: T,
    source: ObservationSource,
    seen: EvidenceOf[T],
    set: OrderFields,
    { providerStatus = null, price = null }: Told,
  ): OrderChange {
    const before = this.order;
    const after: Order = {
      ...before,
      ...set,
      ...(price && priceFields(price)),
      ...(providerStatus !== null && { providerStatus }),
      version: before.version + 1,
      updatedAt: AT_COMMIT,
    };
    const order = { ...after, spending: spendingOf(after) };
    const evidence = price ? { ...seen, price: priceEvidence(price) } : seen;
    const event: OrderEvent = { type, from: before.status, to: order.status, source, providerStatus, evidence };
    return this.with({ order, events: [...this.events, event] });
  }

  private with(parts: Partial<Parts>): OrderChange {
    return new OrderChange(this.base, { ...this.parts, ...parts });
  }
}

/** What the provider told with an event. */
interface Told {
  readonly providerStatus?: string | null;
  readonly price?: NewPrice | null;
}

const priceFields = ({
  is,
  total,
  source,
  tax,
}: NewPrice): Pick<Partial<Order>, 'price' | 'priceTax' | 'laterPrice'> =>
  is === 'own' ? { price: { total, source }, priceTax: tax } : { laterPrice: total };

/** The checkout that the payer is shown after a change of one. */
const checkoutAfter = (shown: OrderCheckout | null, change: CheckoutChange): OrderCheckout | null => {
  const { sessionId, status } = change;
  if (change.do === 'open') return { sessionId, status, url: change.url, expiresAt: change.expiresAt };
  const isThis = sessionId === null ? shown?.status === 'open' : shown?.sessionId === sessionId;
  return shown && isThis ? { ...shown, status } : shown;
};
