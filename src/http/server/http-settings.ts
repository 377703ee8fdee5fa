import type { GatewaySettings } from '../../config/gateway-settings.js';

/** Requests per window. Whoever carries a good key is counted by key, anybody else by address. */
export interface RequestLimits {
  readonly windowSeconds: number;
  readonly perKey: number;
  readonly perAddress: number;
  /** Providers announce many orders from few addresses. */
  readonly callbacksPerAddress: number;
}

const WINDOW_SECONDS = 60;
const CALLBACKS_PER_ADDRESS = 6_000;

export class HttpSettings {
  constructor(
    /** Where callers reach this gateway, without a trailing slash. */
    readonly publicUrl: string,
    readonly production: boolean,
    readonly limits: RequestLimits,
    /** Shares the limits between processes. Null: each process counts for itself. */
    readonly redisUrl: string | null,
  ) {}

  static from(
    settings: Pick<GatewaySettings, 'publicUrl' | 'production' | 'redisUrl' | 'rateLimitPerMinute'>,
  ): HttpSettings {
    const { publicUrl, production, redisUrl, rateLimitPerMinute } = settings;
    const limits = {
      windowSeconds: WINDOW_SECONDS,
      perKey: rateLimitPerMinute,
      perAddress: rateLimitPerMinute,
      callbacksPerAddress: Math.max(CALLBACKS_PER_ADDRESS, rateLimitPerMinute),
    };
    return new HttpSettings(publicUrl, production, limits, redisUrl);
  }
}
