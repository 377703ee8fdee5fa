import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { jsonOf, type NoResponse } from './http-request.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { CNAUGHT_ORDER, ONE_TRIBE_ORDER, report, Cluster } from './cluster.js';

const CLIENTS = 12;

/** The signal comes in the middle of the load. */
const RESPONSES_BEFORE = 3 * CLIENTS;

/** Of the promise. */
const STOPPED_WITHIN_MS = 10_000;

/** The provider takes its time, so that there is always a purchase under way. */
const PROVIDER_MS = 700;

interface Outcome {
  readonly kind: 'responded' | 'refused' | 'reset';
  readonly key: string;
  readonly status?: number;
  readonly orderId?: string;
  /** Of a reset: as Node names it. */
  readonly code?: string;
}

describe('SIGTERM under load', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start();
    for (const { faults } of [cluster.sandbox.cnaught, cluster.sandbox.oneTribe])
      faults.add({
        times: 'always',
        match: { method: 'POST' },
        fault: { kind: 'delay', when: 'after_effect', ms: PROVIDER_MS },
      });
  }, 60_000);
  afterAll(() => cluster.stop());

  it.each([
    ['a connection per request', null],
    ['kept connections', new Agent({ keepAlive: true })],
  ])(
    'breaks no request, ends within 10 s and loses nothing: %s',
    async (name, agent) => {
      const gateway = await cluster.startGateway('all');
      const outcomes: Outcome[] = [];
      const of = (kind: Outcome['kind']): Outcome[] => outcomes.filter((outcome) => outcome.kind === kind);
      let isOver = false;
      const client = async (nth: number): Promise<void> => {
        while (!isOver) {
          const outcome = await attempt(gateway, nth, agent);
          outcomes.push(outcome);
          if (outcome.kind === 'refused') return;
        }
      };
      const clients = Array.from({ length: CLIENTS }, (_, nth) => client(nth));
      while (of('responded').length < RESPONSES_BEFORE) await delay(20);
      const signalledAt = performance.now();
      const end = await gateway.terminate();
      const tookMs = performance.now() - signalledAt;
      isOver = true;
      await Promise.all(clients);
      agent?.destroy();

      const statuses = [...new Set(of('responded').map(({ status }) => status))];
      const resets = of('reset');
      const broken = await whichWereRead(resets);
      report(
        `SIGTERM with ${CLIENTS} clients on ${name}: ${of('responded').length} responded (${statuses.join(', ')}), ` +
          `${broken.length} broken, ${resets.length - broken.length} never read, exit ${end.code} after ` +
          `${(tookMs / 1000).toFixed(1)} s`,
      );
      expect(broken).toEqual([]);
      // At most one request per client met the closing port.
      expect(resets.length).toBeLessThanOrEqual(CLIENTS);
      expect(statuses.filter((status) => status === undefined || status >= 400)).toEqual([]);
      expect(end).toEqual({ code: 0, signal: null });
      expect(tookMs).toBeLessThan(STOPPED_WITHIN_MS);
      await nothingIsLost(outcomes);
    },
    120_000,
  );

  const attempt = async (gateway: GatewayProcess, nth: number, agent: Agent | null): Promise<Outcome> => {
    const key = randomUUID();
    // Never One Tribe without waiting: its quota is too small for so many orders.
    const order = nth % 6 === 1 ? ONE_TRIBE_ORDER : CNAUGHT_ORDER;
    const outgoing = agent === null ? {} : { agent };
    try {
      const reply = await cluster.order(gateway, order, {
        key,
        prefer: nth % 4 === 0 ? 'respond-async' : 'wait=10',
        ...outgoing,
      });
      return { kind: 'responded', status: reply.status, orderId: jsonOf<{ id: string }>(reply).id, key };
    } catch (thrown) {
      const { code } = thrown as NoResponse;
      return code === 'ECONNREFUSED' ? { kind: 'refused', key } : { kind: 'reset', key, code };
    }
  };

  /**
   * A connection that waits to be accepted, or is kept idle, is reset when the port closes, and what was sent on it was
   * never read. A request that was read has left its key.
   */
  const whichWereRead = (resets: readonly Outcome[]): Promise<{ key: string }[]> =>
    cluster.rows<{ key: string }>('SELECT key FROM idempotency_records WHERE key = ANY($1)', [
      resets.map(({ key }) => key),
    ]);

  /** The next process finds every order that was told of in a response, once, and brings all of them to their providers. */
  const nothingIsLost = async (outcomes: readonly Outcome[]): Promise<void> => {
    const successor = await cluster.startGateway('worker');
    const responded = outcomes.flatMap(({ orderId }) => orderId ?? []);
    const found = await cluster.rows<{ id: string }>('SELECT id FROM orders WHERE id = ANY($1)', [responded]);
    expect(found).toHaveLength(responded.length);
    const pending = async (): Promise<number> => {
      const { created = 0, submitting = 0, in_doubt = 0 } = await cluster.statuses();
      return created + submitting + in_doubt;
    };
    await cluster.until('every order has its outcome', pending, (count) => count === 0, 60_000);
    const ids = (await cluster.rows<{ id: string }>('SELECT id FROM orders')).map(({ id }) => id);
    expect(cluster.purchasesOf(...ids)).toHaveLength(ids.length);
    const keys = await cluster.rows<{ n: number }>(
      'SELECT count(DISTINCT order_id)::int AS n FROM idempotency_records WHERE key = ANY($1)',
      [outcomes.map(({ key }) => key)],
    );
    expect(keys[0]?.n).toBeLessThanOrEqual(outcomes.length);
    expect(await cluster.lostOrders()).toBe(0);
    await successor.kill();
  };
});
