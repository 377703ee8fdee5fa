import { IsIn, IsOptional, IsUrl, Matches } from 'class-validator';
import { Variable } from './variable.js';

export const ROLES = ['all', 'api', 'worker'] as const;
export type Role = (typeof ROLES)[number];

/** Made-up rates, so that offers can be compared without any setting. Production refuses them. */
export const SAMPLE_FX_RATES = '2000-01-01:GBP=1.25,EUR=1.10';

/** The gateway's own variables. Text as it stands in the environment; `gateway-settings.ts` turns it into settings. */
export class GatewayEnv {
  @Variable('`production` refuses unsafe settings; anything else may use the embedded database and the sandbox')
  @IsIn(['development', 'test', 'production'], { message: 'NODE_ENV must be development, test or production' })
  NODE_ENV = 'development';

  @Variable('Port of the API')
  @Matches(/^([0-9]|[1-9]\d{1,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/, {
    message: 'PORT must be a whole number from 0 to 65535',
  })
  PORT = '3000';

  @Variable('Address to listen on; 0.0.0.0 for every interface')
  @Matches(/^[A-Za-z0-9.:-]{1,253}$/, { message: 'HOST must be an address or a host name' })
  HOST = '127.0.0.1';

  @Variable('PostgreSQL 14 or later. Unset: an embedded one under .data/, development only')
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\/.+/, { message: 'DATABASE_URL must begin with postgres:// or postgresql://' })
  DATABASE_URL?: string;

  @Variable('`on` starts the simulated providers although DATABASE_URL is set; development only')
  @IsIn(['on', 'off'], { message: 'SANDBOX must be on or off' })
  SANDBOX: 'on' | 'off' = 'off';

  @Variable('The same database past a pooler in transaction mode, for migrations and notices. Unset: DATABASE_URL')
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\/.+/, { message: 'DIRECT_DATABASE_URL must begin with postgres:// or postgresql://' })
  DIRECT_DATABASE_URL?: string;

  @Variable('Connections of this process to the database')
  @Matches(/^([2-9]|[1-9]\d|[1-4]\d{2})$/, { message: 'DATABASE_POOL_SIZE must be a whole number from 2 to 499' })
  DATABASE_POOL_SIZE = '20';

  @Variable('Where providers and browsers reach this gateway, without a trailing slash. Unset: http://127.0.0.1:PORT')
  @IsOptional()
  @IsUrl(
    { require_tld: false, protocols: ['http', 'https'], require_protocol: true, allow_query_components: false },
    { message: 'PUBLIC_URL must be an http or https address without a query' },
  )
  PUBLIC_URL?: string;

  @Variable('`api` serves requests, `worker` follows orders, `all` does both')
  @IsIn(ROLES, { message: 'ROLE must be all, api or worker' })
  ROLE: Role = 'all';

  @Variable('trace, debug, info, warn, error or silent')
  @IsIn(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
    message: 'LOG_LEVEL must be trace, debug, info, warn, error or silent',
  })
  LOG_LEVEL = 'info';

  @Variable('Proxies whose X-Forwarded-For is believed: addresses or networks, comma-separated. Unset: none')
  @IsOptional()
  @Matches(/^[0-9A-Fa-f:.]+(\/\d{1,3})?(,[0-9A-Fa-f:.]+(\/\d{1,3})?)*$/, {
    message: 'TRUSTED_PROXIES must be addresses or networks such as 10.0.0.0/8, separated by commas',
  })
  TRUSTED_PROXIES?: string;

  @Variable('Redis or Valkey, to share request limits between processes. Unset: each process counts for itself')
  @IsOptional()
  @Matches(/^rediss?:\/\/.+/, { message: 'REDIS_URL must begin with redis:// or rediss://' })
  REDIS_URL?: string;

  @Variable('Requests per minute and API key')
  @Matches(/^[1-9]\d{0,6}$/, { message: 'RATE_LIMIT_PER_MINUTE must be a whole number from 1 to 9999999' })
  RATE_LIMIT_PER_MINUTE = '600';

  @Variable('Orders that the worker of this process handles at once')
  @Matches(/^[1-9]\d{0,2}$/, { message: 'WORKER_CONCURRENCY must be a whole number from 1 to 999' })
  WORKER_CONCURRENCY = '16';

  @Variable('Seconds between polls of an order that its provider has; the last one repeats')
  @IsOptional()
  @Matches(/^\d+(\.\d+)?(,\d+(\.\d+)?)*$/, { message: 'POLL_SCHEDULE_SECONDS must be numbers separated by commas' })
  POLL_SCHEDULE_SECONDS?: string;

  @Variable(
    'Seconds in which a second order with the same reference, mass, beneficiary and provider is held up; 0: never',
  )
  @Matches(/^\d{1,7}$/, { message: 'DUPLICATE_WINDOW_SECONDS must be a whole number from 0 to 9999999' })
  DUPLICATE_WINDOW_SECONDS = '3600';

  @Variable(
    'US dollars per unit of each currency, and the day of the rates: 2026-11-20:GBP=1.25. For comparing offers only',
  )
  @Matches(/^\d{4}-\d{2}-\d{2}:[A-Z]{3}=\d+(\.\d+)?(,[A-Z]{3}=\d+(\.\d+)?)*$/, {
    message: 'FX_RATES must look like 2026-11-20:GBP=1.25,EUR=1.08',
  })
  FX_RATES = SAMPLE_FX_RATES;
}
