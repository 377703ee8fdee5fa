import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { OffsetGateway } from '../../clients/typescript/src/index.js';
import { SCOPES, type Scope } from '../../src/application/access/scopes.js';
import type { GatewaySettings } from '../../src/config/gateway-settings.js';
import { launchGateway, newKey, newTenant, type LaunchOptions } from '../support/launcher.js';
import { startTestContext, TestBed, type TestContext } from '../support/test-bed.js';

/** The whole gateway on a socket, over its own database and sandbox. The worker is off: orders move when told to. */
export class ServedGateway extends TestBed {
  private constructor(
    on: TestContext,
    readonly app: NestFastifyApplication,
    readonly tenantId: string,
    readonly key: string,
  ) {
    super(on);
  }

  static async start(
    settings: Partial<GatewaySettings> = {},
    more: Omit<LaunchOptions, 'settings'> = {},
  ): Promise<ServedGateway> {
    const on = await startTestContext();
    const { app } = await launchGateway(on, { ...more, settings: { role: 'api', ...settings } }).catch(
      async (thrown: unknown) => {
        await on.sandbox.stop();
        await on.database.drop();
        throw thrown;
      },
    );
    const tenantId = await newTenant(app);
    const everything = SCOPES.filter((scope) => !scope.startsWith('ops'));
    return new ServedGateway(on, app, tenantId, await newKey(app, tenantId, everything));
  }

  stop(): Promise<void> {
    return this.close(this.app);
  }

  newTenant(): Promise<string> {
    return newTenant(this.app);
  }

  newKey(scopes: readonly Scope[], tenantId = this.tenantId): Promise<string> {
    return newKey(this.app, tenantId, scopes);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.app.getHttpServer().address() as AddressInfo).port}`;
  }

  /** As callers have it. It takes no answer that is not 2xx: what is refused is tested without it. */
  get client(): OffsetGateway {
    return new OffsetGateway({ baseUrl: this.url, apiKey: this.key });
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

/** 100 kg at CNaught, on account. */
export const SMALL_ORDER = {
  mass: { value: '100', unit: 'kg' },
  provider: 'cnaught',
  payment: { method: 'account' },
  beneficiary: { name: 'Jane Smith' },
};
