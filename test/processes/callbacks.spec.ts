import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { MAX_CALLBACK_BODIES } from '../../src/domain/purchases/claims.js';
import { sendRequest, jsonOf, quantile, type Reply } from './http-request.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { CNAUGHT_ORDER, report, Cluster } from './cluster.js';

const ORDERS = 20;
const FLOOD = 2_000;
const FLOOD_AT_ONCE = 50;

/** Far away: only callbacks wake the order. */
const POLL_SECONDS = '3600';

/** What a stranger might send to an address that he has learnt. */
const FORGERIES = [
  (id: string) => JSON.stringify({ order: { id, state: 'cancelled' } }),
  (id: string) => JSON.stringify({ order: { id, state: 'fulfilled', price_usd_cents: 1 } }),
  () => JSON.stringify({ order: { id: 'another-accounts_sandbox', state: 'fulfilled' } }),
  () => '{"order":',
  () => '[]',
  () => '',
  () => '\u0000\u0001 not JSON at all',
  () => JSON.stringify({ __proto__: { state: 'cancelled' }, constructor: 1 }),
  () => 'x'.repeat(60_000),
];

describe('callbacks of a provider', () => {
  let cluster: Cluster;
  let api: GatewayProcess;
  const agent = new Agent({ keepAlive: true, maxSockets: FLOOD_AT_ONCE });
  beforeAll(async () => {
    cluster = await Cluster.start({ POLL_SCHEDULE_SECONDS: POLL_SECONDS });
    cluster.sandbox.cnaught.switches.set({ holdCallbacks: true });
    api = await cluster.startGateway('api');
    await cluster.startGateway('worker');
  }, 120_000);
  afterAll(async () => {
    agent.destroy();
    await cluster.stop();
  });

  interface Placed {
    readonly id: string;
    readonly providerOrderId: string;
    readonly callbackUrl: string;
  }

  const place = async (): Promise<Placed> => {
    const reply = await cluster.order(api, CNAUGHT_ORDER, { prefer: 'wait=20' });
    const { id, provider_order_id: providerOrderId } = jsonOf<{ id: string; provider_order_id: string }>(reply);
    const [attempt] = await cluster.rows<{ body: string }>('SELECT body FROM attempts WHERE order_id = $1', [id]);
    const { notification_config: callback } = JSON.parse(attempt?.body ?? '{}') as {
      notification_config: { url: string };
    };
    // What the provider was told is the public address; here it is reached directly.
    return { id, providerOrderId, callbackUrl: api.url + new URL(callback.url).pathname };
  };

  const post = (url: string, body: string): Promise<Reply> => sendRequest('POST', url, { body, agent });

  it('forged, reordered, repeated and in floods change nothing but when the provider is read', async () => {
    const orders = await Promise.all(Array.from({ length: ORDERS }, place));
    const { cnaught } = cluster.sandbox;
    const told: Reply[] = [];

    // The truth: a third is fulfilled, a third cancelled, a third stays as it is.
    const truth = orders.map((_, nth) => (['completed', 'cancelled', 'placed'] as const)[nth % 3]);
    for (const order of orders)
      for (const forge of FORGERIES) told.push(await post(order.callbackUrl, forge(order.providerOrderId)));
    for (const [nth, order] of orders.entries()) {
      if (truth[nth] === 'completed') cnaught.advance(order.providerOrderId, 'fulfilled');
      if (truth[nth] === 'cancelled') cnaught.advance(order.providerOrderId, 'cancelled');
    }
    // The real ones, last first and each of them three times over.
    const real = cnaught.callbacks.list().toReversed();
    for (const { url, body } of [...real, ...real, ...real])
      told.push(await post(api.url + new URL(url).pathname, body));
    // Afterwards the opposite of the truth, from a stranger.
    for (const order of orders)
      told.push(
        await post(order.callbackUrl, JSON.stringify({ order: { id: order.providerOrderId, state: 'cancelled' } })),
      );

    const strangers = await Promise.all([
      ...Array.from({ length: 20 }, () =>
        post(`${api.url}/v1/provider-callbacks/cnaught/${randomBytes(32).toString('base64url')}`, '{}'),
      ),
      post(`${api.url}/v1/provider-callbacks/cnaught/short`, '{}'),
      post(`${api.url}/v1/provider-callbacks/cnaught/${'%00'.repeat(20)}`, '{}'),
      // A real token, at another provider's address.
      ...orders.map(({ callbackUrl }) => post(callbackUrl.replace('/cnaught/', '/one_tribe/'), '{}')),
    ]);

    const startedAt = performance.now();
    const flood = await inParallel(FLOOD, FLOOD_AT_ONCE, (nth) =>
      post((orders[nth % ORDERS] as Placed).callbackUrl, `{"nth":${nth}}`),
    );
    const seconds = (performance.now() - startedAt) / 1000;

    const times = flood.map(({ tookMs }) => tookMs);
    report(
      `callbacks: ${told.length} forged, repeated and reordered; flood of ${FLOOD} in ${seconds.toFixed(1)} s, ` +
        `p50 ${quantile(times, 0.5).toFixed(0)} ms, p99 ${quantile(times, 0.99).toFixed(0)} ms, max ${Math.max(...times).toFixed(0)} ms`,
    );
    expect(new Set([...told, ...flood].map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(strangers.map(({ status }) => status))).toEqual(new Set([404]));

    const statuses = async (): Promise<(string | undefined)[]> => {
      const rows = await cluster.rows<{ id: string; status: string }>('SELECT id, status FROM orders');
      return orders.map(({ id }) => rows.find((row) => row.id === id)?.status);
    };
    const isTrue = (now: (string | undefined)[]): boolean => now.every((status, nth) => status === truth[nth]);
    await cluster.until('the orders stand as at the provider', statuses, isTrue, 30_000);
    // Whatever was still to be read after that has been read, and says the same.
    const idle = (): Promise<unknown[]> =>
      cluster.rows('SELECT FROM tasks WHERE run_at <= now() OR lease_token IS NOT NULL');
    await cluster.until('nothing is left to read', idle, (due) => due.length === 0, 60_000);
    expect(await statuses()).toEqual(truth);
    const reviews = await cluster.rows('SELECT id, review_reason FROM orders WHERE review_reason IS NOT NULL');
    expect(reviews).toEqual([]);
    const kept = await cluster.rows<{ n: number }>('SELECT count(*)::int AS n FROM callbacks');
    expect(kept[0]?.n).toBe(ORDERS * MAX_CALLBACK_BODIES);
    expect(await cluster.lostOrders()).toBe(0);
  }, 150_000);
});

/** Runs `count` calls, so many at once. */
const inParallel = async <T>(count: number, atOnce: number, run: (nth: number) => Promise<T>): Promise<T[]> => {
  const results: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let nth = next++; nth < count; nth = next++) results.push(await run(nth));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
};
