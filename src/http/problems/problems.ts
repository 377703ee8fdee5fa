import type { ErrorCode } from '../../domain/errors.js';

/** Refusals of the HTTP layer itself, before or around a use case. */
export const HTTP_CODES = [
  'invalid_request',
  'idempotency_key_missing',
  'idempotency_key_invalid',
  'unauthenticated',
  'scope_missing',
  'not_found',
  'method_not_allowed',
  'payload_too_large',
  'unsupported_media_type',
  'rate_limited',
  'internal_error',
  'service_unavailable',
] as const;
export type HttpCode = (typeof HTTP_CODES)[number];
export type ProblemCode = ErrorCode | HttpCode;

export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
  /** What the caller does about it. */
  readonly remedy: string;
  readonly retry: {
    /** The request may be sent again as it is, and may succeed. */
    readonly safe: boolean;
    /** With the same Idempotency-Key. False: the key is bound to this outcome, a corrected request needs a new one. */
    readonly sameKey: boolean;
  };
}

/** Nothing is kept under the key: mend the request, keep the key. */
const MEND = { safe: false, sameKey: true } as const;
/** The key is used up by this outcome. */
const NEW_KEY = { safe: false, sameKey: false } as const;
const LATER = { safe: true, sameKey: true } as const;

/** Every problem this API answers with. GET /v1/problems serves this table, docs/errors.md is generated from it. */
export const PROBLEMS = {
  invalid_request: {
    status: 400,
    title: 'The request is malformed',
    meaning:
      'A field, parameter or header is missing, unknown, of the wrong type or out of bounds, or the body is not a JSON object.',
    remedy: 'Correct what `errors` lists: field path to reasons. Nothing was done.',
    retry: MEND,
  },
  idempotency_key_missing: {
    status: 400,
    title: 'Idempotency-Key is missing',
    meaning: 'This request buys or cancels, and without a key a repeat of it could not be told from a second wish.',
    remedy: 'Send an Idempotency-Key header: one new key per purchase, the same one with every repeat of it.',
    retry: MEND,
  },
  idempotency_key_invalid: {
    status: 400,
    title: 'Idempotency-Key is malformed',
    meaning: 'The key is not 1 to 255 visible ASCII characters.',
    remedy: 'Use a UUID, for example.',
    retry: MEND,
  },
  unauthenticated: {
    status: 401,
    title: 'No good API key',
    meaning: 'The key is missing, malformed, unknown, revoked or expired.',
    remedy: 'Send `Authorization: Bearer <key>` with a key that is good.',
    retry: MEND,
  },
  scope_missing: {
    status: 403,
    title: 'The API key may not do this',
    meaning: 'The key is good, and it lacks the scope that this operation asks for.',
    remedy: 'Use a key that has the scope named in `detail`.',
    retry: MEND,
  },
  not_found: {
    status: 404,
    title: 'There is no such address',
    meaning: 'No operation has this path.',
    remedy: 'See /docs for the paths there are.',
    retry: MEND,
  },
  order_not_found: {
    status: 404,
    title: 'There is no such order',
    meaning: 'No order of yours has this id, or was made with this idempotency key.',
    remedy: 'Check the id. A key that made no order may be used for one.',
    retry: MEND,
  },
  quote_not_found: {
    status: 404,
    title: 'There is no such quote',
    meaning: 'No quote of yours has this id.',
    remedy: 'Check the id, or ask for a new quote.',
    retry: MEND,
  },
  offering_not_found: {
    status: 404,
    title: 'There is no such offering',
    meaning: 'No enabled provider sells an offering with this id now, or not the provider named with it.',
    remedy: 'Choose one from GET /v1/offerings.',
    retry: MEND,
  },
  offer_not_found: {
    status: 404,
    title: 'There is no such offer',
    meaning: 'No quote of yours holds an offer with this id.',
    remedy: 'Take the id from the `offers` of a quote.',
    retry: MEND,
  },
  callback_token_unknown: {
    status: 404,
    title: 'There is no such address',
    meaning: 'No order has this token.',
    remedy: 'Use the address exactly as this gateway gave it.',
    retry: MEND,
  },
  method_not_allowed: {
    status: 405,
    title: 'The method is not allowed here',
    meaning: 'The path exists, and not with this method.',
    remedy: 'Use a method that the `Allow` header lists.',
    retry: MEND,
  },
  offer_expired: {
    status: 409,
    title: 'The offer has expired',
    meaning: 'The price of the offer no longer holds. Nothing was ordered.',
    remedy: 'Ask for a new quote and order one of its offers.',
    retry: MEND,
  },
  possible_duplicate: {
    status: 409,
    title: 'The order looks like one made just now',
    meaning: 'An order with the same content was made just now under another key. Nothing was ordered.',
    remedy: 'Look at the order in `order_id`; if both are wanted, send `"allow_duplicate": true`.',
    retry: MEND,
  },
  request_in_progress: {
    status: 409,
    title: 'The first request is still running',
    meaning: 'A request with this Idempotency-Key has not been answered yet.',
    remedy: 'Repeat after `Retry-After` seconds with the same key and payload, and get its answer.',
    retry: LATER,
  },
  order_not_cancellable: {
    status: 409,
    title: 'The order cannot be cancelled',
    meaning: 'It is on its way, fulfilled or over, or its provider cannot undo it. `detail` says which.',
    remedy: 'Read the order: `cancellation.possible` says whether a later try makes sense.',
    retry: MEND,
  },
  payload_too_large: {
    status: 413,
    title: 'The body is too large',
    meaning: 'Bodies may have up to 64 KiB.',
    remedy: 'Send less; metadata and labels are for a few short values.',
    retry: MEND,
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body is not JSON',
    meaning: 'The Content-Type is missing or is not application/json.',
    remedy: 'Send JSON with `Content-Type: application/json`.',
    retry: MEND,
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
    meaning: 'The key was used before with another payload.',
    remedy: 'Use a new key for a new purchase; repeat an earlier one with exactly its payload.',
    retry: NEW_KEY,
  },
  provider_not_enabled: {
    status: 422,
    title: 'The provider is not enabled here',
    meaning: 'No provider with this id is connected to this gateway.',
    remedy: 'Choose one from GET /v1/providers.',
    retry: MEND,
  },
  payment_method_not_supported: {
    status: 422,
    title: 'It cannot be paid that way',
    meaning: 'The provider or offer does not take this payment method.',
    remedy: 'See `payment_methods` in GET /v1/providers.',
    retry: MEND,
  },
  mass_not_orderable: {
    status: 422,
    title: 'This mass cannot be ordered exactly',
    meaning: 'The provider sells in steps or from a minimum. `nearest` says what could be ordered instead.',
    remedy: 'Order one of the nearest masses, or send `"rounding": "up"`.',
    retry: MEND,
  },
  text_too_long: {
    status: 422,
    title: 'A text is too long for the provider',
    meaning:
      'Names, messages and descriptions become public and permanent, so none is cut. `errors` says which, and by how much.',
    remedy: 'Shorten what `errors` lists, or order from another provider.',
    retry: MEND,
  },
  no_provider_available: {
    status: 422,
    title: 'No provider can serve this order now',
    meaning: 'Every enabled provider was asked and none can serve; `detail` says why each cannot. Nothing was ordered.',
    remedy: 'Change the order, or repeat it later.',
    retry: LATER,
  },
  price_not_comparable: {
    status: 422,
    title: 'The limit is in another currency',
    meaning: '`max_total` is not in the currency that the provider charges.',
    remedy: 'Give `max_total` in the currency that `detail` names.',
    retry: MEND,
  },
  price_above_limit: {
    status: 422,
    title: 'The price is above the limit',
    meaning:
      'The price now is above `max_total`, or above the offer that was ordered. Nothing was sent to the provider.',
    remedy: 'Order again with a new key and a higher limit, or ask for a new quote.',
    retry: NEW_KEY,
  },
  provider_rejected: {
    status: 422,
    title: 'The provider refused the order',
    meaning: 'The provider answered with a definite no. Nothing was bought.',
    remedy: 'Change what `detail` speaks of, and order again with a new key.',
    retry: NEW_KEY,
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    meaning: 'More requests than `RateLimit-Policy` allows.',
    remedy: 'Wait for `Retry-After` seconds.',
    retry: LATER,
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong here',
    meaning: 'A defect of this gateway. It says nothing about whether the request took effect.',
    remedy: 'Repeat with the same Idempotency-Key; report `request_id` if it stays.',
    retry: LATER,
  },
  provider_unavailable: {
    status: 503,
    title: 'The provider does not answer',
    meaning: 'The provider could not be read just now.',
    remedy: 'Repeat after `Retry-After` seconds.',
    retry: LATER,
  },
  provider_paused: {
    status: 503,
    title: 'The provider is paused',
    meaning:
      'Nothing is sent to this provider for now: it does not answer, or refuses our credentials or credit. Nothing was ordered.',
    remedy: 'Repeat later, choose another provider, or send `"if_paused": "wait"`.',
    retry: LATER,
  },
  service_unavailable: {
    status: 503,
    title: 'Not available for the moment',
    meaning: 'The gateway cannot reach its database.',
    remedy: 'Repeat after `Retry-After` seconds with the same Idempotency-Key.',
    retry: LATER,
  },
} as const satisfies Record<ProblemCode, ProblemKind>;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[];

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);
