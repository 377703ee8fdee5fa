import type { IncomingHttpHeaders } from 'node:http';
import type { Effect } from './ledger.js';

/** A request as a simulated provider sees it. */
export interface Call {
  readonly method: string;
  /** As the provider documents it: without the base path, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Rows made at or after this time do not show in lists yet. Infinity unless a fault makes lists lag. */
  readonly listsShowBeforeMs: number;
}

export interface SimulatedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a provider decided about a call: nothing has happened until the effects are in the ledger. */
export interface Decision {
  readonly response: SimulatedResponse;
  readonly effects: readonly Effect[];
}

export const jsonResponse = (
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): SimulatedResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

export const htmlResponse = (status: number, body: string): SimulatedResponse => ({
  status,
  // No form-action here: browsers would then block the redirect that follows a payment.
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'cache-control': 'no-store',
  },
  body,
});

export const seeOther = (location: string): SimulatedResponse => ({ status: 303, headers: { location }, body: '' });

export const decided = (response: SimulatedResponse, ...effects: Effect[]): Decision => ({ response, effects });

export const headerOf = (call: Call, name: string): string | null => {
  const value = call.headers[name.toLowerCase()];
  if (value === undefined) return null;
  return Array.isArray(value) ? value.join(', ') : value;
};

/** Deeper ones can be parsed, and not be written again. */
const MOST_LEVELS = 64;

/** The body as a JSON object, or null when it is anything else. */
export const jsonObjectFrom = (body: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(body);
    return isJsonObject(value) && !isDeeperThan(MOST_LEVELS, value) ? value : null;
  } catch {
    return null;
  }
};

const isDeeperThan = (levels: number, value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner)));

export const isJsonObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
