import type { OrderStatus } from '../../src/domain/orders/lifecycle.js';
import type { FailureReason } from '../../src/domain/providers/provider-error.js';
import { hasUnknownAttempt, type Attempt, type AttemptOutcome } from '../../src/domain/purchases/attempt.js';
import type { NextStep } from '../../src/domain/purchases/next-step.js';
import {
  MANY_LOOKS,
  paymentOf,
  policyOf,
  TICK_MS,
  type Failure,
  type ProviderClass,
  type SentAttempt,
  type State,
} from './purchase-state.js';
import type { Rules } from './rules.js';

/** Any moment will do: the rules only compare. */
const NOW_MS = Date.parse('2026-01-01T00:00:00Z');

/** More looks than the code ever takes before it hands over. */
const TOO_MANY_LOOKS = 99;

const DOMAIN_OUTCOME: Readonly<Record<Failure, readonly [AttemptOutcome, FailureReason]>> = {
  not_sent: ['not_sent', 'unavailable'],
  rejected: ['rejected', 'rejected'],
  rate_limited: ['retry_later', 'rate_limited'],
  credentials: ['retry_later', 'credentials'],
  ambiguous: ['ambiguous', 'timed_out'],
  disagrees: ['ambiguous', 'answer_disagrees'],
};

/** Shows a state of the model to the code's own decisions, as the database would have shown it. */
export class Judgement {
  /** The rule is pure, and asked about the same attempts again and again. */
  private readonly steps = new Map<string, NextStep>();

  constructor(
    private readonly provider: ProviderClass,
    private readonly rules: Rules,
  ) {}

  nextStep(state: State): NextStep {
    const { attempts, looks, lookedAt } = state;
    const key = `${looks},${lookedAt};${attempts.map(({ generation, age, outcome }) => `${generation},${age},${outcome}`).join(';')}`;
    const known = this.steps.get(key);
    if (known) return known;
    const seen = this.attemptsOf(state);
    const lastStartMs = seen.at(-1)?.startedAt.getTime() ?? NOW_MS;
    const lookups = {
      count: looks < MANY_LOOKS ? looks : TOO_MANY_LOOKS,
      lastAt: lookedAt === null ? null : new Date(lastStartMs + lookedAt * TICK_MS),
    };
    const capabilities = { idempotency: policyOf(this.provider) };
    const step = this.rules.nextStep(seen, lookups, paymentOf(this.provider), capabilities, new Date(NOW_MS));
    this.steps.set(key, step);
    return step;
  }

  afterFailure(state: State, failure: Failure): OrderStatus {
    return this.rules.afterFailure(failure, this.attemptsOf(state), paymentOf(this.provider));
  }

  /** Whether a send of the order may have bought. */
  isUnknown(state: State): boolean {
    return hasUnknownAttempt(this.attemptsOf(state));
  }

  private attemptsOf({ attempts }: State): Attempt[] {
    return attempts.map(({ generation, age, outcome }, index) => {
      const startedAtMs = NOW_MS - age * TICK_MS;
      const sendDeadlineAt = new Date(startedAtMs + this.rules.sendDeadlineTicks * TICK_MS);
      return { number: index + 1, generation, startedAt: new Date(startedAtMs), sendDeadlineAt, ...inDomain(outcome) };
    });
  }
}

const inDomain = (outcome: SentAttempt['outcome']): Pick<Attempt, 'outcome' | 'reason'> => {
  if (outcome === null || outcome === 'accepted' || outcome === 'proven_absent') return { outcome, reason: null };
  const [is, reason] = DOMAIN_OUTCOME[outcome];
  return { outcome: is, reason };
};
