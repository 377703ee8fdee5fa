import type { HttpCode } from './problems.js';

/** Reasons by field path. A reason completes "<field> …" and never contains a value from outside. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/** A refusal by the HTTP layer. `message` is a sentence for the caller. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';

  constructor(
    readonly code: HttpCode,
    message: string,
    readonly extra: {
      readonly errors?: FieldErrors;
      readonly retryAfterMs?: number;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
  }
}

/** Further fields are left out, so that a nonsense body does not get an even larger response. */
const LISTED_FIELDS = 50;

/** 400 that lists every wrong field at once. */
export const invalidFields = (errors: FieldErrors): HttpProblem =>
  new HttpProblem('invalid_request', 'Some fields are wrong; see errors.', {
    errors: Object.fromEntries(Object.entries(errors).slice(0, LISTED_FIELDS)),
  });
