import { NO_CLAIMS } from '../../src/domain/purchases/claims.js';
import type { AttemptChange, CheckoutChange, OrderChange } from '../../src/domain/orders/order-change.js';
import type { Order } from '../../src/domain/orders/order.js';
import type { OrderState } from '../../src/domain/orders/order-state.js';
import type { FailureReason, ProviderError } from '../../src/domain/providers/provider-error.js';
import type { CheckoutSession, ProviderOrder } from '../../src/domain/providers/calls.js';
import type { Attempt, AttemptOutcome } from '../../src/domain/purchases/attempt.js';
import type { Here } from '../../src/domain/providers/far-side.js';
import type { NextStep } from '../../src/domain/purchases/next-step.js';
import { aCheckout, aFailure, aPurchase, aState, at, NOW } from '../support/order-state.js';
import {
  encodeRows,
  MANY_LOOKS,
  paymentOf,
  policyOf,
  TICK_MS,
  type Account,
  type Checkout,
  type Failure,
  type OrderRows,
  type ProviderClass,
  type PurchaseStatus,
  type SentAttempt,
  type State,
} from './purchase-state.js';
import type { Rules } from './rules.js';

/** No time that a state of the model shows, so that what a commit dates is told from what was there. */
const COMMITTED_AT = at(1);

/** More looks than the code ever takes before it hands over. */
const TOO_MANY_LOOKS = 99;

const DOMAIN_OUTCOME: Readonly<Record<Failure, readonly [ProviderError['failure'], FailureReason]>> = {
  not_sent: ['not_sent', 'unavailable'],
  rejected: ['rejected', 'rejected'],
  rate_limited: ['retry_later', 'rate_limited'],
  credentials: ['retry_later', 'credentials'],
  ambiguous: ['ambiguous', 'timed_out'],
  disagrees: ['ambiguous', 'answer_disagrees'],
};

const FAILURES = Object.keys(DOMAIN_OUTCOME) as Failure[];

/** What a change does to the rows of an order, in the words of the model. */
export interface Outcome {
  readonly isEmpty: boolean;
  readonly row: Omit<OrderRows, 'attempts' | 'checkouts' | 'lookedAt'>;
  /** `now`: by the clock of the commit. */
  readonly lookedAt: number | null | 'now';
  readonly attempt: AttemptChange | null;
  readonly checkouts: readonly CheckoutChange[];
}

interface Latest {
  readonly rows: OrderRows | null;
  readonly isLeased: boolean;
  readonly outcomes: Map<string, Outcome>;
}

/** Shows a state of the model to the code's own decisions, as the database would, and reads what they make of it. */
export class Judgement {
  private readonly steps = new Map<string, NextStep>();
  private readonly outcomes = new Map<string, Map<string, Outcome>>();
  private latest: Latest = { rows: null, isLeased: false, outcomes: new Map() };

  constructor(
    private readonly provider: ProviderClass,
    private readonly rules: Rules,
  ) {}

  nextStep(state: State, account: Account): NextStep {
    const { attempts, looks, lookedAt } = state;
    let key = `${account},${looks},${lookedAt}`;
    for (const { at: where, generation, age, outcome } of attempts) key += `;${where},${generation},${age},${outcome}`;
    const known = this.steps.get(key);
    if (known) return known;
    const { order, attempts: sends, now } = this.orderStateOf(state, false);
    const capabilities = { idempotency: policyOf(this.provider) };
    const { nextStep } = this.rules.decisions;
    const step = nextStep(sends, order.lookups, order.paymentMethod, capabilities, now, hereAt(account));
    this.steps.set(key, step);
    return step;
  }

  /**
   * `question` names the decision and all that it is asked beside the order. A decision is pure and reads no times except to
   * hand them on, so orders with the same rows are decided alike.
   */
  outcomeOf(rows: OrderRows, isLeased: boolean, question: string, decide: (state: OrderState) => OrderChange): Outcome {
    const outcomes = this.outcomesFor(rows, isLeased);
    const known = outcomes.get(question);
    if (known) return known;
    const outcome = outcomeOf(decide(this.orderStateOf(rows, isLeased)), rows);
    outcomes.set(question, outcome);
    return outcome;
  }

