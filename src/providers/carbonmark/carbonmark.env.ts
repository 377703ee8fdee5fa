import { Variable } from '../../config/variable.js';
import { IsApiKey, IsBaseUrl } from '../kit/env-rules.js';

export class CarbonmarkEnv {
  @Variable('Key of the Carbonmark account; setting it enables Carbonmark. A sandbox key buys nothing real')
  @IsApiKey()
  CARBONMARK_API_KEY!: string;

  @Variable('Base address of the Checkout Service: quotes, hosted checkouts, payments')
  @IsBaseUrl()
  CARBONMARK_CHECKOUT_URL = 'https://checkout.carbonmark.com';

  @Variable('Base address of the main API, its major version in the host: the price list')
  @IsBaseUrl()
  CARBONMARK_API_URL = 'https://v20.api.carbonmark.com';
}
