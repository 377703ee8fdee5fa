import type { ErrorCode } from '../../domain/errors.js';

/** Refusals by the HTTP layer itself; ErrorCode has those of the use cases. */
export const HTTP_CODES = [
  'invalid_request',
  'idempotency_key_missing',
  'idempotency_key_invalid',
  'unauthenticated',
  'session_expired',
  'scope_missing',
  'cross_site_request',
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
  /** What the caller can do about it. */
  readonly remedy: string;
  readonly retry: {
    /** The same request, sent again, may succeed. */
    readonly safe: boolean;
    /** Retry with the same Idempotency-Key. If false, the key is bound to this outcome, and a corrected request needs a new one. */
    readonly sameKey: boolean;
  };
}

/** Nothing is stored under the key: correct the request and keep the key. */
const CORRECT = { safe: false, sameKey: true } as const;
/** This outcome is stored under the key: correct the request and use a new key. */
const NEW_KEY = { safe: false, sameKey: false } as const;
/** Send the same request later. */
const LATER = { safe: true, sameKey: true } as const;

/** Every problem this API responds with. GET /v1/problems serves this table, docs/errors.md is generated from it. */
export const PROBLEMS = {
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
  session_expired: {
    status: 401,
    title: 'The session has ended',
    meaning:
      'The session of the cookie has ended: 8 hours after it was opened, after an hour without a request, by signing out, or with its key or its operator.',
    remedy: 'Sign in again: POST /v1/ops/session.',
    retry: CORRECT,
  },
  cross_site_request: {
    status: 403,
    title: 'The request comes from another site',
    meaning:
      'A request with the cookie of a session is taken from the pages of this gateway alone: with `Sec-Fetch-Site: same-origin`, and but for GET with `Origin` and `Content-Type: application/json`.',
    remedy: 'Use the pages of this gateway. A program sends `Authorization: Bearer <key>` and no cookie.',
    retry: CORRECT,
  },
  operator_key_required: {
    status: 403,
    title: 'Only an operator may do this',
    meaning: 'The key is the key of a machine, and this is for a person to do.',
    remedy: 'Use your own key as an operator: `cli operators create` makes one.',
    retry: CORRECT,
  },
  second_person_required: {
    status: 403,
    title: 'Another person has to decide',
    meaning: 'The decision takes two people, and you have proposed it.',
    remedy: 'Have another operator approve or reject it; or withdraw it.',
    retry: CORRECT,
  },
  resolution_not_found: {
    status: 404,
    title: 'There is no such resolution',
    meaning: 'No decision on an order has this id.',
    remedy: 'List them with GET /v1/ops/resolutions.',
    retry: CORRECT,
  },
  version_changed: {
    status: 409,
    title: 'The order has changed',
    meaning: 'The order is not what it was when you looked at it. Nothing was done.',
    remedy: 'Look at the order again, and send its `version` as `expected_version`.',
    retry: CORRECT,
  },
  resolution_refused: {
    status: 409,
    title: 'The decision is not permitted',
    meaning:
      'The order, the provider or the evidence does not carry the decision; `refusal` says which rule is broken, and until when where that is known. Nothing was done.',
    remedy: 'See docs/resolutions.md for what each decision asks.',
    retry: CORRECT,
  },
  resolution_closed: {
    status: 409,
    title: 'The decision is closed',
    meaning: 'The proposal was applied, rejected, withdrawn or overtaken, or its time is over.',
    remedy: 'Propose it anew, where it is still wanted.',
    retry: CORRECT,
  },
  not_found: {
    status: 404,
    title: 'There is no such URL',
    meaning: 'No endpoint has this path.',
    remedy: 'See /openapi.json for all paths.',
    retry: CORRECT,
  },
  order_not_found: {
    status: 404,
    title: 'There is no such order',
    meaning: 'No order of yours has this id, or was made with this idempotency key.',
    remedy: 'Check the id. A key that made no order can still be used for one.',
    retry: CORRECT,
  },
  event_not_found: {
    status: 404,
    title: 'There is no such event',
    meaning: 'No event of yours has the id in `after`, so there is nothing to go on from.',
    remedy:
      'Send the `next_after` of the page before, the id of an event that you have, or no `after` to begin at the first.',
    retry: CORRECT,
  },
  quote_not_found: {
    status: 404,
    title: 'There is no such quote',
    meaning: 'No quote of yours has this id.',
    remedy: 'Check the id, or ask for a new quote.',
    retry: CORRECT,
  },
  offering_not_found: {
    status: 404,
    title: 'There is no such offering',
    meaning: 'No enabled provider, or not the provider named in the request, sells an offering with this id now.',
    remedy: 'Choose one from GET /v1/offerings.',
    retry: CORRECT,
  },
  offer_not_found: {
    status: 404,
    title: 'There is no such offer',
    meaning: 'No quote of yours contains an offer with this id.',
    remedy: 'Take the id from the `offers` of a quote.',
    retry: CORRECT,
  },
  callback_token_unknown: {
    status: 404,
    title: 'There is no such URL',
    meaning: 'No order has this token.',
    remedy: 'Use the URL exactly as this gateway gave it.',
    retry: CORRECT,
  },
  webhook_endpoint_not_found: {
    status: 404,
    title: 'There is no such webhook endpoint',
    meaning: 'No endpoint of yours has this id, or it was deleted.',
    remedy: 'Take the id from GET /v1/webhook-endpoints. To make an endpoint again, use a new Idempotency-Key.',
    retry: CORRECT,
  },
  method_not_allowed: {
    status: 405,
    title: 'The method is not allowed here',
    meaning: 'The path exists, but not with this method.',
    remedy: 'Use a method that the `Allow` header lists.',
    retry: CORRECT,
  },
  offer_expired: {
    status: 409,
    title: 'The offer has expired',
    meaning: 'The price of the offer no longer holds: `numbers.expired_at`. Nothing was ordered.',
    remedy: 'Ask for a new quote and order one of its offers.',
    retry: CORRECT,
  },
  possible_duplicate: {
    status: 409,
    title: 'The order looks like one made just now',
    meaning:
      'An order with the same `reference`, provider, mass and beneficiary, or without a `reference` one for the same offer, was made a short time ago under another key; capitals, spaces and the composition of letters do not count. Nothing was ordered.',
    remedy: 'Look at the order in `order_id`; if both are wanted, send `"allow_duplicate": true`.',
    retry: CORRECT,
  },
  request_in_progress: {
    status: 409,
    title: 'The first request is still running',
    meaning: 'An earlier request with this Idempotency-Key has no response yet.',
    remedy: 'Retry after `Retry-After` seconds with the same key and payload to get its response.',
    retry: LATER,
  },
  order_not_cancellable: {
    status: 409,
    title: 'The order cannot be cancelled',
    meaning: 'It is being sent, is fulfilled or has ended, or its provider cannot cancel orders. `detail` says which.',
    remedy: 'Read the order: `cancellation.possible` says whether a later attempt makes sense.',
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
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
    meaning: 'The key was used before with another payload.',
    remedy: 'Use a new key for a new purchase. To retry an earlier one, send exactly its payload.',
    retry: NEW_KEY,
  },
  provider_not_enabled: {
    status: 422,
    title: 'The provider is not enabled here',
    meaning: 'No provider with this id is connected to this gateway.',
    remedy: 'Choose one from GET /v1/providers.',
    retry: CORRECT,
  },
  payment_method_not_supported: {
    status: 422,
    title: 'The payment method is not supported',
    meaning: 'The provider or offer does not accept this payment method; `numbers.payment_methods` are possible.',
    remedy: 'See `payment_methods` in GET /v1/providers.',
    retry: CORRECT,
  },
  mass_not_orderable: {
    status: 422,
    title: 'This mass cannot be ordered exactly',
    meaning:
      'The provider sells in steps, or has a minimum or a maximum: `numbers.mass`. `nearest` says what can be ordered instead.',
    remedy: 'Order one of the nearest masses, or send `"rounding": "up"`.',
    retry: CORRECT,
  },
  no_supply: {
    status: 422,
    title: 'There is not so much to buy',
    meaning: 'The provider or offering has less left than is wanted: `numbers.available`. Nothing was ordered.',
    remedy: 'Order at most what `nearest.below` says, or choose another offering or provider.',
    retry: CORRECT,
  },
  total_not_payable: {
    status: 422,
    title: 'The total cannot be paid this way',
    meaning:
      'The price, `numbers.total`, is below the smallest or above the largest total that the provider takes by this method.',
    remedy: 'Order another mass, see `detail`, or pay by another method; with a new key if there is an `order_id`.',
    retry: NEW_KEY,
  },
  text_too_long: {
    status: 422,
    title: 'A text is too long for the provider',
    meaning:
      'Names, messages and descriptions become public and permanent, so none is cut. `errors` says which, and by how much.',
    remedy: 'Shorten what `errors` lists, or order from another provider.',
    retry: CORRECT,
  },
  no_provider_available: {
    status: 422,
    title: 'No provider can serve this order now',
    meaning: 'No enabled provider can serve it; `unavailable` says why for each. Nothing was ordered.',
    remedy: 'Change the order, or retry later.',
    retry: LATER,
  },
  price_not_comparable: {
    status: 422,
    title: 'The limit is in another currency',
    meaning:
      '`max_total` is not in the currency that the provider charges, or there is no exchange rate to hold that currency against the limits.',
    remedy: 'Send `max_total` in the currency named in `detail`; or have the operator add the rate.',
    retry: CORRECT,
  },
  order_above_limit: {
    status: 422,
    title: 'The order is larger than allowed',
    meaning: 'The mass or the total is above what one order of this tenant or key may have: `numbers.order_limit`.',
    remedy: 'Order less at once, or have the operator raise the limit.',
    retry: CORRECT,
  },
  spending_limit_reached: {
    status: 422,
    title: 'The spending limit of the month does not allow this order',
    meaning:
      'Orders on account of this calendar month (UTC), with what is reserved for open ones, would come to more than this tenant or key may spend: `numbers.month_limit`.',
    remedy: 'Order less, wait for the next month, or have the operator raise the limit.',
    retry: LATER,
  },
  price_above_limit: {
    status: 422,
    title: 'The price is above the limit',
    meaning:
      'The price now, `numbers.total`, is above `numbers.maximum_total`: above `max_total`, above the offer that was ordered, or, where no price was known beforehand, above what tenant or key may order at once. Nothing was sent to the provider.',
    remedy: 'Order again with a new key and a higher limit, or ask for a new quote.',
    retry: NEW_KEY,
  },
  provider_rejected: {
    status: 422,
    title: 'The provider refused the order',
    meaning: 'The provider refused the order for good. Nothing was bought.',
    remedy: 'Change what `detail` names, and order again with a new key.',
    retry: NEW_KEY,
  },
  target_not_allowed: {
    status: 422,
    title: 'Events may not be sent to this address',
    meaning:
      'The address is not https on port 443 or 8443, has a user or password, or its host does not lead to public addresses only. Which of these is not told.',
    remedy: 'Give the address of a receiver that is on the internet.',
    retry: CORRECT,
  },
  webhook_endpoint_limit_reached: {
    status: 422,
    title: 'There are as many webhook endpoints as allowed',
    meaning: 'The tenant has as many endpoints as it may have. `detail` has the numbers.',
    remedy: 'Delete one, change one to the new address, or have the operator raise the limit.',
    retry: CORRECT,
  },
  webhook_endpoint_read_only: {
    status: 422,
    title: 'The webhook endpoint cannot be changed',
    meaning:
      'It was made for the `callback_url` of orders, so its address, types and secret are not its own. It can be disabled and enabled.',
    remedy:
      'Send `{"enabled": false}` to end what is sent there. Its secret is that of the tenant: POST /v1/callback-secret/rotate.',
    retry: CORRECT,
  },
  webhook_secrets_limit_reached: {
    status: 422,
    title: 'Too many secrets still sign',
    meaning: 'The secret was rotated several times while earlier ones still sign. `detail` has the numbers.',
    remedy: 'Wait until one of them ends, or send `"old_secret_expires_in_hours": 0`: then the new one alone signs.',
    retry: CORRECT,
  },
  webhooks_not_enabled: {
    status: 422,
    title: 'Webhooks are not enabled here',
    meaning: 'This gateway has no key to encrypt the secrets of webhooks with.',
    remedy: 'The operator has to set WEBHOOK_SECRET_KEYS. Until then, read GET /v1/events.',
    retry: CORRECT,
  },
  callback_secret_missing: {
    status: 422,
    title: 'There is no secret to sign callbacks with',
    meaning:
      'The order has a `callback_url`, and its tenant no secret yet with which the events sent there are signed. Nothing was ordered.',
    remedy: 'Make the secret once, by POST /v1/callback-secret/rotate, and send the order again.',
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
  provider_unavailable: {
    status: 503,
    title: 'The provider does not respond',
    meaning: 'The provider could not be read just now.',
    remedy: 'Retry after `Retry-After` seconds.',
    retry: LATER,
  },
  provider_paused: {
    status: 503,
    title: 'The provider is paused',
    meaning:
      'No orders are sent to this provider for now: it does not respond, or refuses our credentials or credit. Nothing was ordered.',
    remedy: 'Retry later, choose another provider, or send `"if_paused": "wait"`.',
    retry: LATER,
  },
  webhook_endpoint_disabled: {
    status: 409,
    title: 'The webhook endpoint is disabled',
    meaning: 'Nothing is sent to the endpoint, so nothing can be sent again.',
    remedy: 'Enable the endpoint, then repeat the request.',
    retry: CORRECT,
  },
  webhook_delivery_not_found: {
    status: 404,
    title: 'No such webhook delivery',
    meaning: 'There is no delivery with this id, or it is not yours.',
    remedy: 'List deliveries with GET /v1/webhook-deliveries.',
    retry: CORRECT,
  },
  replay_too_large: {
    status: 422,
    title: 'Too many events to replay at a time',
    meaning: 'The window has more events to send than are queued at a time. Nothing was queued.',
    remedy: 'Choose a shorter window, or catch up from GET /v1/events, which is faster.',
    retry: CORRECT,
  },
  statement_not_found: {
    status: 404,
    title: 'No such statement',
    meaning: 'There is no statement with this id.',
    remedy: 'List statements with GET /v1/finance/statements.',
    retry: CORRECT,
  },
  statement_file_gone: {
    status: 404,
    title: 'The file was refused',
    meaning: 'The statement was refused when it was uploaded, and nothing of its file is kept.',
    remedy: 'Look at the file that you sent. What is wrong with it, GET /v1/finance/statements/{id} tells.',
    retry: CORRECT,
  },
  mapping_unknown: {
    status: 422,
    title: 'No such format of statements',
    meaning: 'The provider has no mapping of this name, or there is no such provider.',
    remedy: 'Use one that `errors` names. What a PDF says can be typed as `canonical-1`: docs/statements.md.',
    retry: CORRECT,
  },
  statement_invalid: {
    status: 422,
    title: 'The file of the statement is wrong',
    meaning: 'Lines of the file are not as its mapping declares. Nothing of it was taken on.',
    remedy:
      'Correct what `lines` lists by line, column and rule (docs/statements.md has the rules), and upload the file with a new key.',
    retry: NEW_KEY,
  },
  statement_totals_disagree: {
    status: 422,
    title: 'The lines do not come to what was declared',
    meaning: 'The number of lines, their net or their tax differs from what was declared. Nothing was taken on.',
    remedy:
      'Compare the file with the document: a line is missing or too many, or a total was mistyped. Use a new key.',
    retry: NEW_KEY,
  },
  statement_too_large: {
    status: 413,
    title: 'The file of the statement is too large',
    meaning: 'It has more than 256 MiB or 2,000,000 lines.',
    remedy: 'Ask the provider for two documents.',
    retry: CORRECT,
  },
  statement_already_uploaded: {
    status: 409,
    title: 'The file was uploaded before',
    meaning: 'The very file is a statement already: `statement_id`.',
    remedy: 'Go on with that statement. To take its lines anew, reverse it first.',
    retry: CORRECT,
  },
  statement_number_taken: {
    status: 409,
    title: 'There is a statement of this number',
    meaning: 'Another file of this provider with this number is a statement already: `statement_id`.',
    remedy: 'Correct the number; or reverse that statement, if this file takes its place.',
    retry: CORRECT,
  },
  statement_not_acceptable: {
    status: 409,
    title: 'The statement is not in a state for this',
    meaning: 'A statement is accepted once it was checked, and reversed once it was checked or accepted.',
    remedy: 'Read the statement: GET /v1/finance/statements/{id}.',
    retry: CORRECT,
  },
  overloaded: {
    status: 503,
    title: 'The service has more requests than it can serve',
    meaning: 'Too many requests wait for the database. Nothing was done, unless an earlier request has begun it.',
    remedy: 'Retry after `Retry-After` seconds with the same Idempotency-Key, fewer requests at once.',
    retry: LATER,
  },
  order_lost: {
    status: 503,
    title: 'The order was lost',
    meaning:
      'The database had confirmed the order and does not have it any more, as after a failover that lost commits. Whether it was bought is not known here.',
    remedy: 'Do not order again: that may buy twice. Give `order_id` to the operators, who find it at the provider.',
    retry: { safe: false, sameKey: false },
  },
  service_unavailable: {
    status: 503,
    title: 'The service is not available now',
    meaning: 'The database cannot be reached, or does not confirm. The request may or may not have taken effect.',
    remedy: 'Retry after `Retry-After` seconds with the same Idempotency-Key.',
    retry: LATER,
  },
} as const satisfies Record<ProblemCode, ProblemKind>;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[];

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);
