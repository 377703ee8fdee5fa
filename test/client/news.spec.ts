import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import {
  OffsetGateway,
  verifyWebhook,
  WebhookVerificationError,
  type GatewayEvent,
} from '../../clients/typescript/src/index.js';
import { Documentation } from '../http/documentation.js';
import { ServedGateway, SMALL_ORDER } from '../http/served-gateway.js';
import { Relay } from '../support/relay.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const EVENTS_OF_A_PURCHASE = ['order.created', 'order.submitting', 'order.placed'];

describe('the client hears', () => {
  let gateway: ServedGateway;
  let client: OffsetGateway;
  beforeAll(async () => {
    gateway = await ServedGateway.start({ role: 'all' });
    client = gateway.client;
  });
  afterAll(() => gateway.stop());

  const idOf = (event: GatewayEvent): string => ('order' in event.data ? event.data.order.id : '');
  const all = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
    const read: Item[] = [];
    for await (const item of items) read.push(item);
    return read;
  };

  it('everything that happened, in order, and goes on from any event', async () => {
    const { id } = await client.placeOrder(SMALL_ORDER);
    const events = await all(client.listEvents({ order_id: id, limit: 1 }));
    expect(events.map(({ type }) => type)).toEqual(EVENTS_OF_A_PURCHASE);
    const [first, ...others] = events;
    expect(await all(client.listEvents({ order_id: id, after: first?.id ?? '' }))).toEqual(others);
  });

  it('what happens, as it happens, until its caller has enough', async () => {
    const before = await all(client.listEvents());
    const enough = new AbortController();
    const heard: GatewayEvent[] = [];
    const placing = client.placeOrder(SMALL_ORDER);
    for await (const event of client.followEvents({ after: before.at(-1)?.id ?? '' }, { signal: enough.signal })) {
      if (heard.push(event) === EVENTS_OF_A_PURCHASE.length) enough.abort();
    }
    const { id } = await placing;
    expect(heard.map((event) => [event.type, idOf(event)])).toEqual(EVENTS_OF_A_PURCHASE.map((type) => [type, id]));
  });

  it('what happens after an answer without news', async () => {
    let asked = 0;
    const relay = await Relay.before(gateway.url, async (_, response, passOn) => {
      const { status, headers, body } = await passOn();
      const nothing = JSON.stringify({ data: [], next_after: null, has_more: false });
      response.writeHead(status, headers).end(++asked === 1 ? nothing : body);
    });
    await client.placeOrder(SMALL_ORDER);
    const patient = new OffsetGateway({ baseUrl: relay.url, apiKey: gateway.key });
    for await (const event of patient.followEvents()) {
      expect([asked, event.type]).toEqual([2, 'order.created']);
      break;
    }
    relay.close();
  });

  it('of every order there is, page by page, whatever its labels are called', async () => {
    const labels = { 'cost & centre=': 'Zürich #1' };
    const ids: string[] = [];
    for (let order = 0; order < 3; order++) ids.unshift((await client.placeOrder({ ...SMALL_ORDER, labels })).id);
    const listing = client.listOrders({ label: labels, limit: 2 });
    expect((await all(listing)).map(({ id }) => id)).toEqual(ids);
    const page = await listing.page();
    expect(page.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect((await listing.page(page.next_cursor)).data.map(({ id }) => id)).toEqual(ids.slice(2));
    expect((await all(client.readTimeline(ids[0] ?? '', { limit: 1 }))).length).toBeGreaterThan(3);
  });

  it('webhooks, and believes those that the gateway sent', async () => {
    const receiver = await WebhookReceiver.start();
    const { id, secret } = await client.createWebhookEndpoint({ url: receiver.url, types: ['order.placed'] });
    const order = await client.placeOrder(SMALL_ORDER);
    await receiver.untilReceived(1);
    expect(await client.testWebhookEndpoint(id)).toMatchObject({ delivered: true });
    const [placed, tested] = receiver.received.map(({ body, headers }) => verifyWebhook(body, headers, secret ?? ''));
    expect(await placed).toMatchObject({ type: 'order.placed', data: { order: { id: order.id } } });
    expect(await tested).toMatchObject({ type: 'webhook_endpoint.test', data: { webhook_endpoint: { id } } });

    const rotated = await client.rotateWebhookSecret(id);
    await client.testWebhookEndpoint(id);
    const last = receiver.received.at(-1);
    for (const either of [secret ?? '', rotated.secret])
      expect(await verifyWebhook(last?.body ?? '', new Headers(last?.headers), either)).toMatchObject({
        type: 'webhook_endpoint.test',
      });
    await client.deleteWebhookEndpoint(id);
    await receiver.stop();
  });

  it('of each operation by a method of its name', async () => {
    const { document } = await Documentation.of(gateway);
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const isOfOperators = (scope: string | undefined): boolean => scope?.startsWith('ops') === true;
    const forCallers = operations.filter(
      ({ security, 'x-required-scope': scope, 'x-second-scope': second }) =>
        security?.length && !isOfOperators(scope) && !isOfOperators(second),
    );
    const missing = forCallers.map(({ operationId }) => operationId).filter((id) => !(id in client));
    expect(missing).toEqual([]);
  });
});

describe('a webhook', () => {
  const SECRET = `whsec_${Buffer.from(randomUUID()).toString('base64')}`;
  const ANOTHER = `whsec_${Buffer.from(randomUUID()).toString('base64')}`;
  const BODY = '{"type":"order.placed","note":"café ✓"}';
  const signed = (secret = SECRET, body = BODY, at = new Date()): Record<string, string> => ({
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign('evt_1', at, body),
  });
  const MINUTES_MS = 60_000;

  it.each([
    ['as text', BODY, signed(), SECRET],
    ['as bytes', new TextEncoder().encode(BODY), signed(), SECRET],
    ['signed by one of the secrets', BODY, signed(ANOTHER), [SECRET, ANOTHER]],
    ['a little old', BODY, signed(SECRET, BODY, new Date(Date.now() - 4 * MINUTES_MS)), SECRET],
  ])('that the public library has signed is verified: %s', async (_, body, headers, secret) => {
    expect(await verifyWebhook(body, headers, secret)).toEqual(JSON.parse(BODY));
  });

  it.each([
    ['changed', `${BODY} `, signed(), SECRET],
    ['signed by somebody else', BODY, signed(ANOTHER), SECRET],
    ['old', BODY, signed(SECRET, BODY, new Date(Date.now() - 6 * MINUTES_MS)), SECRET],
    ['of the future', BODY, signed(SECRET, BODY, new Date(Date.now() + 6 * MINUTES_MS)), SECRET],
    ['of another time than was signed', BODY, { ...signed(), 'webhook-timestamp': '0' }, SECRET],
    ['with another id', BODY, { ...signed(), 'webhook-id': 'evt_2' }, SECRET],
    ['without a signature', BODY, { ...signed(), 'webhook-signature': undefined }, SECRET],
    ['with a signature that is none', BODY, { ...signed(), 'webhook-signature': 'v1,ü v1 v2,AAAA' }, SECRET],
  ])('is refused: %s', async (_, body, headers, secret) => {
    await expect(verifyWebhook(body, headers, secret)).rejects.toBeInstanceOf(WebhookVerificationError);
  });
});
