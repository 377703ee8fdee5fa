import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DeliveryQueueRepository, type Recorded } from '../../src/persistence/webhooks/delivery-queue.repository.js';
import { DeliveryRunner } from '../../src/worker/delivery-runner.js';
import { TestEngine } from '../support/engine.js';
import { launchGateway } from '../support/launcher.js';
import { PostgresProxy } from '../support/postgres-proxy.js';
import { WebhookReceiver, type Received } from '../support/webhook-receiver.js';
import { WebhookSteps } from '../support/webhook-steps.js';

const ORDER = { provider: 'cnaught', grams: 1_000 } as const;
const ORDERS = 12;

/** A worker as it runs, with its own loops. */
describe('a worker', () => {
  let engine: TestEngine;
  let steps: WebhookSteps;
  let fast: WebhookReceiver;
  let slow: WebhookReceiver;
  let worker: NestFastifyApplication | null = null;
  /** Answers everything that the slow receiver holds back. */
  let release: (() => void)[] = [];
  beforeAll(async () => {
    engine = await TestEngine.start();
    steps = new WebhookSteps(engine, engine.app);
  });
  afterAll(() => engine.stop());
  beforeEach(async () => {
    await engine.beAnotherTenant();
    [fast, slow] = [await WebhookReceiver.start(), await WebhookReceiver.start()];
    release = [];
    slow.answer = (response) => release.push(() => void response.writeHead(204).end());
  });
  afterEach(async () => {
    slow.answerWith(204);
    for (const answer of release) answer();
    await worker?.close();
    worker = null;
    await Promise.all([fast.stop(), slow.stop()]);
  });

  const start = async (databaseUrl = engine.database.applicationUrl): Promise<void> => {
    worker = (await launchGateway(engine, { settings: { role: 'worker', databaseUrl } })).app;
  };
  /** Of an endpoint's deliveries: resolve when one could not be recorded, and when one was. */
  const watchRecording = (endpointId: string): { failed: Promise<void>; recorded: Promise<Recorded> } => {
    const queue = worker!.get(DeliveryQueueRepository);
    const record = queue.record.bind(queue);
    let [fail, succeed]: [() => void, (recorded: Recorded) => void] = [() => undefined, () => undefined];
    queue.record = async (delivery, outcome) => {
      const written = record(delivery, outcome);
      if (delivery.endpointId === endpointId) written.then(succeed, fail);
      return written;
    };
    return {
      failed: new Promise((resolve) => (fail = resolve)),
      recorded: new Promise((resolve) => (succeed = resolve)),
    };
  };
  const idsOf = (received: readonly Received[]): Set<string | undefined> =>
    new Set(received.map(({ headers }) => headers['webhook-id']));

  it('tells a fast receiver everything while a slow one has answered nothing, whatever waits for it', async () => {
    await steps.makeEndpoint(engine.tenantId, slow.url);
    await steps.makeEndpoint(engine.tenantId, fast.url, ['order.created']);
    for (let n = 0; n < ORDERS; n++) await engine.place(ORDER, 0);
    await start();
    await fast.untilReceived(ORDERS);
    expect(idsOf(fast.received).size).toBe(ORDERS);
    // Of more than it has taken, eight at once.
    expect(slow.received).toHaveLength(8);
  });

  it('waits for a database that was away as it was to record what arrived, and sends that once', async () => {
    const { id } = await steps.makeEndpoint(engine.tenantId, slow.url, ['order.created']);
    await engine.place(ORDER, 0);
    const proxy = await PostgresProxy.inFrontOf(engine.database.applicationUrl);
    await start(proxy.url);
    await slow.untilReceived(1);
    await proxy.close();
    const { failed, recorded } = watchRecording(id);
    for (const answer of release.splice(0)) answer();
    await failed;
    await proxy.reopen();
    expect(await recorded).toMatchObject({ held: true });
    expect(await steps.deliveries(id)).toMatchObject([{ state: 'delivered', attempts: 1 }]);
    expect(slow.received).toHaveLength(1);
    await worker?.close();
    worker = null;
    await proxy.close();
  });

  it('waits with its stop for what is under way, and begins no more', async () => {
    const { id } = await steps.makeEndpoint(engine.tenantId, slow.url, ['order.created']);
    for (let n = 0; n < ORDERS; n++) await engine.place(ORDER, 0);
    await start();
    await slow.untilReceived(8);
    const stopping = new Promise<void>((resolve) => {
      const runner = worker!.get(DeliveryRunner);
      const stop = runner.onModuleDestroy.bind(runner);
      runner.onModuleDestroy = () => (resolve(), stop());
    });
    const closing = worker?.close();
    worker = null;
    await stopping;
    for (const answer of release.splice(0)) answer();
    await closing;
    const deliveries = await steps.deliveries(id);
    expect(deliveries.filter(({ state }) => state === 'delivered')).toHaveLength(8);
    expect(slow.received).toHaveLength(8);
    // What was left is another's at once: nothing of it is leased.
    slow.answerWith(204);
    await steps.dispatch();
    await steps.sendDue();
    expect(idsOf(slow.received).size).toBe(ORDERS);
  });
});
