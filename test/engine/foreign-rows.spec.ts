import { offeringId } from '../../src/application/catalog/offering-id.js';
import { Metrics } from '../../src/telemetry/metrics.js';
import type { ProviderId } from '../../src/domain/providers/calls.js';
import { TestEngine } from '../support/engine.js';

/** Accounts and markets hold more than our orders. What cannot be read there and is not ours must not matter. */

const PAYMENT = {
  paymentMethod: 'checkout',
  terms: { successUrl: 'https://shop.example/paid', cancelUrl: 'https://shop.example/back' },
} as const;

const PEAT = {
  offeringId: offeringId({ provider: 'one_tribe' as ProviderId, providerOfferingId: 'sbx-peat-01' }),
  grams: 2_000_000,
};

const POST = { method: 'POST', path: '/transactions' };

let engine: TestEngine;
beforeAll(async () => {
  engine = await TestEngine.start();
});
afterEach(async () => {
  expect(await engine.lostOrders()).toBe(0);
  await engine.forget();
  for (const simulator of Object.values(engine.simulators)) simulator.reset();
});
afterAll(() => engine.stop());

const aCall = () => ({ signal: AbortSignal.timeout(10_000), correlationId: 'test', account: null });

const evidenceOf = async (id: string, type: string): Promise<unknown[]> => {
  const events = await engine.rows<{ evidence: unknown }>(
    'SELECT evidence FROM order_events WHERE order_id = $1 AND type = $2 ORDER BY sequence',
    [id, `order.${type}`],
  );
  return events.map(({ evidence }) => evidence);
};

const unreadCount = async (provider: string, operation: string): Promise<number> => {
  const metric = engine.app.get(Metrics).registry.getSingleMetric('gateway_provider_unread_total');
  const { values = [] } = (await metric?.get()) ?? {};
  return values.find(({ labels }) => labels['provider'] === provider && labels['operation'] === operation)?.value ?? 0;
};

it('completes a paid CNaught checkout while an order of somebody else has an unknown status', async () => {
  const { cnaught } = engine.sandbox;
  const order = await engine.place({ provider: 'cnaught', grams: 100_000, ...PAYMENT });
  cnaught.checkouts.pay(order.checkout?.url.split('/').at(-1) ?? '');
  cnaught.insertForeignRow({ state: 'frozen' });
  await engine.later(60_000);
  expect(await engine.order(order.id)).toMatchObject({ status: 'placed', price: { source: 'charged' }, review: null });
  expect((await engine.order(order.id)).providerOrderId).toBe(cnaught.purchases()[0]?.id);
  expect(await unreadCount('cnaught', 'fetchCheckout')).toBeGreaterThan(0);
});

it('places a paid CNaught checkout whose own order cannot be read, and says what a person must look at', async () => {
  const { cnaught } = engine.sandbox;
  const order = await engine.place({ provider: 'cnaught', grams: 100_000, ...PAYMENT, allowDuplicate: true });
  cnaught.checkouts.pay(order.checkout?.url.split('/').at(-1) ?? '');
  const match = { method: 'GET', path: '^/orders$' };
  cnaught.faults.add({ match, fault: { kind: 'unknown_status' }, times: 'always' });
  await engine.later(60_000);
  expect(await engine.order(order.id)).toMatchObject({ status: 'placed', review: { reason: 'unreadable_answer' } });
  const [flagged] = await evidenceOf(order.id, 'review_flagged');
  expect(flagged).toMatchObject({ detail: expect.stringMatching(/^response\.data\[0\]\.state/) as string });
  cnaught.faults.clear();
  await engine.later(3_600_000);
  expect(await engine.order(order.id)).toMatchObject({ review: null, providerOrderId: cnaught.purchases()[0]?.id });
});

it('finds a One Tribe purchase in doubt among rows of others that it cannot read', async () => {
  const { oneTribe } = engine.sandbox;
  oneTribe.faults.add({ match: POST, fault: { kind: 'reset', when: 'after_effect' } });
  const order = await engine.place(PEAT);
  oneTribe.insertForeignRow({ status: 'archived_by_legal' });
  oneTribe.insertForeignRow({ quantity: 0.5, metadata: { order_reference: 'theirs' } });
  expect(await engine.untilKnown(order.id, 120_000)).toMatchObject({ status: 'placed', review: null });
  expect(engine.purchasesOf(order.id)).toHaveLength(1);
});

it('proves a One Tribe purchase absent among rows of others that it cannot read, and buys once', async () => {
  const { oneTribe } = engine.sandbox;
  oneTribe.faults.add({ match: POST, fault: { kind: 'reset', when: 'before_effect' } });
  const order = await engine.place({ ...PEAT, allowDuplicate: true });
  oneTribe.insertForeignRow({ status: 'archived_by_legal' });
  const known = await engine.untilKnown(order.id, 3_600_000, 60_000);
  expect(known).toMatchObject({ status: 'placed', review: null });
  expect(await evidenceOf(order.id, 'proven_absent')).toEqual([{ pages: 1, rows: 1 }]);
  expect(engine.purchasesOf(order.id)).toHaveLength(1);
});

it('proves nothing from a list with a row that may be the purchase, says which, and never sends again', async () => {
  const { oneTribe } = engine.sandbox;
  oneTribe.faults.add({ match: POST, fault: { kind: 'reset', when: 'before_effect' } });
  const order = await engine.place({ ...PEAT, allowDuplicate: true });
  oneTribe.insertForeignRow({ status: 'archived_by_legal', description: null });
  await engine.untilKnown(order.id, 300_000);
  expect(await engine.order(order.id)).toMatchObject({ status: 'in_doubt', review: { reason: 'unreadable_answer' } });
  const [first] = await evidenceOf(order.id, 'not_found');
  expect(first).toMatchObject({ rows: 1, unread: expect.stringMatching(/^response\.data\[0\]\.status/) as string });
  for (let hour = 0; hour < 8; hour++) await engine.later(3_600_000);
  expect(await engine.order(order.id)).toMatchObject({ status: 'in_doubt', review: { reason: 'unreadable_answer' } });
  expect(await evidenceOf(order.id, 'proven_absent')).toEqual([]);
  expect(engine.purchasesOf(order.id)).toEqual([]);
});

