import { Variable } from '../../config/variable.js';
import { IsApiKey, IsBaseUrl } from '../kit/env-rules.js';

export class CnaughtEnv {
  @Variable('Key of the CNaught account that buys; setting it enables CNaught. A sandbox key buys nothing real')
  @IsApiKey()
  CNAUGHT_API_KEY!: string;

  @Variable('Base address of the CNaught API, version included')
  @IsBaseUrl()
  CNAUGHT_BASE_URL = 'https://api.cnaught.com/v1';
}
