import { setImmediate } from 'node:timers/promises';
import { ProviderQuotasRepository } from '../../src/persistence/providers/provider-quotas.repository.js';
import type { Quota } from '../../src/domain/providers/capabilities.js';
import { bucketsFor } from '../../src/domain/providers/throttle.js';
import type { ProviderId } from '../../src/domain/providers/calls.js';
import type { Fault } from '../../dev/sandbox/index.js';
import { TestEngine } from '../support/engine.js';

const CNAUGHT = 'cnaught' as ProviderId;
const MINUTE = 60_000;
const WRITES: Quota = { requests: 100, perMs: 1_000, counts: 'writes' };

/** 0: taken; else how many milliseconds to wait. */
const takeSlot = async (
  engine: TestEngine,
  provider: ProviderId,
  limits: readonly Quota[],
  counts: 'reads' | 'writes',
  reserve: number,
): Promise<number> => {
  const slots = await engine.app
    .get(ProviderQuotasRepository)
    .takeReads(
      { provider, buckets: bucketsFor(limits, counts), reserve, most: 1, tenantId: null, patienceMs: 0 },
      'status',
    );
  return slots.granted > 0 ? 0 : slots.waitMs;
};

describe('a provider in trouble', () => {
  let engine: TestEngine;
  beforeEach(async () => {
    engine = await TestEngine.start();
  });
  afterEach(() => engine.stop());

  const fault = (what: Fault, path = '/orders'): void => {
    engine.sandbox.cnaught.faults.add({ match: { method: 'POST', path }, times: 'always', fault: what });
  };
  const place = (more: object = {}) => engine.place({ provider: 'cnaught', grams: 1_000, ...more });
  const pausedFor = async (): Promise<string | undefined> =>
    (await engine.listProviders()).find(({ provider }) => provider.id === CNAUGHT)?.pause?.reason;

  it('that refuses our key is paused: new orders are refused, or wait where the caller says so', async () => {
    fault({ kind: 'refused', status: 401 });
    const first = await place();
    expect([first.status, await pausedFor()]).toEqual(['created', 'credentials']);
    await expect(place()).rejects.toMatchObject({ code: 'provider_paused' });
    const waiting = await place({ waitIfPaused: true });
    expect(waiting.status).toBe('created');

    engine.sandbox.cnaught.faults.clear();
    for (const order of [first, waiting]) expect((await engine.untilKnown(order.id, 5 * MINUTE)).status).toBe('placed');
    expect(await pausedFor()).toBeUndefined();
    expect(engine.sandbox.cnaught.purchases()).toHaveLength(2);
  });

  it('whose credit is used up is paused, and the order that found out has failed: nothing was bought', async () => {
    fault({ kind: 'refused', status: 402 });
    await expect(place()).rejects.toMatchObject({ code: 'provider_rejected' });
    expect(await pausedFor()).toBe('insufficient_credit');
    await expect(place()).rejects.toMatchObject({ code: 'provider_paused' });
    const waiting = await place({ waitIfPaused: true });
    expect(waiting.status).toBe('created');

    engine.sandbox.cnaught.faults.clear();
    expect((await engine.untilKnown(waiting.id, 20 * MINUTE)).status).toBe('placed');
    expect(await pausedFor()).toBeUndefined();
    expect(engine.sandbox.cnaught.purchases()).toHaveLength(1);
  });

  it('that stops responding is paused after five unknown purchases, and asked only by reads until it is back', async () => {
    fault({ kind: 'error', status: 500, effect: false });
    const orders = [];
    for (let i = 0; i < 5; i++) orders.push(await place());
    expect(await pausedFor()).toBe('unavailable');
    engine.sandbox.cnaught.faults.add({
      match: { method: 'GET' },
      times: 'always',
      fault: { kind: 'error', status: 500, effect: false },
    });
    await engine.later(MINUTE);
    expect(await pausedFor()).toBe('unavailable');

    engine.sandbox.cnaught.faults.clear();
    for (const order of orders) expect((await engine.untilKnown(order.id, 10 * MINUTE)).status).toBe('placed');
    expect(engine.sandbox.cnaught.purchases()).toHaveLength(5);
  });

  it('that is asked to be left alone is called later, and less often afterwards', async () => {
    engine.sandbox.cnaught.faults.add({
      match: { method: 'POST', path: '/orders' },
      fault: { kind: 'rate_limited', retryAfterSeconds: 20 },
    });
    const order = await place();
    expect(order.status).toBe('created');
    expect(await takeSlot(engine, CNAUGHT, [WRITES], 'writes', 0)).toBeGreaterThan(0);
    const [bucket] = await engine.rows<{ pace: number }>(
      `SELECT pace FROM quota_buckets WHERE "limit" = 'writes/1000'`,
    );
    expect(bucket?.pace).toBeLessThanOrEqual(0.5);
    expect((await engine.untilKnown(order.id, MINUTE)).status).toBe('placed');
  });
});

