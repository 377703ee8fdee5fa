import type { Order } from './types.js';

export interface OffsetGatewayOptions {
  /** Such as `https://offsets.example`. */
  readonly baseUrl: string;
  /** `ofg_…`; null where a cookie says who asks. */
  readonly apiKey: string | null;
  /** How long one sending may take beyond what it asks the gateway to wait. Default: 30 seconds. */
  readonly timeoutMs?: number;
  /** How often a request is sent again by itself, where that is safe. Default: 4 times. */
  readonly retries?: number;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

export interface CallOptions {
  /** Ends the call, and what it waits for. What the gateway has taken on goes on. */
  readonly signal?: AbortSignal;
}

export interface KeyedOptions extends CallOptions {
  /**
   * Says that two requests are the same one: it has its effect once, and every repeat gets the first response. Give one
   * that you have stored before, such as the id of your own order, and a crash of yours cannot buy twice either. Without
   * one, each call is a request of its own, and its key is kept over the retries within it.
   */
  readonly idempotencyKey?: string;
}

export interface PlaceOrderOptions extends KeyedOptions {
  /** How long to wait for the provider, 0 to 30. Default: 10. The purchase goes on either way. */
  readonly waitSeconds?: number;
}

export interface QuoteOptions extends CallOptions {
  /** How long the providers have, 1 to 30. Default: 8. */
  readonly waitSeconds?: number;
}

export interface WaitForOrderOptions extends CallOptions {
  /** Default: until it has ended. */
  readonly until?: (order: Order) => boolean;
}
