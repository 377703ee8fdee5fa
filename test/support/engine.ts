import { randomUUID } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ReceiveCallback } from '../../src/application/callbacks/receive-callback.js';
import { LEASE_MS } from '../../src/application/purchases/engine-settings.js';
import { FollowOrder } from '../../src/application/orders/follow-order.js';
import { PlaceOrder, type PlaceOrderCommand } from '../../src/application/orders/place-order.js';
import { SubmitOrder } from '../../src/application/purchases/submit-order.js';
import { gatewaySettings, type GatewaySettings } from '../../src/config/gateway-settings.js';
import { grams } from '../../src/domain/mass.js';
import type { Order } from '../../src/domain/orders/order.js';
import { EngineModule } from '../../src/app/engine.module.js';
import { OrdersRepository } from '../../src/persistence/orders/orders.repository.js';
import { PrismaService } from '../../src/persistence/prisma/prisma.service.js';
import { TasksRepository } from '../../src/persistence/tasks/tasks.repository.js';
import { TenantsRepository } from '../../src/persistence/access/tenants.repository.js';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../dev/sandbox/index.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { TaskHandlers } from '../../src/worker/task-handlers.js';
import { createTestDatabase, type TestDatabase } from './database.js';

/** The variables with which the gateway buys from a sandbox. */
export const sandboxEnv = (sandbox: Sandbox): NodeJS.ProcessEnv => sandbox.variables();

export type OrderWish = Partial<Omit<PlaceOrderCommand, 'terms' | 'mass'>> & {
  readonly grams: number;
  readonly terms?: Partial<PlaceOrderCommand['terms']>;
};

const TERMS: PlaceOrderCommand['terms'] = {
  beneficiary: { name: 'Jane Smith', email: null },
  retirementMessage: 'For 2026',
  description: null,
  reference: null,
  metadata: {},
  labels: {},
  successUrl: null,
  cancelUrl: null,
  webhookUrl: null,
};

/** The engine without its ways in, on its own database and sandbox: nothing moves unless the test moves it. */
export class TestEngine {
  private constructor(
    public app: INestApplicationContext,
    readonly sandbox: Sandbox,
    readonly tenantId: string,
    private readonly boot: () => Promise<INestApplicationContext>,
    private readonly database: TestDatabase,
  ) {}

  static async start(
    overrides: Partial<GatewaySettings> = {},
    options: SandboxOptions = { rateLimits: 'off' },
  ): Promise<TestEngine> {
    const sandbox = await startSandbox({ allowLoopbackUrls: true, ...options });
    const database = await createTestDatabase();
    const settings = { ...gatewaySettings({}), ...overrides, databaseUrl: database.url };
    const logger = createLogger(process.env['TEST_LOG_LEVEL'] ?? 'silent');
    const surroundings = { settings, env: sandboxEnv(sandbox), logger };
    const boot = (): Promise<INestApplicationContext> =>
      NestFactory.createApplicationContext(EngineModule.register(surroundings), { logger: false });
    const app = await boot();
    const tenant = await app.get(TenantsRepository).create('Tenant', {});
    return new TestEngine(app, sandbox, tenant.id, boot, database);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.sandbox.stop();
    await this.database.drop();
  }

  /** For whoever comes past the engine: a person with a client of their own. */
  get databaseUrl(): string {
    return this.database.url;
  }

  /** The process ends in good order and another takes its place. */
  async restart(): Promise<void> {
    await this.app.close();
    this.app = await this.boot();
  }

  /** Another process on the same database and sandbox. Whoever starts it closes it. */
  startAnother(): Promise<INestApplicationContext> {
    return this.boot();
  }

  /** Places an order and waits for its first step. Rejects with the AppError of a refusal. */
  async place(wish: OrderWish, waitMs = 20_000, key: string = randomUUID()): Promise<Order> {
    const command: PlaceOrderCommand = {
      offerId: null,
      provider: null,
      offeringId: null,
      paymentMethod: 'account',
      rounding: 'exact',
      maxTotal: null,
      providerAccounts: {},
      allowDuplicate: false,
      waitIfPaused: false,
      ...wish,
      mass: grams(wish.grams),
      terms: { ...TERMS, ...wish.terms },
    };
    const scope = { tenantId: this.tenantId, operation: 'place_order', key } as const;
    const order = await this.app.get(PlaceOrder).run(command, { ...scope, fingerprint: new Uint8Array([0]) }, waitMs);
    if (!order) throw new KeyTaken();
    return order;
  }

