import { setImmediate } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import type { OperationClass, ProviderCall } from '../../src/domain/providers/calls.js';
import type { ProviderError } from '../../src/domain/providers/provider-error.js';
import type { Fault } from '../../dev/sandbox/index.js';
import { TestEngine } from '../support/engine.js';

const CNAUGHT = 'cnaught';
const ONE_TRIBE = 'one_tribe';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const call = (signal = AbortSignal.timeout(20_000)): ProviderCall => ({ signal, correlationId: 'test', account: null });

const STOPPED = { failure: 'not_sent', reason: 'unavailable', at: { retryAfterMs: expect.any(Number) as number } };
const SILENT: Fault = { kind: 'error', status: 500, effect: false };

describe('reads to which a provider does not respond', () => {
  let engine: TestEngine;
  let other: INestApplicationContext;
  beforeEach(async () => {
    engine = await TestEngine.start();
    other = await engine.startAnother();
  });
  afterEach(async () => {
    await other.close();
    await engine.stop();
  });

  const fault = (what: Fault, path: string, method = 'GET'): void => {
    engine.sandbox.cnaught.faults.add({ match: { method, path }, times: 'always', fault: what });
  };
  /** Requests that met the first fault in the queue. */
  const met = (): number => engine.sandbox.cnaught.faults.list()[0]?.used ?? 0;
  const order = (app = engine.app): Promise<unknown> => engine.provider(CNAUGHT, app).fetchStatus('order-1', call());
  const failed = (read: Promise<unknown>): Promise<ProviderError> =>
    read.then(
      () => Promise.reject(new Error('must fail')),
      (thrown: ProviderError) => thrown,
    );
  const times = <T>(count: number, what: () => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, what));
  const failuresInARow = async (operationClass: OperationClass): Promise<number | null> => {
    const [row] = await engine.rows<{ failures: number }>(
      'SELECT failures FROM provider_health WHERE provider = $1 AND operation_class = $2',
      [CNAUGHT, operationClass],
    );
    return row?.failures ?? null;
  };

  /** Starts reads in both processes and lets none of them on before each process has come to the quota, with all of its. */
  const allAtOnce = async (start: () => Promise<ProviderError>[]): Promise<Promise<ProviderError>[]> => {
    const holder = new pg.Client({ connectionString: engine.database.url });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM quota_buckets WHERE provider = $1 FOR UPDATE', [CNAUGHT]);
    const reads = start();
    const waiting = (): Promise<unknown[]> =>
      engine.rows(`SELECT FROM pg_locks WHERE NOT granted
        AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`);
    while ((await waiting()).length < 2);
    await holder.query('COMMIT');
    await holder.end();
    return reads;
  };

  it('are stopped for every process, while purchases still go', async () => {
    await engine.provider(CNAUGHT).offerings(call());
    fault(SILENT, '/orders');
    await times(5, () => failed(order()));
    const before = met();
    for (const app of [engine.app, other]) expect(await failed(order(app))).toMatchObject(STOPPED);
    expect(met()).toBe(before);
    expect((await engine.place({ provider: CNAUGHT, grams: 1_000 })).status).toBe('placed');

    const listed = await engine.listProviders();
    const failing = listed.filter(({ health }) => health === 'failing');
    expect(failing.map(({ provider }) => provider.id)).toEqual(['cnaught']);
    expect(listed.filter(({ health: now, pause }) => now === 'ok' && pause === null)).toHaveLength(listed.length - 1);
    expect(failing[0]?.pause).toBeNull();
  });

  it('take no slot of the quota while they are stopped', async () => {
    await order();
    await engine.leaveQuota(CNAUGHT, 5, 0.001);
    await engine.pause(CNAUGHT, 'status', 60_000);
    expect(await failed(order())).toMatchObject(STOPPED);
    const left = await engine.rows<{ tokens: number }>('SELECT tokens FROM quota_buckets WHERE provider = $1', [
      CNAUGHT,
    ]);
    expect(left.map(({ tokens }) => tokens)).toEqual(left.map(() => 5));
  });

  it('are stopped by their kind: without a catalog it is still known how orders stand', async () => {
    fault(SILENT, '/portfolios');
    for (let i = 0; i < 5; i++) await failed(engine.provider(CNAUGHT).offerings(call()));
    expect(await failed(engine.provider(CNAUGHT, other).offerings(call()))).toMatchObject(STOPPED);
    for (const app of [engine.app, other]) expect(await order(app)).toBeNull();
  });

  it('are stopped when they hang to their deadlines', async () => {
    fault({ kind: 'hang', when: 'before_effect' }, '/orders');
    const deadline = new AbortController();
    const hanging = times(5, () => failed(engine.provider(CNAUGHT).fetchStatus('order-1', call(deadline.signal))));
    while (met() < 5) await setImmediate();
    deadline.abort(new DOMException('', 'TimeoutError'));
    expect((await hanging).map(({ reason }) => reason)).toEqual(Array.from({ length: 5 }, () => 'timed_out'));
    expect(await failed(order(other))).toMatchObject(STOPPED);
  });

  it('are tried again by one alone, and go once that one had its response', async () => {
    expect(await order()).toBeNull();
    await engine.pause(CNAUGHT, 'status', 15_000);
    await engine.letTimePass(15_000);
    fault({ kind: 'hang', when: 'before_effect' }, '/orders');
    const deadline = new AbortController();
    const reads = await allAtOnce(() =>
      [engine.app, other, engine.app, other].map((app) =>
        failed(engine.provider(CNAUGHT, app).fetchStatus('order-1', call(deadline.signal))),
      ),
    );
    const refused: ProviderError[] = [];
    for (const read of reads) void read.then((error) => refused.push(error));
    while (met() === 0 || refused.length < 3) await setImmediate();
    expect(refused).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ failure: 'not_sent' }) as unknown),
    );
    await engine.letTimePass(16_000);
    expect(await failed(order(other))).toMatchObject(STOPPED);
    expect(met()).toBe(1);

    deadline.abort(new DOMException('', 'TimeoutError'));
    await Promise.all(reads);
    expect(await failed(order(other))).toMatchObject(STOPPED);
    engine.sandbox.cnaught.faults.clear();
    await engine.letTimePass(15_000);
    expect(await order(other)).toBeNull();
    expect(await times(3, order)).toEqual([null, null, null]);
    expect(await failuresInARow('status')).toBe(0);
  });

  it('count only in a row, and a response that says no is a response', async () => {
    fault(SILENT, '/orders');
    await times(4, () => failed(order()));
    engine.sandbox.cnaught.faults.clear();
    expect(await order(other)).toBeNull();
    expect(await failuresInARow('status')).toBe(0);

    fault({ kind: 'refused', status: 403 }, '/orders');
    const errors = await times(6, () => failed(order()));
    expect(errors.map(({ failure }) => failure)).toEqual(errors.map(() => 'rejected'));
    expect(await failuresInARow('status')).toBe(0);
  });

  it('are repeated only within our quota', async () => {
    expect(await order()).toBeNull();
    fault(SILENT, '/orders');
    await failed(order());
    expect(met()).toBe(3);
    // Room for one call more and what reads leave to others, and next to nothing flows in.
    await engine.leaveQuota(CNAUGHT, 2, 0.0001);
    expect(await failed(order())).toMatchObject({ failure: 'retry_later', at: { upstreamStatus: 500 } });
    expect(met()).toBe(4);
  });

  it('are not those that our own quota held back', async () => {
    expect(await order()).toBeNull();
    await engine.slowDown(CNAUGHT, HOUR);
    const errors = await times(6, () => failed(order()));
    expect(errors.map(({ reason }) => reason)).toEqual(errors.map(() => 'rate_limited'));
    expect(await failuresInARow('status')).toBeNull();
    const [cnaught] = await engine.listProviders();
    expect([cnaught?.provider.id, cnaught?.health]).toEqual([CNAUGHT, 'unknown']);
  });

  it.each([
    ['stopped', () => engine.pause(ONE_TRIBE, 'status', 10 * HOUR)],
    ['too many for our quota', () => engine.slowDown(ONE_TRIBE, 10 * HOUR)],
  ])(
    'and are %s defer the lookup of a purchase in doubt, which is neither counted nor taken for absence',
    async (_, hold) => {
      engine.sandbox.oneTribe.faults.add({
        match: { method: 'POST', path: '/transactions' },
        fault: { kind: 'reset', when: 'after_effect' },
      });
      const doubted = await engine.place({ provider: ONE_TRIBE, grams: 2_000_000 });
      expect(doubted.status).toBe('in_doubt');
      await hold();
      const before = await engine.history(doubted.id);
      // Many more than the looks that may fail before a person is asked, and past the time when absence is proof.
      for (let minutes = 0; minutes < 60; minutes++) {
        await engine.letTimePass(MINUTE);
        await engine.makeDue();
        await engine.runDue();
      }
      expect(await engine.order(doubted.id)).toMatchObject({ status: 'in_doubt', review: null });
      expect(await engine.history(doubted.id)).toEqual(before);

      await engine.later(10 * HOUR);
      expect(await engine.order(doubted.id)).toMatchObject({ status: 'placed', review: null });
      expect(engine.sandbox.oneTribe.purchases(doubted.id)).toHaveLength(1);
      expect(await engine.lostOrders()).toBe(0);
    },
  );

  it('defer the poll of an order, and its cancellation, until they go again', async () => {
    const { id, providerOrderId } = await engine.place({ provider: CNAUGHT, grams: 1_000 });
    await engine.pause(CNAUGHT, 'status', 2 * MINUTE);
    await expect(engine.cancel(id)).rejects.toMatchObject({ code: 'provider_unavailable' });
    engine.sandbox.cnaught.advance(providerOrderId ?? '', 'fulfilled');
    await engine.later(MINUTE);
    expect(await engine.order(id)).toMatchObject({ status: 'placed', review: null });
    expect(await engine.lostOrders()).toBe(0);
    await engine.later(HOUR);
    expect((await engine.order(id)).status).toBe('completed');
  });
});
