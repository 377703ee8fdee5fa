import type { Fault } from '../../dev/sandbox/index.js';
import { jsonOf, quantile } from './http-request.js';
import { CNAUGHT_ORDER, ONE_TRIBE_ORDER, report, Cluster } from './cluster.js';

/** Of the promise: from the kill of a process to the next action on each order it was at. */
const RESUME_MS = 60_000;

const BEFORE: Fault = { kind: 'hang', when: 'before_effect' };
const AFTER: Fault = { kind: 'hang', when: 'after_effect' };

/** What the process was at when it died: a call that had bought, or one that had not. */
const CASES = [
  { order: CNAUGHT_ORDER, fault: AFTER },
  { order: CNAUGHT_ORDER, fault: BEFORE },
  { order: ONE_TRIBE_ORDER, fault: AFTER },
  { order: ONE_TRIBE_ORDER, fault: BEFORE },
];

describe('a purchase whose process is killed', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start();
  }, 60_000);
  afterAll(() => cluster.stop());

  it('is taken on by another process, and made exactly once', async () => {
    const first = await cluster.startGateway('api');
    const ids: string[] = [];
    for (const { order, fault } of CASES) {
      const { faults } = order.provider === 'cnaught' ? cluster.sandbox.cnaught : cluster.sandbox.oneTribe;
      faults.add({
        match: { method: 'POST', path: order.provider === 'cnaught' ? '/orders' : '/transactions' },
        fault,
      });
      const placing = cluster.order(first, order, { prefer: 'wait=0' });
      ids.push(jsonOf<{ id: string }>(await placing).id);
    }
    const worker = await cluster.startGateway('worker');
    await cluster.until('every call is under way', openAttempts, (open) => open === CASES.length, 30_000);
    await cluster.until(
      'nothing left to fault',
      async () => unusedFaults(),
      (left) => left === 0,
      10_000,
    );
    const killedAt = await databaseNow();
    await worker.kill();
    const successor = await cluster.startGateway('worker');
    expect(successor.isRunning).toBe(true);

    const bought = await cluster.until('every order is placed', placed, (count) => count === CASES.length, 120_000);
    const resumedMs = await resumeTimes(killedAt);
    report(
      `${bought} purchases resumed after SIGKILL: p50 ${seconds(quantile(resumedMs, 0.5))}, ` +
        `max ${seconds(Math.max(...resumedMs))} to the next action`,
    );
    expect(resumedMs).toHaveLength(CASES.length);
    expect(Math.max(...resumedMs)).toBeLessThan(RESUME_MS);
    expect(cluster.purchasesOf(...ids).map(({ reference }) => reference)).toHaveLength(CASES.length);
    for (const id of ids) expect(cluster.purchasesOf(id)).toHaveLength(1);
    expect(await cluster.lostOrders()).toBe(0);
  }, 200_000);

  const openAttempts = async (): Promise<number> => {
    const [row] = await cluster.rows<{ n: number }>('SELECT count(*)::int AS n FROM attempts WHERE outcome IS NULL');
    return row?.n ?? 0;
  };

  const unusedFaults = (): number =>
    cluster.sandbox.cnaught.faults.list().length + cluster.sandbox.oneTribe.faults.list().length;

  const databaseNow = async (): Promise<Date> => {
    const [row] = await cluster.rows<{ now: Date }>('SELECT clock_timestamp() AS now');
    return row?.now ?? new Date(Number.NaN);
  };

  const placed = async (): Promise<number> => (await cluster.statuses())['placed'] ?? 0;

  /** What the successor finds is an open attempt, and the first thing it does is to write that down. */
  const resumeTimes = async (killedAt: Date): Promise<number[]> => {
    const rows = await cluster.rows<{ at: Date }>(
      `SELECT min(occurred_at) AS at FROM order_events
       WHERE occurred_at > $1 AND type = 'order.in_doubt' AND evidence->>'cause' = 'lease_ended' GROUP BY order_id`,
      [killedAt],
    );
    return rows.map(({ at }) => at.getTime() - killedAt.getTime());
  };
});

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