  async order(id: string): Promise<Order> {
    const order = await this.app.get(OrdersRepository).find(id, null);
    if (!order) throw new Error('the order disappeared');
    return order;
  }

  /** Runs everything that is due, again and again until nothing is. Returns how many runs that took. */
  async runDue(): Promise<number> {
    const jobs = new TaskHandlers(this.app.get(SubmitOrder), this.app.get(FollowOrder));
    let runs = 0;
    for (;;) {
      const tasks = await this.app.get(TasksRepository).claimDue(100, LEASE_MS);
      if (tasks.length === 0) return runs;
      runs += tasks.length;
      await Promise.all(tasks.map((task) => jobs.run(task)));
    }
  }

  /** Makes everything recorded `ms` older, which to the engine is the same as waiting. */
  async letTimePass(ms: number): Promise<void> {
    await this.app
      .get(PrismaService)
      .$transaction(
        AGEING_COLUMNS.map(([table, column]) =>
          this.app
            .get(PrismaService)
            .$executeRawUnsafe(`UPDATE ${table} SET ${column} = ${column} - ${ms} * interval '1 millisecond'`),
        ),
      );
  }

  /** Lets time pass in steps, running what falls due, until the order has a status or `limitMs` are over. */
  async settle(id: string, limitMs: number, stepMs = 5_000): Promise<Order> {
    for (let passed = 0; ; passed += stepMs) {
      await this.runDue();
      const order = await this.order(id);
      if (order.placedAt !== null || order.review !== null || order.status === 'failed' || passed >= limitMs)
        return order;
      await this.letTimePass(stepMs);
    }
  }

  /**
   * What CNaught would post about a purchase, to the address that the order's own bytes carry. False: nothing was sent
   * yet, so nobody has the address.
   */
  async announce(orderId: string, providerOrderId: string): Promise<boolean> {
    const sent = await this.app.get(PrismaService).attempt.findFirst({ where: { orderId, body: { not: '' } } });
    const [, token] = /provider-callbacks\/cnaught\/([^"]+)"/.exec(sent?.body ?? '') ?? [];
    if (token === undefined) return false;
    const body = new TextEncoder().encode(JSON.stringify({ order: { id: providerOrderId, state: 'placed' } }));
    return this.app.get(ReceiveCallback).run('cnaught', token, body);
  }

  /** The statuses and facts of an order, in order, each with the source it came from. */
  async history(id: string): Promise<string[]> {
    const events = await this.app
      .get(PrismaService)
      .orderEvent.findMany({ where: { orderId: id }, orderBy: { sequence: 'asc' } });
    return events.map(({ type, source }) => `${type.replace('order.', '')} (${source})`);
  }

  /** Open orders that nobody would ever attend to. Must be none, always. */
  async lostOrders(): Promise<number> {
    const [row] = await this.app.get(PrismaService).$queryRaw<[{ count: bigint }]>`
      SELECT count(*) FROM orders o LEFT JOIN tasks t ON t.subject_id = o.id
      WHERE o.status NOT IN ('completed', 'cancelled', 'failed', 'expired') AND t.subject_id IS NULL`;
    return Number(row.count);
  }
}

/** Another request has used the idempotency key. */
export class KeyTaken extends Error {}

const AGEING_COLUMNS = [
  ['tasks', 'run_at'],
  ['tasks', 'leased_until'],
  ['attempts', 'started_at'],
  ['attempts', 'send_deadline_at'],
  ['orders', 'last_lookup_at'],
  ['orders', 'refreshed_at'],
  ['checkout_sessions', 'expires_at'],
  ['idempotency_records', 'locked_until'],
  ['provider_health', 'probe_at'],
  ['quota_buckets', 'filled_at'],
  ['quota_buckets', 'blocked_until'],
] as const;
