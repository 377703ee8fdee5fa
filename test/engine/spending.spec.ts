import { randomUUID } from 'node:crypto';
import { Decimal } from 'decimal.js';
import { DatabaseBusyError, DatabaseUnreachableError } from '../../src/domain/errors.js';
import { NO_LIMITS, type BuyerLimits, type PurchaseLimits } from '../../src/domain/limits/purchase-limits.js';
import { ListBudgets } from '../../src/application/limits/list-budgets.js';
import { SetBudget } from '../../src/application/limits/set-budget.js';
import { periodAt } from '../../src/domain/limits/budget.js';
import type { RequestActor } from '../../src/domain/orders/cause.js';
import { grams } from '../../src/domain/mass.js';
import type { Order } from '../../src/domain/orders/order.js';
import { TestEngine, type OrderToPlace } from '../support/engine.js';

/** One tonne of the default portfolio at CNaught costs this much on account, in US dollars. */
const PER_TONNE = 20;

const limited = (tenant: Partial<PurchaseLimits>, key: Partial<PurchaseLimits> = {}): BuyerLimits => ({
  tenant: { ...NO_LIMITS, ...tenant },
  key: { ...NO_LIMITS, ...key },
});

const BY_MACHINE: RequestActor = { by: 'request', requestId: 'req_test', keyId: 'key_test', operator: null };

const usd = (amount: number): Decimal => new Decimal(amount);

/** As a caller does who got no connection in time: the same again, under the same key. */
const insist = <Result>(act: () => Promise<Result>): Promise<Result> =>
  act().catch((thrown: unknown) => {
    if (thrown instanceof DatabaseBusyError || thrown instanceof DatabaseUnreachableError) return insist(act);
    throw thrown;
  });

