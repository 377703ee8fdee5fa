import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { jsonOf, type Reply } from './http-request.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { CNAUGHT_ORDER, report, Cluster } from './cluster.js';

const KEYS = 200;
const REPEATS = 50;
const PROCESSES = 3;

/** So many keys are at work at once: a hundred requests in flight, and no process short of connections for them. */
const KEYS_AT_ONCE = 2;
const POOL_SIZE = 40;

/** Sooner than Retry-After says: a client in a hurry must not be able to break anything. */
const IMPATIENCE_MS = 300;

describe('the same request, many times at once, over several processes', () => {
  let cluster: Cluster;
  let gateways: GatewayProcess[];
  const agent = new Agent({ keepAlive: true, maxSockets: 150 });
  beforeAll(async () => {
    cluster = await Cluster.start({ DATABASE_POOL_SIZE: String(POOL_SIZE) });
    gateways = await Promise.all(Array.from({ length: PROCESSES }, () => cluster.startGateway('api')));
    for (const gateway of gateways) await connectAll(gateway);
  }, 120_000);
  afterAll(async () => {
    agent.destroy();
    await cluster.stop();
  });

  /** A process opens its connections as it needs them, and this many at once can take longer than it waits for one. */
  const connectAll = async (gateway: GatewayProcess): Promise<void> => {
    const reads = Array.from({ length: POOL_SIZE }, () => cluster.get(gateway, '/v1/orders', { agent }));
    const allServed = (await Promise.all(reads)).every(({ status }) => status === 200);
    if (!allServed) return connectAll(gateway);
  };

  let told409 = 0;
  let told503 = 0;

  /** Asks until there is a response, as a client does. */
  const untilResponse = async (key: string, nth: number): Promise<Reply> => {
    for (let turn = nth; ; turn++) {
      const gateway = gateways[turn % PROCESSES] as GatewayProcess;
      const reply = await cluster.order(gateway, CNAUGHT_ORDER, { key, prefer: 'wait=10', agent });
      if (reply.status === 409) told409 += 1;
      // A slow machine may run out of connections for a moment, and says so.
      else if (reply.status === 503) told503 += 1;
      else return reply;
      const code = reply.status === 409 ? 'request_in_progress' : 'service_unavailable';
      expect(jsonOf(reply)).toMatchObject({ code, retry: { safe: true, same_key: true } });
      expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
      await delay(IMPATIENCE_MS);
    }
  };

  it(`makes exactly ${KEYS} orders of ${KEYS} keys × ${REPEATS} requests, and responds to every one with its order`, async () => {
    const keys = Array.from({ length: KEYS }, () => randomUUID());
    const orderIds: string[] = [];
    const startedAt = performance.now();
    const waiting = [...keys];
    const work = async (): Promise<void> => {
      for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
        const of = key;
        const replies = await Promise.all(Array.from({ length: REPEATS }, (_, nth) => untilResponse(of, nth)));
        expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]));
        // One response, byte for byte the same, told once as new and every other time as a repeat of it.
        expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
        expect(replies.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
        orderIds.push(jsonOf<{ id: string }>(replies[0] as Reply).id);
      }
    };
    await Promise.all(Array.from({ length: KEYS_AT_ONCE }, work));

    const seconds = (performance.now() - startedAt) / 1000;
    const [{ n } = { n: 0 }] = await cluster.rows<{ n: number }>('SELECT count(*)::int AS n FROM orders');
    const purchases = cluster.purchasesOf(...orderIds);
    report(
      `${KEYS} keys × ${REPEATS} requests over ${PROCESSES} processes: ${n} orders, ${purchases.length} purchases, ` +
        `${told409} × 409 and ${told503} × 503 on the way, ${seconds.toFixed(1)} s`,
    );
    expect(n).toBe(KEYS);
    expect(new Set(orderIds).size).toBe(KEYS);
    expect(purchases).toHaveLength(KEYS);
    expect(await cluster.lostOrders()).toBe(0);
  }, 180_000);
});
