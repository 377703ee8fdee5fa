import { jsonResponse, type SimulatedResponse } from '../http-messages.js';

const NAMES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
};

/** The checkout service's error shape is not public: this is the one of the provider's main API. */
export const errorResponse = (status: number, message: string): SimulatedResponse => {
  if (status === 401) return jsonResponse(401, { error: message });
  if (status >= 500) return jsonResponse(status, { statusCode: status, error: message });
  return jsonResponse(status, { message, statusCode: String(status), error: NAMES[status] ?? 'Error' });
};
