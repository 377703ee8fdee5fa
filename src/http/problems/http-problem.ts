import type { HttpCode } from './problems.js';

/** Field path to what is wrong with it. Reasons complete "<field> …" and carry no value from outside. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/** The HTTP layer refuses a request. `message` is a sentence for the caller. */
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

/** More than this many wrong fields are not listed: the caller has another problem then. */
const LISTED_FIELDS = 50;

/** 400 with every wrong field at once. */
export const invalidFields = (errors: FieldErrors): HttpProblem =>
  new HttpProblem('invalid_request', 'Some fields are not as they must be; see errors.', {
    errors: Object.fromEntries(Object.entries(errors).slice(0, LISTED_FIELDS)),
  });
