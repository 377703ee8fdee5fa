import { jsonOf } from './http-request.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { CNAUGHT_ORDER, ONE_TRIBE_ORDER, report, Cluster } from './cluster.js';

const HOUR = 3_600_000;

/** As the gateway has them: the hard end of a call, and the visibility delay that the cluster sets. */
const CALL_DEADLINE_MS = 30_000;
const SETTLE_MS = 3_000;

/** Both workers get their share of so many orders, and it is one less than the failures that pause a provider. */
const ORDERS = 4;

/** By a clock that runs behind it would take an hour. */
const PATIENCE_MS = 80_000;

const statusOf = (rows: readonly { status: string }[]): string => rows[0]?.status ?? 'missing';

describe('processes whose clocks are an hour ahead and an hour behind', () => {
  let cluster: Cluster;
  let api: GatewayProcess;
  beforeAll(async () => {
    cluster = await Cluster.start({ WORKER_CONCURRENCY: '4' });
    api = await cluster.startGateway('api', { clockShiftMs: HOUR });
    await Promise.all([-HOUR, HOUR].map((clockShiftMs) => cluster.startGateway('worker', { clockShiftMs })));
  }, 120_000);
  afterAll(() => cluster.stop());
  afterEach(async () => {
    cluster.sandbox.cnaught.faults.clear();
    cluster.sandbox.oneTribe.faults.clear();
    expect(await cluster.lostOrders()).toBe(0);
  });

  const place = async (order: object): Promise<string> => jsonOf<{ id: string }>(await cluster.order(api, order)).id;

  const placedAmong = async (ids: readonly string[]): Promise<number> =>
    (await cluster.rows("SELECT FROM orders WHERE id = ANY($1) AND status = 'placed'", [ids])).length;

  it('wait out the visibility delay by the database’s clock before they take a purchase for absent', async () => {
    cluster.sandbox.oneTribe.faults.add({
      match: { method: 'POST', path: '/transactions' },
      times: ORDERS,
      fault: { kind: 'error', status: 500, effect: false },
    });
    const ids = await Promise.all(Array.from({ length: ORDERS }, () => place(ONE_TRIBE_ORDER)));
    const placed = (): Promise<number> => placedAmong(ids);
    await cluster.until('every order is bought', placed, (n) => n === ORDERS, PATIENCE_MS);

    const waits = await cluster.rows<{ ms: number }>(
      `SELECT EXTRACT(EPOCH FROM second.started_at - first.started_at)::float8 * 1000 AS ms
       FROM attempts first JOIN attempts second USING (order_id)
       WHERE first.number = 1 AND second.number = 2 AND order_id = ANY($1)`,
      [ids],
    );
    const times = waits.map(({ ms }) => ms);
    report(
      `clocks ±1 h: absence proven after ${seconds(Math.min(...times))} to ${seconds(Math.max(...times))}, ` +
        `${cluster.purchasesOf(...ids).length} purchases of ${ORDERS} orders`,
    );
    expect(times).toHaveLength(ORDERS);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(CALL_DEADLINE_MS + SETTLE_MS);
    expect(cluster.purchasesOf(...ids)).toHaveLength(ORDERS);
  }, 120_000);

  it('leave an order to the process that holds its lease', async () => {
    const slow = { kind: 'delay', when: 'before_effect', ms: 6_000 } as const;
    cluster.sandbox.cnaught.faults.add({ match: { method: 'POST', path: '/orders' }, times: ORDERS, fault: slow });
    const ids = await Promise.all(Array.from({ length: ORDERS }, () => place(CNAUGHT_ORDER)));
    await cluster.until(
      'every order is bought',
      () => placedAmong(ids),
      (n) => n === ORDERS,
      40_000,
    );
    const attempts = await cluster.rows('SELECT FROM attempts WHERE order_id = ANY($1)', [ids]);
    report(`clocks ±1 h: ${ORDERS} purchases of 6 s each took ${attempts.length} sends`);
    expect(attempts).toHaveLength(ORDERS);
    // No running call was taken for one that its process had left behind.
    const doubts = "SELECT FROM order_events WHERE type = 'order.in_doubt' AND order_id = ANY($1)";
    expect(await cluster.rows(doubts, [ids])).toEqual([]);
    expect(cluster.purchasesOf(...ids)).toHaveLength(ORDERS);
  }, 60_000);

  /** An order whose first send was so long ago, and which is not known to be bought. */
  const inDoubtFor = async (ageMs: number): Promise<string> => {
    const silent = { kind: 'error', status: 500, effect: false } as const;
    const rule = cluster.sandbox.cnaught.faults.add({
      times: 'always',
      match: { method: 'POST', path: '/orders' },
      fault: silent,
    });
    const id = await place(CNAUGHT_ORDER);
    const parked = `UPDATE tasks SET run_at = now() + interval '1 hour'
                    WHERE subject_id = $1 AND lease_token IS NULL
                      AND EXISTS (SELECT FROM attempts WHERE order_id = $1 AND outcome = 'ambiguous') RETURNING 1`;
    await cluster.until(
      'it is in doubt',
      () => cluster.rows(parked, [id]),
      (rows) => rows.length === 1,
      20_000,
    );
    await cluster.letTimePass(ageMs, id);
    cluster.sandbox.cnaught.faults.remove(rule.id);
    return id;
  };

  interface Task {
    readonly runs: number;
    readonly held: boolean;
  }

  const tasksOf = (id: string): Promise<Task[]> =>
    cluster.rows<Task>('SELECT runs, lease_token IS NOT NULL AS held FROM tasks WHERE subject_id = $1', [id]);

  const hasRunSince = (task: Task | undefined, runs: number): boolean =>
    task !== undefined && !task.held && task.runs > runs;

  const sends = async (id: string): Promise<string[]> =>
    (
      await cluster.rows<{ idempotency_key: string }>('SELECT idempotency_key FROM attempts WHERE order_id = $1', [id])
    ).map(({ idempotency_key: key }) => key);

  it('use an idempotency key as long as the provider keeps it, and not an hour less', async () => {
    const id = await inDoubtFor(22.5 * HOUR);
    const before = await sends(id);
    await cluster.makeDue(id);
    const read = (): Promise<{ status: string }[]> => cluster.rows('SELECT status FROM orders WHERE id = $1', [id]);
    await cluster.until('it is bought', read, (rows) => statusOf(rows) === 'placed', 20_000);
    const after = await sends(id);
    expect(after.length).toBeGreaterThan(before.length);
    expect(new Set(after).size).toBe(1);
    expect(cluster.purchasesOf(id)).toHaveLength(1);
  }, 60_000);

  it('never use it after that', async () => {
    const id = await inDoubtFor(23.5 * HOUR);
    const before = await sends(id);
    await cluster.makeDue(id);
    const read = (): Promise<{ review_reason: string | null }[]> =>
      cluster.rows('SELECT review_reason FROM orders WHERE id = $1', [id]);
    await cluster.until('it is under review', read, ([row]) => row?.review_reason === 'unproven_outcome', 20_000);
    const [{ runs } = { runs: 0 }] = await tasksOf(id);
    await cluster.makeDue(id);
    await cluster.until(
      'it was looked at again',
      () => tasksOf(id),
      ([task]) => hasRunSince(task, runs),
      20_000,
    );
    expect(await sends(id)).toEqual(before);
    expect(cluster.purchasesOf(id)).toHaveLength(0);
  }, 60_000);
});

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