describe('the spending of a month', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start();
  });
  afterAll(() => engine.stop());
  beforeEach(() => engine.beAnotherTenant());
  afterEach(() => engine.forget());

  const place = (more: Partial<OrderToPlace> = {}, waitMs?: number): Promise<Order> =>
    engine.place({ provider: 'cnaught', grams: 1_000_000, ...more }, waitMs);

  const spent = (subject = engine.tenantId): Promise<number> => engine.spentBy(subject);

  const setBudget = (limitUsd: number, period = periodAt(new Date())) =>
    engine.app
      .get(SetBudget)
      .run({ tenantId: engine.tenantId, period, limitUsd: usd(limitUsd), reason: 'agreed' }, BY_MACHINE);

  it.each([
    ['limit', limited({ monthUsd: usd(60 * PER_TONNE) }), null],
    ['budget', limited({ monthUsd: usd(999 * PER_TONNE) }), 60 * PER_TONNE],
  ])('is never above the %s, however many orders come at once and whatever their size', async (_, limits, budget) => {
    if (budget !== null) await setBudget(budget);
    const sizes = Array.from({ length: 200 }, (_, nth) => (nth % 10 === 0 ? 7 : 1) * 1_000_000);
    const other = await engine.startAnother();
    const results = await Promise.allSettled(
      sizes.map((mass, nth) => {
        const [key, app] = [randomUUID(), nth % 2 === 0 ? engine.app : other];
        return insist(() => engine.place({ provider: 'cnaught', grams: mass, limits }, 0, key, app));
      }),
    );
    await other.close();
    const refused = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as { code?: string; message: string }] : [],
    );
    expect(new Set(refused.map(({ code, message }) => code ?? message))).toEqual(new Set(['spending_limit_reached']));
    const bought = await engine.rows<{ grams: string }>(
      'SELECT ordered_grams AS grams FROM orders WHERE tenant_id = $1',
      [engine.tenantId],
    );
    const tonnes = bought.reduce((sum, { grams: mass }) => sum + Number(mass) / 1_000_000, 0);
    expect(bought.length + refused.length).toBe(200);
    // As long as one tonne is left, an order of one tonne is accepted.
    expect(tonnes).toBe(60);
    expect(await spent()).toBe(60 * PER_TONNE);
    expect(await engine.deadlocks()).toBe(0);
  });

  it('is under a budget in its month alone, from the next order on, and is told so with its numbers', async () => {
    const limits = limited({ monthUsd: usd(100) });
    await place({ limits });
    await setBudget(10, periodAt(new Date(Date.now() + 40 * 86_400_000)));
    await place({ limits });
    const budget = await setBudget(50);
    expect([budget.limitUsd?.toNumber(), budget.spentUsd.toNumber(), budget.source]).toEqual([50, 40, 'budget']);
    await expect(place({ limits })).rejects.toMatchObject({
      code: 'spending_limit_reached',
      message: expect.stringContaining('This tenant may spend 50.00 USD in a calendar month') as string,
      context: { numbers: { monthLimit: { of: 'tenant', total: { amount: '50.00' }, spent: { amount: '40.00' } } } },
    });
    await setBudget(20);
    await expect(place({ limits, grams: 1_000 })).rejects.toMatchObject({ code: 'spending_limit_reached' });
  });

  it('is reserved until the provider charges it, and nothing any more once an order ends without credits', async () => {
    const found = async () => {
      const { spentUsd, reservedUsd } = await engine.app.get(ListBudgets).find(engine.tenantId, periodAt(new Date()));
      return [spentUsd.toNumber(), reservedUsd.toNumber()];
    };
    const waiting = await place({}, 0);
    expect(await found()).toEqual([20, 20]);
    await place();
    expect(await found()).toEqual([40, 20]);
    await engine.cancel(waiting.id);
    expect(await found()).toEqual([20, 0]);
  });

  it('refuses with the numbers, and allows the order once the limit is raised', async () => {
    await place({ grams: 3_000_000, limits: limited({ monthUsd: usd(70) }) });
    await expect(place({ limits: limited({ monthUsd: usd(70) }) })).rejects.toMatchObject({
      code: 'spending_limit_reached',
      message:
        'This tenant may spend 70.00 USD in a calendar month (UTC). 60.00 USD are spent or reserved, and this order would add 20.00 USD. Nothing was ordered.',
    });
    expect(await spent()).toBe(60);
    await place({ limits: limited({ monthUsd: usd(80) }) });
    expect(await spent()).toBe(80);
  });

  it('holds a lowered limit at once, whatever room the old one had left', async () => {
    await place({ limits: limited({ monthUsd: usd(100_000) }) });
    await place({ limits: limited({ monthUsd: usd(40) }) });
    await expect(place({ limits: limited({ monthUsd: usd(40) }) })).rejects.toMatchObject({
      code: 'spending_limit_reached',
    });
  });

  it('of a key has a limit within that of its tenant, and leaves no trace there when it refuses', async () => {
    const limits = limited({ monthUsd: usd(60) }, { monthUsd: usd(20) });
    await place({ keyId: 'key_a', limits });
    await expect(place({ keyId: 'key_a', limits })).rejects.toThrow('This API key may spend 20.00 USD');
    expect(await spent()).toBe(20);
    await place({ keyId: 'key_b', limits });
    await place({ keyId: 'key_c', limits });
    await expect(place({ keyId: 'key_d', limits })).rejects.toThrow('This tenant may spend 60.00 USD');
    expect([await spent('key_a'), await spent('key_d')]).toEqual([20, 0]);
  });

  it('begins anew with the month', async () => {
    const limits = limited({ monthUsd: usd(20) });
    await place({ limits });
    await engine.rows(`UPDATE spending SET month = month - interval '1 month' WHERE subject_id = $1`, [
      engine.tenantId,
    ]);
    await place({ limits });
    expect(await spent()).toBe(40);
  });

  it.each<[string, () => Promise<unknown>]>([
    [
      'is refused by its provider',
      () => {
        engine.sandbox.cnaught.faults.add({
          match: { method: 'POST', path: '/orders' },
          fault: { kind: 'refused', status: 400 },
        });
        return place().catch(() => undefined);
      },
    ],
    [
      'is dearer than its caller wants',
      () => place({ maxTotal: { amount: usd(1), currency: 'USD' } }).catch(() => undefined),
    ],
    ['is cancelled before it was sent', async () => engine.cancel((await place({}, 0)).id, engine.tenantId)],
  ])('gives back what was reserved for an order that %s', async (_, act) => {
    await act();
    expect(await spent()).toBe(0);
  });

  it('keeps the reservation of an order in doubt', async () => {
    engine.sandbox.cnaught.faults.add({ match: { method: 'POST' }, fault: { kind: 'reset', when: 'before_effect' } });
    expect((await place()).status).toBe('in_doubt');
    expect(await spent()).toBe(PER_TONNE);
  });

  it('keeps what a cancelled order was charged', async () => {
    const { id } = await place();
    expect((await engine.cancel(id, engine.tenantId)).status).toBe('cancelled');
    expect(await spent()).toBe(PER_TONNE);
  });

  it.each([
    ['dearer', 2_500, 25],
    ['cheaper', 1_500, 15],
  ])('is corrected when an order turns out %s, even above the limit', async (_, cents, charged) => {
    const fault = { kind: 'set_field', path: 'price_usd_cents', value: cents } as const;
    engine.sandbox.cnaught.faults.add({ match: { method: 'POST', path: '^/orders$' }, fault });
    await place({ limits: limited({ monthUsd: usd(20) }) });
    expect([await spent(), await spent('key_test')]).toEqual([charged, expect.any(Number)]);
    const next = place({ grams: 500_000, limits: limited({ monthUsd: usd(charged) }) });
    await expect(next).rejects.toThrow(`${charged}.00 USD are spent`);
  });

  it('counts other currencies by the exchange rate, with their tax', async () => {
    const order = await engine.place({ provider: 'one_tribe', grams: 1_000_000 }, 0);
    const reserved = await spent();
    await engine.runDue();
    const { price } = await engine.order(order.id);
    expect(price?.total.currency).toBe('GBP');
    expect(await spent()).toBe(price?.total.amount.times('1.25').toNumber());
    expect(reserved).toBe(await spent());
  });

  it('does not count what a payer pays', async () => {
    const terms = { successUrl: 'https://shop.example/paid', cancelUrl: 'https://shop.example/cart' };
    const order = await place({ paymentMethod: 'checkout', terms, limits: limited({ monthUsd: usd(1) }) });
    expect(order.status).toBe('awaiting_payment');
    expect(await spent()).toBe(0);
  });
});

