import { IsIn, IsOptional, IsTimeZone, IsUrl, Matches } from 'class-validator';
import { ACCOUNT_NAMES } from '../domain/ledger/accounts.js';
import { CURRENCIES, type Currency } from '../domain/money.js';
import { ROLE_NAMES } from '../domain/operators/operator.js';
import { DatabaseUrl } from './database-url.js';
import { Variable } from './variable.js';

export const ROLES = ['all', 'api', 'worker'] as const;
export type Role = (typeof ROLES)[number];

/** Made-up rates, so that offers can be compared without any setting. Production refuses them. */
export const SAMPLE_FX_RATES = '2000-01-01:GBP=1.25,EUR=1.10';

/** Known to everybody, so that webhooks can be tried without any setting. Production refuses it. */
export const SAMPLE_SECRET_KEY = Buffer.from('offset-gateway-sample-not-secret').toString('base64');

/** 32 bytes in base64. */
const SECRET_KEY = /[A-Za-z0-9_-]{1,32}:[A-Za-z0-9+/]{43}=/.source;

const PORT_NUMBER = /^([0-9]|[1-9]\d{1,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/;

/** Above 0, to the gram, at most a billion. */
const TONNES = /^(?=.*[1-9])(\d{1,9}(\.\d{1,6})?|1000000000)$/;

/** Above 0, to a millionth of a dollar. */
const USD = /^(?=.*[1-9])\d{1,12}(\.\d{1,6})?$/;

/** An account of the ledger and one of the company's, which may have any name without a comma. */
const TENANT = /^ten_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

const ACCOUNT = `(${ACCOUNT_NAMES.join('|')})=[^,]{1,60}`;
const ACCOUNT_MAP = new RegExp(`^${ACCOUNT}(,${ACCOUNT})*$`);

/** The gateway's own variables. Text as it stands in the environment; `gateway-settings.ts` turns it into settings. */
export class GatewayEnv {
  @Variable('`production` refuses unsafe settings; anything else may use the embedded database and the sandbox')
  @IsIn(['development', 'test', 'production'], { message: 'NODE_ENV must be development, test or production' })
  NODE_ENV = 'development';

  @Variable('Port of the API')
  @Matches(PORT_NUMBER, {
    message: 'PORT must be a whole number from 0 to 65535',
  })
  PORT = '3000';

  @Variable('Address to listen on; 0.0.0.0 for every interface')
  @Matches(/^[A-Za-z0-9.:-]{1,253}$/, { message: 'HOST must be an address or a host name' })
  HOST = '127.0.0.1';

  @Variable(
    'PostgreSQL 14 or later, as a member of `gateway_app`. Unset: an embedded one under .data/, development only',
  )
  @IsOptional()
  @DatabaseUrl()
  DATABASE_URL?: string;

  @Variable('`on` starts the simulated providers although DATABASE_URL is set; development only')
  @IsIn(['on', 'off'], { message: 'SANDBOX must be on or off' })
  SANDBOX: 'on' | 'off' = 'off';

  @Variable(
    'The same database as the owner of its tables, and past a pooler: for migrations, notices. Unset: DATABASE_URL',
  )
  @IsOptional()
  @DatabaseUrl()
  DIRECT_DATABASE_URL?: string;

  @Variable('Connections of this process to the database')
  @Matches(/^([2-9]|[1-9]\d|[1-4]\d{2})$/, { message: 'DATABASE_POOL_SIZE must be a whole number from 2 to 499' })
  DATABASE_POOL_SIZE = '20';

  @Variable('Requests get 503 `overloaded` while this many statements of the process wait for a connection')
  @Matches(/^[1-9]\d{0,4}$/, { message: 'DATABASE_QUEUE_LIMIT must be a whole number from 1 to 99999' })
  DATABASE_QUEUE_LIMIT = '200';

  @Variable('Seconds after which a statement is given up and its connection ended; what became of it is read again')
  @Matches(/^([1-9]|1[0-4])$/, { message: 'DATABASE_STATEMENT_SECONDS must be a whole number from 1 to 14' })
  DATABASE_STATEMENT_SECONDS = '10';

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

  @Variable('Port of `/metrics` alone, on HOST, for a network that the public cannot reach. Unset: the port of the API')
  @IsOptional()
  @Matches(PORT_NUMBER, { message: 'METRICS_PORT must be a whole number from 0 to 65535' })
  METRICS_PORT?: string;

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

  @Variable('Requests per minute of all keys of a tenant together. Unset: three times RATE_LIMIT_PER_MINUTE')
  @IsOptional()
  @Matches(/^[1-9]\d{0,7}$/, { message: 'TENANT_RATE_LIMIT_PER_MINUTE must be a whole number from 1 to 99999999' })
  TENANT_RATE_LIMIT_PER_MINUTE?: string;

  @Variable('Tonnes of the largest order of a tenant that has no limit of its own')
  @Matches(TONNES, { message: 'MAX_ORDER_TONNES must be a number above 0, to the gram, of at most 1000000000' })
  MAX_ORDER_TONNES = '1000';

  @Variable('US dollars of the largest order of a tenant that has no limit of its own; other currencies by FX_RATES')
  @Matches(USD, { message: 'MAX_ORDER_USD must be an amount above 0, such as 25000 or 99.50' })
  MAX_ORDER_USD = '25000';

  @Variable(
    'A decision on an order of a larger total, in US dollars, takes two operators; so does one without a known total',
  )
  @Matches(USD, { message: 'FOUR_EYES_OVER_USD must be an amount above 0, such as 1000 or 99.50' })
  FOUR_EYES_OVER_USD = '1000';

  @Variable('A decision on an order of a larger mass, in tonnes, takes two operators')
  @Matches(TONNES, {
    message: 'FOUR_EYES_OVER_TONNES must be a mass above 0 and at most 1000000000, such as 10 or 0.5',
  })
  FOUR_EYES_OVER_TONNES = '10';

  @Variable('Identity provider (OpenID Connect) by which operators sign in: its issuer. Unset: they sign in with keys')
  @IsOptional()
  @IsUrl(
    { require_tld: false, protocols: ['http', 'https'], require_protocol: true, allow_query_components: false },
    { message: 'OPS_OIDC_ISSUER must be an http or https address without a query' },
  )
  OPS_OIDC_ISSUER?: string;

  @Variable('Client id of this gateway there; its redirect URI is PUBLIC_URL/ops/sign-in/oidc/callback')
  @IsOptional()
  @Matches(/^[\x21-\x7e]{1,255}$/, { message: 'OPS_OIDC_CLIENT_ID must be 1 to 255 visible ASCII characters' })
  OPS_OIDC_CLIENT_ID?: string;

  @Variable('Secret of that client')
  @IsOptional()
  @Matches(/^[\x21-\x7e]{8,512}$/, { message: 'OPS_OIDC_CLIENT_SECRET must be 8 to 512 visible ASCII characters' })
  OPS_OIDC_CLIENT_SECRET?: string;

  @Variable('Claim of the ID token that says what an operator may do: a text or a list of texts')
  @Matches(/^[\x21-\x7e]{1,255}$/, { message: 'OPS_OIDC_ROLE_CLAIM must be 1 to 255 visible ASCII characters' })
  OPS_OIDC_ROLE_CLAIM = 'roles';

  @Variable(
    'What it says, and the role that this is here: carbon-desk=operator,carbon-leads=approver. Unset: the names of the roles',
  )
  @IsOptional()
  @Matches(new RegExp(`^[^,=]+=(${ROLE_NAMES.join('|')})(,[^,=]+=(${ROLE_NAMES.join('|')}))*$`), {
    message: `OPS_OIDC_ROLES must look like carbon-desk=operator,carbon-leads=approver, with roles out of ${ROLE_NAMES.join(', ')}`,
  })
  OPS_OIDC_ROLES?: string;

  @Variable(
    '`off` lets operators sign in to the dashboard by the identity provider alone; their keys still open the API',
  )
  @IsIn(['on', 'off'], { message: 'OPS_KEY_SIGN_IN must be on or off' })
  OPS_KEY_SIGN_IN: 'on' | 'off' = 'on';

  @Variable('US dollars that a tenant without a limit of its own may spend on account in a calendar month (UTC)')
  @Matches(USD, { message: 'MAX_MONTH_USD must be an amount above 0, such as 100000 or 99.50' })
  MAX_MONTH_USD = '100000';

  @Variable(
    'Encrypts the secrets of webhooks: `id:` and 32 random bytes in base64, several separated by commas. The first seals, all open. Unset: a sample, and in production no webhooks',
  )
  @IsOptional()
  @Matches(new RegExp(`^${SECRET_KEY}(,${SECRET_KEY})*$`), {
    message:
      'WEBHOOK_SECRET_KEYS must look like 2026:<key>, with a key of 32 bytes in base64 (openssl rand -base64 32); several are separated by commas',
  })
  WEBHOOK_SECRET_KEYS?: string;

  @Variable('Webhook endpoints that a tenant may have')
  @Matches(/^[1-9]\d{0,3}$/, { message: 'MAX_WEBHOOK_ENDPOINTS must be a whole number from 1 to 9999' })
  MAX_WEBHOOK_ENDPOINTS = '20';

  @Variable('Orders that the worker of this process handles at once')
  @Matches(/^[1-9]\d{0,2}$/, { message: 'WORKER_CONCURRENCY must be a whole number from 1 to 999' })
  WORKER_CONCURRENCY = '16';

  @Variable('Share of each provider quota that quotes leave to orders, in percent')
  @Matches(/^([1-8]\d|90)$/, { message: 'QUOTE_RESERVE_PERCENT must be a whole number from 10 to 90' })
  QUOTE_RESERVE_PERCENT = '20';

  @Variable('Seconds between polls of an order that its provider has; the last one repeats')
  @IsOptional()
  @Matches(/^\d+(\.\d+)?(,\d+(\.\d+)?)*$/, { message: 'POLL_SCHEDULE_SECONDS must be numbers separated by commas' })
  POLL_SCHEDULE_SECONDS?: string;

  @Variable(
    'Seconds in which a second order with the same reference, mass, beneficiary and provider, or without one for the same offer, is held up; 0: never',
  )
  @Matches(/^\d{1,7}$/, { message: 'DUPLICATE_WINDOW_SECONDS must be a whole number from 0 to 9999999' })
  DUPLICATE_WINDOW_SECONDS = '3600';

  @Variable('Days after its expiry that a quote is kept from which no order came')
  @Matches(/^[1-9]\d{0,4}$/, { message: 'RETENTION_QUOTES_DAYS must be a whole number from 1 to 99999' })
  RETENTION_QUOTES_DAYS = '30';

  @Variable(
    'Days after the end of an order that requests, callbacks, refused payment ids, stored responses and answers to webhooks are kept',
  )
  @Matches(/^([3-9]\d|[1-9]\d{2,4})$/, { message: 'RETENTION_RECORDS_DAYS must be a whole number from 30 to 99999' })
  RETENTION_RECORDS_DAYS = '180';

  @Variable('Days after the end of an order until its personal data is erased, or `never`; 4018 are eleven years')
  @Matches(/^([3-9]\d|[1-9]\d{2,4}|never)$/, {
    message: 'RETENTION_PERSONAL_DATA_DAYS must be a whole number from 30 to 99999, or never',
  })
  RETENTION_PERSONAL_DATA_DAYS = '4018';

  @Variable(
    'Days after the end of a reconciliation that what it read and found is kept, where no open month, break or closing rests on it',
  )
  @Matches(/^([3-9]\d|[1-9]\d{2,4})$/, {
    message: 'RETENTION_RECONCILIATION_DAYS must be a whole number from 30 to 99999',
  })
  RETENTION_RECONCILIATION_DAYS = '400';

  @Variable(
    'US dollars per unit of each currency, and the day of the rates: 2026-11-20:GBP=1.25. For comparing offers and limits',
  )
  @Matches(/^\d{4}-\d{2}-\d{2}:[A-Z]{3}=(?=[\d.]*[1-9])\d+(\.\d+)?(,[A-Z]{3}=(?=[\d.]*[1-9])\d+(\.\d+)?)*$/, {
    message: 'FX_RATES must look like 2026-11-20:GBP=1.25,EUR=1.08, with rates above 0',
  })
  FX_RATES = SAMPLE_FX_RATES;

  @Variable('Tenant of the house, on whose behalf pools buy: its id. Unset: nothing is pooled')
  @IsOptional()
  @Matches(TENANT, { message: 'POOL_TENANT must be the id of a tenant, such as ten_01jd4v2m0gf5c8q7k3x9w1z2r4' })
  POOL_TENANT?: string;

  @Variable('Beneficiary of what pools buy: public and permanent on the registry')
  @IsOptional()
  @Matches(/^(?=.*\S)[^\p{C}]{1,255}$/u, { message: 'POOL_BENEFICIARY must be 1 to 255 visible characters' })
  POOL_BENEFICIARY?: string;

  @Variable('Hours for which a pool waits to be full')
  @Matches(/^[1-9]\d{0,3}$/, { message: 'POOL_OPEN_HOURS must be a whole number from 1 to 9999' })
  POOL_OPEN_HOURS = '168';

  @Variable('What one operator may post by resolving a break, in its currency; more takes a second one')
  @Matches(USD, { message: 'FINANCE_APPROVAL_LIMIT must be an amount above 0, such as 100.00' })
  FINANCE_APPROVAL_LIMIT = '100.00';

  @Variable('Where the months of finance begin and end: the name of a time zone, such as Europe/London')
  @IsTimeZone({ message: 'FINANCE_TIME_ZONE must be the name of a time zone, such as Europe/London or UTC' })
  FINANCE_TIME_ZONE = 'UTC';

  @Variable('The currency of your books: USD, GBP or EUR. Exports have amounts in it, too, by the rates that you enter')
  @IsOptional()
  @IsIn(CURRENCIES, { message: `FINANCE_CURRENCY must be one of ${CURRENCIES.join(', ')}` })
  FINANCE_CURRENCY?: Currency;

  @Variable('Your own account for each of the ledger’s, for the journal: expense=6310,clearing=3890')
  @IsOptional()
  @Matches(ACCOUNT_MAP, {
    message: 'FINANCE_ACCOUNT_MAP must look like expense=6310,clearing=3890, with the accounts of docs/ledger.md',
  })
  FINANCE_ACCOUNT_MAP?: string;
}
