import { Expose } from 'class-transformer';
import { IsApiKey, IsBaseUrl } from '../kit/env-rules.js';

export class CnaughtEnv {
  /** Key of the CNaught account that buys. Setting it enables CNaught; a sandbox key buys nothing real. */
  @Expose() @IsApiKey() CNAUGHT_API_KEY!: string;

  /** Base address of the CNaught API, version included. */
  @Expose() @IsBaseUrl() CNAUGHT_BASE_URL = 'https://api.cnaught.com/v1';
}
