import type { ErrorCode } from '../../domain/errors.js';
import { FINANCE_PROBLEMS } from './finance-problems.js';
import { OPERATOR_PROBLEMS } from './operator-problems.js';
import { ORDER_PROBLEMS } from './order-problems.js';
import { PERIOD_PROBLEMS } from './period-problems.js';
import type { ProblemKind } from './problem-kind.js';
import { REQUEST_PROBLEMS } from './request-problems.js';
import { WEBHOOK_PROBLEMS } from './webhook-problems.js';

/** Refusals by the HTTP layer itself; ErrorCode has those of the use cases. */
export const HTTP_CODES = [
  'invalid_request',
  'idempotency_key_missing',
  'idempotency_key_invalid',
  'unauthenticated',
  'session_expired',
  'scope_missing',
  'cross_site_request',
  'key_sign_in_off',
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

/** Every problem this API responds with. GET /v1/problems serves this table, docs/errors.md is generated from it. */
export const PROBLEMS = {
  ...REQUEST_PROBLEMS,
  ...ORDER_PROBLEMS,
  ...WEBHOOK_PROBLEMS,
  ...OPERATOR_PROBLEMS,
  ...PERIOD_PROBLEMS,
  ...FINANCE_PROBLEMS,
} as const satisfies Record<ProblemCode, ProblemKind>;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[];

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);