  /** Many questions are asked about one state, one after the other. */
  private outcomesFor(rows: OrderRows, isLeased: boolean): Map<string, Outcome> {
    if (rows === this.latest.rows && isLeased === this.latest.isLeased) return this.latest.outcomes;
    const key = `${isLeased}|${encodeRows(rows)}`;
    const outcomes = this.outcomes.get(key) ?? new Map<string, Outcome>();
    this.outcomes.set(key, outcomes);
    this.latest = { rows, isLeased, outcomes };
    return outcomes;
  }

  private orderStateOf(rows: OrderRows, isLeased: boolean): OrderState {
    const { order: status, adopted, review, attempts, looks, lookedAt, checkouts } = rows;
    const sends = attempts.map((attempt, index) => this.attemptOf(attempt, index));
    const lastStartMs = sends.at(-1)?.startedAt.getTime() ?? NOW.getTime();
    const order: Partial<Order> = {
      status,
      paymentMethod: paymentOf(this.provider),
      providerOrderId: adopted === null ? null : purchaseId(adopted),
      review: review && { reason: review, since: NOW },
      lookups: {
        count: looks < MANY_LOOKS ? looks : TOO_MANY_LOOKS,
        lastAt: lookedAt === null ? null : new Date(lastStartMs + lookedAt * TICK_MS),
      },
    };
    const targets = { sessions: watched(rows, checkouts), claims: NO_CLAIMS };
    return aState(order, { attempts: sends, targets, leaseToken: isLeased ? 'token' : null, isLeased });
  }

  private attemptOf({ at: farSide, generation, age, outcome }: SentAttempt, index: number): Attempt {
    const startedAt = at(-age * TICK_MS);
    const sendDeadlineAt = at((this.rules.sendDeadlineTicks - age) * TICK_MS);
    return { number: index + 1, generation, farSide, startedAt, sendDeadlineAt, ...inDomain(outcome) };
  }
}

/** What a process knows of its own account. */
export const hereAt = (account: Account): Here => ({ id: account, account: new Set([account]) });

const outcomeOf = (change: OrderChange, { lookedAt }: OrderRows): Outcome => {
  const { order } = change.committedAt(COMMITTED_AT);
  const { count, lastAt } = order.lookups;
  return {
    isEmpty: change.isEmpty,
    row: {
      order: order.status,
      adopted: order.providerOrderId === null ? null : purchaseOf(order.providerOrderId),
      review: order.review?.reason ?? null,
      looks: Math.min(count, MANY_LOOKS),
    },
    lookedAt: lastAt === COMMITTED_AT ? 'now' : lastAt && lookedAt,
    attempt: change.attempt,
    checkouts: change.checkouts,
  };
};

/** The checkouts of an order that may still tell something. */
const watched = ({ adopted }: OrderRows, checkouts: readonly Checkout[]): OrderState['targets']['sessions'] =>
  checkouts
    .map(({ recorded: status }, index) => ({ sessionId: sessionId(index), status }))
    .filter(({ status }) => status === 'open' || (status === 'complete' && adopted === null));

const purchaseId = (index: number): string => `purchase ${index}`;
const purchaseOf = (id: string): number => Number(id.split(' ')[1]);

export const sessionId = (index: number): string => `session ${index}`;

const inDomain = (outcome: SentAttempt['outcome']): Pick<Attempt, 'outcome' | 'reason'> => {
  if (outcome === null || outcome === 'accepted' || outcome === 'proven_absent') return { outcome, reason: null };
  const [is, reason] = DOMAIN_OUTCOME[outcome];
  return { outcome: is, reason };
};

/** How a send that ended so is called in the model. */
export const inModel = (outcome: NonNullable<AttemptOutcome>, error: ProviderError | null): SentAttempt['outcome'] => {
  if (outcome === 'accepted' || outcome === 'proven_absent') return outcome;
  const named = FAILURES.find((failure) => DOMAIN_OUTCOME[failure][1] === error?.reason);
  if (!named) throw new Error(`the model knows no send that ends as ${outcome}`);
  return named;
};

export const errorOf = (failure: Failure): ProviderError => aFailure(...DOMAIN_OUTCOME[failure]);

/** A purchase as the provider shows it: in every field what was ordered. */
export const shown = (index: number, status: PurchaseStatus): ProviderOrder =>
  aPurchase({ providerOrderId: purchaseId(index), status });

export const checkoutSession = (
  index: number,
  status: CheckoutSession['status'],
  order: ProviderOrder | null = null,
): CheckoutSession => aCheckout({ sessionId: sessionId(index), status, order });
