import { RotateCallbackSecret } from '../../src/application/webhooks/rotate-callback-secret.js';
import { RotateEndpointSecret } from '../../src/application/webhooks/rotate-endpoint-secret.js';
import { TurnSwitchOn } from '../../src/application/switches/turn-switch-on.js';
import { EventRenderer } from '../../src/application/webhooks/event-renderer.js';
import { FeedRepository } from '../../src/persistence/events/feed.repository.js';
import { MOST_FAILING_MS, SEND_LEASE_MS } from '../../src/domain/webhooks/schedule.js';
import { TestEngine } from '../support/engine.js';
import { BY_TESTER } from '../support/launcher.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { verified, WebhookSteps, type MadeEndpoint } from '../support/webhook-steps.js';

const HOUR_MS = 3_600_000;
const ORDER = { provider: 'cnaught', grams: 1_000 } as const;

describe('webhooks', () => {
  let engine: TestEngine;
  let steps: WebhookSteps;
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    engine = await TestEngine.start();
    steps = new WebhookSteps(engine, engine.app);
  });
  afterAll(() => engine.stop());
  beforeEach(async () => {
    await engine.beAnotherTenant();
    receiver = await WebhookReceiver.start();
  });
  afterEach(async () => {
    await engine.rows(`UPDATE webhook_deliveries SET state = 'dead', ended_at = now() WHERE state = 'pending'`);
    await receiver.stop();
  });

  const makeEndpoint = (...more: [url?: string, types?: Parameters<WebhookSteps['makeEndpoint']>[2]]) =>
    steps.makeEndpoint(engine.tenantId, more[0] ?? receiver.url, more[1]);

  /** An endpoint with one event to send: that an order was made. */
  const oneDelivery = async (): Promise<MadeEndpoint & { readonly orderId: string }> => {
    const endpoint = await makeEndpoint(receiver.url, ['order.created']);
    const { id: orderId } = await engine.place(ORDER, 0);
    await steps.dispatch();
    return { ...endpoint, orderId };
  };
  const eventsOf = async (orderId: string): Promise<string[]> =>
    (
      await engine.rows<{ id: string }>('SELECT id FROM order_events WHERE order_id = $1 ORDER BY sequence', [orderId])
    ).map(({ id }) => id);

  it('tell an endpoint everything that happens from then on, in the words of the feed', async () => {
    const before = await engine.place(ORDER);
    const { id, secret } = await makeEndpoint();
    const order = await engine.place(ORDER);
    await steps.dispatch();
    await steps.dispatch();
    await steps.sendDue();

    const told = receiver.received.map(({ headers }) => headers['webhook-id'] ?? '');
    expect(told.toSorted()).toEqual((await eventsOf(order.id)).toSorted());
    expect(told).not.toContain((await eventsOf(before.id))[0]);
    for (const request of receiver.received) {
      const { id: eventId } = verified(secret, request);
      const [event] = await engine.app.get(FeedRepository).find([eventId]);
      expect(request.body).toBe(engine.app.get(EventRenderer).render(event!));
      expect(request.headers['webhook-id']).toBe(eventId);
    }
    expect((await steps.deliveries(id)).map(({ state, attempts }) => [state, attempts])).toEqual(
      told.map(() => ['delivered', 1]),
    );
  });

  it('wait while a person has switched them off, for that tenant alone', async () => {
    await oneDelivery();
    const switchOff = (tenantId: string) =>
      engine.app.get(TurnSwitchOn).run(
        {
          scope: { provider: null, tenantId, operation: 'webhooks' },
          until: new Date(Date.now() + HOUR_MS),
          reason: 'its receiver is being moved',
        },
        BY_TESTER,
      );
    await switchOff(engine.tenantId);
    expect(await steps.claim()).toEqual([]);
    const stopped = engine.tenantId;
    await engine.beAnotherTenant();
    await oneDelivery();
    expect(await steps.sendDue()).toBe(1);
    await engine.rows('UPDATE switches SET until = now() WHERE tenant_id = $1', [stopped]);
    expect(await steps.sendDue()).toBe(1);
  });

  it('tell an endpoint what it wants, and one that is disabled nothing', async () => {
    const some = await makeEndpoint(receiver.url, ['order.placed']);
    const disabled = await makeEndpoint(receiver.url);
    await engine.rows(`UPDATE webhook_endpoints SET disabled_reason = 'caller', disabled_at = now() WHERE id = $1`, [
      disabled.id,
    ]);
    await engine.place(ORDER);
    await steps.dispatch();
    await steps.sendDue();
    expect(receiver.received.map((request) => verified(some.secret, request).type)).toEqual(['order.placed']);
    expect(await steps.deliveries(disabled.id)).toEqual([]);
  });

  it('tell the callback address of an order, through one endpoint for all orders that have it', async () => {
    const { secret } = await engine.app.get(RotateCallbackSecret).run(engine.tenantId, 0, BY_TESTER);
    const terms = { webhookUrl: receiver.url };
    const orders = [await engine.place({ ...ORDER, terms }), await engine.place({ ...ORDER, terms })];
    await engine.place(ORDER);
    await steps.dispatch();
    orders.push(await engine.place({ ...ORDER, terms }));
    await steps.dispatch();
    await steps.sendDue();
    const told = receiver.received.map((request) => verified(secret, request).id);
    expect(told.sort()).toEqual((await Promise.all(orders.map(({ id }) => eventsOf(id)))).flat().sort());
    const endpoints = await engine.rows('SELECT origin FROM webhook_endpoints WHERE tenant_id = $1', [engine.tenantId]);
    expect(endpoints).toEqual([{ origin: 'order' }]);
  });

  it('are queued once, however many processes hand on events at the same time', async () => {
    const { id } = await makeEndpoint();
    const others = await Promise.all([engine.startAnother(), engine.startAnother()]);
    const orders = [];
    for (let n = 0; n < 4; n++) {
      orders.push(await engine.place(ORDER));
      await Promise.all([engine.app, ...others].map((app) => steps.dispatch(app)));
    }
    const events = (await Promise.all(orders.map((order) => eventsOf(order.id)))).flat();
    expect((await steps.deliveries(id)).map(({ event_id }) => event_id).sort()).toEqual(events.sort());
    await Promise.all(others.map((app) => app.close()));
  });

  it('are sent again by the schedule, with the same id, and given up after ten tries', async () => {
    const { id, secret, orderId } = await oneDelivery();
    receiver.answerWith(500);
    expect(await steps.sendDue()).toBe(1);
    for (const waitMs of [5_000, 300_000, 0.5, 2, 5, 10, 14, 20, 24].map((n) => (n < 100 ? n * HOUR_MS : n))) {
      await engine.letTimePass(waitMs * 0.89);
      expect(await steps.sendDue()).toBe(0);
      await engine.letTimePass(waitMs * 0.22);
      expect(await steps.sendDue()).toBe(1);
    }
    await engine.letTimePass(1_000 * HOUR_MS);
    expect(await steps.sendDue()).toBe(0);
    expect(await steps.deliveries(id)).toMatchObject([{ state: 'dead', attempts: 10 }]);
    expect(new Set(receiver.received.map((request) => verified(secret, request).id))).toEqual(
      new Set(await eventsOf(orderId)),
    );
    const attempts = await engine.rows(
      'SELECT a.number, a.status, a.error, a.answer FROM webhook_attempts a ORDER BY started_at DESC, number DESC LIMIT 10',
    );
    expect(attempts.reverse()).toEqual(
      Array.from({ length: 10 }, (_, n) => ({ number: n + 1, status: 500, error: 'refused', answer: 'told' })),
    );
  });

  it('are signed by the old secret and the new one while both are valid', async () => {
    const { id, secret } = await oneDelivery();
    const rotated = await engine.app.get(RotateEndpointSecret).run(id, engine.tenantId, 24, BY_TESTER);
    await steps.sendDue();
    const [request] = receiver.received;
    expect(request?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    for (const each of [secret, rotated.secret]) expect(() => verified(each, request!)).not.toThrow();
  });

  it('of a sender that dies are sent by another one when its lease has ended', async () => {
    const { id, secret } = await oneDelivery();
    const [taken] = await steps.claim();
    expect(await steps.claim()).toEqual([]);
    await engine.letTimePass(SEND_LEASE_MS);
    expect(await steps.sendDue()).toBe(1);
    // It was not dead, only slow: it tells the receiver again, and records nothing.
    await steps.send(taken!);
    expect(receiver.received.map((request) => verified(secret, request).id)).toEqual([
      taken!.event.id,
      taken!.event.id,
    ]);
    expect(await steps.deliveries(id)).toMatchObject([{ state: 'delivered', attempts: 1 }]);
  });

  it('disable an endpoint whose receiver says that it is gone, and tell the others', async () => {
    const { id } = await oneDelivery();
    const other = await WebhookReceiver.start();
    const watching = await makeEndpoint(other.url, ['webhook_endpoint.disabled']);
    receiver.answerWith(410);
    await steps.sendDue();
    expect(await steps.endpoint(id)).toMatchObject({ disabled_reason: 'gone', version: 2 });
    expect(await steps.deliveries(id)).toMatchObject([{ state: 'dead', attempts: 1 }]);

    await engine.place(ORDER);
    await steps.dispatch();
    await steps.sendDue();
    expect(other.received.map((request) => verified(watching.secret, request))).toMatchObject([
      { type: 'webhook_endpoint.disabled', data: { webhook_endpoint: { id, disabled_reason: 'gone' } } },
    ]);
    expect(receiver.received).toHaveLength(1);
    await other.stop();
  });

  it('disable an endpoint at which nothing came through for 120 hours, and give up what waits for it', async () => {
    const { id } = await oneDelivery();
    receiver.answerWith(503);
    await steps.sendDue();
    expect((await steps.endpoint(id)).failing_since).not.toBeNull();
    await engine.place(ORDER, 0);
    await steps.dispatch();
    await engine.letTimePass(MOST_FAILING_MS);
    const [first] = await steps.claim();
    await steps.send(first!);
    expect(await steps.endpoint(id)).toMatchObject({ disabled_reason: 'failing' });
    await steps.giveUpUnsendable();
    expect((await steps.deliveries(id)).map(({ state }) => state)).toEqual(['dead', 'dead']);
  });

  it('leave an endpoint alone that has taken one of them meanwhile', async () => {
    const { id } = await oneDelivery();
    receiver.answerWith(503);
    await steps.sendDue();
    await engine.letTimePass(MOST_FAILING_MS);
    receiver.answerWith(200);
    await steps.sendDue();
    expect(await steps.endpoint(id)).toMatchObject({ disabled_reason: null, failing_since: null, version: 1 });
    receiver.answerWith(503);
    await engine.place(ORDER, 0);
    await steps.dispatch();
    await steps.sendDue();
    expect(await steps.endpoint(id)).toMatchObject({ disabled_reason: null });
  });

  it('that cannot be signed wait, and are no try', async () => {
    const { id } = await oneDelivery();
    await engine.rows(`UPDATE webhook_endpoints SET secrets = '[{"key_id":"lost","sealed":"AAAA"}]' WHERE id = $1`, [
      id,
    ]);
    await steps.sendDue();
    expect(await steps.deliveries(id)).toMatchObject([{ state: 'pending', attempts: 0 }]);
    expect(receiver.connections).toBe(0);
  });

  it('to a target that is not allowed are tries like others', async () => {
    const { id } = await oneDelivery();
    await engine.rows(`UPDATE webhook_endpoints SET url = $2 WHERE id = $1`, [id, `http://0.0.0.0:${receiver.port}/`]);
    await steps.sendDue();
    expect(receiver.connections).toBe(0);
    const [attempt] = await engine.rows(
      'SELECT status, error, answer FROM webhook_attempts ORDER BY started_at DESC LIMIT 1',
    );
    expect(attempt).toEqual({ status: null, error: 'target_not_allowed', answer: null });
  });
});
