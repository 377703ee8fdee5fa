import type { INestApplicationContext } from '@nestjs/common';
import { ReadCatalogs } from '../application/catalog/read-catalogs.js';
import { SecretKeys } from '../application/webhooks/secret-keys.js';
import { isLoopbackHost, travelsInTheClear } from '../domain/addresses.js';
import { MetricsServer } from '../health/metrics-server.js';
import { databaseAddress, type DatabaseAddress } from '../persistence/database/database-address.js';
import { addressesOf, isEnabled, type ProviderRegistration } from '../providers/provider-registration.js';
import { PROVIDERS } from '../providers/registry.js';
import type { GatewayContext } from './engine.module.js';
import type { Gateway } from './gateway.js';

/** What a process that has started says of itself: one line a subject. */
export const reportStart = ({ app, url }: Gateway, { settings, env, logger }: GatewayContext): void => {
  const tell = (line: string): void => logger.info({ context: 'start' }, line);
  const { production, role, publicUrl, host } = settings;
  tell(`${production ? 'production' : 'development'}, role ${role}: ${ROLES[role]}`);
  tell(`database ${databaseText(databaseAddress(settings.databaseUrl))}`);
  for (const provider of PROVIDERS) tell(providerText(provider, env));
  tell(poolsText(settings));
  tell(webhooksText(settings, app.get(SecretKeys)));
  const metricsPort = app.get(MetricsServer).port;
  const metrics = metricsPort === null ? `${url}/metrics` : `http://${host}:${metricsPort}/metrics`;
  // In production there is the document, and no page to try it.
  const docs = `docs at ${publicUrl}/${production ? 'openapi.json' : 'docs'}`;
  tell(`${role === 'worker' ? `health at ${url}/readyz` : docs}, metrics at ${metrics}`);
  const cli = production ? 'node dist/src/cli/main.js' : 'npm run -s cli --';
  tell(`keys for callers: ${cli} tenants create <name>, then ${cli} keys create <tenant id>`);
  for (const warning of production ? clearTextWarnings(settings) : []) logger.warn({ context: 'start' }, warning);
};

const ROLES = { all: 'serves requests and follows orders', api: 'serves requests', worker: 'follows orders' } as const;

const databaseText = ({ server, database, user, transport }: DatabaseAddress): string =>
  `${database} at ${server} as ${user}, ${transport === 'this machine' ? 'on this machine' : transport}`;

const providerText = (provider: ProviderRegistration, env: NodeJS.ProcessEnv): string => {
  const { id, enabledBy } = provider;
  if (!isEnabled(provider, env)) return `${id} is off; ${enabledBy} turns it on`;
  const addresses = [...new Set(addressesOf(provider, env).map(({ address }) => address))];
  const isHere = addresses.every((address) => isLoopbackHost(new URL(address).hostname));
  const { environment } = provider.farSide(env);
  const kind = environment === 'live' ? 'live' : isHere ? 'simulated' : 'sandbox';
  return `${id} is on, ${kind}, at ${addresses.join(' and ')}`;
};

const poolsText = ({ pooling }: GatewayContext['settings']): string =>
  pooling === null
    ? 'pools are off; POOL_TENANT turns them on'
    : `pools are on, and buy on behalf of ${pooling.tenantId}`;

const webhooksText = ({ webhookSecretKeys }: GatewayContext['settings'], keys: SecretKeys): string =>
  webhookSecretKeys === null
    ? 'webhooks are off; WEBHOOK_SECRET_KEYS turns them on'
    : `webhooks are on, their secrets sealed with the key ${keys.sealingKeyId}`;

/** A private network without TLS is common, and only its owner knows who else is on it: told, not refused. */
export const clearTextWarnings = ({
  databaseUrl,
  directDatabaseUrl,
  redisUrl,
}: Pick<GatewayContext['settings'], 'databaseUrl' | 'directDatabaseUrl' | 'redisUrl'>): string[] => [
  ...Object.entries({ DATABASE_URL: databaseUrl, DIRECT_DATABASE_URL: directDatabaseUrl }).flatMap(([variable, url]) =>
    url === null ? [] : databaseWarning(variable, databaseAddress(url)),
  ),
  ...(redisUrl !== null && travelsInTheClear(redisUrl.replace(/^redis/, 'http'))
    ? ['REDIS_URL has no TLS: its password and the counts can be read and changed on the way; use rediss://']
    : []),
];

const databaseWarning = (variable: string, { server, transport }: DatabaseAddress): string[] => {
  if (transport === 'no TLS')
    return [
      `${variable} has no TLS: orders and the people in them can be read and changed on the way to ${server}; add sslmode=verify-full`,
    ];
  if (transport === 'unverified TLS')
    return [`${variable} takes any certificate: whoever sits between can be ${server}; use sslmode=verify-full`];
  return [];
};

/**
 * Reads every catalog once, so that a key that its provider refuses is told at the start and not at the first order; the
 * purchases there are paused by then.
 */
export const tellRefusedKeys = async (app: INestApplicationContext, { logger }: GatewayContext): Promise<void> => {
  for (const read of await Promise.all(app.get(ReadCatalogs).begin('purchase'))) {
    if (read.error === null) continue;
    const { id } = read.provider;
    const variable = PROVIDERS.find((provider) => provider.id === id)?.enabledBy;
    if (read.error.reason === 'credentials')
      logger.error(
        { context: 'start', provider: id },
        `${id} refuses the key in ${variable}: nothing is bought there until it is right; correct it and start again`,
      );
    else
      logger.warn(
        { context: 'start', provider: id, reason: read.error.reason },
        `${id} could not be read just now; it is asked again`,
      );
  }
};
