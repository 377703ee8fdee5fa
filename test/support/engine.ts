import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { gatewaySettings, type GatewaySettings } from '../../src/config/gateway-settings.js';
import { EngineModule } from '../../src/engine.module.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { createTestDatabase, type TestDatabase } from './database.js';

/** The variables with which the gateway buys from a sandbox. */
export const sandboxEnv = ({ cnaught, carbonmark, oneTribe }: Sandbox): NodeJS.ProcessEnv => ({
  CNAUGHT_API_KEY: cnaught.apiKey,
  CNAUGHT_BASE_URL: cnaught.baseUrl,
  CARBONMARK_API_KEY: carbonmark.apiKey,
  CARBONMARK_CHECKOUT_URL: carbonmark.baseUrl,
  CARBONMARK_API_URL: carbonmark.baseUrl,
  ONE_TRIBE_API_KEY: oneTribe.apiKey,
  ONE_TRIBE_BASE_URL: oneTribe.baseUrl,
});

export interface TestEngine {
  readonly app: INestApplicationContext;
  readonly sandbox: Sandbox;
  readonly database: TestDatabase;
  stop(): Promise<void>;
}

/** The engine without its ways in, on its own database and sandbox: nothing moves unless the test moves it. */
export const startEngine = async (overrides: Partial<GatewaySettings> = {}): Promise<TestEngine> => {
  const [database, sandbox] = await Promise.all([
    createTestDatabase(),
    startSandbox({ allowLoopbackUrls: true, rateLimits: 'off' }),
  ]);
  const settings = { ...gatewaySettings({}), ...overrides, databaseUrl: database.url };
  const logger = createLogger(process.env['TEST_LOG_LEVEL'] ?? 'silent');
  const app = await NestFactory.createApplicationContext(
    EngineModule.register({ settings, env: sandboxEnv(sandbox), logger }),
    { logger: false, abortOnError: false },
  );
  const stop = async (): Promise<void> => {
    await app.close();
    await sandbox.stop();
    await database.drop();
  };
  return { app, sandbox, database, stop };
};
