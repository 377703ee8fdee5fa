import { AppError, ERROR_CODES, type ErrorCode } from '../../domain/errors.js';
import type { Grams } from '../../domain/mass.js';
import { MOST_REPLAYED } from '../../domain/webhooks/replay.js';
import { MOST_SECRETS } from '../../domain/webhooks/secret.js';
import { TARGET_RULE } from '../../domain/webhooks/target.js';
import { HttpProblem, invalidFields } from './http-problem.js';
import { problemOf } from './problem-document.js';
import { PROBLEM_CODES, PROBLEMS, type HttpCode, type ProblemCode } from './problems.js';

const ORDER = 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4';
const QUOTE = 'quo_01jd4v2m0gf5c8q7k3x9w1z2r4';
const RESOLUTION = 'res_01jd4v2m0gf5c8q7k3x9w1z2r4';
const SWITCH = 'swi_01jd4v2m0gf5c8q7k3x9w1z2r4';
const PROOF = 'prf_01jd4v2m0gf5c8q7k3x9w1z2r4';
const STATEMENT = 'stm_01jd4v2m0gf5c8q7k3x9w1z2r4';
const ENDPOINT = 'whe_01jd4v2m0gf5c8q7k3x9w1z2r4';

interface Refused {
  /** What it says this time, as it is said. */
  readonly detail: string;
  /** The path that was asked for. */
  readonly at: string;
  readonly context?: AppError['context'];
}

const orders = (detail: string, context: AppError['context'] = {}): Refused => ({ detail, at: '/v1/orders', context });
const anOrder = (detail: string, act = ''): Refused => ({ detail, at: `/v1/orders/${ORDER}${act}` });
const aResolution = (detail: string, act: string): Refused => ({
  detail,
  at: `/v1/ops/resolutions/${RESOLUTION}${act}`,
  context: { orderId: ORDER },
});
const aSwitch = (detail: string, act = ''): Refused => ({ detail, at: `/v1/ops/switches/${SWITCH}${act}` });
const evidence = (detail: string, context: AppError['context'] = {}): Refused => ({
  detail,
  at: `/v1/finance/orders/${ORDER}/evidence`,
  context: { orderId: ORDER, ...context },
});
const aPeriod = (detail: string, act: string): Refused => ({ detail, at: `/v1/finance/periods/2026-11${act}` });
const statements = (detail: string, context: AppError['context'] = {}): Refused => ({
  detail,
  at: '/v1/finance/statements',
  context,
});
const aStatement = (detail: string, act = ''): Refused => ({ detail, at: `/v1/finance/statements/${STATEMENT}${act}` });
const aBreak = (detail: string, act = ''): Refused => ({
  detail,
  at: `/v1/finance/breaks/brk_01jd4v2m0gf5c8q7k3x9w1z2r4${act}`,
});
const anEndpoint = (detail: string, act = ''): Refused => ({ detail, at: `/v1/webhook-endpoints/${ENDPOINT}${act}` });

