import type { RetryAdvice } from './retry.js';
import type { Problem, ProblemCode } from './types.js';

/**
 * `no_answer` is the client's own: nothing readable came back, because the connection failed, broke or was silent for
 * too long, or because something in between answered. Whether the request was carried out is not known.
 */
export type ErrorCode = ProblemCode | 'no_answer';

interface Details {
  readonly code: ErrorCode;
  readonly status: number | null;
  readonly retry: RetryAdvice;
  readonly problem: Problem | null;
  readonly idempotencyKey: string | null;
  readonly cause?: unknown;
}

/** The one error of this client: a refusal by the gateway, or no answer. An aborted call throws its signal's reason. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  /** Made for `switch`. A newer gateway may have a code that this version does not list. */
  readonly code: ErrorCode;
  /** HTTP status, null without a response. */
  readonly status: number | null;
  /** Whether to send the same request again; what could be done within the limits of the client has been. */
  readonly retry: RetryAdvice;
  /** What the gateway said: `title`, `detail`, `errors` by field, `nearest` masses … Null without an answer. */
  readonly problem: Problem | null;
  /** The key the request went out under. Repeat under it, and nothing is bought twice. */
  readonly idempotencyKey: string | null;

  constructor(message: string, { code, status, retry, problem, idempotencyKey, cause }: Details) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.status = status;
    this.retry = retry;
    this.problem = problem;
    this.idempotencyKey = idempotencyKey;
  }

  /** The order it is about, if there is one. */
  get orderId(): string | null {
    return this.problem?.order_id ?? null;
  }

  /** Finds the request in the logs of the gateway. */
  get requestId(): string | null {
    return this.problem?.request_id ?? null;
  }
}
