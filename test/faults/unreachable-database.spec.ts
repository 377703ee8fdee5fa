import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { PostgresProxy } from '../support/postgres-proxy.js';
import { ServedGateway, SMALL_ORDER } from '../http/served-gateway.js';

describe('while the database cannot be reached', () => {
  let database: TestDatabase;
  let proxy: PostgresProxy;
  let gateway: ServedGateway;
  beforeAll(async () => {
    database = await createTestDatabase();
    proxy = await PostgresProxy.inFrontOf(database.applicationUrl);
    gateway = await ServedGateway.start({ databaseUrl: proxy.url });
    expect((await gateway.order(SMALL_ORDER)).status).toBe(201);
  });
  afterEach(() => proxy.reopen());
  afterAll(async () => {
    await gateway.stop();
    await proxy.close();
    await database.drop();
  });

  const operations = (): [string, () => PromiseLike<{ status: number; headers: object; body: unknown }>][] => [
    ['placing an order', () => gateway.order(SMALL_ORDER)],
    ['reading an order', () => gateway.get('/v1/orders/ord_01jd4v2m0gf5c8q7k3x9w1z2r4')],
    ['listing orders', () => gateway.get('/v1/orders')],
    ['taking a callback', () => gateway.anonymous.post(`/v1/provider-callbacks/cnaught/${'a'.repeat(43)}`)],
    ['a payer coming back', () => gateway.anonymous.get(`/v1/returns/${'a'.repeat(43)}`)],
  ];

  it.each([
    ['refused', () => proxy.close()],
    ['met with silence', async () => proxy.fallSilent()],
  ])('every request gets 503 within 2 seconds when connections are %s', async (_, fail) => {
    const before = gateway.sandbox.cnaught.ledger.entries(0).length;
    await fail();
    for (const [name, operation] of operations()) {
      const startedAt = performance.now();
      const response = await operation();
      expect([name, response.status]).toEqual([name, 503]);
      expect(response.body).toMatchObject({ code: 'service_unavailable', retry: { safe: true, same_key: true } });
      expect(response.headers).toMatchObject({ 'retry-after': '2' });
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    }
    expect((await gateway.anonymous.get('/v1/problems')).status).toBe(200);
    expect(gateway.sandbox.cnaught.ledger.entries(0)).toHaveLength(before);
  });

  it('no request is lost that is retried afterwards', async () => {
    const key = randomUUID();
    await proxy.close();
    expect((await gateway.order(SMALL_ORDER, key)).status).toBe(503);
    await proxy.reopen();
    expect((await gateway.order(SMALL_ORDER, key)).status).toBe(201);
  });
});
