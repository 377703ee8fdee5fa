import { jsonAnswer, type Answer } from '../exchange.js';

const TYPE_PREFIX = 'https://api.cnaught.com/v1/errors/';

/** Messages per request field. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

const problem = (status: number, title: string, rest: Record<string, unknown> = {}): Answer =>
  jsonAnswer(status, { ...rest, title, status }, { 'content-type': 'application/problem+json; charset=utf-8' });

const typed = (status: number, type: string, title: string, rest: Record<string, unknown> = {}): Answer =>
  problem(status, title, { ...rest, type: TYPE_PREFIX + type });

export const invalidParameters = (errors: FieldErrors): Answer =>
  typed(400, 'invalid-parameters', "Your request parameters didn't validate", { errors });

export const invalidPagination = (details: string): Answer =>
  typed(400, 'invalid-pagination', 'Invalid pagination parameters', { details });

export const invalidSubaccount = (): Answer =>
  typed(400, 'invalid-subaccount', 'Invalid subaccount', { details: 'The subaccount does not exist.' });

export const keyTooLong = (): Answer =>
  typed(400, 'idempotency-key-too-long', 'Idempotency key is too long', { details: 'At most 512 characters.' });

export const unauthorized = (): Answer => problem(401, 'Authorization has been denied for this request');

export const forbidden = (details: string): Answer => typed(403, 'forbidden', 'Forbidden', { details });

export const notFound = (what: string): Answer => typed(404, 'not-found', `Could not find ${what}`);

export const concurrentRequests = (): Answer =>
  typed(409, 'idempotency-concurrent-requests', 'A request with the same idempotency key is still being processed');

export const changedPayload = (): Answer =>
  typed(
    422,
    'idempotency-changed-payload',
    'Previous request submitted with same idempotency key had different payload',
  );

/** What this provider says with a status when a fault asks for it. */
export const problemForStatus = (status: number): Answer => {
  const known: Readonly<Record<number, () => Answer>> = {
    400: () => invalidParameters({ amount_kg: ['The request was refused.'] }),
    401: unauthorized,
    402: () => problem(402, 'Payment required'),
    403: () => forbidden('The request is not allowed in the current state of the account.'),
    404: () => notFound('order'),
    409: concurrentRequests,
    422: changedPayload,
    429: () => problem(429, 'Too many requests'),
  };
  return known[status]?.() ?? problem(status, 'An error occurred while processing your request');
};
