import { InvalidEnvironmentError, readEnvironment } from './environment.js';
import { GatewayEnv, SAMPLE_FX_RATES, type Role } from './gateway.env.js';

/** The gateway's settings. */
export interface GatewaySettings {
  readonly production: boolean;
  readonly port: number;
  readonly host: string;
  /** Null if unset. dev/start-up.ts then starts a database, outside production. */
  readonly databaseUrl: string | null;
  /** The database without a pooler in between; null if `databaseUrl` has none. */
  readonly directDatabaseUrl: string | null;
  readonly databasePoolSize: number;
  /** Whether simulated providers may be used with a database that is not the embedded one. */
  readonly sandbox: boolean;
  readonly publicUrl: string;
  readonly role: Role;
  readonly logLevel: string;
  /** The proxies that may name the client's address: addresses or networks, comma-separated. Null for none. */
  readonly trustedProxies: string | null;
  readonly redisUrl: string | null;
  readonly rateLimitPerMinute: number;
  readonly workerConcurrency: number;
  readonly pollDelaysMs: readonly number[];
  readonly duplicateWindowMs: number;
  readonly fxRates: string;
}

/** Delays between polls of an order, as the providers' quotas suggest: 1 m, 5 m, 15 m, 1 h, 6 h, daily. */
const POLL_SCHEDULE_SECONDS = '60,300,900,3600,21600,86400';

/** Throws InvalidEnvironmentError with every problem at once; names and fixes, never a value. */
export const gatewaySettings = (env: NodeJS.ProcessEnv): GatewaySettings => {
  const given = readEnvironment(GatewayEnv, env);
  const production = given.NODE_ENV === 'production';
  const problems = production ? unsafeInProduction(given, env) : [];
  if (problems.length > 0) throw new InvalidEnvironmentError(problems);
  return {
    production,
    port: Number(given.PORT),
    host: given.HOST,
    databaseUrl: given.DATABASE_URL ?? null,
    directDatabaseUrl: given.DIRECT_DATABASE_URL ?? null,
    sandbox: given.SANDBOX === 'on',
    databasePoolSize: Number(given.DATABASE_POOL_SIZE),
    publicUrl: (given.PUBLIC_URL ?? `http://127.0.0.1:${given.PORT}`).replace(/\/+$/, ''),
    role: given.ROLE,
    logLevel: given.LOG_LEVEL,
    trustedProxies: given.TRUSTED_PROXIES ?? null,
    redisUrl: given.REDIS_URL ?? null,
    rateLimitPerMinute: Number(given.RATE_LIMIT_PER_MINUTE),
    workerConcurrency: Number(given.WORKER_CONCURRENCY),
    pollDelaysMs: millisecondsOf(given.POLL_SCHEDULE_SECONDS ?? POLL_SCHEDULE_SECONDS),
    duplicateWindowMs: Number(given.DUPLICATE_WINDOW_SECONDS) * 1000,
    fxRates: given.FX_RATES,
  };
};

const unsafeInProduction = (given: Readonly<GatewayEnv>, env: NodeJS.ProcessEnv): string[] => [
  ...(given.DATABASE_URL === undefined ? ['DATABASE_URL must be set in production'] : []),
  ...(given.PUBLIC_URL?.startsWith('https://') ? [] : ['PUBLIC_URL must be an https address in production']),
  ...(given.SANDBOX === 'on' ? ['SANDBOX must not be on in production: its providers sell nothing'] : []),
  ...(env['CRASH_AT'] ? ['CRASH_AT must not be set in production: it kills the process'] : []),
  ...(given.FX_RATES === SAMPLE_FX_RATES ? ['FX_RATES must be set in production: the default is a sample'] : []),
];

const millisecondsOf = (seconds: string): number[] => seconds.split(',').map((text) => Math.round(Number(text) * 1000));
