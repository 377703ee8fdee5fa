import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TestDatabase } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { launchEngine, newKey, newTenant } from '../support/launcher.js';
import { startTestContext, TestBed, type TestContext } from '../support/test-bed.js';
import { sendRequest, type Outgoing, type Reply } from './http-request.js';

const END_WITH_PARENT = fileURLToPath(new URL('./end-with-parent.js', import.meta.url));
const SHIFTED_CLOCK = fileURLToPath(new URL('./shifted-clock.js', import.meta.url));

/** What the clusters of this folder are set to, unless a test says otherwise. */
const ENVIRONMENT = {
  RATE_LIMIT_PER_MINUTE: '9999999',
  DATABASE_POOL_SIZE: '10',
  POLL_SCHEDULE_SECONDS: '2',
  ONE_TRIBE_SETTLE_SECONDS: '3',
};

/** Simulated providers, a database, a caller's key, and as many processes of the built gateway as a test starts. */
export class Cluster extends TestBed {
  private readonly gateways: GatewayProcess[] = [];

  private constructor(
    on: TestContext,
    readonly key: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    super(on);
  }

  static async start(env: NodeJS.ProcessEnv = {}, ownDatabase?: TestDatabase): Promise<Cluster> {
    const on = await startTestContext({ cnaught: { callbackRetryMs: 200 } }, ownDatabase);
    const settings = { ...ENVIRONMENT, ...on.sandbox.variables(), DATABASE_URL: on.database.applicationUrl, ...env };
    return new Cluster(on, await callersKey(on), settings);
  }

  async stop(): Promise<void> {
    await Promise.all(this.gateways.map((gateway) => gateway.kill()));
    await this.close();
  }

  /** Resolves when it is ready. `clockShiftMs`: how far its wall clock is off. */
  async startGateway(
    role: 'api' | 'worker' | 'all',
    options: { readonly clockShiftMs?: number } = {},
  ): Promise<GatewayProcess> {
    const gateway = await this.spawnGateway(role, options);
    await gateway.untilReady();
    return gateway;
  }

  /** The same, whether or not it gets ready. */
  async spawnGateway(
    role: 'api' | 'worker' | 'all',
    { clockShiftMs = 0 }: { readonly clockShiftMs?: number } = {},
  ): Promise<GatewayProcess> {
    const gateway = new GatewayProcess({
      port: await freePort(),
      env: { ...this.env, ROLE: role, CLOCK_SHIFT_MS: String(clockShiftMs) },
      imports: clockShiftMs === 0 ? [END_WITH_PARENT] : [END_WITH_PARENT, SHIFTED_CLOCK],
    });
    this.gateways.push(gateway);
    return gateway;
  }

  get(gateway: GatewayProcess, path: string, outgoing: Outgoing = {}): Promise<Reply> {
    return this.send('GET', gateway, path, outgoing);
  }

  /** Places an order, by default without waiting for its provider. */
  order(
    gateway: GatewayProcess,
    body: object,
    { key = randomUUID(), prefer = 'respond-async', ...outgoing }: Outgoing & { key?: string; prefer?: string } = {},
  ): Promise<Reply> {
    const headers = { 'idempotency-key': key, prefer };
    return this.send('POST', gateway, '/v1/orders', { ...outgoing, body, headers });
  }

  send(method: string, gateway: GatewayProcess, path: string, outgoing: Outgoing): Promise<Reply> {
    const headers = { authorization: `Bearer ${this.key}`, ...outgoing.headers };
    return sendRequest(method, gateway.url + path, { ...outgoing, headers });
  }

  /** Polls, because what is waited for happens in other processes. Rejects with the last value seen. */
  async until<T>(what: string, read: () => Promise<T>, isReached: (value: T) => boolean, withinMs: number): Promise<T> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const value = await read();
      if (isReached(value)) return value;
      if (performance.now() > deadline)
        throw new Error(`${what}: not within ${withinMs / 1000} s, but ${JSON.stringify(value)}\n${this.output}`);
      await delay(100);
    }
  }

  /** How many orders have each status. */
  async statuses(): Promise<Record<string, number>> {
    const rows = await this.rows<{ status: string; n: number }>(
      'SELECT status, count(*)::int AS n FROM orders GROUP BY status',
    );
    return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
  }

  private get output(): string {
    return this.gateways.map(({ output }) => output).join('\n---\n');
  }
}

const callersKey = async (on: TestContext): Promise<string> => {
  const app = await launchEngine(on);
  const key = await newKey(app, await newTenant(app), ['orders:write', 'orders:read']);
  await app.close();
  return key;
};

/** 100 kg at CNaught, on account. */
export const CNAUGHT_ORDER = {
  mass: { value: '100', unit: 'kg' },
  provider: 'cnaught',
  payment: { method: 'account' },
  beneficiary: { name: 'Jane Smith' },
};

/** 2 t at One Tribe, on account. */
export const ONE_TRIBE_ORDER = {
  mass: { value: '2', unit: 't' },
  provider: 'one_tribe',
  payment: { method: 'account' },
  beneficiary: { name: 'Jane Smith' },
};

/** Figures of a test, for the log of the run. */
export const report = (line: string): void => void process.stdout.write(`    ${line}\n`);