describe('a quota of which the provider says that nothing is left', () => {
  const CALLS = 5;
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start(
      {},
      { oneTribe: { rateLimit: { perMinute: 180, perHour: CALLS, perDay: 120_000 } } },
    );
  });
  afterAll(() => engine.stop());

  it('is believed, though by our own count there is more: the next call waits, and is not told 429', async () => {
    const provider = engine.provider('one_tribe');
    const list = (): Promise<unknown> | undefined =>
      provider.listOrders?.({ createdFrom: new Date(0), providerOfferingId: null }, null, {
        signal: AbortSignal.timeout(20_000),
        correlationId: 'test',
        account: null,
      });
    const isBlocked = async (): Promise<boolean> => {
      const buckets = await engine.rows<{ blocked: boolean }>(
        "SELECT blocked_until IS NOT NULL AS blocked FROM quota_buckets WHERE provider = 'one_tribe'",
      );
      return buckets.length > 0 && buckets.every(({ blocked }) => blocked);
    };
    for (let call = 1; call < CALLS; call++) await list();
    expect(await isBlocked()).toBe(false);
    await list();
    while (!(await isBlocked())) await setImmediate();
    await expect(list()).rejects.toMatchObject({ failure: 'not_sent', reason: 'rate_limited' });
  });
});

describe('a quota', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start();
  });
  afterAll(() => engine.stop());

  /** A twentieth of it may go at once. It flows in so slowly that nothing more does while a test runs. */
  const LIMIT = { requests: 600, perMs: 100 * 3_600_000, counts: 'all' } as const;
  const BURST = 30;

  it('is one for all who ask at once, however many processes they are', async () => {
    const takes = await Promise.all(
      Array.from({ length: 100 }, () => takeSlot(engine, 'busy' as ProviderId, [LIMIT], 'writes', 0)),
    );
    const taken = takes.filter((waitMs) => waitMs === 0).length;
    expect(taken).toBe(BURST);
  });

  it('leaves a reserve to the calls that matter more', async () => {
    const provider = 'reserved' as ProviderId;
    let taken = 0;
    while ((await takeSlot(engine, provider, [LIMIT], 'reads', 0.5)) === 0) taken += 1;
    expect(taken).toBe(BURST / 2);
    expect(await takeSlot(engine, provider, [LIMIT], 'writes', 0)).toBe(0);
  });

  it('does not count what it does not count', async () => {
    const writes = { requests: 1, perMs: 3_600_000, counts: 'writes' } as const;
    const provider = 'counts' as ProviderId;
    while ((await takeSlot(engine, provider, [writes], 'writes', 0)) === 0);
    expect(await takeSlot(engine, provider, [writes], 'writes', 0)).toBeGreaterThan(0);
    expect(await takeSlot(engine, provider, [writes], 'reads', 0)).toBe(0);
  });
});
