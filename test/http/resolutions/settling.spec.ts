import { MAX_CLAIMS } from '../../../src/domain/purchases/claims.js';
import { flag } from '../../support/launcher.js';
import { DAY, outcomeOf, STATEMENT, TREES, useDecisionDesk } from './decision-desk.js';

describe('decisions on pages and on what was bought', () => {
  const desk = useDecisionDesk();
  const { decide, decideByTwo, onPurchases, place, open, pageOf, pay, paymentIn, buyAgain, status } = desk;

  describe('on a page', () => {
    const unconfirmed = async (isPaid: boolean): Promise<{ id: string; payment: string }> => {
      const order = await open('carbonmark');
      const payment = isPaid ? paymentIn(pay(order)) : '';
      await desk.engine.later(2 * DAY);
      expect(await status(order.id)).toEqual(['awaiting_payment', 'payment_unconfirmed']);
      return { id: order.id, payment };
    };

    it('take a payment that was found', async () => {
      const { id, payment } = await unconfirmed(true);
      expect(outcomeOf(await decide(id, 'adopt_payment', {}))).toEqual([409, 'purchase_not_named']);
      expect(outcomeOf(await decide(id, 'adopt_payment', { provider_order_id: 'made-up' }))).toEqual([
        409,
        'not_found_at_provider',
      ]);
      expect(outcomeOf(await decide(id, 'adopt_payment', { provider_order_id: payment }))).toEqual([201, 'applied']);
      expect(await desk.engine.order(id)).toMatchObject({ status: 'placed', providerOrderId: payment, review: null });
    });

    it('close it once it can be paid no more, by the word of the provider and two people', async () => {
      const order = await open('carbonmark');
      const early = await decide(order.id, 'close_unpaid_page', { statement: STATEMENT });
      expect(outcomeOf(early)).toEqual([409, 'page_still_open']);
      expect(early.body.refusal?.until).toBe(order.checkout?.expiresAt?.toISOString());
      const { id } = await unconfirmed(false);
      expect(outcomeOf(await decide(id, 'close_unpaid_page'))).toEqual([409, 'statement_required']);
      await decideByTwo(id, 'close_unpaid_page', { statement: STATEMENT });
      expect(await desk.engine.order(id)).toMatchObject({ status: 'expired', review: null });
    });

    it('wait for ids that were brought back, and take the true one of too many', async () => {
      const order = await open('carbonmark');
      await desk.engine.rows(
        `INSERT INTO purchase_claims (order_id, provider_order_id)
         SELECT $1, 'made-up-' || n FROM generate_series(1, $2::int) AS n`,
        [order.id, MAX_CLAIMS],
      );
      const payment = paymentIn(pay(order));
      await desk.engine.makeDue(order.id);
      await desk.engine.runDue();
      expect(await status(order.id)).toEqual(['awaiting_payment', 'too_many_claims']);
      await desk.engine.letTimePass(2 * DAY, order.id);
      const refused = await decide(order.id, 'close_unpaid_page', { statement: STATEMENT });
      expect(outcomeOf(refused)).toEqual([409, 'claim_open']);
      expect(outcomeOf(await decide(order.id, 'adopt_payment', { provider_order_id: payment }))).toEqual([
        201,
        'applied',
      ]);
      expect((await desk.engine.order(order.id)).status).toBe('placed');
    });

    it('end a dispute: the order without a payment is closed, and the other one is as it was', async () => {
      const [first, paid] = [await open('carbonmark', 'For 2026'), await open('carbonmark', 'For 2026')];
      const back = pay(paid);
      const [sent = ''] = await desk.engine.sentBodies(first.id);
      const address = /https?:[^"]*\/v1\/returns\/[\w-]{43}/.exec(sent)?.[0] ?? '';
      await desk.engine.comeBack(address, paymentIn(back));
      await desk.engine.runDue();
      await desk.engine.comeBack(back);
      await desk.engine.runDue();
      expect(await status(paid.id)).toEqual(['awaiting_payment', 'payment_disputed']);
      await desk.engine.letTimePass(2 * DAY);
      await decideByTwo(paid.id, 'close_unpaid_page', { statement: STATEMENT });
      await decideByTwo(first.id, 'acknowledge');
      expect([await status(paid.id), await status(first.id)]).toEqual([
        ['expired', null],
        ['placed', null],
      ]);
    });
  });

  describe('on what was bought', () => {
    it('end as undone what the provider has no more, and not what it still has', async () => {
      const { id, providerOrderId } = await place(TREES);
      desk.engine.sandbox.oneTribe.vanish(providerOrderId ?? '');
      await desk.engine.later(DAY);
      expect(await status(id)).toEqual(['placed', 'vanished']);
      expect(outcomeOf(await decide(id, 'end_undone'))).toEqual([409, 'statement_required']);
      await decideByTwo(id, 'end_undone', { statement: STATEMENT });
      expect(await desk.engine.order(id)).toMatchObject({
        status: 'cancelled',
        statusReason: 'vanished',
        review: null,
      });

      const kept = await place();
      await flag(desk.app, kept.id, 'vanished');
      expect(outcomeOf(await decide(kept.id, 'end_undone', { statement: STATEMENT }))).toEqual([
        409,
        'still_at_provider',
      ]);
    });

    const differing = async (): Promise<string> => {
      const { id, providerOrderId } = await place();
      desk.engine.sandbox.cnaught.faults.add({
        match: { method: 'GET', path: `^/orders/${providerOrderId}` },
        times: 'always',
        fault: { kind: 'set_field', path: 'amount_kg', value: 90 },
      });
      await desk.engine.later(DAY);
      expect(await status(id)).toEqual(['placed', 'answer_disagrees']);
      return id;
    };

    it('take a difference as it is, for good, by the word of the provider and two people', async () => {
      const id = await differing();
      expect(outcomeOf(await decide(id, 'acknowledge'))).toEqual([409, 'cause_still_there']);
      expect(outcomeOf(await decide(id, 'accept_difference'))).toEqual([409, 'statement_required']);
      await decideByTwo(id, 'accept_difference', { statement: STATEMENT });
      expect(await status(id)).toEqual(['placed', null]);
      desk.engine.sandbox.cnaught.advance((await desk.engine.order(id)).providerOrderId ?? '', 'fulfilled');
      await desk.engine.later(DAY);
      expect(await status(id)).toEqual(['completed', null]);
    });

    it('take no difference that has become another one, and acknowledge one that is gone', async () => {
      const id = await differing();
      desk.engine.sandbox.cnaught.faults.clear();
      desk.engine.sandbox.cnaught.faults.add({
        match: { method: 'GET', path: '^/orders/' },
        fault: { kind: 'set_field', path: 'amount_kg', value: 80 },
      });
      const changed = await decide(id, 'accept_difference', { statement: STATEMENT });
      expect(outcomeOf(changed)).toEqual([409, 'difference_changed']);
      expect(outcomeOf(await decide(id, 'acknowledge'))).toEqual([201, 'applied']);
      expect(await status(id)).toEqual(['placed', null]);
    });

    it('say what became of a second purchase, which is read where it is said to be cancelled', async () => {
      onPurchases('one_tribe', 'after_effect');
      const { id } = await place(TREES);
      const [body = ''] = await desk.engine.sentBodies(id);
      const { baseUrl, apiKey } = desk.engine.sandbox.oneTribe;
      const headers = { authorisation: `API-Key ${apiKey}`, 'content-type': 'application/json' };
      await fetch(`${baseUrl}/transactions`, { method: 'POST', headers, body });
      await desk.engine.untilKnown(id, 120_000);
      expect((await status(id))[1]).toBe('bought_twice');
      const own = (await desk.engine.order(id)).providerOrderId;
      const second = desk.engine.purchasesOf(id).find((purchase) => purchase.id !== own)?.id ?? '';
      expect(outcomeOf(await decide(id, 'compensation_done', { cancelled: ['another'] }))).toEqual([
        409,
        'purchase_not_covered',
      ]);
      expect(outcomeOf(await decide(id, 'compensation_done', { cancelled: [second] }))).toEqual([
        409,
        'not_cancelled_at_provider',
      ]);
      desk.engine.sandbox.oneTribe.vanish(second);
      await decideByTwo(id, 'compensation_done', { cancelled: [second] });
      expect(await status(id)).toEqual(['placed', null]);
    });

    it('say what became of a second payment', async () => {
      const { checkouts } = desk.engine.sandbox.carbonmark;
      const before = new Set(checkouts.all().map(({ linkId }) => linkId));
      desk.engine.sandbox.carbonmark.faults.add({
        match: { method: 'POST', path: '/checkout' },
        fault: { kind: 'reset', when: 'after_effect' },
      });
      const { id } = await open('carbonmark');
      for (let i = 0; i < 5 && (await desk.engine.order(id)).status === 'in_doubt'; i++) await desk.engine.later(5_000);
      const order = await desk.engine.order(id);
      await desk.engine.comeBack(pay(order));
      await desk.engine.runDue();
      const other = checkouts.all().find(({ linkId }) => !before.has(linkId) && linkId !== pageOf(order));
      const second = checkouts.pay(other?.linkId ?? '');
      await desk.engine.comeBack(second);
      await desk.engine.runDue();
      expect((await status(id))[1]).toBe('paid_twice');
      const refunded = { refunded: [paymentIn(second)] };
      expect(outcomeOf(await decide(id, 'compensation_done', refunded))).toEqual([409, 'statement_required']);
      await decideByTwo(id, 'compensation_done', { ...refunded, statement: STATEMENT });
      expect(await status(id)).toEqual(['placed', null]);
    });

    it('say what became of a purchase that no order wants, and of a payment for nothing', async () => {
      desk.engine.sandbox.cnaught.faults.add({
        match: { method: 'POST', path: '^/orders$' },
        fault: { kind: 'refused', status: 400 },
      });
      await expect(place()).rejects.toMatchObject({ code: 'provider_rejected' });
      const [{ id } = { id: '' }] = await desk.engine.rows<{ id: string }>(
        "SELECT id FROM orders WHERE status = 'failed' AND status_reason <> 'not_bought' ORDER BY created_at DESC LIMIT 1",
      );
      await buyAgain(id);
      const purchase = desk.engine.purchasesOf(id)[0]?.id ?? '';
      await desk.engine.announce(id, purchase);
      await desk.engine.runDue();
      expect(await status(id)).toEqual(['failed', 'orphan_purchase']);
      desk.engine.sandbox.cnaught.advance(purchase, 'cancelled');
      await decideByTwo(id, 'compensation_done', { cancelled: [purchase] });
      expect(await status(id)).toEqual(['failed', null]);

      const order = await open('carbonmark');
      const back = pay(order);
      desk.engine.sandbox.carbonmark.advance(paymentIn(back), 'FAILED');
      await desk.engine.comeBack(back);
      await desk.engine.runDue();
      expect(await status(order.id)).toEqual(['failed', 'retirement_failed']);
      await decideByTwo(order.id, 'compensation_done', { refunded: [paymentIn(back)], statement: STATEMENT });
      expect(await status(order.id)).toEqual(['failed', null]);
    });

    it('see what the provider contradicts, by two while it does and by one when it has mended it', async () => {
      const { checkouts, ledger } = desk.engine.sandbox.carbonmark;
      const order = await open('carbonmark');
      const back = pay(order);
      const payment = paymentIn(back);
      await desk.engine.comeBack(back);
      await desk.engine.runDue();
      expect(await status(order.id)).toEqual(['placed', null]);
      checkouts.contradict(payment, 'expired');
      await desk.engine.later(DAY);
      expect(await status(order.id)).toEqual(['placed', 'contradicting_end']);
      await decideByTwo(order.id, 'acknowledge');
      expect(await status(order.id)).toEqual(['placed', null]);
      await desk.engine.later(DAY);
      expect(await status(order.id)).toEqual(['placed', 'contradicting_end']);
      checkouts.contradict(payment, 'paid');
      expect(outcomeOf(await decide(order.id, 'acknowledge'))).toEqual([201, 'applied']);
      await desk.engine.later(DAY);
      expect(await status(order.id)).toEqual(['placed', null]);
      expect(ledger.entries().filter(({ id, kind }) => id === payment && kind === 'checkout_paid')).toHaveLength(1);
    });

    it('keep as retired what the provider says is undone, by two while it does and by one when it has mended it', async () => {
      const { checkouts, faults, ledger } = desk.engine.sandbox.carbonmark;
      const order = await open('carbonmark');
      const back = pay(order);
      const payment = paymentIn(back);
      // The retirement's page comes later, so the order is retired and not complete.
      const pageless = { kind: 'delete_field', path: 'order.view_retirement_url' } as const;
      faults.add({ match: { method: 'GET', path: '/payments' }, times: 'always', fault: pageless });
      checkouts.advance(payment, 'COMPLETED');
      await desk.engine.comeBack(back);
      await desk.engine.runDue();
      expect(await status(order.id)).toEqual(['retired', null]);
      checkouts.contradict(payment, 'FAILED');
      await desk.engine.later(DAY);
      expect(await status(order.id)).toEqual(['retired', 'undone_after_retirement']);
      await decideByTwo(order.id, 'acknowledge');
      expect(await status(order.id)).toEqual(['retired', null]);
      await desk.engine.later(DAY);
      expect(await status(order.id)).toEqual(['retired', 'undone_after_retirement']);
      faults.clear();
      checkouts.contradict(payment, 'COMPLETED');
      expect(outcomeOf(await decide(order.id, 'acknowledge'))).toEqual([201, 'applied']);
      await desk.engine.later(DAY);
      expect(await status(order.id)).toEqual(['completed', null]);
      const kinds = ledger.entries().flatMap(({ id, kind }) => (id === payment ? [kind] : []));
      expect(kinds.filter((kind) => kind === 'retirement_completed')).toHaveLength(1);
    });

    it('leave alone what ends by itself', async () => {
      const { id } = await place();
      await flag(desk.app, id, 'unreadable_answer');
      expect(outcomeOf(await decide(id, 'acknowledge'))).toEqual([409, 'ends_by_news']);
      await desk.engine.later(DAY);
      expect(await status(id)).toEqual(['placed', null]);
    });
  });
});