describe('one order', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start();
  });
  afterAll(() => engine.stop());

  it.each<[string, BuyerLimits, Partial<OrderToPlace>, string]>([
    [
      'the mass of its tenant',
      limited({ orderMass: grams(999_999) }),
      {},
      'at most 0.999999 t at once, and this is 1 t',
    ],
    [
      'the mass of its key',
      limited({ orderMass: grams(2e6) }, { orderMass: grams(5e5) }),
      {},
      'This API key may order at most 0.5 t',
    ],
    [
      'the mass after it is rounded up',
      limited({ orderMass: grams(1_500_000) }),
      { provider: 'one_tribe', grams: 1_200_000, rounding: 'up' },
      'at most 1.5 t at once, and this is',
    ],
    ['the total', limited({ orderUsd: usd(19.99) }), {}, 'at most 19.99 USD at once, and this is 20.00 USD'],
    [
      'the total in another currency',
      limited({ orderUsd: usd(20) }),
      { provider: 'one_tribe' },
      'GBP (at 1.25 USD, the rate of 2000-01-01)',
    ],
    ['the total of the cheapest offer', limited({ orderUsd: usd(1) }), { provider: null }, 'at most 1.00 USD'],
    [
      'the total that a payer pays',
      limited({ orderUsd: usd(1) }),
      { paymentMethod: 'checkout', terms: { successUrl: 'https://a.example/', cancelUrl: 'https://a.example/' } },
      'at most 1.00 USD',
    ],
    [
      'anything that can be bought',
      limited({ orderMass: grams(1e9) }),
      { grams: 999_999_999_000_000 },
      'at most 1000 t',
    ],
  ])('may not be above %s', async (_, limits, more, message) => {
    const order = { provider: 'cnaught', grams: 1_000_000, ...more, limits };
    await expect(engine.place(order)).rejects.toMatchObject({
      code: 'order_above_limit',
      message: expect.stringContaining(message),
    });
    expect(await engine.rows('SELECT FROM orders')).toEqual([]);
  });
});
