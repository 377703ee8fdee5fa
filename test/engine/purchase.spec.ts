import { money } from '../../src/domain/money.js';
import type { Fault } from '../../dev/sandbox/index.js';
import { TestEngine } from '../support/engine.js';

const MINUTE = 60_000;

describe('a purchase', () => {
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

  const cnaughtFault = (fault: Fault, times: number | 'always' = 1): void => {
    engine.sandbox.cnaught.faults.add({ match: { method: 'POST', path: '/orders' }, times, fault });
  };
  const oneTribeFault = (fault: Fault, times: number | 'always' = 1): void => {
    engine.sandbox.oneTribe.faults.add({ match: { method: 'POST', path: '/transactions' }, times, fault });
  };
  const cnaughtOrder = () => engine.place({ provider: 'cnaught', grams: 100_000 });
  const oneTribeOrder = () => engine.place({ provider: 'one_tribe', grams: 2_000_000 });
  const bought = ({ id }: { id: string }): number => engine.purchasesOf(id).length;

  it('goes from created to completed and keeps the evidence of every move', async () => {
    const placed = await cnaughtOrder();
    expect(placed).toMatchObject({ status: 'placed', price: { source: 'charged' } });
    expect(placed.price?.total.amount.toFixed()).toBe('2');

    engine.sandbox.cnaught.advance(placed.providerOrderId ?? '', 'fulfilled');
    await engine.later(MINUTE);

    const completed = await engine.order(placed.id);
    expect(completed).toMatchObject({ status: 'completed', providerStatus: 'fulfilled' });
    expect(completed.certificate?.url).toContain(placed.providerOrderId);
    expect(completed.retirements.length).toBeGreaterThan(0);
    expect(await engine.history(placed.id)).toEqual([
      'created (request)',
      'submitting (request)',
      'placed (response)',
      'completed (poll)',
    ]);
  });

  it('follows a provider through each of its states', async () => {
    const { id, providerOrderId } = await oneTribeOrder();
    for (const state of ['accepted', 'retired', 'completed']) {
      engine.sandbox.oneTribe.advance(providerOrderId ?? '', state);
      await engine.later(MINUTE);
    }
    expect((await engine.history(id)).slice(-3)).toEqual(['accepted (poll)', 'retired (poll)', 'completed (poll)']);
  });

  it.each<[string, Fault]>([
    ['a reset after the purchase', { kind: 'reset', when: 'after_effect' }],
    ['a reset before the purchase', { kind: 'reset', when: 'before_effect' }],
    ['a 500 with the purchase made', { kind: 'error', status: 500, effect: true }],
    ['a 503 without it', { kind: 'error', status: 503, effect: false }],
    ['a cut off response', { kind: 'truncated_body' }],
    ['broken JSON', { kind: 'broken_json' }],
    ['a page of HTML', { kind: 'html', status: 200 }],
    ['a request still running under the key', { kind: 'refused', status: 409 }],
    ['a redirect', { kind: 'redirect', location: 'http://127.0.0.1:1/', effect: true }],
  ])('under a key ends as one purchase after %s', async (_, fault) => {
    cnaughtFault(fault);
    const doubted = await cnaughtOrder();
    expect(doubted.status).toBe('in_doubt');
    const order = await engine.untilKnown(doubted.id, MINUTE);
    expect(order.status).toBe('placed');
    expect(bought(order)).toBe(1);
  });

  it.each<[string, Fault, 'created' | 'in_doubt', string[]]>([
    ['found at the first look', { kind: 'reset', when: 'after_effect' }, 'in_doubt', ['placed (lookup)']],
    [
      'proven absent, and sent once more',
      { kind: 'error', status: 500, effect: false },
      'in_doubt',
      [
        'not_found (lookup)',
        'not_found (lookup)',
        'not_found (lookup)',
        'proven_absent (lookup)',
        'quoted (response)',
        'submitting (request)',
        'placed (response)',
      ],
    ],
    [
      'not executed, and sent again',
      { kind: 'rate_limited', retryAfterSeconds: 3 },
      'created',
      ['submitting (request)', 'placed (response)'],
    ],
  ])('without protection against repeats is %s', async (_, fault, first, events) => {
    oneTribeFault(fault);
    const doubted = await oneTribeOrder();
    expect(doubted.status).toBe(first);
    const before = (await engine.history(doubted.id)).length;
    const order = await engine.untilKnown(doubted.id, 15 * MINUTE);
    expect(order.status).toBe('placed');
    expect(bought(order)).toBe(1);
    expect((await engine.history(order.id)).slice(before)).toEqual(events);
  });

  it('that is applied late, after absence seemed likely but before it was proven, is found and not repeated', async () => {
    oneTribeFault({ kind: 'late_effect', connection: 'reset' });
    const doubted = await oneTribeOrder();
    await engine.untilKnown(doubted.id, 2 * MINUTE);
    expect((await engine.order(doubted.id)).status).toBe('in_doubt');
    engine.sandbox.oneTribe.lateEffects.release();
    const order = await engine.untilKnown(doubted.id, 15 * MINUTE);
    expect([order.status, bought(order)]).toEqual(['placed', 1]);
  });

  it('that is absent twice goes to a person instead of being sent a third time', async () => {
    oneTribeFault({ kind: 'error', status: 502, effect: false }, 'always');
    const doubted = await oneTribeOrder();
    const order = await engine.untilKnown(doubted.id, 30 * MINUTE, 30_000);
    expect(order).toMatchObject({ status: 'in_doubt', review: { reason: 'unproven_outcome' } });
    const sends = (await engine.history(order.id)).filter((event) => event.startsWith('submitting'));
    expect(sends).toHaveLength(2);
  });

  it('refused by the provider fails, and says so', async () => {
    cnaughtFault({ kind: 'refused', status: 400 });
    await expect(cnaughtOrder()).rejects.toMatchObject({ code: 'provider_rejected' });
  });

  it('refused after an unknown send stays in doubt: the first send may have bought', async () => {
    cnaughtFault({ kind: 'reset', when: 'after_effect' });
    cnaughtFault({ kind: 'refused', status: 400 });
    const doubted = await cnaughtOrder();
    const order = await engine.untilKnown(doubted.id, 10 * MINUTE);
    expect(order.status).toBe('placed');
    expect(await engine.history(order.id)).toContain('placed (lookup)');
    expect(bought(order)).toBe(1);
  });

  it('with refused credentials waits and is sent under a new key', async () => {
    cnaughtFault({ kind: 'refused', status: 401 });
    const waiting = await cnaughtOrder();
    expect(waiting.status).toBe('created');
    const order = await engine.untilKnown(waiting.id, 2 * MINUTE);
    expect([order.status, bought(order)]).toEqual(['placed', 1]);
    const keys = new Set(
      engine.sandbox.cnaught
        .purchases()
        .filter((entry) => entry.reference?.includes(order.id))
        .map((entry) => entry.idempotencyKey),
    );
    expect([...keys]).toEqual([`${order.id}-2`]);
  });

  it('whose response tells another mass is not applied, and a person is asked', async () => {
    cnaughtFault({ kind: 'set_field', path: 'amount_kg', value: 90 });
    const doubted = await cnaughtOrder();
    expect(doubted).toMatchObject({ status: 'in_doubt', review: { reason: 'answer_disagrees' } });
  });

  it('above its limit is refused before anything is sent', async () => {
    const wanted = { provider: 'cnaught', grams: 100_000, maxTotal: money('1.99', 'USD') };
    await expect(engine.place(wanted)).rejects.toMatchObject({ code: 'price_above_limit' });
    const within = await engine.place({ ...wanted, maxTotal: money('2.00', 'USD') });
    expect(within.status).toBe('placed');
  });

  it('whose process died after the intent was committed is taken on when the lease ends, and bought once', async () => {
    const left = await engine.dyingBeforeTheOutcome(cnaughtOrder);
    await engine.runDue();
    expect((await engine.order(left.id)).status).toBe('submitting');
    const order = await engine.untilKnown(left.id, 2 * MINUTE);
    expect([order.status, bought(order)]).toEqual(['placed', 1]);
    expect(await engine.history(order.id)).toEqual([
      'created (request)',
      'submitting (request)',
      'in_doubt (lookup)',
      'submitting (request)',
      'placed (response)',
    ]);
  });

  describe('that a callback speaks of', () => {
    const purchaseOf = (id: string): string =>
      engine.sandbox.cnaught.purchases().find(({ reference }) => reference?.endsWith(id))?.id ?? 'none';

    it('is adopted while its order is in doubt, without another send', async () => {
      cnaughtFault({ kind: 'reset', when: 'after_effect' });
      const doubted = await cnaughtOrder();
      expect(await engine.announce(doubted.id, purchaseOf(doubted.id))).toBe(true);
      await engine.runDue();
      expect((await engine.order(doubted.id)).status).toBe('placed');
      expect((await engine.history(doubted.id)).at(-1)).toBe('placed (callback)');
    });

    it('of an order that ended without one goes to a person as an orphan', async () => {
      cnaughtFault({ kind: 'refused', status: 400 });
      await expect(cnaughtOrder()).rejects.toMatchObject({ code: 'provider_rejected' });
      const newest = "SELECT id FROM orders WHERE status = 'failed' ORDER BY created_at DESC LIMIT 1";
      const [{ id } = { id: 'none' }] = await engine.rows<{ id: string }>(newest);
      const [body = ''] = await engine.sentBodies(id);
      const { baseUrl, apiKey } = engine.sandbox.cnaught;
      const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
      await fetch(`${baseUrl}/orders`, { method: 'POST', headers, body });
      expect(await engine.announce(id, purchaseOf(id))).toBe(true);
      await engine.runDue();
      expect(await engine.order(id)).toMatchObject({ status: 'failed', review: { reason: 'orphan_purchase' } });
      expect(await engine.rows('SELECT FROM tasks WHERE subject_id = $1', [id])).toEqual([]);
    });

    it('and that belongs to another order changes nothing', async () => {
      const other = await cnaughtOrder();
      cnaughtFault({ kind: 'reset', when: 'before_effect' });
      const doubted = await cnaughtOrder();
      expect(await engine.announce(doubted.id, purchaseOf(other.id))).toBe(true);
      await engine.runDue();
      expect((await engine.order(doubted.id)).status).toBe('in_doubt');
      expect((await engine.untilKnown(doubted.id, MINUTE)).status).toBe('placed');
    });
  });

  const tooLong = {
    provider: 'cnaught',
    grams: 1_000,
    terms: { beneficiary: { name: 'x'.repeat(255), email: null }, retirementMessage: 'y'.repeat(500) },
  };

  it('that its provider could not even take in is refused before it is sent', async () => {
    const provider = engine.provider('cnaught');
    const { capabilities } = provider;
    const boundless = jest.replaceProperty(provider, 'capabilities', { ...capabilities, textLimits: [] });
    await expect(engine.place(tooLong)).rejects.toMatchObject({ code: 'provider_rejected' });
    boundless.restore();
  });

  it('whose texts its provider would cut is refused before it is accepted, with the fields and the fix', async () => {
    const count = async (): Promise<unknown> => (await engine.rows('SELECT count(*) FROM orders'))[0];
    const before = await count();
    const reason = 'CNaught takes at most 497 characters of beneficiary.name and retirement_message together';
    await expect(engine.place(tooLong)).rejects.toMatchObject({
      code: 'text_too_long',
      message: expect.stringContaining(`${reason}; shorten them by 258`),
      context: { errors: { 'beneficiary.name': [expect.any(String)], retirement_message: [expect.any(String)] } },
    });
    expect(await count()).toEqual(before);
    await expect(engine.place({ ...tooLong, provider: 'one_tribe', grams: 1_000_000 })).resolves.toMatchObject({
      status: 'placed',
    });
  });

  it('proven absent is refused when the price has risen above its limit meanwhile', async () => {
    oneTribeFault({ kind: 'error', status: 500, effect: false });
    const doubted = await engine.place({ provider: 'one_tribe', grams: 2_000_000, maxTotal: money('50', 'GBP') });
    const { providerOfferingId } = await engine.order(doubted.id);
    engine.sandbox.oneTribe.reprice(providerOfferingId, 500);
    const order = await engine.untilKnown(doubted.id, 15 * MINUTE);
    expect(order).toMatchObject({ status: 'failed', statusReason: 'price_above_limit' });
    engine.sandbox.oneTribe.reprice(providerOfferingId, 18);
  });
});
