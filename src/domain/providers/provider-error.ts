import type { Operation, ProviderId } from './calls.js';

/**
 * How a call failed, as a closed set. A call that was neither confirmed nor failed in one of the three definite ways is
 * `ambiguous`: there is no fifth kind.
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
  'other_account',
  'unreadable_answer',
  'answer_disagrees',
  'rejected',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

/**
 * One failed provider call, classified. The message never carries a value from outside: no body, no URL, no key.
 * `upstreamCode` is the provider's own word for the failure, cut to 80 harmless characters; it is
 * left out if it does not look like a word, or contains our key.
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

  /** For people, with the provider's own word for it. */
  get explanation(): string {
    const { upstreamCode } = this.at;
    return upstreamCode === undefined ? `${this.message}.` : `${this.message}; its own code: ${upstreamCode}.`;
  }

  /** Bad credentials and exhausted credit stop every order at the provider, not only this one. */
  get pausesProvider(): boolean {
    return this.reason === 'credentials' || this.reason === 'insufficient_credit';
  }
}

/** The provider responded, and with nothing that can be used: it cannot be read, or is about something else. */
export const isUnusable = ({ reason }: Pick<ProviderError, 'reason'>): boolean =>
  reason === 'unreadable_answer' || reason === 'answer_disagrees';

/**
 * A read that was not made because what admits it failed on our side, as when our database is away. It says nothing of
 * the provider, so it is no ProviderError, and is never logged, counted or told as one.
 */
export class NotAdmittedError extends Error {
  override readonly name = 'NotAdmittedError';

  constructor(cause: unknown) {
    super('the call was not made', { cause });
  }
}

/**
 * Why a read was not made: our quota is used up, or the provider does not respond to reads of this class at the moment.
 */
const NOT_ASKED = {
  rate_limited: 'the quota of the provider is used up for the moment',
  unavailable: 'it has not responded lately and is left alone for a moment',
  other_account: 'the order was sent to another account than the one that this gateway calls',
} as const satisfies Partial<Record<FailureReason, string>>;

/**
 * A read that was not made, for a reason that has nothing to do with what was asked for. It is deferred; nothing may be
 * concluded from it, and it is not counted as a try.
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
