import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './openapi.js';
import { send, type TransportSettings } from './transport.js';

/** Every operation of the document by method and path, typed. It answers with data or throws, as the methods do. */
export type Api = Client<paths, 'application/json'>;

export interface Credentials {
  readonly baseUrl: string;
  /** Null where a cookie says who asks. */
  readonly apiKey: string | null;
}

export const createApi = ({ baseUrl, apiKey }: Credentials, settings: TransportSettings): Api =>
  createClient<paths, 'application/json'>({
    baseUrl,
    headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
    // Whoever redirects is not the gateway: it gets neither the key nor the purchase.
    redirect: 'error',
    querySerializer: toQuery,
    fetch: (request) => send(request, settings),
  });

/** Lists as repeated names, objects as `label[department]=sales`, with whatever characters they have. */
const toQuery = (query: Record<string, unknown>): string => {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const item of value) pairs.append(name, String(item));
    else if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) pairs.append(`${name}[${key}]`, String(item));
    else if (value !== undefined && value !== null) pairs.append(name, String(value as string | number | boolean));
  }
  return pairs.toString();
};
