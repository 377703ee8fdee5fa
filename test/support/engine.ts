import { randomUUID } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { ReceiveCallback } from '../../src/application/callbacks/receive-callback.js';
import { RecordReturn } from '../../src/application/callbacks/record-return.js';
import { CancelOrder } from '../../src/application/orders/cancel-order.js';
import { PlaceOrder, type PlaceOrderCommand } from '../../src/application/orders/place-order.js';
import { RefreshOrder } from '../../src/application/orders/refresh-order.js';
import { ListProviders } from '../../src/application/providers/list-providers.js';
import { PurchaseThrottle } from '../../src/application/providers/purchase-throttle.js';
import { PruneRecords } from '../../src/application/retention/prune-records.js';
import type { Actor } from '../../src/domain/orders/cause.js';
import { LEASE_MS } from '../../src/domain/purchases/timing.js';
import type { GatewaySettings } from '../../src/config/gateway-settings.js';
import { NO_LIMITS } from '../../src/domain/limits/purchase-limits.js';
import { grams } from '../../src/domain/mass.js';
import type { Order } from '../../src/domain/orders/order.js';
import type { OperationClass, ProviderId } from '../../src/domain/providers/calls.js';
import type { OffsetProvider } from '../../src/domain/providers/provider.js';
import { OrdersRepository } from '../../src/persistence/orders/orders.repository.js';
import { ProviderHealthRepository } from '../../src/persistence/providers/provider-health.repository.js';
import { ProviderQuotasRepository } from '../../src/persistence/providers/provider-quotas.repository.js';
import { TasksRepository, type ClaimedTask } from '../../src/persistence/tasks/tasks.repository.js';
import { ProviderDirectory } from '../../src/providers/provider-directory.js';
import type { TaskHandlers } from '../../src/worker/task-handlers.js';
import type { SandboxOptions } from '../../dev/sandbox/index.js';
import { launchEngine, newTenant } from './launcher.js';
import { taskHandlersOf } from './task-handlers.js';
import { startTestContext, TestBed, type TestContext } from './test-bed.js';

