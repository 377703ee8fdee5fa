import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { GatewayContext } from './engine.module.js';
import { configureHttp, httpAdapter } from '../http/server/configure.js';
import { serveDocs } from '../http/openapi/serve-docs.js';
import { logRequests } from '../http/server/request-log.js';
import { applyMigrations } from '../persistence/migrations/migrate.js';
import { NestLogger } from '../telemetry/logger.js';

export interface Gateway {
  readonly app: NestFastifyApplication;
  /** Where it listens: with port 0, the port it was given. */
  readonly url: string;
}

/** Brings the database up to date and serves. `npm start`, the container and the tests all start a gateway here. */
export const startGateway = async (context: GatewayContext): Promise<Gateway> => {
  const { settings, logger } = context;
  await applyMigrations(settings.directDatabaseUrl ?? settings.databaseUrl);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.register(context),
    httpAdapter({ trustProxy: settings.trustedProxies ?? false }),
    {
      logger: new NestLogger(logger),
      bufferLogs: false,
      abortOnError: false,
    },
  );
  // First, so that what a later hook refuses has its line too.
  logRequests(app, logger);
  configureHttp(app);
  if (settings.role !== 'worker') serveDocs(app);
  await app.listen(settings.port, settings.host);
  return { app, url: await app.getUrl() };
};