/** One refusal of each kind, as a caller gets it. */
const REFUSED: Readonly<Record<ProblemCode, Refused>> = {
  invalid_request: orders('', {
    errors: { 'mass.value': ['must be greater than zero'], extra: ['is not a field of this request'] },
  }),
  idempotency_key_missing: orders('This request needs an Idempotency-Key header.'),
  idempotency_key_invalid: orders('The Idempotency-Key must be 1 to 255 visible ASCII characters.'),
  unauthenticated: orders('The API key is malformed, unknown, revoked or expired.'),
  scope_missing: orders('The API key lacks the scope orders:write.'),
  not_found: { detail: 'There is no such URL.', at: '/v1/order' },
  order_not_found: anOrder('There is no such order.'),
  event_not_found: { detail: 'There is no such event to go on after.', at: '/v1/events' },
  quote_not_found: { detail: 'There is no such quote.', at: `/v1/quotes/${QUOTE}` },
  pool_not_found: { detail: 'There is no such pool.', at: '/v1/finance/pools/pool_01jd4v2m0gf5c8q7k3x9w1z2r4' },
  period_not_found: { detail: 'There is no such period.', at: '/v1/finance/ledger/balances' },
  proof_not_found: { detail: 'There is no such proof.', at: `/v1/finance/proofs/${PROOF}/release` },
  proof_not_releasable: {
    detail: 'Nothing is claimed by this proof, so there is nothing to give up.',
    at: `/v1/finance/proofs/${PROOF}/release`,
  },
  order_not_retired: evidence('The order is placed: there is nothing to prove yet.'),
  proof_disagrees: evidence('The document is about something else than the order: see errors. Nothing was taken in.', {
    errors: { mass: ['is 3 t, and the order is for 2 t'] },
  }),
  serial_overclaimed: evidence('Of these serial numbers 1 t is left. Nothing was taken in.', {
    numbers: { available: 1_000_000 as Grams },
  }),
  serial_overlap: evidence(
    'These serial numbers overlap others that are claimed, and are not the same range. Nothing was taken in.',
  ),
  period_closed: aPeriod('The month is closed, as version 1.', '/close'),
  period_not_closable: {
    ...aPeriod('1 of 4 checks of the closing has failed.', '/close'),
    context: {
      errors: {
        everything_is_posted: [
          '3 events wait to be posted.',
          'Wait some seconds for a worker, or run `cli finance post`. If that does not help, see the log of the workers.',
        ],
      },
    },
  },
  period_not_latest: aPeriod('Closed after it: 2026-12.', '/reopen'),
  period_not_reopenable: aPeriod('The month is open.', '/reopen'),
  rate_not_possible: {
    detail: 'A currency has no rate in itself.',
    at: '/v1/finance/rates',
    context: { errors: { currency: ['must be another than functional'] } },
  },
  offering_not_found: orders('There is no such offering.'),
  offer_not_found: orders('There is no such offer.'),
  callback_token_unknown: { detail: 'There is no such URL.', at: '/v1/returns/token' },
  webhook_endpoint_not_found: anEndpoint('There is no such webhook endpoint.'),
  webhook_delivery_not_found: {
    detail: 'There is no such webhook delivery.',
    at: '/v1/webhook-deliveries/dlv_01jd4v2m0gf5c8q7k3x9w1z2r4',
  },
  method_not_allowed: orders('Use GET or POST here.'),
  offer_expired: orders('The offer has expired; ask for a new quote.'),
  possible_duplicate: orders(
    'An order with this reference, provider, mass and beneficiary exists; to buy again, allow_duplicate.',
    { orderId: ORDER },
  ),
  request_in_progress: orders('The first request with this Idempotency-Key is still running.'),
  order_not_cancellable: {
    ...anOrder('The order cannot be cancelled: it has ended.', '/cancel'),
    context: { orderId: ORDER },
  },
  pool_sealed: {
    ...anOrder(
      'The order cannot be cancelled: its pool is sealed: what it has ordered is being bought together with others.',
      '/cancel',
    ),
    context: { orderId: ORDER },
  },
  webhook_endpoint_disabled: anEndpoint(
    'Nothing is sent to this endpoint: it is disabled, or deleted. Enable it first (PATCH with "enabled": true).',
    '/replay',
  ),
  payload_too_large: orders('A body may have at most 64 KiB.'),
  unsupported_media_type: orders('Send the body as JSON, with Content-Type: application/json.'),
  idempotency_key_reused: orders('The Idempotency-Key was used before with another payload.'),
  provider_not_enabled: orders('This provider is not enabled here; see GET /v1/providers.'),
  payment_method_not_supported: orders('Carbonmark cannot be paid by account; possible: checkout.'),
  mass_not_orderable: orders('One Tribe cannot sell exactly 1.5 t; nearest orderable: 1 t or 2 t.', {
    nearest: { below: 1_000_000 as Grams, above: 2_000_000 as Grams },
    numbers: { mass: { step: 1_000_000 as Grams, minimum: 1_000_000 as Grams, maximum: null } },
  }),
  no_supply: orders('Long Bay Wind: One Tribe has only 5 t left, and 6 t are wanted; nearest orderable: 5 t.', {
    nearest: { below: 5_000_000 as Grams, above: null },
    numbers: {
      mass: { step: 1_000_000 as Grams, minimum: 1_000_000 as Grams, maximum: 5_000_000 as Grams },
      available: 5_000_000 as Grams,
    },
  }),
  total_not_payable: orders('1 kg cost 0.02 USD at CNaught, below the 0.50 USD that it takes at least by checkout.'),
  text_too_long: orders('CNaught takes less than 300 characters of retirement_message.', {
    errors: { retirement_message: ['must have at most 255 characters for CNaught, and has 300'] },
  }),
  no_provider_available: orders(
    'No provider can serve this order. CNaught charges USD; give max_total in USD. Carbonmark cannot be paid by account; possible: checkout. One Tribe cannot sell exactly 100 kg; nearest orderable: 1 t.',
  ),
  price_not_comparable: orders('CNaught charges USD; give max_total in USD.'),
  order_above_limit: orders('This tenant may order at most 100 t at once, and this is 120 t. Nothing was ordered.'),
  spending_limit_reached: orders(
    'This API key may spend 1000.00 USD in a calendar month (UTC). 980.00 USD are spent or reserved, and this order would add 40.00 USD. Nothing was ordered.',
  ),
  price_above_limit: orders(
    'CNaught asks 3.20 USD for 160 kg, more than the 3.00 USD that this order may cost. Nothing was sent.',
    { orderId: ORDER },
  ),
  provider_rejected: orders('CNaught refused the order: not_permitted: the account may not place orders.', {
    orderId: ORDER,
  }),
  target_not_allowed: {
    detail: `url ${TARGET_RULE}.`,
    at: '/v1/webhook-endpoints',
    context: { errors: { url: [TARGET_RULE] } },
  },
  webhook_endpoint_limit_reached: {
    detail: 'This tenant may have 20 webhook endpoints and has 20. Delete one, or change one to the new address.',
    at: '/v1/webhook-endpoints',
  },
  webhook_endpoint_read_only: anEndpoint(
    'This endpoint was made for the callback_url of orders: it can be disabled and enabled only.',
  ),
  webhook_secrets_limit_reached: anEndpoint(
    `${MOST_SECRETS} secrets may sign at a time, and ${MOST_SECRETS} do. The next of them ends at 2026-11-20T09:30:00.000Z. With "old_secret_expires_in_hours": 0 the new one alone signs, at once.`,
    '/rotate-secret',
  ),
  webhooks_not_enabled: {
    detail: 'Webhooks are not enabled at this gateway: its operator has to set WEBHOOK_SECRET_KEYS.',
    at: '/v1/webhook-endpoints',
  },
  callback_secret_missing: orders(
    'There is no secret yet to sign what is sent to callback_url: make one, once, by POST /v1/callback-secret/rotate. Nothing was ordered.',
  ),
  replay_too_large: anEndpoint(
    `The window has ${MOST_REPLAYED + 1} events to send, and at most ${MOST_REPLAYED} are queued at a time. Choose a shorter one.`,
    '/replay',
  ),
  session_expired: { detail: 'The session has ended. Sign in again.', at: '/v1/ops/summary' },
  cross_site_request: { detail: 'Sign in on the pages of this gateway.', at: '/v1/ops/session' },
  key_sign_in_off: { detail: 'Sign in by the identity provider: /ops/sign-in/oidc.', at: '/v1/ops/session' },
  tenant_not_found: { detail: 'There is no such tenant, or its access has ended.', at: '/v1/ops/keys' },
  key_not_found: { detail: 'There is no such key.', at: '/v1/ops/keys/5d9f1c2b3a4e6f70/revoke' },
  expiry_past: {
    detail: 'The expiry of a key must be in the future.',
    at: '/v1/ops/keys',
    context: { errors: { expires_at: ['must be in the future'] } },
  },
  operator_not_found: {
    detail: 'There is no such operator.',
    at: '/v1/ops/operators/opr_01jd4v2m0gf5c8q7k3x9w1z2r4/disable',
  },
  operator_exists: {
    detail: 'There is an operator with this email address, disabled or not.',
    at: '/v1/ops/operators',
  },
  session_not_found: {
    detail: 'There is no such session, or it has ended.',
    at: '/v1/ops/sessions/ses_01jd4v2m0gf5c8q7k3x9w1z2r4/end',
  },
  admission_not_found: {
    detail: 'There is no such admission.',
    at: '/v1/ops/admissions/adm_01jd4v2m0gf5c8q7k3x9w1z2r4/approve',
  },
  admission_closed: {
    detail: 'It is admitted already.',
    at: '/v1/ops/admissions/adm_01jd4v2m0gf5c8q7k3x9w1z2r4/approve',
  },
  operator_key_required: {
    detail: 'This key is a machine’s. Sign in with your own, as an operator.',
    at: '/v1/ops/session',
  },
  second_person_required: aResolution('Somebody else has to approve what you have proposed.', '/approve'),
  approver_required: aSwitch('The provider is paused by itself: it takes an approver.', '/off'),
  switch_not_found: aSwitch('There is no such switch.'),
  switch_active: {
    detail: `This is switched off already, until 2026-11-27T06:00:00.000Z: ${SWITCH}.`,
    at: '/v1/ops/switches',
  },
  switch_ended: aSwitch('The switch is off already, or has come to its end.', '/off'),
  switch_not_possible: {
    detail: 'This cannot be switched off so: until must be at most 7 days from now: 2026-12-03T10:01:12.906Z.',
    at: '/v1/ops/switches',
    context: { errors: { until: ['must be at most 7 days from now: 2026-12-03T10:01:12.906Z'] } },
  },
  budget_not_possible: {
    detail: 'The period must be from 2026-11 to 2027-11.',
    at: '/v1/ops/budgets/ten_01jd4v2m0gf5c8q7k3x9w1z2r4/2026-10',
    context: { errors: { period: ['must be from 2026-11 to 2027-11'] } },
  },
  resolution_not_found: { ...aResolution('There is no such resolution.', ''), context: {} },
  version_changed: {
    detail: 'The order is of version 8 now, and not 7.',
    at: `/v1/ops/orders/${ORDER}/resolutions`,
    context: { orderId: ORDER },
  },
  resolution_refused: {
    detail: 'The decision is refused: a purchase might not be visible at the provider yet.',
    at: `/v1/ops/orders/${ORDER}/resolutions`,
    context: {
      orderId: ORDER,
      refusal: { code: 'settle_time_running', until: new Date('2026-11-20T10:00:00.000Z') },
    },
  },
  resolution_closed: aResolution('The decision is applied already.', '/approve'),
  statement_not_found: aStatement('There is no such statement.'),
  statement_file_gone: aStatement('The statement was refused, and nothing of its file is kept.', '/file'),
  mapping_unknown: statements('The provider has no such mapping; there are canonical-1, cnaught-1.', {
    errors: { mapping: ['must be one of canonical-1, cnaught-1'] },
  }),
  statement_invalid: statements('The file breaks rules in 2 places; see lines. Nothing of it was taken on.', {
    statementId: STATEMENT,
    lines: [
      { line: 17, column: 'net', rule: 'amount_malformed' },
      { line: 23, column: null, rule: 'wrong_column_count' },
    ],
  }),
  statement_totals_disagree: statements(
    'The lines do not come to what was declared; see errors. Nothing of the file was taken on.',
    { statementId: STATEMENT, errors: { declared_net: ['is 120.00, and the lines come to 119.99'] } },
  ),
  statement_too_large: statements(
    'The file of a statement may have at most 256 MiB. Ask the provider for two, or split the document by its days.',
  ),
  statement_already_uploaded: statements(`This file is statement ${STATEMENT} already.`, { statementId: STATEMENT }),
  statement_number_taken: statements(`This number is that of statement ${STATEMENT}, from another file.`, {
    statementId: STATEMENT,
  }),
  statement_not_acceptable: aStatement('The statement is reversed; only a checked one is accepted.', '/accept'),
  reconciliation_not_found: {
    detail: 'There is no such run.',
    at: '/v1/finance/reconciliations/rec_01jd4v2m0gf5c8q7k3x9w1z2r4',
  },
  reconciliation_running: {
    detail: 'Run rec_01jd4v2m0gf5c8q7k3x9w1z2r4 of this provider is at work; wait for it.',
    at: '/v1/finance/reconciliations',
    context: { runId: 'rec_01jd4v2m0gf5c8q7k3x9w1z2r4' },
  },
  cut_off_not_possible: {
    detail:
      'The cut-off has to be after 2026-11-01T00:00:00.000Z, when the period began, and not after 2026-12-01T09:20:00.000Z: what is younger, the provider may not show yet.',
    at: '/v1/finance/reconciliations',
    context: { errors: { cut_off: ['is outside of what can be compared'] } },
  },
  break_not_found: aBreak('There is no such break.'),
  break_not_open: aBreak('The break is resolved already.', '/resolve'),
  break_not_proposed: aBreak('Nothing is proposed for this break: it waits for nobody.', '/approve'),
  resolution_not_allowed: aBreak(
    'This break cannot be resolved so: it does not take this resolution, or there is nothing in the books that it would settle.',
    '/resolve',
  ),
  rate_limited: orders('More than 600 requests in 60 seconds.', { retryAfterMs: 41_000 }),
  internal_error: orders(PROBLEMS.internal_error.meaning),
  provider_unavailable: orders('CNaught could not be read just now. Nothing was ordered.', { retryAfterMs: 5_000 }),
  provider_paused: orders('CNaught takes no orders at the moment (credentials). Nothing was ordered.', {
    retryAfterMs: 60_000,
  }),
  tenant_paused: orders(
    'Purchases of this tenant are switched off until 2026-11-27T06:00:00.000Z: its account is being checked. Nothing was ordered.',
    {
      retryAfterMs: 300_000,
      numbers: { switchedOff: { reason: 'its account is being checked', until: '2026-11-27T06:00:00.000Z' } },
    },
  ),
  overloaded: orders('48 statements wait for the 10 connections of this process. Nothing was done.'),
  order_lost: orders('The database has lost the order after confirming it. Do not order again.', { orderId: ORDER }),
  service_unavailable: orders(PROBLEMS.service_unavailable.meaning),
};

