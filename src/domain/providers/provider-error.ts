import type { Operation, ProviderId } from './provider.js';

/**
 * What became of one call, as one closed set. A call that was neither confirmed nor any of the three definite
 * kinds is `ambiguous`: there is no fifth kind.
 */
export type FailureClass = 'not_sent' | 'rejected' | 'retry_later' | 'ambiguous';

/** The two questions about every failure: did it happen, and may it be repeated as a new purchase? */
export const FAILURE_AXES = {
  not_sent: { happened: 'not_applied', repeat: 'later' },
  rejected: { happened: 'not_applied', repeat: 'never' },
  retry_later: { happened: 'not_applied', repeat: 'later' },
  ambiguous: { happened: 'unknown', repeat: 'never' },
} as const satisfies Record<FailureClass, { happened: 'not_applied' | 'unknown'; repeat: 'never' | 'later' }>;

export const FAILURE_REASONS = [
  'invalid_request',
  'mass_not_orderable',
  'insufficient_supply',
  'offering_not_found',
  'order_not_found',
  'not_permitted',
  'credentials',
  'insufficient_credit',
  'rate_limited',
  'unavailable',
  'timed_out',
  'unreadable_answer',
  'answer_disagrees',
  'rejected',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

/**
 * One failed provider call, classified. The message never carries a value from outside: no body, no URL, no key.
 * `upstreamCode` is the provider's own word for the failure, cut to 80 harmless characters; not
 * there when it does not look like a word, or tells our key.
 */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';

  constructor(
    readonly failure: FailureClass,
    readonly reason: FailureReason,
    message: string,
    readonly at: {
      readonly provider: ProviderId;
      readonly operation: Operation;
      readonly upstreamStatus?: number;
      readonly upstreamCode?: string;
      /** What the provider asked to wait, from Retry-After or a reset time. */
      readonly retryAfterMs?: number;
    },
  ) {
    super(message);
  }

  /** Credentials and exhausted credit concern every order at the provider, not this one. */
  get pausesProvider(): boolean {
    return this.reason === 'credentials' || this.reason === 'insufficient_credit';
  }
}

/** Why we did not ask: our quota is used up, or the provider does not respond to reads of this class for the moment. */
const NOT_ASKED = {
  rate_limited: 'the quota of the provider is used up for the moment',
  unavailable: 'it has not responded lately and is left alone for a moment',
} as const satisfies Partial<Record<FailureReason, string>>;

/**
 * A read that was not made, because of us and not of what was asked for. It says nothing about that: the read is deferred, and
 * nothing is concluded or counted.
 */
export class ReadThrottledError extends ProviderError {
  readonly retryAfterMs: number;

  constructor(
    reason: keyof typeof NOT_ASKED,
    at: { readonly provider: ProviderId; readonly operation: Operation },
    retryAfterMs: number,
  ) {
    const wholeMs = Math.ceil(retryAfterMs);
    super('not_sent', reason, NOT_ASKED[reason], { ...at, retryAfterMs: wholeMs });
    this.retryAfterMs = wholeMs;
  }
}
