import type { GatewaySettings } from '../../config/gateway-settings.js';

/** Requests per window, counted per API key, or per client address if the request has no valid key. */
export interface RequestLimits {
  readonly windowSeconds: number;
  readonly perKey: number;
  readonly perAddress: number;
  /** Higher, because providers call back about many orders from few addresses. */
  readonly callbacksPerAddress: number;
}

const WINDOW_SECONDS = 60;
const CALLBACKS_PER_ADDRESS = 6_000;

export class HttpSettings {
  constructor(
    /** URL of this gateway as callers see it, without a trailing slash. */
    readonly publicUrl: string,
    readonly production: boolean,
    readonly limits: RequestLimits,
    /** Where processes share their counts; if null, each process counts on its own. */
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
