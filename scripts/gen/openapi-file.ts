import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../../src/app/app.module.js';
import { gatewaySettings } from '../../src/config/gateway-settings.js';
import { buildOpenApi } from '../../src/http/openapi/openapi.js';
import { httpAdapter } from '../../src/http/server/configure.js';
import { createLogger } from '../../src/telemetry/logger.js';
import type { GeneratedFile } from './generated-files.js';

/**
 * What a gateway serves at /openapi.json, for those who have none running. Of the application only the graph is made:
 * nothing is started, so no database is needed. Addresses are relative to where the document is read.
 */
export const openApiFile = async (): Promise<GeneratedFile> => {
  const context = {
    settings: { ...gatewaySettings({}), databaseUrl: '' },
    env: {},
    logger: createLogger('silent'),
  };
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.register(context), httpAdapter(), {
    preview: true,
    logger: false,
  });
  return { path: 'docs/openapi.json', content: JSON.stringify(buildOpenApi(app, '/')) };
};
