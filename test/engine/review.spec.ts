import type { Fault } from '../../dev/sandbox/index.js';
import { TestEngine } from '../support/engine.js';
import { flag } from '../support/launcher.js';

const CNAUGHT = 'cnaught';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('an order under review', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start();
  });
  afterAll(() => engine.stop());
  afterEach(async () => {
    engine.sandbox.cnaught.faults.clear();
    engine.sandbox.oneTribe.faults.clear();
    expect(await engine.lostOrders()).toBe(0);
    await engine.forget();
  });

  const onNextRead = (providerOrderId: string | null, fault: Fault): void => {
    engine.sandbox.cnaught.faults.add({ match: { method: 'GET', path: `/orders/${providerOrderId}` }, fault });
  };
  const look = (): Promise<void> => engine.later(24 * HOUR);
  const place = () => engine.place({ provider: 'cnaught', grams: 100_000 });
  const reviewOf = async (id: string): Promise<string | null> => (await engine.order(id)).review?.reason ?? null;
  /** An order that waits for a day and longer for its provider, which is paused from then on. */
  const unsentForADay = async (): Promise<string> => {
    await engine.pause(CNAUGHT, 'purchases', 1_000 * HOUR);
    const { id } = await engine.place({ provider: CNAUGHT, grams: 100_000, waitIfPaused: true });
    await engine.letTimePass(25 * HOUR);
    await engine.makeDue(id);
    await engine.runDue();
    expect(await engine.order(id)).toMatchObject({ status: 'created', review: { reason: 'submission_keeps_failing' } });
    return id;
  };

  it('for an unreadable response is let go by the next one that can be read', async () => {
    const { id, providerOrderId } = await place();
    onNextRead(providerOrderId, { kind: 'unknown_status' });
    await look();
    expect(await reviewOf(id)).toBe('unreadable_answer');
    await look();
    expect(await reviewOf(id)).toBeNull();
    expect((await engine.history(id)).slice(-2)).toEqual(['review_flagged (poll)', 'review_cleared (poll)']);
    // Nothing more to tell: looks that see nothing new leave no trace.
    const told = (await engine.history(id)).length;
    await look();
    expect(await engine.history(id)).toHaveLength(told);
  });

  it('for a response that disagrees stays so when the next one agrees: a person has to see what was strange', async () => {
    const { id, providerOrderId } = await place();
    onNextRead(providerOrderId, { kind: 'set_field', path: 'amount_kg', value: 90 });
    await look();
    expect(await reviewOf(id)).toBe('answer_disagrees');
    // And it is not hidden behind what would end by itself.
    onNextRead(providerOrderId, { kind: 'unknown_status' });
    await look();
    expect(await reviewOf(id)).toBe('answer_disagrees');
    engine.sandbox.cnaught.advance(providerOrderId ?? '', 'fulfilled');
    await look();
    expect(await engine.order(id)).toMatchObject({ status: 'completed', review: { reason: 'answer_disagrees' } });
  });

  it('for an outcome that could not be proven is let go when the purchase turns up', async () => {
    // Looked for in a list that cannot be understood until a person is asked; then it is there after all.
    const purchases = { method: 'POST', path: '/transactions' };
    engine.sandbox.oneTribe.faults.add({ match: purchases, fault: { kind: 'reset', when: 'after_effect' } });
    const list = { method: 'GET', path: '/transactions' };
    engine.sandbox.oneTribe.faults.add({ match: list, times: 'always', fault: { kind: 'unknown_status' } });
    const { id } = await engine.place({ provider: 'one_tribe', grams: 2_000_000 });
    const shown = new Set<string | null>();
    for (let looks = 0; looks < 20; looks++) {
      await look();
      shown.add(await reviewOf(id));
    }
    expect([...shown]).toEqual(['unreadable_answer', 'unproven_outcome']);
    expect((await engine.order(id)).status).toBe('in_doubt');
    engine.sandbox.oneTribe.faults.clear();
    await look();
    expect(await engine.order(id)).toMatchObject({ status: 'placed', review: null });
    expect(engine.sandbox.oneTribe.purchases(id)).toHaveLength(1);
    expect((await engine.history(id)).slice(-2)).toEqual(['placed (lookup)', 'review_cleared (lookup)']);
  });

  it('because nothing could be sent for a day is let go when its caller cancels it', async () => {
    const id = await unsentForADay();
    await engine.cancel(id);
    expect(await engine.order(id)).toMatchObject({ status: 'cancelled', review: null });
  });

  it('because its provider lost it is let go when the provider shows it again', async () => {
    const { id, providerOrderId } = await place();
    onNextRead(providerOrderId, { kind: 'refused', status: 404 });
    await look();
    expect(await reviewOf(id)).toBe('vanished');
    await look();
    expect(await reviewOf(id)).toBeNull();
  });

  it('for a page that could not be read is let go when the page is seen, still open', async () => {
    const { id, checkout } = await engine.place({
      provider: 'cnaught',
      grams: 100_000,
      paymentMethod: 'checkout',
      terms: { successUrl: 'https://shop.example/paid', cancelUrl: 'https://shop.example/back' },
    });
    const path = `/checkout/sessions/${checkout?.url.split('/').at(-1)}`;
    engine.sandbox.cnaught.faults.add({ match: { method: 'GET', path }, fault: { kind: 'unknown_status' } });
    await engine.later(HOUR);
    expect(await reviewOf(id)).toBe('unreadable_answer');
    await engine.later(HOUR);
    expect(await engine.order(id)).toMatchObject({ status: 'awaiting_payment', review: null });
  });

  it('because nothing could be sent is not said any more once something was', async () => {
    const id = await unsentForADay();
    await engine.resume(CNAUGHT, 'purchases');
    const purchases = { method: 'POST', path: '/orders' };
    engine.sandbox.cnaught.faults.add({ match: purchases, fault: { kind: 'reset', when: 'before_effect' } });
    await engine.makeDue(id);
    await engine.runDue();
    expect(await engine.order(id)).toMatchObject({ status: 'in_doubt', review: null });
  });

  it('has not ended, unless something has to be put right', async () => {
    const { id, providerOrderId } = await place();
    engine.sandbox.cnaught.advance(providerOrderId ?? '', 'fulfilled');
    await look();
    await flag(engine.app, id, 'unreadable_answer');
    expect(await engine.order(id)).toMatchObject({ status: 'completed', review: null });
    await flag(engine.app, id, 'bought_twice');
    expect(await reviewOf(id)).toBe('bought_twice');
  });
});
