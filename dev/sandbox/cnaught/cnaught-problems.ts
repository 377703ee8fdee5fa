import { jsonResponse, type SimulatedResponse } from '../http-messages.js';

const TYPE_PREFIX = 'https://api.cnaught.com/v1/errors/';

/** Messages per request field. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

const problem = (status: number, title: string, rest: Record<string, unknown> = {}): SimulatedResponse =>
  jsonResponse(status, { ...rest, title, status }, { 'content-type': 'application/problem+json; charset=utf-8' });

const typed = (status: number, type: string, title: string, rest: Record<string, unknown> = {}): SimulatedResponse =>
  problem(status, title, { ...rest, type: TYPE_PREFIX + type });

/** The documentation says `details`, the provider's client reads the `detail` of the standard. */
const said = (details: string): Record<string, unknown> => ({ details, detail: details });

export const invalidParameters = (errors: FieldErrors): SimulatedResponse =>
  typed(400, 'invalid-parameters', "Your request parameters didn't validate", { errors });

export const invalidPagination = (details: string): SimulatedResponse =>
  typed(400, 'invalid-pagination', 'Invalid pagination parameters', said(details));

export const invalidSubaccount = (): SimulatedResponse =>
  typed(400, 'invalid-subaccount', 'Invalid subaccount', said('The subaccount does not exist.'));

export const keyTooLong = (): SimulatedResponse =>
  typed(400, 'idempotency-key-too-long', 'Idempotency key is too long', said('At most 512 characters.'));

export const unauthorized = (): SimulatedResponse => problem(401, 'Authorization has been denied for this request');

export const forbidden = (details: string): SimulatedResponse => typed(403, 'forbidden', 'Forbidden', said(details));

export const notFound = (what: string): SimulatedResponse => typed(404, 'not-found', `Could not find ${what}`);

export const concurrentRequests = (): SimulatedResponse =>
  typed(409, 'idempotency-concurrent-requests', 'A request with the same idempotency key is still being processed');

export const changedPayload = (): SimulatedResponse =>
  typed(
    422,
    'idempotency-changed-payload',
    'Previous request submitted with same idempotency key had different payload',
  );

/** What this provider says with a status when a fault asks for it. */
export const problemForStatus = (status: number): SimulatedResponse => {
  const known: Readonly<Record<number, () => SimulatedResponse>> = {
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
