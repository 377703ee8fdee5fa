import type { Order } from '../../../src/domain/orders/order.js';
import { BY_HAND } from '../on-call.js';
import type { OnCall } from '../on-call.js';
import type { TestEngine } from '../../support/engine.js';
import type { Fault } from '../../../dev/sandbox/index.js';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const LOST_RESPONSE: Fault = { kind: 'reset', when: 'after_effect' };
const NOT_BOUGHT: Fault = { kind: 'error', status: 500, effect: false };

/** What a person on call can do to an order. */
export const actsOnOrders = (on: () => OnCall): void => {
  let onCall: OnCall;
  let engine: TestEngine;
  beforeAll(() => {
    onCall = on();
    ({ engine } = onCall);
  });

  it('A makes the next look due now', async () => {
    const order = await onCall.place();
    engine.sandbox.oneTribe.advance(order.providerOrderId ?? '', 'accepted');
    expect(await engine.runDue()).toBe(0);
    expect((await onCall.act('A', order)).error).toBeNull();
    await engine.runDue();
    expect((await engine.order(order.id)).status).toBe('accepted');
  });

  describe('B', () => {
    /** Lets the provider go on to the end, and the worker after it. */
    const complete = async (order: Order, found: string): Promise<void> => {
      await engine.runDue();
      expect(await engine.order(order.id)).toMatchObject({
        status: 'placed',
        providerOrderId: found,
        review: null,
      });
      engine.sandbox.oneTribe.advance(found, 'completed');
      await engine.later(HOUR);
      expect((await engine.order(order.id)).status).toBe('completed');
      expect(onCall.purchasesOf(order)).toBe(1);
    };

    it('adopts the purchase of an order in doubt, and nothing is bought again', async () => {
      const order = await onCall.placeInDoubt(LOST_RESPONSE);
      const found = await onCall.foundAtOneTribe(order);
      expect(await onCall.act('B', order, { found })).toMatchObject({ error: null, command: 'COMMIT' });
      expect(await onCall.attemptsOf(order)).toMatchObject([{ outcome: 'accepted' }]);
      expect((await onCall.eventsOf(order)).at(-1)).toMatchObject({
        type: 'order.placed',
        from_status: 'in_doubt',
        source: 'operator',
        evidence: { by: BY_HAND.who, why: BY_HAND.why, provider_order_id: found },
      });
      await complete(order, found);
    });

    it('takes over the price where the provider tells it', async () => {
      const match = { method: 'POST', path: '/orders' };
      engine.sandbox.cnaught.faults.add({ match, fault: LOST_RESPONSE });
      const order = await engine.place({ provider: 'cnaught', grams: 1_000 });
      expect(order).toMatchObject({ status: 'in_doubt', price: null });
      const { shown } = await onCall.askProvider('$CNAUGHT_BASE_URL');
      const rows = shown as { id: string; metadata: unknown }[];
      const found = rows.find(({ metadata }) => JSON.stringify(metadata).includes(order.id))?.id ?? 'not found';
      expect((await onCall.act('B', order, { found })).command).toBe('COMMIT');
      await engine.later(HOUR);
      expect(await engine.order(order.id)).toMatchObject({ status: 'placed', price: { source: 'charged' } });
      expect(onCall.purchasesOf(order)).toBe(1);
    });

    it('adopts that of an order whose worker died over it', async () => {
      const { id } = await engine.dyingBeforeTheOutcome(() => onCall.place());
      const order = await engine.order(id);
      expect(order.status).toBe('submitting');
      const found = await onCall.foundAtOneTribe(order);
      expect((await onCall.act('B', order, { found })).command).toBe('COMMIT');
      await complete(order, found);
    });

    it('adopts that of an order which a restored backup knows as not sent', async () => {
      const sent = await onCall.place();
      const [body = ''] = await engine.sentBodies(sent.id);
      await onCall.see('Provider outage or pause', 'INSERT', { provider: 'one_tribe', class: 'purchases' });
      const order = await onCall.place({ waitIfPaused: true });
      expect(order.status).toBe('created');
      const { baseUrl, apiKey } = engine.sandbox.oneTribe;
      const headers = { authorisation: `API-Key ${apiKey}`, 'content-type': 'application/json' };
      await fetch(`${baseUrl}/transactions`, { method: 'POST', headers, body: body.replaceAll(sent.id, order.id) });
      const found = await onCall.foundAtOneTribe(order);
      expect((await onCall.act('B', order, { found })).command).toBe('COMMIT');
      await complete(order, found);
    });

    it('of what is not this order’s is not believed: a person is told', async () => {
      const order = await onCall.placeInDoubt(NOT_BOUGHT);
      engine.sandbox.oneTribe.insertForeignRow();
      const { shown } = await onCall.askProvider('$ONE_TRIBE_BASE_URL');
      const [foreign] = shown as { id: string; reference: unknown }[];
      expect((await onCall.act('B', order, { found: foreign?.id ?? '' })).command).toBe('COMMIT');
      await engine.runDue();
      expect(await engine.order(order.id)).toMatchObject({ status: 'placed', review: { reason: 'answer_disagrees' } });
    });

    it('of what the provider does not have is told to a person', async () => {
      const order = await onCall.placeInDoubt(NOT_BOUGHT);
      expect((await onCall.act('B', order, { found: 'tx-mistyped' })).command).toBe('COMMIT');
      await engine.runDue();
      expect((await engine.order(order.id)).review?.reason).toBe('vanished');
    });

    it('of what another order has is refused', async () => {
      const other = await onCall.place();
      const order = await onCall.placeInDoubt(NOT_BOUGHT);
      const refused = await onCall.act('B', order, { found: other.providerOrderId ?? '' });
      expect(refused).toMatchObject({ error: expect.stringContaining('duplicate key'), command: 'ROLLBACK' });
      expect((await engine.order(order.id)).status).toBe('in_doubt');
    });
  });

  describe('C', () => {
    it('ends an order in doubt as not bought', async () => {
      const order = await onCall.placeInDoubt(NOT_BOUGHT);
      expect(await onCall.act('C', order)).toMatchObject({ error: null, command: 'COMMIT' });
      expect(await engine.order(order.id)).toMatchObject({
        status: 'failed',
        statusReason: 'not_bought',
        review: null,
      });
      expect((await engine.order(order.id)).spending?.usd.toNumber()).toBe(0);
      expect(await onCall.attemptsOf(order)).toMatchObject([{ outcome: 'proven_absent' }]);
      expect(await onCall.taskOf(order)).toEqual([]);
      expect((await onCall.eventsOf(order)).at(-1)).toMatchObject({
        type: 'order.failed',
        source: 'operator',
        evidence: { by: BY_HAND.who, why: BY_HAND.why },
      });
      await engine.later(DAY);
      expect(onCall.purchasesOf(order)).toBe(0);
    });

    it('is refused by the database where it leaves a send unknown', async () => {
      const order = await onCall.placeInDoubt(NOT_BOUGHT);
      const withoutProof = onCall.runbook.act('C').filter(({ text }) => !text.startsWith('UPDATE attempts'));
      const refused = await onCall.psql.run(withoutProof, { order: order.id, ...BY_HAND });
      expect(refused).toMatchObject({ error: expect.stringContaining('unknown outcome'), command: 'ROLLBACK' });
      expect((await engine.order(order.id)).status).toBe('in_doubt');
    });
  });

  describe('D', () => {
    it('closes a page that was not paid', async () => {
      const order = await onCall.openPage('carbonmark');
      await engine.later(2 * DAY);
      expect(await onCall.act('D', order)).toMatchObject({ error: null, command: 'COMMIT' });
      expect(await engine.order(order.id)).toMatchObject({
        status: 'expired',
        review: null,
        checkout: { status: 'expired' },
      });
      expect(await onCall.taskOf(order)).toEqual([]);
      expect((await onCall.eventsOf(order)).at(-1)).toMatchObject({ type: 'order.expired', source: 'operator' });
    });

    it('refuses one that can still be paid', async () => {
      const order = await onCall.openPage('carbonmark');
      expect(await onCall.act('D', order)).toMatchObject({ error: 'division by zero', command: 'ROLLBACK' });
      expect(await engine.order(order.id)).toEqual(order);
    });
  });

  describe('E', () => {
    it('ends an order that the provider does not have any more as cancelled', async () => {
      const order = await onCall.place();
      engine.sandbox.oneTribe.vanish(order.providerOrderId ?? '');
      await engine.later(DAY);
      expect((await engine.order(order.id)).review?.reason).toBe('vanished');
      expect(await onCall.act('E', order)).toMatchObject({ error: null, command: 'COMMIT' });
      expect(await engine.order(order.id)).toMatchObject({
        status: 'cancelled',
        statusReason: 'vanished',
        review: null,
      });
      expect(await onCall.taskOf(order)).toEqual([]);
      expect((await onCall.eventsOf(order)).at(-1)).toMatchObject({ type: 'order.cancelled', source: 'operator' });
    });
  });

  it.each(['B', 'C', 'D', 'E'])(
    '%s on an order that is not in a status for it says so and changes nothing',
    async (letter) => {
      const placed = await onCall.place();
      const before = [await onCall.eventsOf(placed), await onCall.attemptsOf(placed), await engine.order(placed.id)];
      const refused = await onCall.act(letter, placed, { found: 'tx-another' });
      expect(refused).toMatchObject({ error: 'division by zero', command: 'ROLLBACK' });
      expect(onCall.runbook.section('What you can do to an order')).toContain(`\`${refused.error}\``);
      expect([await onCall.eventsOf(placed), await onCall.attemptsOf(placed), await engine.order(placed.id)]).toEqual(
        before,
      );
    },
  );

  describe('a payment that the browser did not bring back', () => {
    const handIn = async (order: Order, payment: string): Promise<void> => {
      const statements = onCall.runbook.statements.filter(({ section }) => section === 'payment_unconfirmed');
      const done = await onCall.psql.run(statements, { order: order.id, payment });
      expect(done.error).toBeNull();
      await engine.later(MINUTE);
    };

    it('is adopted when it is handed in', async () => {
      const order = await onCall.openPage('carbonmark');
      const payment = onCall.pay(order);
      await engine.later(2 * DAY);
      expect((await engine.order(order.id)).review?.reason).toBe('payment_unconfirmed');
      await handIn(order, payment);
      expect(await engine.order(order.id)).toMatchObject({ status: 'placed', providerOrderId: payment, review: null });
      expect(await onCall.claimsOf(order)).toMatchObject([{ provider_order_id: payment, verdict: 'confirmed' }]);
    });

    it('is disputed when an equal order has it, and settled when a second one is handed in', async () => {
      const [order, other] = [await onCall.openPage('carbonmark'), await onCall.openPage('carbonmark')];
      const payment = onCall.pay(other);
      await handIn(other, payment);
      await handIn(order, payment);
      expect(await onCall.claimsOf(order)).toMatchObject([{ provider_order_id: payment, verdict: 'disputed' }]);
      expect((await engine.order(order.id)).status).toBe('awaiting_payment');
      const claims = await onCall.see('payment_disputed', 'FROM purchase_claims', { payment });
      expect(new Set(claims.map(({ order_id: id }) => id))).toEqual(new Set([order.id, other.id]));
      const second = onCall.pay(order);
      await handIn(order, second);
      const owners = await onCall.see('paid_twice', 'FROM orders', { payment: second });
      expect(owners).toEqual([{ id: order.id }]);
      expect(await engine.order(order.id)).toMatchObject({ status: 'placed', review: { reason: 'payment_disputed' } });
    });
  });
};