export type OrderToPlace = Partial<Omit<PlaceOrderCommand, 'terms' | 'mass'>> & {
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

const BY_TEST: Actor = { by: 'request', requestId: 'req_test', keyId: 'test', operator: null };

/** No response is final, so that every refusal comes to the test as the AppError that it is. */
const SILENT = { render: () => ({ status: 200, body: '{}' }), renderError: () => null };

/** Another request has used the idempotency key. */
export class KeyTaken extends Error {}

/** The use cases of the engine as specs call them, with nothing moving by itself. No spec reaches behind this class. */
export class TestEngine extends TestBed {
  private constructor(
    on: TestContext,
    public app: INestApplicationContext,
    public tenantId: string,
    private readonly settings: Partial<GatewaySettings>,
  ) {
    super(on);
  }

  static async start(settings: Partial<GatewaySettings> = {}, options: SandboxOptions = {}): Promise<TestEngine> {
    const on = await startTestContext(options);
    return TestEngine.within(on, await launchEngine(on, { settings }), settings);
  }

  /** The use cases of a gateway that runs already, served or not. */
  static async within(
    on: TestContext,
    app: INestApplicationContext,
    settings: Partial<GatewaySettings> = {},
  ): Promise<TestEngine> {
    return new TestEngine(on, app, await newTenant(app), settings);
  }

  stop(): Promise<void> {
    return this.close(this.app);
  }

  /** The process ends in good order and another takes its place. */
  async restart(): Promise<void> {
    await this.app.close();
    this.app = await this.startAnother();
  }

  /** Another process on the same database and sandbox. The test that starts it closes it. */
  startAnother(): Promise<INestApplicationContext> {
    return launchEngine(this, { settings: this.settings });
  }

  /** Places an order and waits for its first step. Rejects with the AppError of a refusal. */
  async place(wanted: OrderToPlace, waitMs = 20_000, key: string = randomUUID(), app = this.app): Promise<Order> {
    const command: PlaceOrderCommand = {
      offerId: null,
      provider: null,
      offeringId: null,
      paymentMethod: 'account',
      rounding: 'exact',
      mayBePooled: false,
      maxTotal: null,
      keyId: 'key_test',
      limits: { tenant: NO_LIMITS, key: NO_LIMITS },
      providerAccounts: {},
      hasCallbackSecret: false,
      allowDuplicate: false,
      waitIfPaused: false,
      ...wanted,
      mass: grams(wanted.grams),
      terms: { ...TERMS, ...wanted.terms },
    };
    const scope = { tenantId: this.tenantId, operation: 'place_order', key } as const;
    const request = { ...scope, fingerprint: new Uint8Array([0]), owner: randomUUID() };
    const taken = await app.get(PlaceOrder).act({ command, waitMs, cause: BY_TEST, renderer: SILENT }).take(request);
    if (taken.kind !== 'taken') throw new KeyTaken();
    await taken.execute();
    return this.order(taken.orderId);
  }

  /** For a test whose orders must not meet those of another. */
  async beAnotherTenant(): Promise<void> {
    this.tenantId = await newTenant(this.app);
  }

  /** US dollars of a tenant or a key, in all months. */
  async spentBy(subject: string): Promise<number> {
    const sql = 'SELECT COALESCE(sum(spent_usd), 0) AS usd FROM spending WHERE subject_id = $1';
    const [row] = await this.rows<{ usd: string }>(sql, [subject]);
    return Number(row?.usd);
  }

  /** Transactions that PostgreSQL has ended because they waited for each other, since the test file began. */
  async deadlocks(): Promise<number> {
    const sql = 'SELECT deadlocks::int AS count FROM pg_stat_database WHERE datname = current_database()';
    const [row] = await this.rows<{ count: number }>(sql);
    return row?.count ?? 0;
  }

  async order(id: string): Promise<Order> {
    const order = await this.app.get(OrdersRepository).findAny(id);
    if (!order) throw new Error('the order disappeared');
    return order;
  }

  async cancel(id: string, tenantId?: string): Promise<Order> {
    if (tenantId === undefined) return this.app.get(CancelOrder).run(id, BY_TEST);
    const scope = { tenantId, operation: 'cancel_order', key: randomUUID(), owner: randomUUID() } as const;
    const act = this.app.get(CancelOrder).act(id, tenantId, BY_TEST);
    const taken = await act.take({ ...scope, fingerprint: new Uint8Array([0]) });
    if (taken.kind !== 'taken') throw new KeyTaken();
    await taken.execute();
    return this.order(id);
  }

  refresh(id: string): Promise<Order> {
    return this.app.get(RefreshOrder).run(id, 'all_tenants', BY_TEST);
  }

  /** The purchase is made, and the process dies before it has written that down. Resolves with what `act` comes to. */
  async dyingBeforeTheOutcome<Result>(act: () => Promise<Result>): Promise<Result> {
    const dies = jest
      .spyOn(this.app.get(OrdersRepository), 'commit')
      .mockRejectedValueOnce(new Error('the process died here'));
    return act().finally(() => dies.mockRestore());
  }

  /** Follows the address that a hosted checkout sends the browser to; returns where the browser goes next. */
  comeBack(redirect: string, paymentId?: string): Promise<string | null> {
    const [, token = '', returned] = /\/v1\/returns\/([^/]+)(?:\/(.+))?$/.exec(redirect) ?? [];
    return this.app.get(RecordReturn).run(token, paymentId ?? returned ?? null);
  }

  /** False: the address is not one of ours. */
  receiveCallback(provider: string, token: string, body: string): Promise<boolean> {
    return this.app.get(ReceiveCallback).run(provider, token, new TextEncoder().encode(body));
  }

  /** What CNaught would post about a purchase, to the address that the order's own bytes carry. False: nothing was sent yet. */
  async announce(orderId: string, providerOrderId: string): Promise<boolean> {
    const body = (await this.sentBodies(orderId)).find((sent) => sent !== '') ?? '';
    const [, token] = /provider-callbacks\/cnaught\/([^"]+)"/.exec(body) ?? [];
    if (token === undefined) return false;
    return this.receiveCallback('cnaught', token, JSON.stringify({ order: { id: providerOrderId, state: 'placed' } }));
  }

  /** What was sent for an order, or was about to be, in order. */
  async sentBodies(orderId: string): Promise<string[]> {
    const rows = await this.rows<{ body: string }>('SELECT body FROM attempts WHERE order_id = $1 ORDER BY id', [
      orderId,
    ]);
    return rows.map(({ body }) => body);
  }

  /** Takes everything that is due, as a worker does. */
  claimDue(): Promise<ClaimedTask[]> {
    return this.app.get(TasksRepository).claimDue(this.handlers.kinds, 100, LEASE_MS);
  }

  /** Gives a claimed task back, due at once. */
  release({ lease }: ClaimedTask): Promise<void> {
    return this.app.get(TasksRepository).release(lease, 0);
  }

  runTask(task: ClaimedTask): Promise<void> {
    return this.handlers.run(task);
  }

  private get handlers(): TaskHandlers {
    return taskHandlersOf(this.app);
  }

  /** Runs everything that is due, again and again until nothing is. Returns how many runs that took. */
  async runDue(): Promise<number> {
    let runs = 0;
    for (;;) {
      const tasks = await this.claimDue();
      if (tasks.length === 0) return runs;
      runs += tasks.length;
      await Promise.all(tasks.map((task) => this.runTask(task)));
    }
  }

  /** Lets time pass, then runs what has fallen due. */
  async later(ms: number): Promise<void> {
    await this.letTimePass(ms);
    await this.runDue();
  }

  /** Lets time pass in steps until the order is placed, has failed or is under review, or `limitMs` are over. */
  async untilKnown(id: string, limitMs: number, stepMs = 5_000): Promise<Order> {
    for (let passed = 0; ; passed += stepMs) {
      await this.runDue();
      const order = await this.order(id);
      if (order.placedAt !== null || order.review !== null || order.status === 'failed' || passed >= limitMs)
        return order;
      await this.letTimePass(stepMs);
    }
  }

  /** The statuses and facts of an order, in order, each with the source it came from. */
  async history(id: string): Promise<string[]> {
    const events = await this.rows<{ type: string; source: string }>(
      'SELECT type, source FROM order_events WHERE order_id = $1 ORDER BY sequence',
      [id],
    );
    return events.map(({ type, source }) => `${type.replace('order.', '')} (${source})`);
  }

  /** What a worker does every hour. */
  async prune(app = this.app): Promise<void> {
    while (!(await app.get(PruneRecords).prune()));
  }

  provider(id: string, app = this.app): OffsetProvider {
    return app.get(ProviderDirectory).get(id);
  }

  listProviders(): ReturnType<ListProviders['run']> {
    return this.app.get(ListProviders).run(this.tenantId);
  }

  /** As a worker does between its tasks. */
  probePaused(): Promise<void> {
    return this.app.get(PurchaseThrottle).probePaused();
  }

  pause(provider: string, operationClass: OperationClass, ms: number): Promise<boolean> {
    return this.app.get(ProviderHealthRepository).pause(provider as ProviderId, operationClass, 'unavailable', ms);
  }

  resume(provider: string, operationClass: OperationClass): Promise<boolean> {
    return this.app.get(ProviderHealthRepository).resume(provider as ProviderId, operationClass);
  }

  /** As after a 429. */
  slowDown(provider: string, retryAfterMs: number): Promise<void> {
    return this.app.get(ProviderQuotasRepository).slowDown(provider as ProviderId, retryAfterMs);
  }

  /** For a test of something else that calls a lot: every bucket is always full. */
  async liftQuotas(): Promise<void> {
    await this.rows(`
      CREATE FUNCTION stays_full() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN NEW.tokens := 1000000; RETURN NEW; END'`);
    await this.rows(`
      CREATE TRIGGER stays_full BEFORE UPDATE ON quota_buckets FOR EACH ROW EXECUTE FUNCTION stays_full()`);
  }

  /** What is left of the quota now, and how fast more flows in: 1 is as fast as it may. */
  async leaveQuota(provider: string, tokens: number, pace: number): Promise<void> {
    await this.rows(
      'UPDATE quota_buckets SET tokens = $2, pace = $3, filled_at = clock_timestamp() WHERE provider = $1',
      [provider, tokens, pace],
    );
  }
}
