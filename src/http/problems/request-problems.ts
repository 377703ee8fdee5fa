import { CORRECT, NEW_KEY, LATER, type ProblemKind } from './problem-kind.js';

/** Of any request, whatever it is about. */
export const REQUEST_PROBLEMS = {
  invalid_request: {
    status: 400,
    title: 'The request is malformed',
    meaning:
      'A field, parameter or header is missing, unknown, of the wrong type or out of bounds, or the body is not a JSON object.',
    remedy: 'Correct what `errors` lists: field path to reasons. Nothing was done.',
    retry: CORRECT,
  },
  idempotency_key_missing: {
    status: 400,
    title: 'Idempotency-Key is missing',
    meaning: 'This request buys, creates or cancels. Without a key, a retry could not be told from a second request.',
    remedy: 'Send an Idempotency-Key header: a new key for each purchase, the same key for each retry of it.',
    retry: CORRECT,
  },
  idempotency_key_invalid: {
    status: 400,
    title: 'Idempotency-Key is malformed',
    meaning:
      'The key is not 1 to 255 visible ASCII characters, or is `.` or `..`, which could not be looked up by URL.',
    remedy: 'Use a UUID, for example.',
    retry: CORRECT,
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
    meaning: 'The key was used before with another payload.',
    remedy: 'Use a new key for a new purchase. To retry an earlier one, send exactly its payload.',
    retry: NEW_KEY,
  },
  request_in_progress: {
    status: 409,
    title: 'The first request is still running',
    meaning: 'An earlier request with this Idempotency-Key has no response yet.',
    remedy: 'Retry after `Retry-After` seconds with the same key and payload to get its response.',
    retry: LATER,
  },
  unauthenticated: {
    status: 401,
    title: 'No valid API key',
    meaning: 'The key is missing, malformed, unknown, revoked or expired.',
    remedy: 'Send `Authorization: Bearer <key>` with a valid key.',
    retry: CORRECT,
  },
  scope_missing: {
    status: 403,
    title: 'The API key may not do this',
    meaning: 'The key is valid but lacks the scope that this endpoint requires.',
    remedy: 'Use a key with the scope named in `detail`.',
    retry: CORRECT,
  },
  not_found: {
    status: 404,
    title: 'There is no such URL',
    meaning: 'No endpoint has this path.',
    remedy: 'See /openapi.json for all paths.',
    retry: CORRECT,
  },
  method_not_allowed: {
    status: 405,
    title: 'The method is not allowed here',
    meaning: 'The path exists, but not with this method.',
    remedy: 'Use a method that the `Allow` header lists.',
    retry: CORRECT,
  },
  payload_too_large: {
    status: 413,
    title: 'The body is too large',
    meaning: 'A body may have at most 64 KiB.',
    remedy: 'Send less. Metadata and labels are for a few short values.',
    retry: CORRECT,
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body is not plain JSON',
    meaning: 'The Content-Type is missing or is not application/json in UTF-8, or there is a Content-Encoding.',
    remedy: 'Send JSON in UTF-8 with `Content-Type: application/json` and without `Content-Encoding`.',
    retry: CORRECT,
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    meaning:
      'More requests than `RateLimit-Policy` allows, or too many at once on one connection; `detail` says which.',
    remedy: 'Wait for `Retry-After` seconds.',
    retry: LATER,
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong here',
    meaning: 'A defect of this gateway. The request may or may not have taken effect.',
    remedy: 'Retry with the same Idempotency-Key. Report `request_id` if it happens again.',
    retry: LATER,
  },
  overloaded: {
    status: 503,
    title: 'The service has more requests than it can serve',
    meaning: 'Too many requests wait for the database. Nothing was done, unless an earlier request has begun it.',
    remedy: 'Retry after `Retry-After` seconds with the same Idempotency-Key, fewer requests at once.',
    retry: LATER,
  },
  service_unavailable: {
    status: 503,
    title: 'The service is not available now',
    meaning: 'The database cannot be reached, or does not confirm. The request may or may not have taken effect.',
    remedy: 'Retry after `Retry-After` seconds with the same Idempotency-Key.',
    retry: LATER,
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;
