import { PROVIDERS } from '../../src/providers/registry.js';
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Response, Test } from 'supertest';
import { Documentation } from './documentation.js';
import { flag } from '../support/launcher.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

interface Order {
  readonly id: string;
  readonly provider_order_id: string;
}

describe('orders over HTTP', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    docs = await Documentation.of(gateway);
  });
  afterAll(() => gateway.stop());
  afterEach(() => gateway.sandbox.cnaught.faults.clear());

  const documented = (path: string, sent: Test): Promise<Response> => docs.documented(path, sent);
  const place = (body: object, key?: string): Promise<Response> => documented('/v1/orders', gateway.order(body, key));
  const read = (id: string): Promise<Response> => documented('/v1/orders/{id}', gateway.get(`/v1/orders/${id}`));
  const cancel = (id: string, key: string = randomUUID()): Promise<Response> =>
    documented('/v1/orders/{id}/cancel', gateway.post(`/v1/orders/${id}/cancel`).set('idempotency-key', key));

  it('buys and says where the order is', async () => {
    const response = await place({ ...SMALL_ORDER, retirement_message: 'For 2026', labels: { department: 'sales' } });
    const { id } = response.body as Order;
    expect(response.status).toBe(201);
    expect(response.headers).toMatchObject({
      location: `/v1/orders/${id}`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(response.body).toMatchObject({
      id: expect.stringMatching(/^ord_[0-9a-z]{26}$/),
      status: 'placed',
      requested_mass: { value: '100', unit: 'kg', grams: 100_000 },
      over_delivery: null,
      price: { total: { amount: '2.00', currency: 'USD' }, tax: null, source: 'charged' },
      labels: { department: 'sales' },
      cancellation: { possible: true, until: null, refundable: null },
    });
    expect((await read(id)).body).toEqual(response.body);
  });

  it('buys once although the client disconnects, and shows the order to a retry with the same key', async () => {
    const { faults } = gateway.sandbox.cnaught;
    faults.add({
      match: { method: 'POST', path: '/orders' },
      times: 'always',
      fault: { kind: 'delay', when: 'before_effect', ms: 300 },
    });
    const key = randomUUID();
    const gone = request(`${await gateway.app.getUrl()}/v1/orders`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${gateway.key}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
    });
    gone.on('error', () => undefined);
    gone.end(JSON.stringify(SMALL_ORDER));
    while (faults.list()[0]?.used !== 1) await setImmediate();
    gone.destroy();

    const { id } = await gateway.client.findOrderByIdempotencyKey(key);
    const settled = await gateway.client.waitForOrder(id, { until: ({ status }) => status !== 'submitting' });
    expect(settled.status).toBe('placed');
    expect((await place(SMALL_ORDER, key)).body).toMatchObject({ id });
    expect(gateway.sandbox.cnaught.purchases().filter(({ reference }) => reference?.includes(id))).toHaveLength(1);
  });

  it('gives a retry the first response, byte for byte', async () => {
    const key = randomUUID();
    const first = await place(SMALL_ORDER, key);
    const before = gateway.sandbox.cnaught.ledger.entries(0).length;
    const again = await place({ ...SMALL_ORDER, beneficiary: { name: 'Jane Smith' } }, `"${key}"`);
    expect([again.status, again.text, again.headers['location']]).toEqual([201, first.text, first.headers['location']]);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(gateway.sandbox.cnaught.ledger.entries(0)).toHaveLength(before);
  });

  it('makes one order of many identical concurrent requests', async () => {
    const key = randomUUID();
    const startedMs = performance.now();
    const responses = await Promise.all(Array.from({ length: 20 }, () => place(SMALL_ORDER, key)));
    const ids = responses.flatMap((response) => (response.status === 201 ? [(response.body as Order).id] : []));
    expect(new Set(ids).size).toBe(1);
    expect(responses.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    // As long as the first has been at work, in whole seconds: on a machine that is quick, one.
    const seconds = Math.max(1, Math.ceil((performance.now() - startedMs) / 1_000));
    for (const response of responses.filter(({ status }) => status === 409)) {
      expect(response.body.code).toBe('request_in_progress');
      expect(Array.from({ length: seconds }, (_, nth) => String(nth + 1))).toContain(response.headers['retry-after']);
    }
  });

  it('refuses a key with another payload and keeps the first response', async () => {
    const key = randomUUID();
    const first = await place(SMALL_ORDER, key);
    expect((await place({ ...SMALL_ORDER, reference: 'PO-1' }, key)).body).toMatchObject({
      code: 'idempotency_key_reused',
      status: 422,
      retry: { safe: false, same_key: false },
    });
    expect((await place(SMALL_ORDER, key)).text).toBe(first.text);
  });

  it('lets a key be used again after a request that made no order', async () => {
    const key = randomUUID();
    expect((await place({ ...SMALL_ORDER, provider: 'nobody' }, key)).body).toMatchObject({
      code: 'provider_not_enabled',
    });
    expect((await place({ ...SMALL_ORDER, mass: { value: '1', unit: 'lb' } }, key)).status).toBe(400);
    expect((await place(SMALL_ORDER, key)).status).toBe(201);
  });

  it('stores a refusal that came after an order was made', async () => {
    const key = randomUUID();
    const tooExpensive = { ...SMALL_ORDER, max_total: { amount: '0.01', currency: 'USD' } };
    const first = await place(tooExpensive, key);
    expect(first.body).toMatchObject({ code: 'price_above_limit', status: 422, order_id: expect.any(String) });
    const again = await place(tooExpensive, key);
    expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([422, first.text, 'true']);
    expect(again.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect((await read(first.body.order_id as string)).body).toMatchObject({ status: 'failed' });
  });

  it('says what could be ordered instead', async () => {
    const response = await place({ ...SMALL_ORDER, mass: { value: '1.2', unit: 'kg' } });
    expect(response.body).toMatchObject({
      code: 'mass_not_orderable',
      nearest: { below: { value: '1', unit: 'kg', grams: 1000 }, above: { value: '2', unit: 'kg', grams: 2000 } },
    });
    const rounded = await place({ ...SMALL_ORDER, mass: { value: '1.2', unit: 'kg' }, rounding: 'up' });
    expect(rounded.body).toMatchObject({ ordered_mass: { grams: 2000 }, over_delivery: { grams: 800 } });
  });

  it('responds at once to respond-async and goes on with the order', async () => {
    const sent = gateway.order(SMALL_ORDER).set('prefer', 'respond-async');
    const response = await documented('/v1/orders', sent);
    expect(response.status).toBe(202);
    expect(response.headers).toMatchObject({ 'preference-applied': 'respond-async', 'retry-after': '2' });
    expect(response.body).toMatchObject({ status: 'created', cancellation: { possible: true, refundable: true } });
  });

  it('responds 202 when the provider takes longer than the caller waits', async () => {
    gateway.sandbox.cnaught.faults.add({
      fault: { kind: 'delay', when: 'before_effect', ms: 2_000 },
      match: { method: 'POST', path: '/orders' },
    });
    const response = await documented('/v1/orders', gateway.order(SMALL_ORDER).set('prefer', 'wait=1'));
    expect([response.status, response.headers['preference-applied']]).toEqual([202, 'wait=1']);
    expect(response.body).toMatchObject({ status: 'submitting' });
  });

  it('refuses an order with the same content as a recent one', async () => {
    const twin = { ...SMALL_ORDER, reference: randomUUID() };
    const first = await place(twin);
    expect((await place(twin)).body).toMatchObject({
      code: 'possible_duplicate',
      order_id: (first.body as Order).id,
    });
    expect((await place({ ...twin, allow_duplicate: true })).status).toBe(201);
  });

  it('buys an offer of a quote', async () => {
    const quoted = await documented('/v1/quotes', gateway.post('/v1/quotes').send({ mass: { value: 1, unit: 't' } }));
    expect(quoted.status).toBe(201);
    const quote = quoted.body as { id: string; offers: { id: string; provider: string; rank: number }[]; fx: unknown };
    expect(quote.offers.map(({ rank }) => rank)).toEqual(PROVIDERS.map((_, nth) => nth + 1));
    expect(quote.fx).toMatchObject({ date: expect.any(String) });
    expect(quoted.headers['location']).toBe(`/v1/quotes/${quote.id}`);
    expect((await documented('/v1/quotes/{id}', gateway.get(`/v1/quotes/${quote.id}`))).body).toEqual(quoted.body);

    const offer = quote.offers.find(({ provider }) => provider === 'cnaught');
    const { mass: _, provider: __, ...rest } = SMALL_ORDER;
    const response = await place({ ...rest, offer_id: offer?.id });
    expect(response.body).toMatchObject({
      status: 'placed',
      routing: { policy: 'offer' },
      ordered_mass: { grams: 1e6 },
    });
  });

  it('responds 304 to the current ETag', async () => {
    const { id } = (await place(SMALL_ORDER)).body as Order;
    const { etag } = (await read(id)).headers as { etag: string };
    const unchanged = await gateway.get(`/v1/orders/${id}`).set('if-none-match', etag);
    expect([unchanged.status, unchanged.text, unchanged.headers['etag']]).toEqual([304, '', etag]);
    await cancel(id);
    expect((await gateway.get(`/v1/orders/${id}`).set('if-none-match', etag)).status).toBe(200);
  });

  it('finds an order by its idempotency key', async () => {
    const key = 'key/with:every~thing?';
    const { id } = (await place(SMALL_ORDER, key)).body as Order;
    const path = '/v1/orders/by-idempotency-key/{key}';
    const byKey = (text: string) =>
      documented(path, gateway.get(`/v1/orders/by-idempotency-key/${encodeURIComponent(text)}`));
    expect((await byKey(key)).body).toMatchObject({ id });
    for (const unknown of ['other', 'ü', 'a b', '\0', 'k'.repeat(255)])
      expect((await byKey(unknown)).body).toMatchObject({ code: 'order_not_found' });
  });

  it('cancels once and gives every retry the first response', async () => {
    const key = randomUUID();
    const { id } = (await place(SMALL_ORDER)).body as Order;
    const first = await cancel(id, key);
    expect([first.status, first.body.status]).toEqual([200, 'cancelled']);
    const again = await cancel(id, key);
    expect([again.text, again.headers['idempotency-replayed']]).toEqual([first.text, 'true']);
    const other = (await place(SMALL_ORDER)).body as Order;
    expect((await cancel(other.id, key)).body).toMatchObject({ code: 'idempotency_key_reused' });
    expect((await gateway.post(`/v1/orders/${id}/cancel`)).body).toMatchObject({ code: 'idempotency_key_missing' });
    expect((await cancel('ord_00000000000000000000000000')).body).toMatchObject({ code: 'order_not_found' });
  });

  it('refuses to cancel a retired order, every time it is asked with the same key', async () => {
    const key = randomUUID();
    const order = (await place(SMALL_ORDER)).body as Order;
    gateway.sandbox.cnaught.advance(order.provider_order_id, 'fulfilled');
    for (const _ of [1, 2]) {
      const response = await cancel(order.id, key);
      expect(response.body).toMatchObject({ code: 'order_not_cancellable', order_id: order.id });
      expect(response.headers['retry-after']).toBeUndefined();
    }
  });

  it('reads the order from the provider on request', async () => {
    const order = (await place(SMALL_ORDER)).body as Order;
    gateway.sandbox.cnaught.advance(order.provider_order_id, 'fulfilled');
    const response = await documented('/v1/orders/{id}/refresh', gateway.post(`/v1/orders/${order.id}/refresh`));
    expect(response.status).toBe(200);
    expect(response.body).toMatchObject({
      status: 'completed',
      certificate: { url: expect.stringMatching(/^http/) },
      cancellation: { possible: false, until: null, refundable: null },
    });
  });

  it('lists every order once across pages, newest first, and filters', async () => {
    const department = randomUUID();
    const labels = { department, 'odd name[]': 'ü&=' };
    const placed: string[] = [];
    for (let index = 0; index < 5; index++) {
      const reference = `list-${department}-${index % 2}`;
      const sent = gateway.order({ ...SMALL_ORDER, labels, reference, allow_duplicate: true });
      placed.unshift(((await sent.set('prefer', 'respond-async')).body as Order).id);
    }
    const list = async (query: string) => {
      const response = await documented('/v1/orders', gateway.get(`/v1/orders?${query}`));
      expect(response.status).toBe(200);
      return response.body as { data: Order[]; next_cursor: string | null };
    };
    const label = `label[department]=${department}&label%5Bodd%20name%5B%5D%5D=%C3%BC%26%3D`;
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await list(`${label}&limit=2${cursor}`);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`;
    } while (cursor !== '');
    expect(seen).toEqual(placed);
    expect((await list(`${label}&status=created&provider=cnaught`)).data).toHaveLength(5);
    expect((await list(`${label}&status=failed`)).data).toEqual([]);
    const either = `${label}&status=created&status=failed`;
    const ids = ({ data }: { data: { id: string }[] }) => data.map(({ id }) => id);
    const first = await list(`${either}&limit=2`);
    const rest = await list(`${either}&limit=100&cursor=${first.next_cursor}`);
    expect([...ids(first), ...ids(rest)]).toEqual(ids(await list(label)));
    expect((await list(`${label}&review=true`)).data).toEqual([]);
    await flag(gateway.app, first.data[1]?.id ?? '', 'unproven_outcome');
    expect(ids(await list(`${label}&review=true&status=created&status=placed`))).toEqual([first.data[1]?.id]);
    expect((await list(`${label}&review=false`)).data).toHaveLength(4);
    expect((await list(`reference=list-${department}-1`)).data).toHaveLength(2);
    expect((await list(`${label}&created_from=2999-01-01T00:00:00Z`)).data).toEqual([]);
    expect(
      (await list(`${label}&created_to=2999-01-01T00:00:00%2B02:00&created_from=2020-01-01T00:00:00.5Z`)).data,
    ).toHaveLength(5);
    expect((await list(`label[department]=other`)).data).toEqual([]);
  });

  it('redirects a payer to the caller, whatever parameters a checkout adds', async () => {
    const urls = {
      success_url: 'https://shop.example/paid?order=%7BORDER_ID%7D',
      cancel_url: 'https://shop.example/back/{ORDER_ID}?s=%7bCHECKOUT_SESSION_ID%7d',
    };
    const payment = { method: 'checkout', ...urls };
    const mass = { value: '0.5', unit: 't' };
    const order = { ...SMALL_ORDER, mass, provider: 'carbonmark', payment, retirement_message: 'For 2026' };
    const placed = await place(order);
    expect(placed.body).toMatchObject({ status: 'awaiting_payment', checkout: { status: 'open' } });
    const { id, checkout } = placed.body as Order & { checkout: { url: string } };
    const back = gateway.sandbox.carbonmark.checkouts.pay(checkout.url.split('/').at(-1) ?? '');
    const { pathname } = new URL(back);
    const paid = await documented('/v1/returns/{token}/{paymentId}', gateway.anonymous.get(`${pathname}?utm_source=x`));
    expect([paid.status, paid.headers['location']]).toEqual([303, `https://shop.example/paid?order=${id}`]);
    expect(paid.headers['referrer-policy']).toBe('no-referrer');
    const token = pathname.split('/')[3];
    const unpaid = await documented('/v1/returns/{token}', gateway.anonymous.get(`/v1/returns/${token}`));
    expect([unpaid.status, unpaid.headers['location']]).toEqual([303, `https://shop.example/back/${id}?s=`]);
  });
});