it('has a person undo a second purchase with our reference also where it cannot be read', async () => {
  const { oneTribe } = engine.sandbox;
  oneTribe.faults.add({ match: POST, fault: { kind: 'reset', when: 'after_effect' } });
  const order = await engine.place({ ...PEAT, allowDuplicate: true });
  oneTribe.insertForeignRow({ status: 'archived_by_legal', metadata: { order_reference: order.id } });
  const known = await engine.untilKnown(order.id, 120_000);
  expect(known).toMatchObject({ status: 'placed', review: { reason: 'bought_twice' } });
  expect(known.providerOrderId).toBe(engine.purchasesOf(order.id)[0]?.id);
});

it.each([
  ['cnaught', { provider: 'cnaught', grams: 100_000 }, { method: 'POST', path: '^/orders$' }, 'id'],
  ['oneTribe', PEAT, POST, 'transaction_id'],
] as const)(
  'has a person look where %s tells the purchase of another order for one in doubt',
  async (where, terms, match, id) => {
    const simulator = engine.sandbox[where];
    const first = await engine.place({ ...terms, allowDuplicate: true });
    simulator.faults.add({ match, fault: { kind: 'reset', when: 'before_effect' }, times: 'always' });
    const order = await engine.place({ ...terms, allowDuplicate: true });
    expect(order.status).toBe('in_doubt');
    const reference = `order_reference=${order.id}`;
    simulator.insertForeignRow(
      where === 'cnaught'
        ? { [id]: first.providerOrderId, metadata: reference, amount_kg: 100 }
        : { [id]: first.providerOrderId, metadata: { order_reference: order.id }, quantity: 2 },
    );
    expect(await engine.untilKnown(order.id, 48 * 3_600_000, 3_600_000)).toMatchObject({
      status: 'in_doubt',
      review: { reason: 'answer_disagrees' },
    });
    const [flagged] = await evidenceOf(order.id, 'review_flagged');
    expect(flagged).toMatchObject({
      provider_order_id: first.providerOrderId,
      disagreements: [{ field: 'order_reference', ours: order.id, theirs: first.id }],
    });
    // Looked at again in an hour, not at once.
    const runs = () => engine.rows('SELECT runs FROM tasks WHERE subject_id = $1', [order.id]);
    const before = await runs();
    await engine.later(1_800_000);
    expect(await runs()).toEqual(before);
  },
);

it('sells Carbonmark’s other listings while one cannot be read', async () => {
  const { carbonmark } = engine.sandbox;
  carbonmark.insertForeignRow({ listing: { creditId: { projectId: 'SBX-1' }, expiresAfter: '2027-01-01' } });
  const order = await engine.place({ provider: 'carbonmark', grams: 500_000, ...PAYMENT });
  expect(order).toMatchObject({ status: 'awaiting_payment', review: null });
  const told = await unreadCount('carbonmark', 'offerings');
  await engine.provider('carbonmark').offerings(aCall());
  expect(await unreadCount('carbonmark', 'offerings')).toBe(told + 1);
});

it('waits for a named listing that cannot be read: it is not known to be gone', async () => {
  const match = { method: 'GET', path: '/prices' };
  const { carbonmark } = engine.sandbox;
  carbonmark.faults.add({
    match,
    fault: { kind: 'set_field', path: '0.purchasePrice', value: 'ask' },
    times: 'always',
  });
  const sourceId = `listing-137-0x${'a1'.repeat(32)}`;
  const wish = { mass: 500_000, paymentMethod: 'checkout', providerOfferingId: sourceId } as never;
  await expect(engine.provider('carbonmark').quote(wish, aCall())).rejects.toMatchObject({
    reason: 'unreadable_answer',
  });
});

it('has a person look at an order that another one is shown for, until its own is shown again', async () => {
  const { cnaught } = engine.sandbox;
  const order = await engine.place({ provider: 'cnaught', grams: 100_000, allowDuplicate: true });
  cnaught.faults.add({
    match: { method: 'GET', path: '^/orders/' },
    fault: { kind: 'set_field', path: 'id', value: 'x' },
  });
  await engine.later(60_000);
  expect(await engine.order(order.id)).toMatchObject({ status: 'placed', review: { reason: 'unreadable_answer' } });
  expect(await evidenceOf(order.id, 'review_flagged')).toEqual([
    { reason: 'unreadable_answer', detail: 'the response is about another id than was asked for' },
  ]);
  await engine.later(3_600_000);
  expect((await engine.order(order.id)).review).toBeNull();
});

it('has a person look at a purchase with our reference that a callback named and that is not what was ordered', async () => {
  const { cnaught } = engine.sandbox;
  const order = await engine.place({ provider: 'cnaught', grams: 100_000, allowDuplicate: true });
  cnaught.insertForeignRow({ metadata: `order_reference=${order.id}` });
  const other = cnaught.ledger.ofKind('foreign_order_inserted')[0]?.id ?? '';
  await engine.announce(order.id, other);
  await engine.later(60_000);
  expect(await engine.order(order.id)).toMatchObject({ review: { reason: 'answer_disagrees' } });
  expect(await evidenceOf(order.id, 'review_flagged')).toMatchObject([{ provider_order_id: other }]);
});
