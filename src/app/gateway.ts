import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { CheckDatabase } from '../application/database/check-database.js';
import type { Concern } from '../domain/database/concerns.js';
import { AppModule } from './app.module.js';
import type { GatewayContext } from './engine.module.js';
import { ownerVariable } from '../config/gateway-settings.js';
import { configureHttp, httpAdapter } from '../http/server/configure.js';
import { serveDashboard } from '../http/dashboard/serve-dashboard.js';
import { serveSignIn } from '../http/dashboard/serve-sign-in.js';
import { serveDocs } from '../http/openapi/serve-docs.js';
import { reportRequests } from '../http/server/request-log.js';
import { tellOfUntrustedProxies } from '../http/server/untrusted-proxies.js';
import { markEnvironment, refuseOtherEnvironment } from '../persistence/database/database-environment.js';
import { usingDatabase } from '../persistence/database/database-failure.js';
import { canConnect } from '../persistence/database/with-connection.js';
import { bringUpToDate } from '../persistence/migrations/bring-up-to-date.js';
import { refuseUnknownHouse } from '../persistence/pools/known-house.js';
import { NestLogger } from '../telemetry/logger.js';

export interface Gateway {
  readonly app: NestFastifyApplication;
  /** Where it listens: with port 0, the port it was given. */
  readonly url: string;
}

/** Brings the database up to date and serves. `npm start`, the container and the tests all start a gateway here. */
export const startGateway = async (context: GatewayContext): Promise<Gateway> => {
  const { settings, logger } = context;
  const directUrl = settings.directDatabaseUrl ?? settings.databaseUrl;
  const environment = settings.production ? 'live' : 'development';
  await usingDatabase(ownerVariable(settings), directUrl, async () => {
    await refuseOtherEnvironment(directUrl, environment);
    const { problem } = await bringUpToDate(directUrl);
    if (problem !== null && settings.production) logger.warn({ context: 'database' }, problem);
    await markEnvironment(directUrl, environment);
    if (settings.pooling !== null) await refuseUnknownHouse(directUrl, settings.pooling.tenantId);
  });
  if (settings.directDatabaseUrl !== null)
    await usingDatabase('DATABASE_URL', settings.databaseUrl, () => canConnect(settings.databaseUrl));
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.register(context),
    httpAdapter({ trustProxy: settings.trustedProxies ?? false }),
    {
      logger: new NestLogger(logger),
      bufferLogs: false,
      abortOnError: false,
    },
  );
  await warnOfDatabase(app, settings.production, logger);
  // Before other hooks, so that what they refuse is reported too.
  reportRequests(app, logger);
  if (settings.production) tellOfUntrustedProxies(app, logger);
  configureHttp(app);
  if (settings.role !== 'worker') {
    serveDocs(app);
    serveSignIn(app);
    serveDashboard(app);
  }
  await app.listen(settings.port, settings.host);
  return { app, url: await app.getUrl() };
};

/** In development a single server without a standby is what is wanted; one on which nothing can be written is not. */
const ALWAYS_TOLD: ReadonlySet<Concern> = new Set(['in_recovery', 'read_only', 'lacks_rights']);

const warnOfDatabase = async (app: INestApplicationContext, inProduction: boolean, logger: Logger): Promise<void> => {
  // A database that does not respond is readiness' to tell.
  const concerns = await app
    .get(CheckDatabase)
    .run()
    .catch(() => []);
  for (const { concern, meaning } of concerns)
    if (inProduction || ALWAYS_TOLD.has(concern)) logger.warn({ context: 'database', concern }, meaning);
};
