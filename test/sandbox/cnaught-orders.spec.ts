import { jsonOf, type Reply } from './http-client.js';
import { cnaughtClient, useSandbox } from './sandbox-clients.js';

interface Order {
  readonly id: string;
  readonly state: string;
  readonly amount_kg: number;
  readonly price_usd_cents: number;
  readonly metadata: string | null;
  readonly project_allocations: { readonly amount_kg: number }[];
}

const DAY_MS = 24 * 60 * 60 * 1000;

const typeOf = (reply: Reply): unknown => jsonOf(reply)['type'];

describe('the simulated CNaught order API', () => {
  const sandbox = useSandbox();
  const cnaught = cnaughtClient(sandbox);
  const placeOrder = (body: object, key?: string): Promise<Reply> =>
    cnaught('POST', '/orders', { body, ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }) });

  it('places an order with every documented field, before it responds', async () => {
    const reply = await placeOrder({
      amount_kg: 10,
      metadata: 'ref-1',
      description: 'on behalf of A',
      notification_config: { url: 'http://127.0.0.1:9/cb' },
    });
    expect(reply.status).toBe(201);
    const order = jsonOf<Record<string, unknown> & Order>(reply);
    expect(order).toEqual({
      id: expect.stringMatching(/^[A-Za-z0-9]{10}_sandbox$/),
      order_number: expect.stringMatching(/^\d{5}-\d{5}-\d{5}-\d{5}-\d{4}$/),
      created_on: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      amount_kg: 10,
      price_usd_cents: 20,
      state: 'placed',
      type: 'generic',
      metadata: 'ref-1',
      description: 'on behalf of A',
      callback_url: 'http://127.0.0.1:9/cb',
      certificate_public_url: `https://registry.cnaught.com/orders/${order.id}`,
      certificate_download_public_url: `https://registry.cnaught.com/api/certificates/${order.id}/pdf`,
      subaccount_id: null,
      checkout_session_id: null,
      project_allocations: [],
    });
    expect(sandbox.current.cnaught.purchases('ref-1')).toMatchObject([
      { kind: 'order_created', id: order.id, massGrams: 10_000, price: { amount: '0.20', currency: 'USD' } },
    ]);
  });

  it('turns a total price into whole kilograms', async () => {
    const reply = await placeOrder({ total_price_usd_cents: 3190 });
    expect(jsonOf(reply)).toMatchObject({ amount_kg: 1595, price_usd_cents: 3190 });
  });

  it.each([
    ['neither mass nor price', {}],
    ['both mass and price', { amount_kg: 1, total_price_usd_cents: 2 }],
    ['a negative mass', { amount_kg: -1 }],
    ['a mass in a text', { amount_kg: '1' }],
    ['metadata of 513 characters', { amount_kg: 1, metadata: 'x'.repeat(513) }],
    ['an unknown portfolio', { amount_kg: 1, portfolio_id: 'nowhere' }],
    ['a callback that is no URL', { amount_kg: 1, notification_config: { url: 'nowhere' } }],
  ])('refuses %s as a problem document', async (_, body) => {
    const reply = await placeOrder(body);
    expect(reply.status).toBe(400);
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(jsonOf(reply)).toMatchObject({
      type: 'https://api.cnaught.com/v1/errors/invalid-parameters',
      title: "Your request parameters didn't validate",
      status: 400,
      errors: expect.anything(),
    });
    expect(sandbox.current.cnaught.purchases()).toEqual([]);
  });

  it('treats fractions of a kilogram as its switch says', async () => {
    expect((await placeOrder({ amount_kg: 10.5 })).status).toBe(400);
    sandbox.current.cnaught.switches.set({ fractionalKg: 'truncate' });
    expect(jsonOf(await placeOrder({ amount_kg: 10.5 }))).toMatchObject({ amount_kg: 10, price_usd_cents: 20 });
    sandbox.current.cnaught.switches.set({ fractionalKg: 'accept' });
    expect(jsonOf(await placeOrder({ amount_kg: 10.5 }))).toMatchObject({ amount_kg: 10.5, price_usd_cents: 21 });
  });

  it('refuses a missing or wrong key', async () => {
    for (const authorization of ['', 'Bearer wrong']) {
      const reply = await cnaught('POST', '/orders', { body: { amount_kg: 1 }, headers: { authorization } });
      expect(reply.status).toBe(401);
      expect(jsonOf(reply)).toEqual({ title: 'Authorization has been denied for this request', status: 401 });
    }
  });

  it('cancels a placed order once', async () => {
    const { id } = jsonOf<Order>(await placeOrder({ amount_kg: 5 }));
    const cancelled = await cnaught('POST', `/orders/${id}/cancel`);
    expect(cancelled.status).toBe(200);
    expect(jsonOf(cancelled)).toMatchObject({ state: 'cancelled', certificate_public_url: null });
    const again = await cnaught('POST', `/orders/${id}/cancel`);
    expect([again.status, typeOf(again)]).toEqual([403, 'https://api.cnaught.com/v1/errors/forbidden']);
  });

  it('fulfils by command, with an allocation to every project, and cancels no more', async () => {
    const { id } = jsonOf<Order>(await placeOrder({ amount_kg: 3000 }));
    sandbox.current.cnaught.advance(id, 'fulfilled');
    const order = jsonOf<Order>(await cnaught('GET', `/orders/${id}`));
    expect(order.state).toBe('fulfilled');
    expect(order.project_allocations.map((allocation) => allocation.amount_kg)).toEqual([1050, 1050, 600, 300]);
    expect((await cnaught('POST', `/orders/${id}/cancel`)).status).toBe(403);
    expect(() => sandbox.current.cnaught.advance(id, 'cancelled')).toThrow('already fulfilled');
  });

  it('gives 404 for an order it does not know', async () => {
    for (const [method, path] of [
      ['GET', '/orders/nowhere'],
      ['POST', '/orders/nowhere/cancel'],
    ] as const) {
      const reply = await cnaught(method, path);
      expect([reply.status, jsonOf(reply)['title']]).toEqual([404, 'Could not find order']);
    }
  });

  describe('with an idempotency key', () => {
    it('replays the first response byte for byte, and says so', async () => {
      const first = await placeOrder({ amount_kg: 10 }, 'key-1');
      const second = await placeOrder({ amount_kg: 10 }, 'key-1');
      expect(first.headers['x-idempotent-replay']).toBeUndefined();
      expect(second.headers['x-idempotent-replay']).toBe('true');
      expect([second.status, second.text]).toEqual([first.status, first.text]);
      expect(sandbox.current.cnaught.purchases()).toHaveLength(1);
    });

    it('keeps the key for 24 h, and then buys again', async () => {
      await placeOrder({ amount_kg: 10 }, 'key-1');
      sandbox.current.cnaught.advanceClock(DAY_MS - 60_000);
      expect((await placeOrder({ amount_kg: 10 }, 'key-1')).headers['x-idempotent-replay']).toBe('true');
      sandbox.current.cnaught.advanceClock(60_000);
      expect((await placeOrder({ amount_kg: 10 }, 'key-1')).headers['x-idempotent-replay']).toBeUndefined();
      expect(sandbox.current.cnaught.purchases()).toHaveLength(2);
    });

    it('refuses the same key for another body or another address', async () => {
      const { id } = jsonOf<Order>(await placeOrder({ amount_kg: 10 }, 'key-1'));
      const otherBody = await placeOrder({ amount_kg: 11 }, 'key-1');
      const otherUrl = await cnaught('POST', `/orders/${id}/cancel`, { headers: { 'idempotency-key': 'key-1' } });
      for (const reply of [otherBody, otherUrl]) {
        expect(reply.status).toBe(422);
        expect(jsonOf(reply)).toMatchObject({
          type: 'https://api.cnaught.com/v1/errors/idempotency-changed-payload',
          title: 'Previous request submitted with same idempotency key had different payload',
        });
      }
      expect(sandbox.current.cnaught.purchases()).toHaveLength(1);
    });

    it('replays refusals too', async () => {
      await placeOrder({ amount_kg: -1 }, 'key-1');
      const again = await placeOrder({ amount_kg: -1 }, 'key-1');
      expect([again.status, again.headers['x-idempotent-replay']]).toEqual([400, 'true']);
    });

    it('gives 409 while the first request is running, and the result afterwards', async () => {
      sandbox.current.cnaught.faults.add({ fault: { kind: 'late_effect', connection: 'reset' } });
      await expect(placeOrder({ amount_kg: 10 }, 'key-1')).rejects.toThrow();
      const meanwhile = await placeOrder({ amount_kg: 10 }, 'key-1');
      expect([meanwhile.status, typeOf(meanwhile)]).toEqual([
        409,
        'https://api.cnaught.com/v1/errors/idempotency-concurrent-requests',
      ]);
      expect(sandbox.current.cnaught.lateEffects.release()).toBe(1);
      const afterwards = await placeOrder({ amount_kg: 10 }, 'key-1');
      expect([afterwards.status, afterwards.headers['x-idempotent-replay']]).toEqual([201, 'true']);
      expect(sandbox.current.cnaught.purchases()).toHaveLength(1);
    });

    it('refuses a key of 513 characters', async () => {
      expect((await placeOrder({ amount_kg: 1 }, 'k'.repeat(512))).status).toBe(201);
      const reply = await placeOrder({ amount_kg: 1 }, 'k'.repeat(513));
      expect([reply.status, typeOf(reply)]).toEqual([
        400,
        'https://api.cnaught.com/v1/errors/idempotency-key-too-long',
      ]);
    });

    it('protects a cancellation as well', async () => {
      const { id } = jsonOf<Order>(await placeOrder({ amount_kg: 10 }));
      const cancel = (): Promise<Reply> =>
        cnaught('POST', `/orders/${id}/cancel`, { headers: { 'idempotency-key': 'c-1' } });
      expect((await cancel()).status).toBe(200);
      const again = await cancel();
      expect([again.status, again.headers['x-idempotent-replay']]).toEqual([200, 'true']);
    });
  });

  describe('listing', () => {
    const idsOf = async (query: string): Promise<string[]> => {
      const reply = await cnaught('GET', `/orders${query}`);
      const body = jsonOf<{ data: Order[] }>(reply);
      expect(Object.keys(body)).toEqual(['data']);
      return body.data.map((order) => order.id);
    };
    const placeMany = async (count: number): Promise<string[]> => {
      const ids: string[] = [];
      for (let n = 0; n < count; n += 1) ids.push(jsonOf<Order>(await placeOrder({ amount_kg: 1 })).id);
      return ids.reverse();
    };

    it('shows 20 orders, newest first, unless asked otherwise', async () => {
      const newestFirst = await placeMany(21);
      expect(await idsOf('')).toEqual(newestFirst.slice(0, 20));
      expect(await idsOf('?limit=100')).toEqual(newestFirst);
    });

    it('lists every order once, across pages, in both directions', async () => {
      const newestFirst = await placeMany(7);
      expect(await idsOf('?limit=3')).toEqual(newestFirst.slice(0, 3));
      expect(await idsOf(`?limit=3&starting_after=${newestFirst[2]}`)).toEqual(newestFirst.slice(3, 6));
      expect(await idsOf(`?limit=3&starting_after=${newestFirst[5]}`)).toEqual(newestFirst.slice(6));
      expect(await idsOf(`?limit=3&starting_after=${newestFirst[6]}`)).toEqual([]);
      expect(await idsOf(`?limit=3&ending_before=${newestFirst[6]}`)).toEqual(newestFirst.slice(3, 6));
      expect(await idsOf(`?limit=3&ending_before=${newestFirst[1]}`)).toEqual(newestFirst.slice(0, 1));
    });

    it.each([
      ['limit=0', 'invalid-parameters'],
      ['limit=101', 'invalid-parameters'],
      ['limit=ten', 'invalid-parameters'],
      ['starting_after=nowhere', 'invalid-pagination'],
      ['starting_after=a&ending_before=b', 'invalid-pagination'],
    ])('refuses ?%s', async (query, type) => {
      const reply = await cnaught('GET', `/orders?${query}`);
      expect([reply.status, typeOf(reply)]).toEqual([400, `https://api.cnaught.com/v1/errors/${type}`]);
    });
  });
});
