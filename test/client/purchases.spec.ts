import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { GatewayError, OffsetGateway, type NewOrder } from '../../clients/typescript/src/index.js';
import { Relay, type Answer, type Asked } from '../support/relay.js';
import { ServedGateway } from '../http/served-gateway.js';

const ORDER: NewOrder = {
  mass: { value: '100', unit: 'kg' },
  provider: 'cnaught',
  payment: { method: 'account' },
  beneficiary: { name: 'Jane Smith' },
};

/** The client as its users have it, over the gateway and its simulators; and over a network that loses things. */
describe('the client buys', () => {
  let gateway: ServedGateway;
  let client: OffsetGateway;
  beforeAll(async () => {
    gateway = await ServedGateway.start({ role: 'all', pollDelaysMs: [100] });
    client = gateway.client;
  });
  afterAll(() => gateway.stop());
  afterEach(() => relay?.close());

  let relay: Relay | undefined;
  let asked: Asked[] = [];
  /** A client whose requests go over a network where `disturb` decides what becomes of each, by its number from 1 on. */
  const disturbed = async (
    disturb: (number: number, response: ServerResponse, passOn: () => Promise<Answer>) => Promise<void> | void,
    options: { readonly retries?: number; readonly timeoutMs?: number } = {},
  ): Promise<OffsetGateway> => {
    asked = [];
    relay = await Relay.before(gateway.url, async (request, response, passOn) => {
      await disturb(asked.push(request), response, passOn);
      if (response.writableEnded || response.destroyed) return;
      const { status, headers, body } = await passOn();
      response.writeHead(status, headers).end(body);
    });
    return new OffsetGateway({ baseUrl: relay.url, apiKey: gateway.key, ...options });
  };
  const refusalOf = (call: Promise<unknown>): Promise<GatewayError> =>
    call.then(
      () => Promise.reject(new Error('it was not refused')),
      (thrown: unknown) => (thrown instanceof GatewayError ? thrown : Promise.reject(thrown as Error)),
    );
  const boughtUnder = async (key: string): Promise<number> =>
    gateway.purchasesOf((await client.findOrderByIdempotencyKey(key)).id).length;

  it('on account, and has the order when it has ended', async () => {
    const order = await client.placeOrder(ORDER);
    expect(order.status).toBe('placed');
    gateway.sandbox.cnaught.advance(order.provider_order_id ?? '', 'fulfilled');
    const completed = await client.waitForOrder(order.id);
    expect(completed).toMatchObject({ id: order.id, status: 'completed', certificate: { url: expect.any(String) } });
  });

  it('at a hosted checkout, and has the order when it was paid', async () => {
    const order = await client.placeOrder({
      ...ORDER,
      payment: { method: 'checkout', success_url: 'https://shop.example/thanks', cancel_url: 'https://shop.example/' },
    });
    expect(order.status).toBe('awaiting_payment');
    await fetch(`${order.checkout?.url}/pay`, { method: 'POST', redirect: 'manual' });
    const paid = await client.waitForOrder(order.id, { until: ({ status }) => status !== 'awaiting_payment' });
    expect(['placed', 'accepted', 'completed']).toContain(paid.status);
  });

  it('an offer of a quote', async () => {
    const { offers } = await client.requestQuote({ mass: { value: '1', unit: 't' }, providers: ['cnaught'] });
    const { beneficiary, payment } = ORDER;
    const order = await client.placeOrder({ offer_id: offers[0]?.id ?? '', payment, beneficiary });
    expect(order.ordered_mass.grams).toBe(1_000_000);
  });

  it('no more than it may cancel', async () => {
    const [kept, unwanted] = [await client.placeOrder(ORDER), await client.placeOrder(ORDER)];
    expect((await client.cancelOrder(unwanted.id)).status).toBe('cancelled');
    gateway.sandbox.cnaught.advance(kept.provider_order_id ?? '', 'fulfilled');
    await client.waitForOrder(kept.id);
    const refused = await refusalOf(client.cancelOrder(kept.id));
    expect(refused).toMatchObject({ code: 'order_not_cancellable', status: 409, retry: { safe: false } });
  });

  it('once, though the response was lost: the same bytes again, under the same key', async () => {
    const unlucky = await disturbed(async (number, response, passOn) => {
      if (number > 2) return;
      await passOn();
      response.destroy();
    });
    const order = await unlucky.placeOrder({ ...ORDER, reference: randomUUID() });
    expect(asked).toHaveLength(3);
    const [first, ...repeats] = asked.map(({ headers, body }) => ({ key: headers['idempotency-key'], body }));
    expect(repeats).toEqual([first, first]);
    expect(gateway.purchasesOf(order.id)).toHaveLength(1);
    expect(await boughtUnder(String(first?.key))).toBe(1);
  });

  it('once, though the response broke off or came from something in between', async () => {
    const unlucky = await disturbed(async (number, response, passOn) => {
      if (number > 3) return;
      const { body } = await passOn();
      if (number === 1) response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
      else if (number === 2) response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in</h1>');
      else {
        response.writeHead(201, { 'content-type': 'application/json', 'content-length': body.length });
        response.write(body.subarray(0, 20), () => response.destroy());
      }
    });
    const refused = await refusalOf(unlucky.placeOrder(ORDER, { idempotencyKey: 'in-between' }));
    expect(refused).toMatchObject({ code: 'no_answer', status: 200, idempotencyKey: 'in-between' });
    const order = await unlucky.placeOrder(ORDER, { idempotencyKey: 'in-between' });
    expect(asked).toHaveLength(4);
    expect(gateway.purchasesOf(order.id)).toHaveLength(1);
  });

  it('once, though nothing comes back in time; and says under which key to ask again', async () => {
    const unlucky = await disturbed(
      async (_, response, passOn) => {
        await passOn();
        await new Promise((resolve) => response.on('close', resolve));
      },
      { timeoutMs: 300, retries: 1 },
    );
    const refused = await refusalOf(unlucky.placeOrder(ORDER, { waitSeconds: 0 }));
    expect(refused).toMatchObject({ code: 'no_answer', status: null, retry: { safe: true, same_key: true } });
    expect(asked).toHaveLength(2);
    const idempotencyKey = refused.idempotencyKey ?? '';
    const { id } = await client.placeOrder(ORDER, { idempotencyKey });
    await client.waitForOrder(id, { until: ({ status }) => status === 'placed' || status === 'completed' });
    expect(await boughtUnder(idempotencyKey)).toBe(1);
  });

  it('once for each key of its caller, however often it is asked', async () => {
    const options = { idempotencyKey: `basket-${randomUUID()}` };
    const orders = [await client.placeOrder(ORDER, options), await client.placeOrder(ORDER, options)];
    expect(orders[1]).toEqual(orders[0]);
    expect(await refusalOf(client.placeOrder({ ...ORDER, reference: 'another' }, options))).toMatchObject({
      code: 'idempotency_key_reused',
      retry: { safe: false, same_key: false },
    });
    expect(await boughtUnder(options.idempotencyKey)).toBe(1);
  });

  it('as soon as the gateway lets it, when it says later', async () => {
    const busy = await disturbed((number, response) => {
      if (number === 1)
        response.writeHead(503, { 'content-type': 'application/problem+json' }).end(problem('overloaded'));
    });
    expect((await busy.placeOrder(ORDER)).status).toBe('placed');
    expect(asked).toHaveLength(2);
  });

  it('nothing that is refused, and says why in words that a program can use', async () => {
    const counted = await disturbed(() => undefined);
    const refused = await refusalOf(counted.placeOrder({ ...ORDER, mass: { value: '1.2', unit: 'kg' } }));
    expect(refused).toMatchObject({
      code: 'mass_not_orderable',
      status: 422,
      orderId: null,
      requestId: expect.any(String),
      problem: { nearest: { below: { grams: 1_000 }, above: { grams: 2_000 } } },
    });
    expect(asked).toHaveLength(1);
  });

  it('nothing more when its caller has enough, before and while it waits', async () => {
    const reason = new Error('enough');
    const silent = await disturbed((_, response) => new Promise((resolve) => response.on('close', resolve)));
    await expect(silent.placeOrder(ORDER, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(asked).toHaveLength(0);
    const enough = new AbortController();
    const placing = silent.placeOrder(ORDER, { signal: enough.signal });
    const waiting = client.waitForOrder((await client.placeOrder(ORDER)).id, { signal: enough.signal });
    enough.abort(reason);
    await expect(placing).rejects.toBe(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it('and sends nothing twice that has no key and an effect', async () => {
    const unlucky = await disturbed((_, response) => void response.destroy());
    const refused = await refusalOf(unlucky.rotateCallbackSecret());
    expect(refused).toMatchObject({ code: 'no_answer', retry: { safe: false } });
    expect(asked).toHaveLength(1);
  });
});

const problem = (code: string): string =>
  JSON.stringify({ code, detail: 'Later.', status: 503, retry: { safe: true, same_key: true, after_seconds: 1 } });
