import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { jsonOf, quantile, type Reply } from './http-request.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { OwnPostgres } from './own-postgres.js';
import { CNAUGHT_ORDER, ONE_TRIBE_ORDER, report, Cluster } from './cluster.js';

/** The long form is `POSTGRES_GONE_SECONDS=60`. */
const GONE_MS = Number(process.env['POSTGRES_GONE_SECONDS'] ?? 8) * 1000;

/** Of the promise: how soon a caller is told that nothing can be done. */
const RESPONSE_WITHIN_MS = 2_000;

/** A call that was on its way when the database went is the last one. */
const LAST_WRITE_MS = 1_000;

const RECOVERED_WITHIN_MS = 60_000;

describe('while PostgreSQL is gone', () => {
  let cluster: Cluster;
  let postgres: OwnPostgres;
  let api: GatewayProcess;
  let worker: GatewayProcess;
  beforeAll(async () => {
    postgres = await OwnPostgres.start('gone');
    cluster = await Cluster.start({}, postgres);
    [api, worker] = await Promise.all([cluster.startGateway('api'), cluster.startGateway('worker')]);
  }, 120_000);
  afterAll(() => cluster.stop());

  it('every request is told 503 at once and nothing is sent; afterwards every order is brought to its end', async () => {
    const before = await place(30, 'before');
    const [someId] = before.accepted;
    await postgres.crash();
    const goneAt = performance.now();
    const isGone = (): boolean => performance.now() - goneAt < GONE_MS;

    const replies: Reply[] = [];
    const keys: string[] = [];
    const ask = async (request: () => Promise<Reply>): Promise<void> => {
      while (isGone()) replies.push(await request());
    };
    const writes = watchWrites(goneAt);
    await Promise.all([
      ask(() => {
        const key = randomUUID();
        keys.push(key);
        return cluster.order(api, CNAUGHT_ORDER, { key, prefer: 'wait=10' });
      }),
      ask(() => cluster.get(api, `/v1/orders/${someId}`)),
      ask(() => cluster.get(api, '/v1/orders')),
      ask(() =>
        cluster.send('POST', api, `/v1/orders/${someId}/cancel`, { headers: { 'idempotency-key': randomUUID() } }),
      ),
      ask(() => cluster.send('POST', api, `/v1/orders/${someId}/refresh`, {})),
      ask(() => cluster.send('POST', api, `/v1/provider-callbacks/cnaught/${'a'.repeat(43)}`, { body: '{}' })),
      ask(() => cluster.get(api, '/readyz')),
      ask(() => cluster.get(worker, '/readyz')),
    ]);
    const written = writes.end();
    await postgres.comeBack();
    const backAt = performance.now();
    await Promise.all([api.untilReady(), worker.untilReady()]);
    const readyAfterMs = performance.now() - backAt;

    const statuses = Object.entries(countBy(replies.map(({ status }) => status)));
    const slowest = Math.max(...replies.map(({ tookMs }) => tookMs));
    report(
      `PostgreSQL gone for ${GONE_MS / 1000} s: ${statuses.map(([status, n]) => `${n} × ${status}`).join(', ')}, ` +
        `p99 ${quantile(
          replies.map(({ tookMs }) => tookMs),
          0.99,
        ).toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms; ` +
        `provider writes ${written}; ready again after ${readyAfterMs.toFixed(0)} ms`,
    );
    expect(statuses.map(([status]) => status)).toEqual(['503']);
    for (const reply of replies.filter(({ headers }) => !isReadiness(headers))) expectProblem(reply);
    expect(slowest).toBeLessThan(RESPONSE_WITHIN_MS);
    expect(written).toBe(0);

    // The same keys again, as a client would: each makes the one order it was meant for.
    const repeated = await Promise.all(keys.slice(0, 20).map((key) => orderOfKey(key)));
    const accepted = [...new Set([...before.accepted, ...repeated])];
    await cluster.until(
      'every order is bought',
      cluster.statuses.bind(cluster),
      ({ placed = 0 }) => placed >= accepted.length,
      RECOVERED_WITHIN_MS + GONE_MS,
    );
    const [{ n } = { n: 0 }] = await cluster.rows<{ n: number }>('SELECT count(*)::int AS n FROM orders');
    expect(n).toBe(accepted.length);
    expect(await cluster.lostOrders()).toBe(0);
    expect(cluster.purchasesOf(...accepted)).toHaveLength(accepted.length);
  }, 240_000);

  /** Orders at both providers, some of them still on their way when this returns. */
  const place = async (count: number, label: string): Promise<{ accepted: string[] }> => {
    const replies = await Promise.all(
      Array.from({ length: count }, (_, nth) =>
        cluster.order(api, nth % 10 === 0 ? ONE_TRIBE_ORDER : CNAUGHT_ORDER, { key: `${label}-${nth}` }),
      ),
    );
    return { accepted: replies.filter(({ status }) => status < 300).map((reply) => jsonOf<{ id: string }>(reply).id) };
  };

  const orderOfKey = async (key: string): Promise<string> => {
    for (;;) {
      const reply = await cluster.order(api, CNAUGHT_ORDER, { key, prefer: 'wait=10' });
      if (reply.status < 300) return jsonOf<{ id: string }>(reply).id;
      expect([409, 503]).toContain(reply.status);
      await delay(200);
    }
  };

  /** Counts calls that would buy, from when the last one under way must be over. */
  const watchWrites = (goneAt: number): { end(): number } => {
    const rules = [cluster.sandbox.cnaught, cluster.sandbox.oneTribe].map((simulator) => ({
      simulator,
      rule: simulator.faults.add({
        match: { method: 'POST' },
        times: 'always',
        fault: { kind: 'delay', when: 'after_effect', ms: 0 },
      }),
    }));
    const used = (): number =>
      rules.reduce(
        (sum, { simulator, rule }) => sum + (simulator.faults.list().find(({ id }) => id === rule.id)?.used ?? 0),
        0,
      );
    let early = 0;
    const timer = setTimeout(() => (early = used()), Math.max(0, goneAt + LAST_WRITE_MS - performance.now()));
    return {
      end: () => {
        clearTimeout(timer);
        const late = used() - early;
        for (const { simulator, rule } of rules) simulator.faults.remove(rule.id);
        return late;
      },
    };
  };
});

const isReadiness = (headers: Reply['headers']): boolean =>
  headers['content-type']?.startsWith('application/json') ?? false;

const expectProblem = (reply: Reply): void => {
  expect(reply.headers['content-type']).toContain('application/problem+json');
  expect(jsonOf(reply)).toMatchObject({
    status: 503,
    code: 'service_unavailable',
    retry: { safe: true, same_key: true },
  });
  expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
};

const countBy = <T extends PropertyKey>(values: readonly T[]): Record<T, number> => {
  const counts = {} as Record<T, number>;
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};
