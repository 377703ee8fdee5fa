import type { Currency } from '../domain/money.js';
import { isPlainHttp, travelsInTheClear } from '../domain/addresses.js';
import { InvalidEnvironmentError, readEnvironment } from './environment.js';
import { GatewayEnv, SAMPLE_FX_RATES, SAMPLE_SECRET_KEY, type Role } from './gateway.env.js';

/** The gateway's settings. */
export interface GatewaySettings {
  readonly production: boolean;
  readonly port: number;
  readonly host: string;
  /** Null if unset. dev/start-up.ts then starts a database, outside production. */
  readonly databaseUrl: string | null;
  /** The database as the owner of its tables, and without a pooler in between; null if `databaseUrl` is all there is. */
  readonly directDatabaseUrl: string | null;
  readonly databasePoolSize: number;
  readonly databaseQueueLimit: number;
  readonly databaseStatementMs: number;
  /** Whether simulated providers may be used with a database that is not the embedded one. */
  readonly sandbox: boolean;
  readonly publicUrl: string;
  readonly role: Role;
  readonly logLevel: string;
  /** Null: metrics are served on the port of the API. */
  readonly metricsPort: number | null;
  /** The proxies that may name the client's address: addresses or networks, comma-separated. Null for none. */
  readonly trustedProxies: string | null;
  readonly redisUrl: string | null;
  /** Requests per minute and key. */
  readonly rateLimitPerMinute: number;
  /** Requests per minute of all keys of a tenant together; null for three times that of a key. */
  readonly tenantRateLimitPerMinute: number | null;
  /** What a tenant may buy that has no limits of its own: decimals, as they stand in the environment. */
  readonly maxOrderTonnes: string;
  readonly maxOrderUsd: string;
  readonly fourEyesOverUsd: string;
  readonly fourEyesOverTonnes: string;
  readonly maxMonthUsd: string;
  /** The identity provider of operators; null for none. */
  readonly oidc: OidcSettings | null;
  /** Whether operators may exchange their keys for sessions. */
  readonly keySignIn: boolean;
  /** As they stand in the environment; null: webhooks are off. */
  readonly webhookSecretKeys: string | null;
  readonly maxWebhookEndpoints: number;
  readonly workerConcurrency: number;
  /** The share of each provider's quota that quotes leave to orders. */
  readonly quoteReserve: number;
  readonly pollDelaysMs: readonly number[];
  readonly duplicateWindowMs: number;
  readonly retainQuotesDays: number;
  readonly retainRecordsDays: number;
  readonly retainReconciliationDays: number;
  /** Null: for good. */
  readonly retainPersonalDataDays: number | null;
  /** Null: nothing is pooled. */
  readonly pooling: { readonly tenantId: string; readonly beneficiary: string; readonly openMs: number } | null;
  readonly fxRates: string;
  /** Where the months of finance begin and end: an IANA name. */
  readonly financeTimeZone: string;
  /** As it stands in the environment: a decimal. */
  readonly financeApprovalLimit: string;
  /** Null: the books have none of their own. */
  readonly financeCurrency: Currency | null;
  /** As it stands in the environment; null for none. */
  readonly financeAccountMap: string | null;
}

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly roleClaim: string;
  /** As it stands in the environment; null: each role by its name. */
  readonly roles: string | null;
}

/** Delays between polls of an order, as the providers' quotas suggest: 1 m, 5 m, 15 m, 1 h, 6 h, daily. */
const POLL_SCHEDULE_SECONDS = '60,300,900,3600,21600,86400';

/** Throws InvalidEnvironmentError with every problem at once; names and fixes, never a value. */
export const gatewaySettings = (env: NodeJS.ProcessEnv): GatewaySettings => {
  const given = readEnvironment(GatewayEnv, env);
  const production = given.NODE_ENV === 'production';
  const problems = [
    ...samePorts(given),
    ...sameSecretKeys(given),
    ...halfOfOidc(given),
    ...halfOfPooling(given),
    ...(production ? unsafeInProduction(given, env) : []),
  ];
  if (problems.length > 0) throw new InvalidEnvironmentError(problems);
  return {
    production,
    port: Number(given.PORT),
    host: given.HOST,
    databaseUrl: given.DATABASE_URL ?? null,
    directDatabaseUrl: given.DIRECT_DATABASE_URL ?? null,
    sandbox: given.SANDBOX === 'on',
    databasePoolSize: Number(given.DATABASE_POOL_SIZE),
    databaseQueueLimit: Number(given.DATABASE_QUEUE_LIMIT),
    databaseStatementMs: Number(given.DATABASE_STATEMENT_SECONDS) * 1000,
    publicUrl: (given.PUBLIC_URL ?? `http://127.0.0.1:${given.PORT}`).replace(/\/+$/, ''),
    role: given.ROLE,
    logLevel: given.LOG_LEVEL,
    metricsPort: given.METRICS_PORT === undefined ? null : Number(given.METRICS_PORT),
    trustedProxies: given.TRUSTED_PROXIES ?? null,
    redisUrl: given.REDIS_URL ?? null,
    rateLimitPerMinute: Number(given.RATE_LIMIT_PER_MINUTE),
    tenantRateLimitPerMinute: numberOrNull(given.TENANT_RATE_LIMIT_PER_MINUTE),
    maxOrderTonnes: given.MAX_ORDER_TONNES,
    maxOrderUsd: given.MAX_ORDER_USD,
    fourEyesOverUsd: given.FOUR_EYES_OVER_USD,
    fourEyesOverTonnes: given.FOUR_EYES_OVER_TONNES,
    maxMonthUsd: given.MAX_MONTH_USD,
    oidc: oidcSettings(given),
    keySignIn: given.OPS_KEY_SIGN_IN === 'on',
    webhookSecretKeys: given.WEBHOOK_SECRET_KEYS ?? (production ? null : `sample:${SAMPLE_SECRET_KEY}`),
    maxWebhookEndpoints: Number(given.MAX_WEBHOOK_ENDPOINTS),
    workerConcurrency: Number(given.WORKER_CONCURRENCY),
    quoteReserve: Number(given.QUOTE_RESERVE_PERCENT) / 100,
    pollDelaysMs: millisecondsOf(given.POLL_SCHEDULE_SECONDS ?? POLL_SCHEDULE_SECONDS),
    duplicateWindowMs: Number(given.DUPLICATE_WINDOW_SECONDS) * 1000,
    retainQuotesDays: Number(given.RETENTION_QUOTES_DAYS),
    retainRecordsDays: Number(given.RETENTION_RECORDS_DAYS),
    retainReconciliationDays: Number(given.RETENTION_RECONCILIATION_DAYS),
    retainPersonalDataDays:
      given.RETENTION_PERSONAL_DATA_DAYS === 'never' ? null : Number(given.RETENTION_PERSONAL_DATA_DAYS),
    pooling: poolingSettings(given),
    fxRates: given.FX_RATES,
    financeTimeZone: given.FINANCE_TIME_ZONE,
    financeApprovalLimit: given.FINANCE_APPROVAL_LIMIT,
    financeCurrency: given.FINANCE_CURRENCY ?? null,
    financeAccountMap: given.FINANCE_ACCOUNT_MAP ?? null,
  };
};

