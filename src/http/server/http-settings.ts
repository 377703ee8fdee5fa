import type { GatewaySettings } from '../../config/gateway-settings.js';

/** Requests per window, counted per API key and per tenant, or per client address if the request has no valid key. */
export interface RequestLimits {
  readonly windowSeconds: number;
  readonly perKey: number;
  /** Of all keys of a tenant together, so that more keys are not more requests. */
  readonly perTenant: number;
  readonly perAddress: number;
  /** Higher, because providers call back about many orders from few addresses. */
  readonly callbacksPerAddress: number;
  /** Tries to sign in that fail. */
  readonly failedSignInsPerAddress: number;
}

const WINDOW_SECONDS = 60;
const CALLBACKS_PER_ADDRESS = 6_000;
const FAILED_SIGN_INS_PER_ADDRESS = 10;

/** For a tenant with a few keys that are all busy. */
const KEYS_PER_TENANT = 3;

export class HttpSettings {
  constructor(
    /** URL of this gateway as callers see it, without a trailing slash. */
    readonly publicUrl: string,
    readonly production: boolean,
    readonly limits: RequestLimits,
    /** Where processes share their counts; if null, each process counts on its own. */
    readonly redisUrl: string | null,
    /** How operators sign in. */
    readonly signIn: { readonly byKey: boolean; readonly byProvider: boolean },
  ) {}

  /** What the text of a new key begins with. */
  get keyEnvironment(): 'live' | 'dev' {
    return this.production ? 'live' : 'dev';
  }

  static from(
    settings: Pick<
      GatewaySettings,
      'publicUrl' | 'production' | 'redisUrl' | 'rateLimitPerMinute' | 'tenantRateLimitPerMinute' | 'oidc' | 'keySignIn'
    >,
  ): HttpSettings {
    const { publicUrl, production, redisUrl, rateLimitPerMinute, tenantRateLimitPerMinute } = settings;
    const limits = {
      windowSeconds: WINDOW_SECONDS,
      perKey: rateLimitPerMinute,
      perTenant: tenantRateLimitPerMinute ?? rateLimitPerMinute * KEYS_PER_TENANT,
      perAddress: rateLimitPerMinute,
      callbacksPerAddress: Math.max(CALLBACKS_PER_ADDRESS, rateLimitPerMinute),
      failedSignInsPerAddress: FAILED_SIGN_INS_PER_ADDRESS,
    };
    return new HttpSettings(publicUrl, production, limits, redisUrl, {
      byKey: settings.keySignIn,
      byProvider: settings.oidc !== null,
    });
  }
}
