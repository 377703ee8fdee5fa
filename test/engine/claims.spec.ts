import { CLAIM_SPACING_MS, MAX_CALLBACK_BODIES, MAX_CLAIMS } from '../../src/domain/purchases/claims.js';
import { WAKE_SPACING_MS } from '../../src/domain/purchases/timing.js';
import type { Order } from '../../src/domain/orders/order.js';
import type { ClaimedTask } from '../../src/persistence/tasks/tasks.repository.js';
import { TestEngine } from '../support/engine.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('what strangers claim of an order', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start();
    await engine.liftQuotas();
  });
  afterAll(() => engine.stop());
  afterEach(async () => {
    engine.sandbox.cnaught.faults.clear();
    engine.sandbox.carbonmark.faults.clear();
    engine.sandbox.carbonmark.switches.set({ tellPaymentId: false });
    expect(await engine.lostOrders()).toBe(0);
    await engine.forget();
  });

  const open = (provider: 'cnaught' | 'carbonmark', retirementMessage: string | null = null): Promise<Order> =>
    engine.place({
      provider,
      grams: 500_000,
      paymentMethod: 'checkout',
      terms: { successUrl: 'https://shop.example/paid', cancelUrl: 'https://shop.example/back', retirementMessage },
    });

  const pageOf = (order: Order): string => order.checkout?.url.split('/').at(-1) ?? '';
  const pay = (order: Order): string => engine.sandbox.carbonmark.checkouts.pay(pageOf(order));
  const paymentIn = (back: string): string => back.split('/').at(-1) ?? '';
  /** The address that payers of the order come back to. */
  const backTo = async (order: Order): Promise<string> =>
    /https?:[^"]*\/v1\/returns\/[\w-]{43}/.exec((await engine.sentBodies(order.id)).join())?.[0] ?? '';

  const claim = async (order: Order, ...ids: readonly string[]): Promise<void> => {
    const back = await backTo(order);
    for (const id of ids) await engine.comeBack(back, id);
  };
  const madeUp = (count: number): string[] => Array.from({ length: count }, (_, nth) => `made-up-${nth}`);

  const verdictsOf = async (order: Order): Promise<Record<string, string>> => {
    const rows = await engine.rows<{ provider_order_id: string; verdict: string }>(
      'SELECT provider_order_id, verdict FROM purchase_claims WHERE order_id = $1',
      [order.id],
    );
    return Object.fromEntries(rows.map(({ provider_order_id: id, verdict }) => [id, verdict]));
  };

  /** Counts the reads of a provider from now on. */
  const reads = (provider: 'cnaught' | 'carbonmark', path: string): (() => number) => {
    const { faults } = engine.sandbox[provider];
    const { id } = faults.add({
      match: { method: 'GET', path },
      times: 'always',
      fault: { kind: 'delay', when: 'before_effect', ms: 0 },
    });
    return () => faults.list().find((rule) => rule.id === id)?.used ?? 0;
  };

  it('hides no payment, however much was made up before it, and costs few reads', async () => {
    const order = await open('carbonmark');
    const count = reads('carbonmark', '/payments');
    await claim(order, ...madeUp(60));
    await engine.runDue();
    expect(count()).toBeLessThanOrEqual(10);
    await engine.comeBack(pay(order));
    await engine.later(CLAIM_SPACING_MS);
    expect((await engine.order(order.id)).status).toBe('placed');
    expect(count()).toBeLessThanOrEqual(15);
  });

  it('hides no payment that shows late, however much is made up after it', async () => {
    const order = await open('carbonmark');
    const back = pay(order);
    engine.sandbox.carbonmark.faults.add({
      match: { method: 'GET', path: `/payments/${paymentIn(back)}` },
      times: 2,
      fault: { kind: 'refused', status: 404 },
    });
    await engine.comeBack(back);
    await engine.runDue();
    for (let round = 0; round < 12 && (await engine.order(order.id)).status !== 'placed'; round++) {
      await claim(order, ...madeUp(5).map((id) => `${id}-${round}`));
      await engine.later(CLAIM_SPACING_MS);
    }
    expect((await engine.order(order.id)).status).toBe('placed');
  });

  it('is forgotten when the provider does not know it at any look, and looked at once more when it is brought again', async () => {
    const order = await open('carbonmark');
    const count = reads('carbonmark', '/payments');
    await claim(order, 'made-up');
    await engine.runDue();
    for (let day = 0; day < 8; day++) for (let sixth = 0; sixth < 4; sixth++) await engine.later(6 * HOUR);
    expect(await verdictsOf(order)).toEqual({ 'made-up': 'unknown' });
    const looks = count();
    expect(looks).toBeLessThanOrEqual(8);
    await engine.later(2 * DAY);
    expect(count()).toBe(looks);
    await claim(order, 'made-up');
    await engine.runDue();
    expect(count()).toBe(looks + 1);
    expect(await verdictsOf(order)).toEqual({ 'made-up': 'unknown' });
  });

  it('beyond the bound tells a person, until the payment is found', async () => {
    const order = await open('carbonmark');
    await engine.rows(
      `INSERT INTO purchase_claims (order_id, provider_order_id)
       SELECT $1, 'made-up-' || n FROM generate_series(1, $2::int) AS n`,
      [order.id, MAX_CLAIMS],
    );
    const back = pay(order);
    await engine.comeBack(back);
    await engine.runDue();
    expect((await engine.order(order.id)).review?.reason).toBe('too_many_claims');
    expect(await verdictsOf(order)).not.toHaveProperty(paymentIn(back));

    await engine.rows(`UPDATE purchase_claims SET verdict = 'unknown' WHERE order_id = $1 AND looks > 0`, [order.id]);
    await engine.comeBack(back);
    await engine.later(CLAIM_SPACING_MS);
    expect(await engine.order(order.id)).toMatchObject({ status: 'placed', review: null });
  });

  it('is read in its time even while others come in all the while', async () => {
    const order = await open('carbonmark');
    const back = pay(order);
    await engine.comeBack(back);
    for (let look = 0; look < 3 && (await engine.order(order.id)).status !== 'placed'; look++) {
      await claim(order, ...madeUp(10).map((id) => `${id}-${look}`));
      await engine.later(CLAIM_SPACING_MS);
    }
    expect((await engine.order(order.id)).status).toBe('placed');
  });

  /** An order with two pages, of which the caller has seen one: the response that told of the other was lost. */
  const openTwice = async (): Promise<{ order: Order; back: string }> => {
    const { checkouts, faults } = engine.sandbox.carbonmark;
    const before = new Set(checkouts.all().map(({ linkId }) => linkId));
    faults.add({ match: { method: 'POST', path: '/checkout' }, fault: { kind: 'reset', when: 'after_effect' } });
    const order = await engine.untilKnown((await open('carbonmark')).id, 20_000).then(({ id }) => engine.order(id));
    const second = checkouts.all().find(({ linkId }) => !before.has(linkId) && linkId !== pageOf(order));
    return { order, back: checkouts.pay(second?.linkId ?? '') };
  };
  const complete = async (order: Order): Promise<void> => {
    engine.sandbox.carbonmark.advance((await engine.order(order.id)).providerOrderId ?? '', 'COMPLETED');
  };
  const PAID_TWICE = { status: 'completed', review: { reason: 'paid_twice' } };

  it('outlives the end of its order: a second payment, brought back before that, which shows after it', async () => {
    const { order, back } = await openTwice();
    engine.sandbox.carbonmark.faults.add({
      match: { method: 'GET', path: `/payments/${paymentIn(back)}` },
      times: 'always',
      fault: { kind: 'refused', status: 404 },
    });
    await engine.comeBack(pay(order));
    await engine.comeBack(back);
    await engine.runDue();
    await complete(order);
    await engine.later(HOUR);
    expect(await engine.order(order.id)).toMatchObject({ status: 'completed', review: null });

    engine.sandbox.carbonmark.faults.clear();
    for (let i = 0; i < 3; i++) await engine.later(HOUR);
    expect(await engine.order(order.id)).toMatchObject(PAID_TWICE);
  });

  it('that comes while its order ends is read: a second payment', async () => {
    const { order, back } = await openTwice();
    await engine.comeBack(pay(order));
    await engine.runDue();
    await complete(order);
    await engine.letTimePass(HOUR);
    const [look] = await engine.claimDue();
    await engine.comeBack(back);
    if (look) await engine.runTask(look);
    expect(await engine.order(order.id)).toMatchObject({ status: 'completed', review: null });
    await engine.runDue();
    expect(await engine.order(order.id)).toMatchObject(PAID_TWICE);
  });

  it('of an order that has ended is looked at until it is decided: a second payment that shows late', async () => {
    const { order, back } = await openTwice();
    await engine.comeBack(pay(order));
    await engine.runDue();
    await complete(order);
    await engine.later(HOUR);
    expect((await engine.order(order.id)).status).toBe('completed');

    engine.sandbox.carbonmark.faults.add({
      match: { method: 'GET', path: '/payments' },
      times: 2,
      fault: { kind: 'refused', status: 404 },
    });
    await engine.comeBack(back);
    await engine.runDue();
    expect((await engine.order(order.id)).review).toBeNull();
    for (let i = 0; i < 3; i++) await engine.later(CLAIM_SPACING_MS);
    expect(await engine.order(order.id)).toMatchObject(PAID_TWICE);
    const tasks = await engine.rows('SELECT FROM tasks WHERE subject_id = $1', [order.id]);
    expect(tasks).toEqual([]);
  });

  it.each([
    ['refused for what it looks like', 400, 'unknown'],
    ['not to be had by us', 403, 'unknown'],
  ])('is unknown where the provider says that it is %s, and stops nothing else', async (_, status, verdict) => {
    const order = await open('carbonmark');
    engine.sandbox.carbonmark.faults.add({
      match: { method: 'GET', path: '/payments/odd' },
      times: 'always',
      fault: { kind: 'refused', status },
    });
    await claim(order, 'odd');
    await engine.runDue();
    await engine.comeBack(pay(order));
    await engine.runDue();
    expect((await engine.order(order.id)).status).toBe('placed');
    for (let i = 0; i < 12; i++) await engine.later(DAY);
    expect((await verdictsOf(order))['odd']).toBe(verdict);
  });

  describe('of two orders that are equal', () => {
    it('is settled by our reference, where the payment shows it', async () => {
      const [first, paid] = [await open('carbonmark'), await open('carbonmark')];
      const back = pay(paid);
      await claim(first, paymentIn(back));
      await engine.runDue();
      expect(await engine.order(first.id)).toMatchObject({ status: 'awaiting_payment', review: null });
      expect(await verdictsOf(first)).toEqual({ [paymentIn(back)]: 'refused' });
      await engine.comeBack(back);
      await engine.runDue();
      expect(await engine.order(paid.id)).toMatchObject({ status: 'placed', providerOrderId: paymentIn(back) });
    });

    it('is settled by what the provider promised, whoever comes first', async () => {
      engine.sandbox.carbonmark.switches.set({ tellPaymentId: true });
      const [first, paid] = [await open('carbonmark', 'For 2026'), await open('carbonmark', 'For 2026')];
      await claim(first, paymentIn(pay(paid)));
      await engine.runDue();
      expect(await engine.order(first.id)).toMatchObject({ status: 'awaiting_payment', review: null });
      await engine.later(HOUR);
      expect(await engine.order(paid.id)).toMatchObject({ status: 'placed', review: null });
    });

    it('is for a person where nothing tells them apart: both say so, and neither page is to be paid any more', async () => {
      const [first, paid] = [await open('carbonmark', 'For 2026'), await open('carbonmark', 'For 2026')];
      const back = pay(paid);
      await claim(first, paymentIn(back));
      await engine.runDue();
      expect(await engine.order(first.id)).toMatchObject({ status: 'placed', review: null });

      await engine.comeBack(back);
      await engine.runDue();
      expect(await engine.order(first.id)).toMatchObject({
        status: 'placed',
        checkout: { status: 'complete' },
        review: { reason: 'payment_disputed' },
      });
      expect(await engine.order(paid.id)).toMatchObject({
        status: 'awaiting_payment',
        checkout: { status: 'complete' },
        review: { reason: 'payment_disputed' },
      });
      expect(await verdictsOf(paid)).toEqual({ [paymentIn(back)]: 'disputed' });
    });

    it('goes to exactly one of them when both look at once', async () => {
      const [first, paid] = [await open('carbonmark', 'For 2026'), await open('carbonmark', 'For 2026')];
      const back = pay(paid);
      await claim(first, paymentIn(back));
      await engine.comeBack(back);
      const tasks: ClaimedTask[] = [];
      // One that is just being woken is passed over.
      while (tasks.length < 2)
        tasks.push(...(await engine.claimDue()).filter(({ subjectId }) => [first.id, paid.id].includes(subjectId)));
      await Promise.all(tasks.map((task) => engine.runTask(task)));
      await engine.later(HOUR);
      const orders = await Promise.all([first.id, paid.id].map((id) => engine.order(id)));
      expect(orders.map(({ status }) => status).sort()).toEqual(['awaiting_payment', 'placed']);
      expect(orders.map(({ review }) => review?.reason)).toEqual(['payment_disputed', 'payment_disputed']);
    });
  });

  it('that fits no order but was paid for goes to a person, once it stays so', async () => {
    const order = await open('carbonmark');
    const back = pay(order);
    engine.sandbox.carbonmark.faults.add({
      match: { method: 'GET', path: '/payments' },
      times: 'always',
      fault: { kind: 'set_field', path: 'amount', value: 1 },
    });
    await engine.comeBack(back);
    await engine.runDue();
    expect(await engine.order(order.id)).toMatchObject({ status: 'awaiting_payment', review: null });
    for (let i = 0; i < 12; i++) await engine.later(DAY);
    expect((await engine.order(order.id)).review?.reason).toBe('answer_disagrees');
  });

  it('in callbacks hides no true hint, is kept once, and has a verdict each', async () => {
    engine.sandbox.cnaught.faults.add({
      match: { method: 'POST', path: '/orders' },
      fault: { kind: 'reset', when: 'after_effect' },
    });
    const order = await engine.place({ provider: 'cnaught', grams: 1_000 });
    expect(order.status).toBe('in_doubt');
    const [purchase] = engine.purchasesOf(order.id);
    const foreign = await engine.place({ provider: 'cnaught', grams: 1_000 });
    for (const id of [...madeUp(30), foreign.providerOrderId ?? '', ...madeUp(30)]) await engine.announce(order.id, id);
    await engine.announce(order.id, purchase?.id ?? '');
    await engine.runDue();
    expect(await engine.order(order.id)).toMatchObject({ status: 'placed', providerOrderId: purchase?.id });
    const kept = await engine.rows<{ times: number }>('SELECT times FROM callbacks WHERE order_id = $1', [order.id]);
    expect(kept).toHaveLength(32);
    expect(Math.max(...kept.map(({ times }) => times))).toBe(2);
    for (let i = 0; i < 20; i++) await engine.later(CLAIM_SPACING_MS);
    const { [purchase?.id ?? '']: own, [foreign.providerOrderId ?? '']: other } = await verdictsOf(order);
    expect([own, other]).toEqual(['confirmed', 'refused']);
  });

  it('in callbacks is kept beyond the bodies that are kept as evidence', async () => {
    const order = await engine.place({ provider: 'cnaught', grams: 1_000 });
    for (const id of madeUp(MAX_CALLBACK_BODIES + 1)) await engine.announce(order.id, id);
    expect(await engine.rows('SELECT FROM callbacks WHERE order_id = $1', [order.id])).toHaveLength(
      MAX_CALLBACK_BODIES,
    );
    expect(Object.keys(await verdictsOf(order))).toHaveLength(MAX_CALLBACK_BODIES + 1);
  });

  it('spends neither the quota nor the schedule of the order: looks that strangers ask for are spaced', async () => {
    const order = await engine.place({ provider: 'cnaught', grams: 1_000 });
    const count = reads('cnaught', '/orders');
    for (let i = 0; i < 40; i++) {
      await engine.announce(order.id, order.providerOrderId ?? '');
      await engine.runDue();
    }
    expect(count()).toBeLessThanOrEqual(10);
    engine.sandbox.cnaught.advance(order.providerOrderId ?? '', 'fulfilled');
    await engine.announce(order.id, order.providerOrderId ?? '');
    await engine.later(WAKE_SPACING_MS);
    expect((await engine.order(order.id)).status).toBe('completed');
  });
});
