/** What a failed request says about sending it again. */
export interface RetryAdvice {
  /** The same request, sent again, may succeed, and is carried out once at most. */
  readonly safe: boolean;
  /** With the same Idempotency-Key. If false, the key is bound to this outcome. */
  readonly same_key: boolean;
  /** Not before. */
  readonly after_seconds?: number;
}

interface Failure {
  /** Null: there was no response. */
  readonly status: number | null;
  readonly retry: RetryAdvice;
}

/** A gateway that restarts is back in less than the sum of the pauses. */
export const DEFAULT_RETRIES = 4;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;

/** Whoever is told to come back later than this decides for himself whether to wait. */
const LONGEST_ADVISED_SECONDS = 60;

/**
 * How long to wait before the same request is sent again, under the same key; null if that is not for a client to
 * decide. A refusal that may pass but names no time, such as a spending limit that ends with the month, is the caller's.
 * `luck`, 0 to 1, keeps many clients from coming back at once.
 */
export const pauseBeforeRetry = ({ status, retry }: Failure, retriesSoFar: number, luck: number): number | null => {
  if (!retry.safe || !retry.same_key) return null;
  const backoffMs = Math.min(FIRST_PAUSE_MS * 2 ** retriesSoFar, LONGEST_PAUSE_MS);
  const spreadMs = (luck * backoffMs) / 2;
  if (retry.after_seconds !== undefined)
    return retry.after_seconds > LONGEST_ADVISED_SECONDS ? null : retry.after_seconds * 1000 + spreadMs;
  return status === null || status >= 500 ? backoffMs / 2 + spreadMs : null;
};
