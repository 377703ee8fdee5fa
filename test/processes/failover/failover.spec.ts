import { randomUUID } from 'node:crypto';
import type { GatewayProcess } from '../../support/gateway-process.js';
import { CNAUGHT_ORDER, Cluster, report } from '../cluster.js';
import { jsonOf } from '../http-request.js';
import { ReplicatedPostgres, type Member } from './replicated-postgres.js';
import { SteadyCallers } from './steady-callers.js';

/** How many orders are accepted before and after a disturbance. The long form is `FAILOVER_ORDERS=200`. */
const ORDERS = Number(process.env['FAILOVER_ORDERS'] ?? 12);

/** A limit for hangs: what a failover takes is reported. */
const SETTLED_WITHIN_MS = 90_000;

/** What a caller is promised: an answer so soon after the time it asked to wait, here 2 s; and a machine that is busy. */
const ANSWERED_WITHIN_MS = 2_000 + 5_000 + 2_000;

jest.setTimeout(180_000);

describe('when the database fails over', () => {
  let pair: ReplicatedPostgres;
  let cluster: Cluster;
  let api: GatewayProcess;
  afterEach(() => cluster.stop());

  const start = async (
    name: string,
    {
      replication = 'synchronous',
      env = {},
    }: { replication?: 'synchronous' | 'asynchronous'; env?: NodeJS.ProcessEnv } = {},
  ): Promise<void> => {
    pair = await ReplicatedPostgres.start(name, replication);
    cluster = await Cluster.start(env, pair);
    [api] = await Promise.all([cluster.startGateway('api'), cluster.startGateway('worker')]);
  };

  /** The standby takes over, and the address leads to it from now on. */
  const takeOver = async (): Promise<void> => {
    await pair.standby.promote();
    pair.address.leadTo(pair.standby.url);
  };

  const readiness = async (gateway = api): Promise<unknown> =>
    jsonOf<{ checks: { database: string } }>(await cluster.get(gateway, '/readyz')).checks.database;

  const ordersOn = async (member: Member): Promise<Map<string, string>> => {
    const rows = await member.rows<{ id: string; status: string }>('SELECT id, status FROM orders');
    return new Map(rows.map(({ id, status }) => [id, status]));
  };

  const listeners = async (): Promise<number> =>
    (await pair.standby.rows(`SELECT FROM pg_stat_activity WHERE application_name = 'offset-gateway listener'`)).length;

  const metric = async (name: string): Promise<number> =>
    Number(new RegExp(`^${name} (\\d+)`, 'm').exec((await cluster.get(api, '/metrics')).text)?.[1]);

  it.each<[string, NodeJS.ProcessEnv, () => Promise<void>]>([
    [
      'the primary is killed and the standby promoted',
      {},
      async () => {
        await pair.primary.kill();
        pair.address.dropAll();
        await takeOver();
      },
    ],
    [
      'the primary is shut down in good order and the standby promoted',
      {},
      async () => {
        await pair.primary.stop('fast');
        await takeOver();
      },
    ],
    [
      'the primary is gone without a word and the standby promoted',
      // So that every connection was used before, and goes silent.
      { DATABASE_POOL_SIZE: '3' },
      async () => {
        pair.address.freeze();
        await takeOver();
      },
    ],
  ])('%s: nothing is lost, nothing bought twice, nothing has to be restarted', async (name, env, disturb) => {
    await start(name.replaceAll(/\W+/g, '-').slice(0, 40), { env });
    const callers = new SteadyCallers(cluster, api);
    await callers.more(ORDERS);
    const disturbedAt = performance.now();
    await disturb();
    await callers.more(ORDERS);
    const againMs = performance.now() - disturbedAt;
    await callers.stop();

    const told = [...callers.accepted.values()];
    await cluster.until(
      'every order is placed',
      async () => [...(await ordersOn(pair.standby)).values()],
      (statuses) => statuses.every((status) => ['placed', 'accepted', 'retired', 'completed'].includes(status)),
      SETTLED_WITHIN_MS,
    );
    await cluster.until('notices are listened for', listeners, (count) => count === 1, SETTLED_WITHIN_MS);
    const kept = await ordersOn(pair.standby);
    report(
      `${name}: ${told.length} orders; ${ORDERS} more accepted ${(againMs / 1000).toFixed(1)} s after it, ` +
        `at most ${(callers.longestGapMs / 1000).toFixed(1)} s between two; answers ${JSON.stringify(callers.statuses)}, ` +
        `slowest ${(callers.slowestMs / 1000).toFixed(1)} s`,
    );
    expect(told.filter((id) => !kept.has(id))).toEqual([]);
    expect(kept.size).toBe(callers.accepted.size);
    expect(cluster.purchasesOf(...told)).toHaveLength(told.length);
    expect(callers.slowestMs).toBeLessThan(ANSWERED_WITHIN_MS);
    expect(await metric('gateway_orders_lost_total')).toBe(0);
    await api.untilReady();
  });

  it('a server that takes no writes is not ready, says so at the start, and is ready once it takes them', async () => {
    await start('read-only');
    await pair.primary.set('default_transaction_read_only', 'on');
    await cluster.until(
      'not ready',
      () => readiness(),
      (check) => check === 'read_only',
      5_000,
    );
    expect((await cluster.order(api, CNAUGHT_ORDER)).status).toBe(503);
    await pair.primary.set('default_transaction_read_only', 'off');
    await api.untilReady();

    pair.address.leadTo(pair.standby.url);
    pair.address.dropAll();
    const another = await cluster.spawnGateway('api');
    await cluster.until(
      'started',
      () => readiness(another).catch(() => null),
      (check) => check === 'read_only',
      30_000,
    );
    expect(another.output).toContain('The server is a standby');
    expect((await cluster.order(another, CNAUGHT_ORDER)).status).toBe(503);
    await pair.standby.promote();
    await another.untilReady();
    expect((await cluster.order(another, CNAUGHT_ORDER)).status).toBe(202);
  });

  it('while the standby is away, a commit is not confirmed, the caller is answered, and the order is the one of its key', async () => {
    await start('standby-away');
    // The catalog is read from then on.
    const first = jsonOf<{ id: string }>(await cluster.order(api, CNAUGHT_ORDER, { prefer: 'wait=10' })).id;
    await pair.standby.stop('fast');
    const key = randomUUID();
    const reply = await cluster.order(api, CNAUGHT_ORDER, { key, prefer: 'wait=2' });
    expect([reply.status, jsonOf(reply)['code']]).toEqual([503, 'service_unavailable']);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect(reply.tookMs).toBeLessThan(ANSWERED_WITHIN_MS);
    await cluster.until(
      'not ready',
      () => readiness(),
      (check) => check === 'not_committing',
      15_000,
    );
    expect(cluster.sandbox.cnaught.purchases()).toHaveLength(1);

    await pair.standby.start();
    const backAt = performance.now();
    await api.untilReady();
    const again = async (): Promise<number> =>
      (await cluster.order(api, CNAUGHT_ORDER, { key, prefer: 'wait=2' })).status;
    await cluster.until('the order is told', again, (status) => status < 300, SETTLED_WITHIN_MS);
    const orders = [...(await ordersOn(pair.primary)).keys()].filter((id) => id !== first);
    expect(orders).toHaveLength(1);
    await cluster.until(
      'it is bought',
      async () => cluster.purchasesOf(...orders).length,
      (n) => n > 0,
      SETTLED_WITHIN_MS,
    );
    report(
      `the standby away: answered after ${(reply.tookMs / 1000).toFixed(1)} s; ` +
        `bought ${((performance.now() - backAt) / 1000).toFixed(1)} s after it was back`,
    );
    expect(cluster.purchasesOf(...orders)).toHaveLength(1);
  });

  it('an asynchronous standby loses what was confirmed, and this proof and the gateway see it', async () => {
    await start('asynchronous', { replication: 'asynchronous' });
    const before = new SteadyCallers(cluster, api);
    await before.more(3);
    await before.stop();
    await pair.standby.stop('fast');
    const callers = new SteadyCallers(cluster, api);
    await callers.more(ORDERS);
    await callers.stop();
    // One more is with its provider when the primary dies, on a slow machine, too.
    const held = cluster.sandbox.cnaught.faults.add({
      match: { method: 'POST' },
      fault: { kind: 'delay', when: 'after_effect', ms: 20_000 },
    });
    const underWay = cluster.order(api, CNAUGHT_ORDER, { prefer: 'wait=30' });
    const used = async (): Promise<number> =>
      cluster.sandbox.cnaught.faults.list().find(({ id }) => id === held.id)?.used ?? 1;
    await cluster.until('the provider has it', used, (n) => n > 0, 10_000);
    await pair.primary.kill();
    pair.address.dropAll();
    await pair.standby.start();
    await takeOver();

    const kept = await ordersOn(pair.standby);
    const lost = [...callers.accepted.values()].filter((id) => !kept.has(id));
    const reply = await underWay;
    const bought = cluster.purchasesOf(...lost).length;
    report(`asynchronous: ${lost.length} of ${callers.accepted.size} confirmed orders lost, ${bought} of them bought`);
    expect(lost.length).toBeGreaterThan(0);
    expect([reply.status, jsonOf(reply)['code']]).toEqual([503, 'order_lost']);
    expect(await metric('gateway_orders_lost_total')).toBeGreaterThan(0);
    expect(api.output).toContain('the database has lost an order');
  });
});
