/**
 * The built gateway's engine in a process of its own, without HTTP: it places, runs what is due, cancels and takes
 * payers back when it is told to, so that a test decides when what happens. CRASH_AT kills it like any gateway.
 */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { RecordReturn } from '../../../dist/src/application/callbacks/record-return.js';
import { IdempotentExecutor } from '../../../dist/src/application/idempotency/idempotent-executor.js';
import { CancellationTerms } from '../../../dist/src/application/orders/cancellation-terms.js';
import { CancelOrder } from '../../../dist/src/application/orders/cancel-order.js';
import { LEASE_MS } from '../../../dist/src/domain/purchases/timing.js';
import { FollowOrder } from '../../../dist/src/application/orders/follow-order.js';
import { WatchAudit } from '../../../dist/src/application/audit/watch-audit.js';
import { PruneRecords } from '../../../dist/src/application/retention/prune-records.js';
import { PlaceOrder } from '../../../dist/src/application/orders/place-order.js';
import { SubmitOrder } from '../../../dist/src/application/purchases/submit-order.js';
import { gatewaySettings } from '../../../dist/src/config/gateway-settings.js';
import { EngineModule } from '../../../dist/src/app/engine.module.js';
import { OrderRenderer } from '../../../dist/src/http/v1/orders/order-renderer.js';
import { OrderPresenter } from '../../../dist/src/http/v1/orders/order.presenter.js';
import { isDatabaseGone } from '../../../dist/src/http/problems/database-gone.js';
import { ProviderDirectory } from '../../../dist/src/providers/provider-directory.js';
import { TasksRepository } from '../../../dist/src/persistence/tasks/tasks.repository.js';
import { createLogger } from '../../../dist/src/telemetry/logger.js';
import { TaskHandlers } from '../../../dist/src/worker/task-handlers.js';

const PATIENCE_MS = 20_000;

/** The hard deadline of 30 s, as the platform keeps it: a test that waits for it lets it pass sooner. */
const platformTimeout = AbortSignal.timeout.bind(AbortSignal);
let longestTimeoutMs = Infinity;
AbortSignal.timeout = (ms) => platformTimeout(Math.min(ms, longestTimeoutMs));

const settings = gatewaySettings(process.env);
const logger = createLogger(process.env['TEST_LOG_LEVEL'] || 'silent');
const root = EngineModule.register({ settings, env: process.env, logger });
const app = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
const capabilities = new Map(
  app
    .get(ProviderDirectory)
    .all()
    .map((provider) => [provider, provider.capabilities]),
);
const handlers = new TaskHandlers(
  app.get(SubmitOrder),
  app.get(FollowOrder),
  app.get(PruneRecords),
  app.get(WatchAudit),
);

const CAUSE = { by: 'request', requestId: 'test', keyId: 'test' };
const presenter = new OrderPresenter(app.get(CancellationTerms));
const subject = { requestId: 'test', url: '/v1/orders', publicUrl: settings.publicUrl };
const renderer = new OrderRenderer(presenter, subject, () => 201);

/** What POST /v1/orders does once the request is read. */
const place = async ({ command, request }) => {
  const act = app.get(PlaceOrder).act({ command, waitMs: PATIENCE_MS, cause: CAUSE, renderer });
  return (await app.get(IdempotentExecutor).run(request, act, renderer)).orderId;
};

/** A busy machine may not let a connection in at once: the worker and the browser try again. */
const patiently = async (act) => {
  for (;;) {
    try {
      return await act();
    } catch (thrown) {
      if (!isDatabaseGone(thrown)) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
};

const commands = {
  place,
  cancel: async ({ orderId }) => (await app.get(CancelOrder).run(orderId, CAUSE)).status,
  comeBack: ({ token, returnedId }) => patiently(() => app.get(RecordReturn).run(token, returnedId)),
  prepare: async ({ callsEndWithinMs, unprotected }) => {
    longestTimeoutMs = callsEndWithinMs;
    for (const [provider, declared] of capabilities)
      provider.capabilities = provider.id === unprotected ? { ...declared, idempotency: { kind: 'none' } } : declared;
  },
  /** Runs everything that is due, until nothing is. A run that fails keeps its lease, as in the worker. */
  runDue: async () => {
    for (;;) {
      const tasks = await patiently(() => app.get(TasksRepository).claimDue(handlers.kinds, 100, LEASE_MS));
      if (tasks.length === 0) return;
      await Promise.allSettled(tasks.map((task) => handlers.run(task)));
    }
  },
};

const codeOf = (thrown) => (isDatabaseGone(thrown) ? 'database_gone' : (thrown.code ?? 'unexpected'));

process.on('message', ({ id, command, given }) => {
  const tell = (response) => process.send({ id, ...response });
  commands[command](given).then(
    (value) => tell({ value }),
    (thrown) => tell({ refused: { code: codeOf(thrown), message: thrown.message } }),
  );
});
process.on('disconnect', () => process.exit());
if (!process.connected) process.exit();
process.send({ ready: true });
