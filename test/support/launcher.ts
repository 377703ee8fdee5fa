import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Logger } from 'pino';
import { EngineModule, type GatewayContext } from '../../src/app/engine.module.js';
import { startGateway, type Gateway } from '../../src/app/gateway.js';
import { IssueKey } from '../../src/application/access/issue-key.js';
import type { Scope } from '../../src/application/access/scopes.js';
import { gatewaySettings, type GatewaySettings } from '../../src/config/gateway-settings.js';
import { BY_TASK, type Actor } from '../../src/domain/orders/cause.js';
import { OrderChange } from '../../src/domain/orders/order-change.js';
import type { OrderState } from '../../src/domain/orders/order-state.js';
import { ChangeOrder } from '../../src/application/orders/change-order.js';
import { OrdersRepository } from '../../src/persistence/orders/orders.repository.js';
import type { ReviewReason } from '../../src/domain/orders/review.js';
import { TenantsRepository } from '../../src/persistence/access/tenants.repository.js';
import { createLogger } from '../../src/telemetry/logger.js';
import type { TestContext } from './test-bed.js';

/** Every gateway that runs in the process of a test is started here. */
export interface LaunchOptions {
  readonly settings?: Partial<GatewaySettings>;
  /** Over the variables of the sandbox. */
  readonly env?: NodeJS.ProcessEnv;
  /** Default: tells nothing, or what TEST_LOG_LEVEL says. */
  readonly logger?: Logger;
}

/** The engine without its ways in: nothing moves unless the test moves it. */
export const launchEngine = (on: TestContext, options: LaunchOptions = {}): Promise<INestApplicationContext> =>
  NestFactory.createApplicationContext(EngineModule.register(contextOf(on, UNSERVED, options)), { logger: false });

/** Nobody listens there, while at the usual port a developer's gateway may. */
const UNSERVED = gatewaySettings({ PUBLIC_URL: 'http://127.0.0.1:1' });

/** The whole gateway on a socket, as `npm start` has it; with its worker unless the settings say `role: 'api'`. */
export const launchGateway = (on: TestContext, options: LaunchOptions = {}): Promise<Gateway> =>
  startGateway(contextOf(on, SERVED, options));

const SERVED = {
  ...gatewaySettings({ RATE_LIMIT_PER_MINUTE: '100000', PUBLIC_URL: 'https://gateway.example' }),
  port: 0,
};

const contextOf = (
  on: TestContext,
  defaults: GatewaySettings,
  { settings = {}, env = {}, logger = createLogger(process.env['TEST_LOG_LEVEL'] ?? 'silent') }: LaunchOptions,
): GatewayContext => ({
  settings: { ...defaults, ...settings, databaseUrl: settings.databaseUrl ?? on.database.applicationUrl },
  env: { ...on.sandbox.variables(), ...env },
  logger,
});

export const BY_TESTER: Actor = { by: 'operator', name: 'tester' };

export const newTenant = async (app: INestApplicationContext): Promise<string> =>
  (await app.get(TenantsRepository).create('Tenant', {}, BY_TESTER)).id;

export const newKey = async (
  app: INestApplicationContext,
  tenantId: string,
  scopes: readonly Scope[],
): Promise<string> => {
  const key = await app.get(IssueKey).run(tenantId, 'test', scopes, {
    environment: 'dev',
    expiresAt: null,
    by: BY_TESTER,
  });
  if (key === null) throw new Error('no such tenant');
  return key;
};

/** As the command line of earlier releases did, on the word of one person; their histories have it. */
export const clearByHand = async (
  app: INestApplicationContext,
  orderId: string,
  name: string,
  note: string,
): Promise<void> => {
  const state = await app.get(OrdersRepository).readState(orderId);
  const reason = state?.order.review?.reason;
  if (!state || !reason) throw new Error('no such order, or it is not under review');
  const decide = (current: OrderState): OrderChange =>
    OrderChange.of(current).record('review_cleared', 'operator', { reason, note }, { review: null });
  const cause = { by: 'operator', name } as const;
  await app.get(ChangeOrder).run(state, decide, { cause, guard: { by: 'version' }, task: { do: 'keep' } });
};

/** As when something about the order has to be seen by a person. */
export const flag = async (app: INestApplicationContext, orderId: string, reason: ReviewReason): Promise<void> => {
  const state = await app.get(OrdersRepository).readState(orderId);
  if (!state) throw new Error('no such order');
  const decide = (current: OrderState): OrderChange => OrderChange.of(current).flag(reason, 'poll');
  await app.get(ChangeOrder).run(state, decide, { cause: BY_TASK, guard: { by: 'version' }, task: { do: 'keep' } });
};