/** The variable that names the database as the owner of its tables. */
export const ownerVariable = ({ directDatabaseUrl }: Pick<GatewaySettings, 'directDatabaseUrl'>): string =>
  directDatabaseUrl === null ? 'DATABASE_URL' : 'DIRECT_DATABASE_URL';

const samePorts = ({ PORT, METRICS_PORT }: Readonly<GatewayEnv>): string[] =>
  METRICS_PORT === PORT && PORT !== '0' ? ['METRICS_PORT must be another port than PORT'] : [];

/** Of two keys with one id, which would open what the other has sealed? */
const sameSecretKeys = ({ WEBHOOK_SECRET_KEYS }: Readonly<GatewayEnv>): string[] => {
  const ids = (WEBHOOK_SECRET_KEYS ?? '').split(',').map((pair) => pair.split(':', 1)[0]);
  return new Set(ids).size < ids.length ? ['WEBHOOK_SECRET_KEYS must give each of its keys another id'] : [];
};

const oidcSettings = (given: Readonly<GatewayEnv>): OidcSettings | null => {
  const { OPS_OIDC_ISSUER: issuer, OPS_OIDC_CLIENT_ID: clientId, OPS_OIDC_CLIENT_SECRET: clientSecret } = given;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return null;
  return { issuer, clientId, clientSecret, roleClaim: given.OPS_OIDC_ROLE_CLAIM, roles: given.OPS_OIDC_ROLES ?? null };
};

const poolingSettings = (given: Readonly<GatewayEnv>): GatewaySettings['pooling'] => {
  const { POOL_TENANT: tenantId, POOL_BENEFICIARY: beneficiary, POOL_OPEN_HOURS: hours } = given;
  if (tenantId === undefined || beneficiary === undefined) return null;
  return { tenantId, beneficiary, openMs: Number(hours) * 3_600_000 };
};

const halfOfPooling = ({ POOL_TENANT, POOL_BENEFICIARY }: Readonly<GatewayEnv>): string[] =>
  POOL_TENANT !== undefined && POOL_BENEFICIARY === undefined
    ? ['POOL_BENEFICIARY must be set, where POOL_TENANT is: the registry shows it']
    : [];

const OIDC = ['OPS_OIDC_ISSUER', 'OPS_OIDC_CLIENT_ID', 'OPS_OIDC_CLIENT_SECRET'] as const;

const halfOfOidc = (given: Readonly<GatewayEnv>): string[] => {
  const missing = OIDC.filter((name) => given[name] === undefined);
  return [
    ...(missing.length > 0 && missing.length < OIDC.length
      ? missing.map((name) => `${name} must be set, where others of OPS_OIDC_… are`)
      : []),
    ...(given.OPS_KEY_SIGN_IN === 'off' && missing.length > 0
      ? ['OPS_KEY_SIGN_IN must be on without OPS_OIDC_ISSUER: nobody could sign in']
      : []),
  ];
};

const unsafeInProduction = (given: Readonly<GatewayEnv>, env: NodeJS.ProcessEnv): string[] => [
  ...(given.DATABASE_URL === undefined ? ['DATABASE_URL must be set in production'] : []),
  ...(given.PUBLIC_URL !== undefined && !isPlainHttp(given.PUBLIC_URL)
    ? []
    : ['PUBLIC_URL must be an https address in production']),
  ...(given.SANDBOX === 'on' ? ['SANDBOX must not be on in production: its providers sell nothing'] : []),
  ...(env['CRASH_AT'] ? ['CRASH_AT must not be set in production: it kills the process'] : []),
  ...(given.WEBHOOK_SECRET_KEYS?.includes(SAMPLE_SECRET_KEY)
    ? ['WEBHOOK_SECRET_KEYS must not have the sample key in production: everybody knows it']
    : []),
  ...(given.OPS_OIDC_ISSUER !== undefined && travelsInTheClear(given.OPS_OIDC_ISSUER)
    ? ['OPS_OIDC_ISSUER must be an https address in production']
    : []),
  ...(given.FX_RATES === SAMPLE_FX_RATES ? ['FX_RATES must be set in production: the default is a sample'] : []),
];

const numberOrNull = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

const millisecondsOf = (seconds: string): number[] => seconds.split(',').map((text) => Math.round(Number(text) * 1000));
