import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { PostgresProxy } from '../support/postgres-proxy.js';
import { ServedGateway, SMALL_ORDER } from '../http/served-gateway.js';

describe('while the database is in trouble', () => {
  let database: TestDatabase;
  let proxy: PostgresProxy;
  let gateway: ServedGateway;
  beforeAll(async () => {
    database = await createTestDatabase();
    proxy = await PostgresProxy.inFrontOf(database.applicationUrl);
    gateway = await ServedGateway.start({ databaseUrl: proxy.url, databaseStatementMs: 7_000 });
    expect((await gateway.order(SMALL_ORDER)).status).toBe(201);
  });
  afterEach(() => proxy.reopen());
  afterAll(async () => {
    await gateway.stop();
    await proxy.close();
    await database.drop();
  });

  /** A session of its own, past the gateway, for as long as the test wants. */
  const direct = async <T>(act: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      return await act(client);
    } finally {
      await client.end();
    }
  };
  const rows = <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> =>
    direct(async (client) => (await client.query<Row>(sql, values)).rows);

  const waits = (key: string) =>
    gateway.post('/v1/orders').set('idempotency-key', key).set('prefer', 'wait=20').send(SMALL_ORDER);
  const leaves = (key: string) =>
    gateway.post('/v1/orders').set('idempotency-key', key).set('prefer', 'respond-async').send(SMALL_ORDER);

  /** The next purchase takes so long at the provider. Resolves when it is there. */
  const holdPurchase = (ms: number): { readonly arrived: () => Promise<void> } => {
    const { faults } = gateway.sandbox.cnaught;
    const { id } = faults.add({ match: { method: 'POST' }, fault: { kind: 'delay', when: 'after_effect', ms } });
    return {
      arrived: async () => {
        while ((faults.list().find((rule) => rule.id === id)?.used ?? 1) === 0)
          await new Promise((resolve) => setImmediate(resolve));
      },
    };
  };

  describe('the key of a request that was cut off', () => {
    it('is released as soon as the database is back, however long that was after the request', async () => {
      const key = randomUUID();
      const purchase = holdPurchase(300);
      const cutOff = waits(key).then(({ status }) => status);
      await purchase.arrived();
      await proxy.close();
      expect(await cutOff).toBe(503);
      await proxy.reopen();
      const statuses: number[] = [];
      const backAt = performance.now();
      while (statuses.at(-1) !== 202 && performance.now() - backAt < 10_000) {
        statuses.push((await leaves(key)).status);
      }
      expect(statuses.at(-1)).toBe(202);
      expect(new Set(statuses.slice(0, -1))).toEqual(new Set(statuses.length > 1 ? [409] : []));
    });

    it.each([
      [0, 1],
      [20, 20],
      [40, 5],
    ])('that has been at work for %i s says when to come back: after %i s', async (atWorkFor, retryAfter) => {
      const key = randomUUID();
      await direct(async (client) => {
        await client.query(
          `INSERT INTO idempotency_records (tenant_id, operation, key, fingerprint, locked_until, lock_owner)
           SELECT $1, 'place_order', $2, fingerprint, now() + (45 - $3) * interval '1 second', gen_random_uuid()
           FROM idempotency_records LIMIT 1`,
          [gateway.tenantId, key, atWorkFor],
        );
      });
      const response = await leaves(key);
      expect([response.status, response.body]).toMatchObject([409, { code: 'request_in_progress' }]);
      // The test takes some time of its own.
      expect(Math.abs(Number(response.headers['retry-after']) - retryAfter)).toBeLessThanOrEqual(1);
    });
  });

  it('a caller is answered in time though a commit takes for ever, and the order is the one of its key', async () => {
    const key = randomUUID();
    await direct(async (client) => {
      await client.query('BEGIN');
      await client.query('LOCK order_events');
      const startedAt = performance.now();
      const response = await leaves(key);
      expect([response.status, response.body]).toMatchObject([503, { code: 'service_unavailable' }]);
      expect(response.body).toMatchObject({ retry: { safe: true, same_key: true, after_seconds: 5 } });
      expect(performance.now() - startedAt).toBeLessThan(6_500);
    });
    const again = await leaves(key);
    expect(again.status).toBe(202);
    expect(await rows('SELECT FROM idempotency_records WHERE key = $1', [key])).toHaveLength(1);
  });

  describe('an order that the database had confirmed and does not have any more', () => {
    const lose = (where: string): Promise<unknown> =>
      direct((client) =>
        client.query(`
          BEGIN;
          CREATE TEMP TABLE gone ON COMMIT DROP AS SELECT id FROM orders WHERE ${where};
          UPDATE orders SET spending_usd = spending_usd * 0 WHERE id IN (SELECT id FROM gone);
          SET LOCAL session_replication_role = replica;
          DELETE FROM tasks WHERE subject_id IN (SELECT id FROM gone);
          DELETE FROM idempotency_records WHERE order_id IN (SELECT id FROM gone);
          DELETE FROM orders WHERE id IN (SELECT id FROM gone); COMMIT`),
      );
    const sightings = async (): Promise<number> =>
      Number(/^gateway_orders_lost_total (\d+)/m.exec((await gateway.anonymous.get('/metrics')).text)?.[1]);

    it('is told its caller as lost, and raises the alarm', async () => {
      const before = await sightings();
      const purchase = holdPurchase(500);
      const underWay = waits(randomUUID()).then((response) => response);
      await purchase.arrived();
      await lose(`status = 'submitting'`);
      const { status, body } = await underWay;
      expect([status, body]).toMatchObject([503, { code: 'order_lost', retry: { safe: false, same_key: false } }]);
      expect(await sightings()).toBeGreaterThan(before);
    });

    it('while it is cancelled', async () => {
      const before = await sightings();
      const { body: order } = await gateway.order(SMALL_ORDER);
      const purchase = holdPurchase(500);
      const underWay = gateway.post(`/v1/orders/${order.id}/cancel`).set('idempotency-key', randomUUID());
      const cancelled = underWay.then((response) => response);
      await purchase.arrived();
      await lose(`id = '${order.id}'`);
      const { status, body } = await cancelled;
      expect([status, body]).toMatchObject([503, { code: 'order_lost', order_id: order.id }]);
      expect(await sightings()).toBeGreaterThan(before);
    });

    it('while an order that never was is still only not found', async () => {
      const before = await sightings();
      const response = await gateway.get('/v1/orders/ord_00000000000000000000000000');
      expect(response.status).toBe(404);
      expect(await sightings()).toBe(before);
    });
  });

  describe('what admits reads at providers', () => {
    const failures = async (operation: string): Promise<string[]> =>
      (await gateway.anonymous.get('/metrics')).text
        .split('\n')
        .filter((line) => line.startsWith('gateway_provider_call_seconds_count') && line.includes(operation))
        .filter((line) => !line.includes('outcome="ok"'));

    it.each([
      ['fetchStatus', (orderId: string) => gateway.post(`/v1/orders/${orderId}/refresh`)],
      ['quote', () => gateway.post('/v1/quotes').send({ mass: SMALL_ORDER.mass })],
    ])('and cannot be asked is not told as a failure of the provider: %s', async (operation, request) => {
      const { body: order } = await gateway.order(SMALL_ORDER);
      const before = await failures(operation);
      const response = await direct(async (client) => {
        await client.query('BEGIN');
        await client.query('LOCK quota_buckets');
        return request(order.id).then((answer) => answer);
      });
      expect(await failures(operation)).toEqual(before);
      expect([response.status, response.body]).toMatchObject([503, { code: 'service_unavailable' }]);
    });
  });

  it('and takes no writes, the gateway is not ready, and is again when it takes them', async () => {
    const name = new URL(database.url).pathname.slice(1);
    const check = async (): Promise<unknown> => {
      const { status, body } = await gateway.anonymous.get('/readyz');
      return [status, body.checks.database];
    };
    expect(await check()).toEqual([200, 'ok']);
    await rows(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    proxy.dropAll();
    await gateway.anonymous.get('/readyz');
    expect(await check()).toEqual([503, 'read_only']);
    expect((await leaves(randomUUID())).body).toMatchObject({ code: 'service_unavailable' });
    await direct(async (client) => {
      await client.query('SET default_transaction_read_only = off');
      await client.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    });
    proxy.dropAll();
    await gateway.anonymous.get('/readyz');
    expect(await check()).toEqual([200, 'ok']);
  });
});
