import type { FeedEventType } from '../../src/domain/events/feed-event.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { verified, WebhookSteps, type MadeEndpoint } from '../support/webhook-steps.js';
import { Documentation } from './documentation.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

const DELIVERIES = '/v1/webhook-deliveries';
const DELIVERY = '/v1/webhook-deliveries/{id}';
const ENDPOINTS = '/v1/webhook-endpoints';
const NO_ENDPOINT = 'whe_01jd4v2m0gf5c8q7k3x9w1z2r4';
const NO_DELIVERY = 'dlv_01jd4v2m0gf5c8q7k3x9w1z2r4';

interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly event_id: string;
  readonly next_attempt_at: string | null;
}

describe('webhook deliveries', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  let steps: WebhookSteps;
  let receiver: WebhookReceiver;
  let tenantId: string;
  let key: string;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    docs = await Documentation.of(gateway);
    steps = new WebhookSteps(gateway, gateway.app);
  });
  afterAll(() => gateway.stop());
  beforeEach(async () => {
    tenantId = await gateway.newTenant();
    key = await gateway.newKey(['webhooks:manage', 'orders:write'], tenantId);
    receiver = await WebhookReceiver.start();
  });
  afterEach(async () => {
    await gateway.rows(`UPDATE webhook_deliveries SET state = 'dead', ended_at = now() WHERE state = 'pending'`);
    await receiver.stop();
  });

  const makeEndpoint = (...types: FeedEventType[]): Promise<MadeEndpoint> =>
    steps.makeEndpoint(tenantId, receiver.url, types);
  const placeOrders = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let n = 0; n < count; n++)
      ids.push(((await gateway.order(SMALL_ORDER, undefined, key)).body as { id: string }).id);
    await steps.dispatch();
    return ids;
  };
  const list = async (query = '', asKey = key): Promise<Delivery[]> => {
    const { body } = await docs.documented(DELIVERIES, gateway.get(`${DELIVERIES}${query}`, asKey));
    return (body as { data: Delivery[] }).data;
  };
  const read = (id: string, asKey = key) => docs.documented(DELIVERY, gateway.get(`${DELIVERIES}/${id}`, asKey));
  const replayOne = (id: string, asKey = key) =>
    docs.documented(`${DELIVERY}/replay`, gateway.post(`${DELIVERIES}/${id}/replay`, asKey));
  const replay = (id: string, body: object, asKey = key) =>
    docs.documented(`${ENDPOINTS}/{id}/replay`, gateway.post(`${ENDPOINTS}/${id}/replay`, asKey).send(body));
  const test = (id: string, asKey = key) =>
    docs.documented(`${ENDPOINTS}/{id}/test`, gateway.post(`${ENDPOINTS}/${id}/test`, asKey));
  const since = new Date(Date.now() - 60_000).toISOString();
  const disable = (id: string) =>
    gateway.rows(`UPDATE webhook_endpoints SET disabled_reason = 'caller', disabled_at = now() WHERE id = $1`, [id]);
  const enable = (id: string) =>
    gateway.rows('UPDATE webhook_endpoints SET disabled_reason = NULL, disabled_at = NULL WHERE id = $1', [id]);

  it('are listed newest first, page by page, and filtered', async () => {
    const endpoint = await makeEndpoint('order.created');
    const other = await makeEndpoint('order.created');
    const [first] = await placeOrders(3);
    expect(await list()).toHaveLength(6);
    const ids = (await list(`?endpoint_id=${endpoint.id}`)).map(({ id }) => id);
    expect(ids).toEqual([...ids].sort().reverse());
    expect(ids).toHaveLength(3);

    const page = await gateway.get(`${DELIVERIES}?endpoint_id=${endpoint.id}&limit=2`, key);
    const { data, next_cursor: next } = page.body as { data: Delivery[]; next_cursor: string };
    const rest = await list(`?endpoint_id=${endpoint.id}&limit=2&cursor=${next}`);
    expect([...data, ...rest].map(({ id }) => id)).toEqual(ids);

    expect(await list(`?order_id=${first}`)).toHaveLength(2);
    receiver.answerWith(410);
    await steps.sendDue();
    expect((await list('?state=dead')).length).toBeGreaterThan(0);
    expect(await list(`?state=delivered&endpoint_id=${other.id}`)).toEqual([]);
    expect((await gateway.get(`${DELIVERIES}?cursor=abc`, key)).status).toBe(400);
  });

  it('are shown with every request', async () => {
    await makeEndpoint('order.created');
    const [orderId] = await placeOrders(1);
    receiver.answerWith(500);
    await steps.sendDue();
    const [delivery] = await list();
    expect((await read(delivery!.id)).body).toMatchObject({
      id: delivery!.id,
      order_id: orderId,
      event_type: 'order.created',
      state: 'pending',
      attempts: 1,
      requests: [{ number: 1, status: 500, failure: 'refused', answer: 'told' }],
    });
    expect(delivery!.next_attempt_at).not.toBeNull();
  });

  it('are seen by their tenant alone, and by all-seeing keys', async () => {
    const endpoint = await makeEndpoint('order.created');
    await placeOrders(1);
    const [delivery] = await list();
    const stranger = await gateway.newKey(['webhooks:manage'], await gateway.newTenant());
    expect(await list('', stranger)).toEqual([]);
    expect((await read(delivery!.id, stranger)).body).toMatchObject({ code: 'webhook_delivery_not_found' });
    expect((await replayOne(delivery!.id, stranger)).status).toBe(404);
    expect((await replay(endpoint.id, { since, only: 'all' }, stranger)).status).toBe(404);
    expect((await test(endpoint.id, stranger)).status).toBe(404);
    expect((await read('dlv_nonsense')).status).toBe(404);
    expect((await replayOne(NO_DELIVERY)).status).toBe(404);
    expect((await replay(NO_ENDPOINT, { since, only: 'all' })).status).toBe(404);
    const ops = await gateway.newKey(['webhooks:manage', 'ops'], await gateway.newTenant());
    expect((await read(delivery!.id, ops)).status).toBe(200);
    expect((await gateway.get(DELIVERIES, await gateway.newKey(['orders:read'], tenantId))).status).toBe(403);
  });

  it('are queued again one by one, with the same id', async () => {
    const { secret } = await makeEndpoint('order.created');
    await placeOrders(1);
    await steps.sendDue();
    const [delivery] = await list();
    expect(delivery).toMatchObject({ state: 'delivered', next_attempt_at: null });
    const queued = await replayOne(delivery!.id);
    expect([queued.status, queued.body]).toEqual([202, { queued: 1 }]);
    expect(receiver.received).toHaveLength(1);
    await steps.sendDue();
    const messages = receiver.received.map((request) => verified(secret, request));
    expect(messages.flatMap((message) => docs.undocumentedInMessage(message))).toEqual([]);
    const [first, second] = messages.map(({ id }) => id);
    expect([first, second]).toEqual([delivery!.event_id, delivery!.event_id]);
    expect((await read(delivery!.id)).body).toMatchObject({ state: 'delivered', attempts: 2 });
  });

  it('are queued again for a window of time: what failed, what is missing, or all', async () => {
    const { id, secret } = await makeEndpoint('order.created');
    await placeOrders(2);
    await steps.sendDue();
    await disable(id);
    const missed = await placeOrders(3);
    await enable(id);
    await placeOrders(1);
    await gateway.rows(`UPDATE webhook_deliveries SET state = 'dead', ended_at = now() WHERE state = 'pending'`);

    const counts = async (): Promise<number[]> => {
      const answers = [];
      for (const only of ['failed', 'missing', 'all']) answers.push(await replay(id, { since, only, dry_run: true }));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      return answers.map(({ body }) => (body as { would_queue: number }).would_queue);
    };
    expect(await counts()).toEqual([1, 3, 6]);
    expect(await counts()).toEqual([1, 3, 6]);

    const queued = await replay(id, { since, only: 'missing' });
    expect([queued.status, queued.body]).toEqual([202, { queued: 3 }]);
    await steps.sendDue();
    const told = receiver.received
      .slice(2)
      .map((request) => verified(secret, request).data as { order: { id: string } });
    expect(told.map(({ order }) => order.id).sort()).toEqual([...missed].sort());
    expect(await counts()).toEqual([1, 0, 6]);
    expect((await replay(id, { since, only: 'failed' })).body).toEqual({ queued: 1 });
    expect(await counts()).toEqual([0, 0, 5]);
    const { body } = await replay(id, { since, until: new Date(Date.parse(since) + 1).toISOString(), only: 'all' });
    expect(body).toEqual({ queued: 0 });
  });

  it('of an endpoint that is newer than what happened can be queued, too', async () => {
    await placeOrders(2);
    const { id } = await makeEndpoint('order.created');
    expect((await replay(id, { since, only: 'missing' })).body).toEqual({ queued: 2 });
  });

  it('are not queued for an endpoint that is disabled', async () => {
    const { id } = await makeEndpoint('order.created');
    await placeOrders(1);
    await steps.sendDue();
    await disable(id);
    const [delivery] = await list();
    expect((await replayOne(delivery!.id)).body).toMatchObject({ status: 409, code: 'webhook_endpoint_disabled' });
    expect((await replay(id, { since, only: 'all' })).status).toBe(409);
  });

  it.each([
    ['no beginning', { only: 'all' }],
    ['a beginning after its end', { since, until: new Date(0).toISOString(), only: 'all' }],
    ['a beginning in the future', { since: '2999-01-01T00:00:00Z', only: 'all' }],
    ['more than 31 days', { since: '2026-01-01T00:00:00Z', until: '2026-02-02T00:00:00Z', only: 'all' }],
    ['an unknown choice', { since, only: 'some' }],
    ['an unknown field', { since, only: 'all', force: true }],
  ])('are not queued for a window with %s', async (_, body) => {
    const { id } = await makeEndpoint();
    expect((await replay(id, body)).body).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('are tried by a test message, which says what came of it', async () => {
    const { id, secret } = await makeEndpoint();
    receiver.answerWith(201);
    const { body } = await test(id);
    expect(body).toMatchObject({ delivered: true, status: 201, failure: null, answer: 'told' });
    const message = verified(secret, receiver.received[0]!);
    expect(message).toMatchObject({ type: 'webhook_endpoint.test', data: { webhook_endpoint: { id } } });
    expect(docs.undocumentedInMessage(message)).toEqual([]);
    expect(message.id).toBe((body as { message_id: string }).message_id);
    receiver.answerWith(302, { location: receiver.url });
    expect((await test(id)).body).toMatchObject({ delivered: false, status: 302, failure: 'redirected' });
    expect(receiver.received).toHaveLength(2);
    expect(await list()).toEqual([]);
  });

  it('and a test message reach nothing that is not allowed, and say no more than that', async () => {
    const { id } = await makeEndpoint();
    await gateway.rows('UPDATE webhook_endpoints SET url = $2 WHERE id = $1', [id, `http://0.0.0.0:${receiver.port}/`]);
    const { body } = await test(id);
    expect(body).toMatchObject({ delivered: false, status: null, failure: 'target_not_allowed', answer: null });
    expect(JSON.stringify(body)).not.toContain('0.0.0.0');
    expect(receiver.connections).toBe(0);
  });

  describe('for operators', () => {
    const OPS = '/v1/ops/webhook-deliveries';
    const OPS_ENDPOINTS = '/v1/ops/webhook-endpoints';
    let viewer: string;
    let actor: string;
    beforeAll(async () => {
      viewer = await gateway.newKey(['ops']);
      actor = await gateway.newKey(['ops', 'ops:act']);
    });
    const see = async <Body>(path: string, template: string): Promise<Body> =>
      (await docs.documented(template, gateway.get(path, viewer))).body as Body;
    const actsOn = async (id: string) =>
      (await gateway.rows('SELECT act, outcome FROM audit_log WHERE subject = $1 ORDER BY number', [id])).map((row) =>
        Object.values(row).join(' '),
      );

    it('are those of all tenants, by what they have in common', async () => {
      const endpoint = await makeEndpoint('order.created');
      const [orderId] = await placeOrders(1);
      const ids = async (query: string) =>
        (await see<{ data: Delivery[] }>(`${OPS}?limit=100${query}`, OPS)).data.map(({ id }) => id);
      const [delivery] = await list();
      for (const query of ['', `&endpoint_id=${endpoint.id}`, `&order_id=${orderId}`, `&tenant_id=${tenantId}`])
        expect([query, await ids(query)]).toEqual([query, expect.arrayContaining([delivery!.id])]);
      expect(await ids(`&tenant_id=${await gateway.newTenant()}`)).toEqual([]);
      expect((await gateway.get(OPS, key)).status).toBe(403);
    });

    it('show what is sent and what was answered, without the person the order is for and without secrets', async () => {
      const { secret } = await makeEndpoint('order.created');
      await placeOrders(1);
      receiver.answer = (response) => void response.writeHead(500).end('x'.repeat(5_000));
      await steps.sendDue();
      const [delivery] = await list();
      const seen = await see<{ message: { host: string; body: string }; requests: { answer: string }[] }>(
        `${OPS}/${delivery!.id}`,
        `${OPS}/{id}`,
      );
      expect(seen).toMatchObject({
        id: delivery!.id,
        endpoint: { host: `127.0.0.1:${receiver.port}`, enabled: true, failing_since: expect.any(String) },
        message: { host: `127.0.0.1:${receiver.port}`, webhook_id: delivery!.event_id },
        requests: [{ number: 1, status: 500, answer: 'x'.repeat(4_096) }],
      });
      const sent = JSON.parse(receiver.received[0]?.body ?? '') as { data: { order: { beneficiary: object } } };
      expect(sent.data.order.beneficiary).toMatchObject({ name: 'Jane Smith' });
      const masked = { ...sent, data: { order: { ...sent.data.order, beneficiary: { name: 'masked', email: null } } } };
      expect(JSON.parse(seen.message.body)).toEqual(masked);
      for (const hidden of ['Jane', secret.slice(8), '/hooks']) expect(JSON.stringify(seen)).not.toContain(hidden);
    });

    it('name the endpoints at which nothing comes through, the oldest trouble first', async () => {
      const [first, second] = [await makeEndpoint('order.created'), await makeEndpoint('order.created')];
      await gateway.rows(
        "UPDATE webhook_endpoints SET failing_since = now() - CASE id WHEN $1 THEN interval '2 days' ELSE interval '1 day' END WHERE id IN ($1, $2)",
        [first.id, second.id],
      );
      const failing: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: { data: { id: string }[]; next_cursor: string | null } = await see(
          `${OPS_ENDPOINTS}?limit=1${cursor && `&cursor=${cursor}`}`,
          OPS_ENDPOINTS,
        );
        failing.push(...page.data.map(({ id }) => id));
        cursor = page.next_cursor;
      }
      expect(failing.filter((id) => id === first.id || id === second.id)).toEqual([first.id, second.id]);
      const one = await see(`${OPS_ENDPOINTS}/${first.id}`, `${OPS_ENDPOINTS}/{id}`);
      expect(one).toMatchObject({ tenant_id: tenantId, host: `127.0.0.1:${receiver.port}` });
    });

    it('are sent again by those who may act, and it is on record', async () => {
      const { id, secret } = await makeEndpoint('order.created');
      await placeOrders(2);
      await steps.sendDue();
      const [delivery] = await list();
      const once = (asKey: string) =>
        docs.documented(`${OPS}/{id}/replay`, gateway.post(`${OPS}/${delivery!.id}/replay`, asKey));
      const window = (body: object, asKey = actor) =>
        docs.documented(
          `${OPS_ENDPOINTS}/{id}/replay`,
          gateway.post(`${OPS_ENDPOINTS}/${id}/replay`, asKey).send(body),
        );
      expect([(await once(viewer)).status, (await window({ since, only: 'all' }, viewer)).status]).toEqual([403, 403]);
      expect((await once(actor)).body).toEqual({ queued: 1 });
      expect((await window({ since, only: 'all', dry_run: true })).body).toEqual({ would_queue: 1 });
      expect((await window({ since, only: 'all' })).body).toEqual({ queued: 1 });
      await steps.sendDue();
      const told = receiver.received.map((request) => verified(secret, request).id);
      expect([told.length, new Set(told).size]).toEqual([4, 2]);
      expect(await actsOn(delivery!.id)).toEqual([
        'webhook_delivery.replay refused',
        'webhook_delivery.replay applied',
      ]);
      expect(await actsOn(id)).toEqual([
        'webhook_endpoint.create applied',
        'webhook_endpoint.replay refused',
        'webhook_endpoint.replay begun',
        'webhook_endpoint.replay applied',
      ]);
    });
  });
});
