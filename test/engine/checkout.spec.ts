import type { Order } from '../../src/domain/orders/order.js';
import { TestEngine } from '../support/engine.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('a hosted checkout', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start();
  });
  afterAll(() => engine.stop());
  afterEach(async () => {
    engine.sandbox.cnaught.faults.clear();
    engine.sandbox.carbonmark.faults.clear();
    engine.sandbox.carbonmark.switches.set({ tellPaymentId: false });
    engine.sandbox.carbonmark.switches.set({ placeholderRetirement: false });
    expect(await engine.lostOrders()).toBe(0);
    await engine.forget();
  });

  const open = (provider: 'cnaught' | 'carbonmark'): Promise<Order> =>
    engine.place({
      provider,
      grams: 500_000,
      paymentMethod: 'checkout',
      terms: { successUrl: 'https://shop.example/paid/{ORDER_ID}', cancelUrl: 'https://shop.example/back' },
    });

  const pageOf = (order: Order): string => order.checkout?.url.split('/').at(-1) ?? '';

  /** Follows the browser's redirect as this gateway would be asked; returns where the browser goes next. */
  const comeBack = async (redirect: string): Promise<string | null> => {
    const next = await engine.comeBack(redirect);
    await engine.runDue();
    return next;
  };

  it('at CNaught is placed as soon as the payer is back, and completed with its certificate', async () => {
    const order = await open('cnaught');
    expect(order).toMatchObject({
      status: 'awaiting_payment',
      checkout: { status: 'open' },
      price: { source: 'quoted' },
    });

    const next = await comeBack(engine.sandbox.cnaught.checkouts.pay(pageOf(order)));
    expect(next).toBe(`https://shop.example/paid/${order.id}`);
    const placed = await engine.order(order.id);
    expect(placed).toMatchObject({ status: 'placed', price: { source: 'charged' }, checkout: { status: 'complete' } });

    engine.sandbox.cnaught.advance(placed.providerOrderId ?? '', 'fulfilled');
    await engine.later(HOUR);
    expect(await engine.order(order.id)).toMatchObject({ status: 'completed' });
  });

  it('at CNaught is placed without the payer ever coming back', async () => {
    const order = await open('cnaught');
    engine.sandbox.cnaught.checkouts.pay(pageOf(order));
    await engine.later(HOUR);
    expect((await engine.order(order.id)).status).toBe('placed');
  });

  it('at CNaught is placed before its order shows, and completed once it does', async () => {
    engine.sandbox.cnaught.switches.set({ orderAfterPayment: 'on_command' });
    const order = await open('cnaught');
    engine.sandbox.cnaught.checkouts.pay(pageOf(order));
    await engine.later(HOUR);
    expect(await engine.order(order.id)).toMatchObject({ status: 'placed', providerOrderId: null });
    engine.sandbox.cnaught.checkouts.createOrder(pageOf(order));
    engine.sandbox.cnaught.switches.set({ orderAfterPayment: 'at_once' });
    await engine.later(HOUR);
    const { providerOrderId } = await engine.order(order.id);
    engine.sandbox.cnaught.advance(providerOrderId ?? '', 'fulfilled');
    await engine.later(HOUR);
    expect((await engine.order(order.id)).status).toBe('completed');
  });

  it('at CNaught expires when it is not paid', async () => {
    const order = await open('cnaught');
    engine.sandbox.cnaught.checkouts.expire(pageOf(order));
    await engine.later(DAY);
    expect(await engine.order(order.id)).toMatchObject({ status: 'expired', checkout: { status: 'expired' } });
  });

  it('at Carbonmark follows the payment that the browser brought back, to its retirement', async () => {
    const order = await open('carbonmark');
    expect(order.price?.source).toBe('quoted');
    const back = engine.sandbox.carbonmark.checkouts.pay(pageOf(order));
    expect(await comeBack(back)).toBe(`https://shop.example/paid/${order.id}`);
    const placed = await engine.order(order.id);
    expect(placed.status).toBe('placed');

    engine.sandbox.carbonmark.advance(placed.providerOrderId ?? '', 'COMPLETED');
    await engine.later(HOUR);
    const completed = await engine.order(order.id);
    expect(completed.status).toBe('completed');
    expect(completed.retirements[0]?.url).toMatch(/^https?:/);
  });

  it('at Carbonmark is followed without the browser where the provider names the payment at once', async () => {
    engine.sandbox.carbonmark.switches.set({ tellPaymentId: true });
    const order = await open('carbonmark');
    await engine.later(HOUR);
    expect((await engine.order(order.id)).status).toBe('awaiting_payment');
    engine.sandbox.carbonmark.checkouts.pay(pageOf(order));
    await engine.later(HOUR);
    expect((await engine.order(order.id)).status).toBe('placed');
  });

  it('at Carbonmark asks a person when the page has closed and the payer did not come back', async () => {
    const order = await open('carbonmark');
    engine.sandbox.carbonmark.checkouts.pay(pageOf(order));
    await engine.later(2 * DAY);
    expect(await engine.order(order.id)).toMatchObject({
      status: 'awaiting_payment',
      review: { reason: 'payment_unconfirmed' },
    });
  });

  it('at Carbonmark takes no proof that is another beneficiary’s retirement', async () => {
    const order = await open('carbonmark');
    await comeBack(engine.sandbox.carbonmark.checkouts.pay(pageOf(order)));
    engine.sandbox.carbonmark.switches.set({ placeholderRetirement: true });
    engine.sandbox.carbonmark.advance((await engine.order(order.id)).providerOrderId ?? '', 'COMPLETED');
    await engine.later(HOUR);
    expect(await engine.order(order.id)).toMatchObject({ status: 'placed', review: { reason: 'answer_disagrees' } });
  });

  it('at Carbonmark that was paid for a retirement that failed goes to a person', async () => {
    const order = await open('carbonmark');
    const back = engine.sandbox.carbonmark.checkouts.pay(pageOf(order));
    engine.sandbox.carbonmark.advance(back.split('/').at(-1) ?? '', 'FAILED');
    await comeBack(back);
    expect(await engine.order(order.id)).toMatchObject({ status: 'failed', review: { reason: 'retirement_failed' } });
  });

  it('that is abandoned cannot be cancelled, and the refusal says until when it can be paid and what to do', async () => {
    for (const provider of ['cnaught', 'carbonmark'] as const) {
      const order = await open(provider);
      const until = order.checkout?.expiresAt?.toISOString();
      await expect(engine.cancel(order.id)).rejects.toMatchObject({
        code: 'order_not_cancellable',
        message: expect.stringMatching(new RegExp(`paid until ${until}; .* place another order`)),
      });
    }
    const closed = await open('carbonmark');
    await engine.letTimePass(2 * DAY);
    const { checkout } = await engine.order(closed.id);
    const at = checkout?.expiresAt?.toISOString();
    await expect(engine.cancel(closed.id)).rejects.toThrow(`closed at ${at}, and it is not known yet that nobody paid`);
    await engine.runDue();
    await expect(engine.cancel(closed.id)).rejects.toThrow('a person is looking for a payment');
  });

  it('sends the browser back unpaid without changing the order', async () => {
    const order = await open('carbonmark');
    expect(await comeBack(engine.sandbox.carbonmark.checkouts.cancel(pageOf(order)))).toBe('https://shop.example/back');
    expect((await engine.order(order.id)).status).toBe('awaiting_payment');
  });

  it('is not moved by a payment id that is made up, or that belongs to another order', async () => {
    const [mine, other] = [await open('carbonmark'), await open('carbonmark')];
    await comeBack(engine.sandbox.carbonmark.checkouts.pay(pageOf(other)));
    const stolen = (await engine.order(other.id)).providerOrderId ?? '';
    const back = engine.sandbox.carbonmark.checkouts.cancel(pageOf(mine));
    for (const claim of ['made-up', stolen]) await comeBack(`${back}/${claim}`);
    expect(await engine.order(mine.id)).toMatchObject({ status: 'awaiting_payment', providerOrderId: null });
    expect((await engine.order(other.id)).status).toBe('placed');
  });

  it('shows one page, whatever became of the page that was asked for before', async () => {
    engine.sandbox.cnaught.faults.add({
      match: { method: 'POST', path: '/checkout/sessions' },
      fault: { kind: 'reset', when: 'after_effect' },
    });
    const doubted = await open('cnaught');
    expect(doubted).toMatchObject({ status: 'in_doubt', checkout: null });
    for (let i = 0; i < 5 && (await engine.order(doubted.id)).status === 'in_doubt'; i++) await engine.later(5_000);
    const order = await engine.order(doubted.id);
    expect(order.status).toBe('awaiting_payment');
    await comeBack(engine.sandbox.cnaught.checkouts.pay(pageOf(order)));
    expect((await engine.order(order.id)).status).toBe('placed');
  });

  it.each([
    ['MINTED', 'accepted'],
    ['COMPLETED', 'completed'],
  ] as const)(
    'that is paid a second time, on the page of which nothing was known, goes to a person for the refund: %s',
    async (retirement, status) => {
      const { checkouts } = engine.sandbox.carbonmark;
      const before = new Set(checkouts.all().map(({ linkId }) => linkId));
      engine.sandbox.carbonmark.faults.add({
        match: { method: 'POST', path: '/checkout' },
        fault: { kind: 'reset', when: 'after_effect' },
      });
      const doubted = await open('carbonmark');
      for (let i = 0; i < 5 && (await engine.order(doubted.id)).status === 'in_doubt'; i++) await engine.later(5_000);
      const order = await engine.order(doubted.id);
      await comeBack(checkouts.pay(pageOf(order)));
      const { providerOrderId } = await engine.order(order.id);
      engine.sandbox.carbonmark.advance(providerOrderId ?? '', retirement);
      await engine.later(HOUR);
      expect(await engine.order(order.id)).toMatchObject({ status, review: null });

      const other = checkouts.all().find(({ linkId }) => !before.has(linkId) && linkId !== pageOf(order));
      await comeBack(checkouts.pay(other?.linkId ?? ''));
      expect(await engine.order(order.id)).toMatchObject({ status, providerOrderId, review: { reason: 'paid_twice' } });
    },
  );

  it('believes no callback: a known token only makes the order be read again', async () => {
    const order = await open('cnaught');
    const [sent = ''] = await engine.sentBodies(order.id);
    const [, token = ''] = /provider-callbacks\/cnaught\/([^"]+)"/.exec(sent) ?? [];
    const forged = '{"order":{"id":"x","state":"fulfilled"}}';
    expect(await engine.receiveCallback('cnaught', token, forged)).toBe(true);
    await engine.runDue();
    expect((await engine.order(order.id)).status).toBe('awaiting_payment');
    expect(await engine.receiveCallback('cnaught', 'x'.repeat(43), forged)).toBe(false);
    expect(await engine.receiveCallback('carbonmark', token, forged)).toBe(false);
  });
});
