import { Catalog } from '../../src/application/catalog/catalog.js';
import { ListOfferings } from '../../src/application/catalog/list-offerings.js';
import { retryDelayMs } from '../../src/domain/purchases/submission.js';
import { grams } from '../../src/domain/mass.js';
import { money } from '../../src/domain/money.js';
import type { ProviderCall, ProviderId } from '../../src/domain/providers/calls.js';
import { ReadThrottledError } from '../../src/domain/providers/provider-error.js';
import { TestEngine } from '../support/engine.js';

const CNAUGHT = 'cnaught' as ProviderId;
const CARBONMARK = 'carbonmark' as ProviderId;
const ONE_TRIBE = 'one_tribe' as ProviderId;

/** So slow that next to nothing flows in while a test runs. */
const STANDSTILL = 0.001;

const call = (): ProviderCall => ({ signal: AbortSignal.timeout(20_000), correlationId: 'test', account: null });

describe('a read within our quota', () => {
  let engine: TestEngine;
  beforeEach(async () => {
    engine = await TestEngine.start();
  });
  afterEach(() => engine.stop());

  it('that an order waits for is asked for at least every half minute, however long the quota is used up', async () => {
    const dueIn = async (id: string): Promise<number> => {
      const [task] = await engine.rows<{ s: number }>(
        'SELECT EXTRACT(EPOCH FROM run_at - now())::float8 AS s FROM tasks WHERE subject_id = $1',
        [id],
      );
      return task?.s ?? Number.NaN;
    };
    // Reads the catalog, too, which is kept from then on.
    await engine.place({ provider: CNAUGHT, grams: 1_000 });
    await engine.leaveQuota(CNAUGHT, 0.9, STANDSTILL);
    const { id } = await engine.place({ provider: CNAUGHT, grams: 1_000, maxTotal: money('1', 'USD') });
    for (let tries = 0; tries < 8; tries++) {
      await engine.letTimePass(30_000);
      await engine.leaveQuota(CNAUGHT, 0.9, STANDSTILL);
      await engine.runDue();
      expect(await dueIn(id)).toBeLessThanOrEqual(30);
    }
    expect(await engine.order(id)).toMatchObject({ status: 'created', review: null });
    await engine.leaveQuota(CNAUGHT, 5, 1);
    await engine.later(30_000);
    expect((await engine.order(id)).status).toBe('placed');
  });

  it('is not asked for by all at once', () => {
    const throttled = new ReadThrottledError('rate_limited', { provider: CARBONMARK, operation: 'quote' }, 1_000);
    const delays = Array.from({ length: 100 }, () => retryDelayMs(throttled, 100, Math.random()));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(30_000);
    expect(new Set(delays.map((ms) => Math.floor(ms / 10_000)))).toEqual(new Set([0, 1, 2]));
  });

  it('comes before the slot to buy: an order without a price takes none', async () => {
    await engine.place({ provider: ONE_TRIBE, grams: 2_000_000 });
    // Enough for a purchase, not for a read that leaves its share to purchases.
    await engine.leaveQuota(ONE_TRIBE, 1.2, STANDSTILL);
    expect((await engine.place({ provider: ONE_TRIBE, grams: 2_000_000 })).status).toBe('created');
    const buckets = await engine.rows<{ tokens: number }>('SELECT tokens FROM quota_buckets WHERE provider = $1', [
      ONE_TRIBE,
    ]);
    expect(buckets.map(({ tokens }) => tokens)).toEqual(buckets.map(() => 1.2));
  });

  it('of a call that has begun goes before the first of another', async () => {
    const carbonmark = engine.provider(CARBONMARK);
    const [offering] = await carbonmark.offerings(call());
    const providerOfferingId = offering?.providerOfferingId ?? null;
    const quote = () =>
      carbonmark.quote(
        { mass: grams(1_000_000), paymentMethod: 'checkout', providerOfferingId },
        { ...call(), isAwaited: true },
      );
    // One for each of its two reads; the first leaves half a call to purchases, the second a quarter.
    await engine.leaveQuota(CARBONMARK, 2.4, STANDSTILL);
    await expect(quote()).resolves.toBeDefined();
    await engine.leaveQuota(CARBONMARK, 1.4, STANDSTILL);
    await expect(quote()).rejects.toMatchObject({ failure: 'not_sent', reason: 'rate_limited' });
  });

  describe('while one tenant asks for many prices', () => {
    let offeringId: string | null;
    let asked: Promise<PromiseSettledResult<unknown>[]>;
    let answered = 0;
    const ask = async (tenantId: string): Promise<void> => {
      const quote = { mass: grams(1_000_000), paymentMethod: 'checkout', providerOfferingId: offeringId } as const;
      await engine.provider(CARBONMARK).quote(quote, { ...call(), tenantId });
      answered += 1;
    };
    beforeEach(async () => {
      const [offering] = await engine.app.get(Catalog).offeringsOf(engine.provider(CARBONMARK));
      offeringId = offering?.providerOfferingId ?? null;
      answered = 0;
      await engine.leaveQuota(CARBONMARK, 1, 2);
      asked = Promise.allSettled(Array.from({ length: 150 }, () => ask('greedy')));
    });
    afterEach(() => asked);

    it('gets its slot for the price that an order of another tenant needs, and the order is sent', async () => {
      const order = await engine.place({
        provider: CARBONMARK,
        paymentMethod: 'checkout',
        grams: 1_000_000,
        maxTotal: money('1000', 'USD'),
        terms: { successUrl: 'https://shop.example/paid', cancelUrl: 'https://shop.example/cart' },
      });
      expect(order.status).toBe('awaiting_payment');
      expect(answered).toBeLessThan(20);
    });

    it('gets its slot for the price that another tenant only asks for', async () => {
      await ask('modest');
      expect(answered).toBeLessThan(20);
    });
  });

  it('of a catalog for a purchase goes before polls of orders, and does not wait with a read for browsing', async () => {
    const carbonmark = engine.provider(CARBONMARK);
    await carbonmark.fetchStatus('payment-1', call());
    // It only counts.
    const fault = { kind: 'delay', when: 'after_effect', ms: 0 } as const;
    engine.sandbox.carbonmark.faults.add({ match: { path: '/prices' }, times: 'always', fault });
    // Enough for what an order waits for. A read for browsing gets a slot within seconds.
    await engine.leaveQuota(CARBONMARK, 2, 1);
    const browsing = engine.app.get(ListOfferings).run({ provider: CARBONMARK }, null, 10);
    expect(await engine.app.get(Catalog).offeringsOf(carbonmark)).not.toEqual([]);
    // The read for browsing still waits for its slot. Who browses is shown what the purchase has read.
    expect(engine.sandbox.carbonmark.faults.list()).toMatchObject([{ used: 1 }]);
    expect((await browsing).unavailable).toEqual([]);
  });
});
