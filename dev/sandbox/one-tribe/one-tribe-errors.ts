import { jsonResponse, type SimulatedResponse } from '../http-messages.js';

const CODES: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  429: 'TooManyRequests',
};

/** The provider's error envelope. A status without a code of its own is a `ServerError`. */
export const errorResponse = (status: number, message: string, details: object = {}): SimulatedResponse =>
  jsonResponse(status, { error: { code: CODES[status] ?? 'ServerError', message, details } });

export const badRequest = (message: string, details: object = {}): SimulatedResponse =>
  errorResponse(400, message, details);

export const notFound = (what: string): SimulatedResponse => errorResponse(404, `${what} not found`);
