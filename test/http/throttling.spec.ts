import { RequestCounts } from '../../src/http/throttling/request-counts.js';
import { ServedGateway } from './served-gateway.js';

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
