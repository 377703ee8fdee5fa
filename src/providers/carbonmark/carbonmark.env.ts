import { Expose } from 'class-transformer';
import { IsApiKey, IsBaseUrl } from '../kit/env-rules.js';

export class CarbonmarkEnv {
  /** Key of the Carbonmark account. Setting it enables Carbonmark; a sandbox key buys nothing real. */
  @Expose() @IsApiKey() CARBONMARK_API_KEY!: string;

  /** Base address of the Checkout Service: quotes, hosted payment pages, payments. */
  @Expose() @IsBaseUrl() CARBONMARK_CHECKOUT_URL = 'https://checkout.carbonmark.com';

  /** Base address of the main API, its major version in the host: the price list. */
  @Expose() @IsBaseUrl() CARBONMARK_API_URL = 'https://v20.api.carbonmark.com';
}