/** Every kind of problem as a document, by its code: the examples of the OpenAPI document. */
export const problemExamples = (): Record<string, { readonly summary: string; readonly value: object }> =>
  Object.fromEntries(PROBLEM_CODES.map((code) => [code, { summary: PROBLEMS[code].title, value: documentOf(code) }]));

/** For a response that may be any of these problems. */
export const problemExamplesOf = (codes: readonly ProblemCode[]): Record<string, { readonly $ref: string }> =>
  Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]));

const documentOf = (code: ProblemCode): object => {
  const { detail, at: url, context = {} } = REFUSED[code];
  const thrown = isErrorCode(code) ? new AppError(code, detail, context) : refusedByHttp(code, detail, context);
  const subject = { requestId: '7c9f7f0e-6f0a-4c7b-9d7c-0a4f6f3e2b1d', url, publicUrl: 'https://gateway.example' };
  return problemOf(thrown, subject).document;
};

const refusedByHttp = (code: HttpCode, detail: string, { retryAfterMs, errors }: AppError['context']): HttpProblem =>
  errors
    ? invalidFields(errors)
    : new HttpProblem(code, detail, { ...(retryAfterMs !== undefined && { retryAfterMs }) });

const isErrorCode = (code: ProblemCode): code is ErrorCode => (ERROR_CODES as readonly string[]).includes(code);
