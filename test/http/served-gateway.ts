import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { AppModule } from '../../src/app/app.module.js';
import { IssueKey } from '../../src/application/access/issue-key.js';
import { SCOPES, type Scope } from '../../src/application/access/scopes.js';
import { gatewaySettings, type GatewaySettings } from '../../src/config/gateway-settings.js';
import { configureHttp, httpAdapter } from '../../src/http/server/configure.js';
import { serveDocs } from '../../src/http/openapi/openapi.js';
import { TenantsRepository } from '../../src/persistence/access/tenants.repository.js';
import { startSandbox, type Sandbox } from '../../dev/sandbox/index.js';
import { createLogger, NestLogger } from '../../src/telemetry/logger.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { sandboxEnv } from '../support/engine.js';

const SETTINGS = {
  ...gatewaySettings({ RATE_LIMIT_PER_MINUTE: '100000', PUBLIC_URL: 'https://gateway.example' }),
  role: 'api',
} as const;

/** The whole gateway on a socket, over its own database and sandbox. The worker is off: orders move when told to. */
export class ServedGateway {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly sandbox: Sandbox,
    readonly database: TestDatabase,
    readonly tenantId: string,
    readonly key: string,
  ) {}

  static async start(overrides: Partial<GatewaySettings> = {}): Promise<ServedGateway> {
    const sandbox = await startSandbox({ allowLoopbackUrls: true, rateLimits: 'off' });
    const database = await createTestDatabase();
    const settings = { ...SETTINGS, ...overrides, databaseUrl: overrides.databaseUrl ?? database.url };
    const app = await listening(settings, sandbox).catch(async (thrown: unknown) => {
      await sandbox.stop();
      await database.drop();
      throw thrown;
    });
    const { id } = await app.get(TenantsRepository).create('Tenant', {});
    const everything = SCOPES.filter((scope) => scope !== 'ops');
    return new ServedGateway(app, sandbox, database, id, await issueKey(app, everything, id));
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.sandbox.stop();
    await this.database.drop();
  }

  async newTenant(): Promise<string> {
    return (await this.app.get(TenantsRepository).create('Another tenant', {})).id;
  }

  newKey(scopes: readonly Scope[], tenantId = this.tenantId): Promise<string> {
    return issueKey(this.app, scopes, tenantId);
  }

  /** Without a key. */
  get anonymous(): ReturnType<typeof supertest> {
    return supertest(this.app.getHttpServer());
  }

  get(path: string, key = this.key): supertest.Test {
    return this.anonymous.get(path).set('authorization', `Bearer ${key}`);
  }

  post(path: string, key = this.key): supertest.Test {
    return this.anonymous.post(path).set('authorization', `Bearer ${key}`);
  }

  /** Places an order under a new idempotency key. */
  order(body: object, idempotencyKey: string = randomUUID(), key = this.key): supertest.Test {
    return this.post('/v1/orders', key).set('idempotency-key', idempotencyKey).send(body);
  }
}

const listening = async (
  settings: GatewaySettings & { readonly databaseUrl: string },
  sandbox: Sandbox,
): Promise<NestFastifyApplication> => {
  const logger = createLogger(process.env['TEST_LOG_LEVEL'] ?? 'silent');
  const root = AppModule.register({ settings, env: sandboxEnv(sandbox), logger });
  const app = await NestFactory.create<NestFastifyApplication>(root, httpAdapter(), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  configureHttp(app);
  serveDocs(app);
  await app.listen(0, '127.0.0.1');
  return app;
};

const issueKey = async (app: NestFastifyApplication, scopes: readonly Scope[], tenantId: string): Promise<string> => {
  const key = await app.get(IssueKey).run(tenantId, 'test', scopes, { environment: 'dev', expiresAt: null });
  if (key === null) throw new Error('no such tenant');
  return key;
};

/** 100 kg at CNaught, on account. */
export const SMALL_ORDER = {
  mass: { value: '100', unit: 'kg' },
  provider: 'cnaught',
  payment: { method: 'account' },
  beneficiary: { name: 'Jane Smith' },
};
