import { RequestCounts } from '../../src/http/throttling/request-counts.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

describe('too many requests', () => {
  let gateway: ServedGateway;
  beforeEach(async () => {
    gateway = await ServedGateway.start({ rateLimitPerMinute: 3 });
  });
  afterEach(() => gateway.stop());

  const limits = ({ status, headers }: { status: number; headers: Record<string, string> }) => [
    status,
    headers['ratelimit-policy'],
    headers['ratelimit'],
  ];

  it('are counted per key, over all endpoints, and refused with the time to wait', async () => {
    const other = await gateway.newKey(['orders:read']);
    expect(limits(await gateway.get('/v1/providers'))).toEqual([
      200,
      '"default";q=3;w=60, "tenant";q=9;w=60',
      '"default";r=2;t=60, "tenant";r=8;t=60',
    ]);
    await gateway.get('/v1/orders');
    expect((await gateway.get('/v1/orders?x=1')).status).toBe(400);

    const refused = await gateway.get('/v1/orders');
    expect(limits(refused)).toEqual([429, '"default";q=3;w=60', expect.stringMatching(/^"default";r=0;t=\d+$/)]);
    const seconds = Number(refused.headers['retry-after']);
    expect(seconds).toBeGreaterThan(0);
    expect(refused.body).toMatchObject({
      code: 'rate_limited',
      retry: { safe: true, same_key: true, after_seconds: seconds },
    });
    expect((await gateway.get('/v1/orders', other)).status).toBe(200);
  });

  it('are counted per tenant too, over all of its keys, and no other tenant notices', async () => {
    const [first, ...keys] = await Promise.all(Array.from({ length: 4 }, () => gateway.newKey(['orders:read'])));
    for (const key of keys) for (let nth = 0; nth < 3; nth++) await gateway.get('/v1/orders', key);
    const refused = await gateway.get('/v1/orders', first);
    expect([refused.status, refused.body.detail]).toEqual([
      429,
      'More than 9 requests of all keys of this tenant together in 60 seconds.',
    ]);
    const stranger = await gateway.newKey(['orders:read'], await gateway.newTenant());
    expect((await gateway.get('/v1/orders', stranger)).status).toBe(200);
  });

  it('without a valid key are counted per address, on public endpoints too, and do not count for any key', async () => {
    expect(limits(await gateway.anonymous.get('/v1/orders'))[1]).toBe('"address";q=3;w=60');
    await gateway.get('/v1/orders', 'ofg_dev_nonsense');
    await gateway.anonymous.get('/v1/problems');
    expect((await gateway.anonymous.get('/v1/problems')).status).toBe(429);
    expect((await gateway.get('/v1/orders', 'ofg_dev_nonsense')).status).toBe(429);
    expect((await gateway.get('/v1/orders')).status).toBe(200);
    expect((await gateway.anonymous.get('/livez')).status).toBe(200);
  });

  it('do not block callbacks', async () => {
    for (let index = 0; index < 5; index++) {
      const response = await gateway.anonymous.post(`/v1/provider-callbacks/cnaught/${'a'.repeat(43)}`);
      expect(limits(response).slice(0, 2)).toEqual([404, '"callbacks";q=6000;w=60']);
    }
  });
});

describe('what comes with a token', () => {
  let gateway: ServedGateway;
  const payment = {
    method: 'checkout',
    success_url: 'https://shop.example/paid',
    cancel_url: 'https://shop.example/no',
  };
  let sent: string;
  beforeAll(async () => {
    gateway = await ServedGateway.start({ rateLimitPerMinute: 3 });
    await gateway.order({ ...SMALL_ORDER, payment });
    const [attempt] = await gateway.rows<{ body: string }>('SELECT body FROM attempts');
    sent = attempt?.body ?? '';
  });
  afterAll(() => gateway.stop());

  const unknown = async (): Promise<{ status: number }> => gateway.anonymous.get(`/v1/returns/${'x'.repeat(43)}/cs_1`);

  it('is recorded though strangers have used up the limit of the address, and theirs is refused', async () => {
    const path = /\/v1\/returns\/[\w-]{43}/.exec(sent)?.[0] ?? '';
    const strangers = await Promise.all(Array.from({ length: 300 }, unknown));
    expect(strangers.filter(({ status }) => status === 404).length).toBeLessThanOrEqual(3);
    expect(new Set(strangers.map(({ status }) => status))).toEqual(new Set([404, 429]));
    const back = await gateway.anonymous.get(`${path}/made-up-1`);
    expect([back.status, back.headers['location']]).toEqual([303, 'https://shop.example/paid']);
    expect((await gateway.anonymous.get(path)).headers['location']).toBe('https://shop.example/no');
    expect(await gateway.rows('SELECT provider_order_id FROM purchase_claims')).toEqual([
      { provider_order_id: 'made-up-1' },
    ]);
    expect((await unknown()).status).toBe(429);
    expect((await gateway.anonymous.get('/v1/returns/short')).status).toBe(429);
  });
});

describe('request counts', () => {
  afterEach(() => jest.useRealTimers());

  it('restart with every window', async () => {
    jest.useFakeTimers();
    const counts = new RequestCounts(null);
    const hits: number[] = [];
    for (let index = 0; index < 3; index++) hits.push((await counts.increment('a', 1_000, 2)).totalHits);
    expect(hits).toEqual([1, 2, 3]);
    expect(await counts.increment('b', 1_000, 2)).toMatchObject({ totalHits: 1, isBlocked: false, timeToExpire: 1 });
    jest.advanceTimersByTime(1_000);
    expect(await counts.increment('a', 1_000, 2)).toMatchObject({ totalHits: 1 });
  });

  it('are kept by this process alone while Redis does not respond', async () => {
    const counts = new RequestCounts('redis://127.0.0.1:1');
    expect(await counts.increment('a', 60_000, 1)).toMatchObject({ totalHits: 1, isBlocked: false });
    expect(await counts.increment('a', 60_000, 1)).toMatchObject({ totalHits: 2, isBlocked: true });
    counts.onApplicationShutdown();
  });
});
