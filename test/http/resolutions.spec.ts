import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { CreateOperator } from '../../src/application/access/create-operator.js';
import { VerifyAudit } from '../../src/application/audit/verify-audit.js';
import type { Order } from '../../src/domain/orders/order.js';
import { MAX_CLAIMS } from '../../src/domain/purchases/claims.js';
import type { Decision } from '../../src/domain/resolutions/decisions.js';
import { TestEngine, type OrderToPlace } from '../support/engine.js';
import { BY_TESTER, flag, launchGateway, newKey } from '../support/launcher.js';
import { startTestContext } from '../support/test-bed.js';
import { Documentation } from './documentation.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const OF_ORDER = '/v1/ops/orders/{id}/resolutions';
const REASON = 'Looked at the provider’s pages, and asked them.';
const STATEMENT = {
  from: 'support@provider.example',
  received_at: '2026-11-20T09:30:00Z',
  quote: 'We have no record of this order.',
};

interface Answer {
  readonly status: number;
  readonly body: {
    readonly id: string;
    readonly state: string;
    readonly code: string;
    readonly refusal?: { readonly code: string; readonly until: string | null };
    readonly steps: number | null;
    readonly findings: readonly { readonly check: string; readonly ok: boolean }[];
  };
}

/** What of an answer says how it was decided. */
const outcomeOf = ({ status, body }: Answer): unknown[] => [
  status,
  status < 400 ? body.state : (body.refusal?.code ?? body.code),
];

describe('decisions on orders', () => {
  let engine: TestEngine;
  let app: NestFastifyApplication;
  let docs: Documentation;
  let ann: string;
  let ben: string;
  beforeAll(async () => {
    const on = await startTestContext();
    ({ app } = await launchGateway(on, { settings: { role: 'api' } }));
    engine = await TestEngine.within(on, app);
    await engine.liftQuotas();
    docs = await Documentation.of({ anonymous: supertest(app.getHttpServer()) });
    [ann, ben] = [await newOperator('Ann'), await newOperator('Ben')];
  });
  afterAll(async () => {
    expect(await app.get(VerifyAudit).run(null)).toMatchObject({ intact: true });
    await engine.stop();
  });
  afterEach(async () => {
    for (const simulator of Object.values(engine.simulators)) simulator.faults.clear();
    engine.sandbox.carbonmark.switches.set({ tellPaymentId: false });
    expect(await engine.lostOrders()).toBe(0);
    await engine.forget();
  });

  const newOperator = async (name: string): Promise<string> => {
    const wanted = { name, email: `${name.toLowerCase()}@example.com`, role: 'approver' } as const;
    const created = await app.get(CreateOperator).run(wanted, 'dev', BY_TESTER);
    if (!created) throw new Error('there is one already');
    return created.key;
  };
  const send = (path: string, template: string, body: object, key: string, idempotencyKey: string = randomUUID()) =>
    docs.documented(
      template,
      supertest(app.getHttpServer())
        .post(path)
        .set({ authorization: `Bearer ${key}`, 'idempotency-key': idempotencyKey })
        .send(body),
    ) as unknown as Promise<Answer>;
  const read = async <Body>(path: string, template: string): Promise<Body> => {
    const sent = supertest(app.getHttpServer()).get(path).set('authorization', `Bearer ${ann}`);
    return (await docs.documented(template, sent)).body as Body;
  };
  const versionOf = async (id: string): Promise<number> => (await engine.order(id)).version;

  const decide = async (
    id: string,
    decision: Decision,
    evidence: object = {},
    { key = ann, dryRun = false, version }: { key?: string; dryRun?: boolean; version?: number } = {},
  ): Promise<Answer> => {
    const body = { decision, evidence, reason: REASON, expected_version: version ?? (await versionOf(id)) };
    return send(`/v1/ops/orders/${id}/resolutions${dryRun ? '?dry_run=true' : ''}`, OF_ORDER, body, key);
  };
  const approve = async (id: string, { body }: Answer, key = ben): Promise<Answer> =>
    send(
      `/v1/ops/resolutions/${body.id}/approve`,
      '/v1/ops/resolutions/{id}/approve',
      { note: 'Seen the same.', expected_version: await versionOf(id) },
      key,
    );
  const end = (what: 'reject' | 'withdraw', { body }: Answer, key: string): Promise<Answer> =>
    send(`/v1/ops/resolutions/${body.id}/${what}`, `/v1/ops/resolutions/{id}/${what}`, { note: 'No.' }, key);
  /** Proposed by one person, approved by another. */
  const decideByTwo = async (id: string, decision: Decision, evidence: object = {}): Promise<void> => {
    const proposed = await decide(id, decision, evidence);
    expect(outcomeOf(proposed)).toEqual([201, 'proposed']);
    expect(outcomeOf(await approve(id, proposed))).toEqual([200, 'applied']);
  };

  const onPurchases = (
    provider: 'cnaught' | 'one_tribe',
    when: 'before_effect' | 'after_effect',
    times: 'always' | 1 = 1,
  ) =>
    engine.simulators[provider].faults.add({
      match: { method: 'POST', path: provider === 'cnaught' ? '^/orders$' : '/transactions' },
      times,
      fault: { kind: 'reset', when },
    });
  const place = (more: Partial<OrderToPlace> = {}): Promise<Order> =>
    engine.place({ provider: 'cnaught', grams: 100_000, allowDuplicate: true, ...more });
  const TREES = { provider: 'one_tribe', grams: 2_000_000 } as const;
  const open = (provider: 'cnaught' | 'carbonmark', retirementMessage: string | null = null): Promise<Order> =>
    place({
      provider,
      grams: 500_000,
      paymentMethod: 'checkout',
      terms: { successUrl: 'https://shop.example/paid', cancelUrl: 'https://shop.example/back', retirementMessage },
    });
  const pageOf = (order: Order): string => order.checkout?.url.split('/').at(-1) ?? '';
  const pay = (order: Order): string => engine.sandbox.carbonmark.checkouts.pay(pageOf(order));
  const paymentIn = (back: string): string => back.split('/').at(-1) ?? '';
  /** What the order's own bytes buy if they reach the provider after all. */
  const buyAgain = async (id: string): Promise<void> => {
    const [body = ''] = await engine.sentBodies(id);
    const { baseUrl, apiKey } = engine.sandbox.cnaught;
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    const response = await fetch(`${baseUrl}/orders`, { method: 'POST', headers, body });
    expect(response.status).toBeLessThan(300);
  };
  const status = async (id: string) => {
    const order = await engine.order(id);
    return [order.status, order.review?.reason ?? null];
  };
  const boughtFor = (id: string): number => engine.purchasesOf(id).length;
  /** At CNaught, where nothing proves that it was not bought: the key has run out, and nothing is found. */
  const unproven = async (when: 'before_effect' | 'after_effect' = 'before_effect'): Promise<string> => {
    onPurchases('cnaught', when, 'always');
    const { id } = await place();
    const list = { method: 'GET', path: '^/orders$' };
    engine.sandbox.cnaught.faults.add({ match: list, times: 'always', fault: { kind: 'list_lag', ms: 20 * DAY } });
    for (let day = 0; day < 4; day++) await engine.later(DAY);
    expect(await status(id)).toEqual(['in_doubt', 'unproven_outcome']);
    engine.sandbox.cnaught.faults.clear();
    return id;
  };

  describe('on a purchase that was found', () => {
    const doubted = async (): Promise<{ id: string; purchase: string }> => {
      onPurchases('cnaught', 'after_effect');
      const { id, status: now } = await place();
      expect(now).toBe('in_doubt');
      return { id, purchase: engine.purchasesOf(id)[0]?.id ?? '' };
    };

    it('adopt it where it says whose it is, and buy nothing more', async () => {
      const { id, purchase } = await doubted();
      expect(outcomeOf(await decide(id, 'adopt_purchase', { provider_order_id: purchase }))).toEqual([201, 'applied']);
      expect(await engine.order(id)).toMatchObject({ status: 'placed', providerOrderId: purchase });
      await engine.later(HOUR);
      expect(boughtFor(id)).toBe(1);
      expect((await engine.history(id)).at(-1)).toBe('placed (operator)');
    });

    it.each<[string, () => void, string]>([
      ['of another mass', () => onRead({ kind: 'set_field', path: 'amount_kg', value: 90 }), 'evidence_disagrees'],
      ['that cannot be understood', () => onRead({ kind: 'unknown_status' }), 'not_readable'],
      ['that the provider does not know', () => onRead({ kind: 'refused', status: 404 }), 'not_found_at_provider'],
      [
        'at a provider that is silent',
        () => onRead({ kind: 'error', status: 503, effect: false }),
        'provider_unavailable',
      ],
    ])('leave one alone %s', async (_, breakIt, refusal) => {
      const { id, purchase } = await doubted();
      breakIt();
      const before = await engine.order(id);
      const refused = await decide(id, 'adopt_purchase', { provider_order_id: purchase });
      expect(outcomeOf(refused)).toEqual([refusal === 'provider_unavailable' ? 503 : 409, refusal]);
      expect(await engine.order(id)).toEqual(before);
    });
    const onRead = (fault: Parameters<typeof engine.sandbox.cnaught.faults.add>[0]['fault']) =>
      engine.sandbox.cnaught.faults.add({ match: { method: 'GET', path: '^/orders/' }, times: 'always', fault });

    it('leave another order’s alone', async () => {
      const { id } = await doubted();
      const other = await place();
      const refused = await decide(id, 'adopt_purchase', { provider_order_id: other.providerOrderId });
      expect(outcomeOf(refused)).toEqual([409, 'purchase_belongs_to_another_order']);
    });

    it('want to be told which', async () => {
      const { id } = await doubted();
      const refused = await decide(id, 'adopt_purchase');
      expect(outcomeOf(refused)).toEqual([409, 'purchase_not_named']);
    });
  });

  describe('that nothing was bought', () => {
    it('wait until the gateway has found out what it can by itself', async () => {
      onPurchases('one_tribe', 'before_effect');
      const { id } = await place(TREES);
      expect(outcomeOf(await decide(id, 'end_not_bought'))).toEqual([409, 'gateway_still_resolving']);
    });

    it('are of one person where the gateway has read a list that proves it', async () => {
      onPurchases('one_tribe', 'before_effect', 'always');
      const list = { method: 'GET', path: '/transactions' };
      engine.sandbox.oneTribe.faults.add({ match: list, times: 'always', fault: { kind: 'broken_json' } });
      const { id } = await place(TREES);
      for (let day = 0; day < 20; day++) await engine.later(DAY);
      expect(await status(id)).toEqual(['in_doubt', 'unproven_outcome']);
      expect(outcomeOf(await decide(id, 'end_not_bought'))).toEqual([409, 'not_readable']);
      engine.sandbox.oneTribe.faults.clear();
      expect(outcomeOf(await decide(id, 'end_not_bought'))).toEqual([201, 'applied']);
      expect(await engine.order(id)).toMatchObject({ status: 'failed', statusReason: 'not_bought', review: null });
      await engine.later(DAY);
      expect(boughtFor(id)).toBe(0);
    });

    it('take the word of the provider and two people where nothing proves it', async () => {
      const id = await unproven();
      expect(outcomeOf(await decide(id, 'end_not_bought'))).toEqual([409, 'statement_required']);
      const proposed = await decide(id, 'end_not_bought', { statement: STATEMENT });
      expect(outcomeOf(proposed)).toEqual([201, 'proposed']);
      expect(await status(id)).toEqual(['in_doubt', 'unproven_outcome']);
      expect(outcomeOf(await approve(id, proposed, ann))).toEqual([403, 'second_person_required']);
      expect(outcomeOf(await approve(id, proposed))).toEqual([200, 'applied']);
      expect(await status(id)).toEqual(['failed', null]);
      expect(boughtFor(id)).toBe(0);
      expect(outcomeOf(await approve(id, proposed))).toEqual([409, 'resolution_closed']);
    });

    it('are refused where it is in the list', async () => {
      const id = await unproven('after_effect');
      const refused = await decide(id, 'end_not_bought', { statement: STATEMENT });
      expect(outcomeOf(refused)).toEqual([409, 'found_at_provider']);
      const adopted = await decide(id, 'adopt_purchase', { provider_order_id: engine.purchasesOf(id)[0]?.id });
      expect(outcomeOf(adopted)).toEqual([201, 'applied']);
      expect([await status(id), boughtFor(id)]).toEqual([['placed', null], 1]);
    });

    it('are overtaken by a purchase that turns up before they are approved', async () => {
      const id = await unproven();
      const proposed = await decide(id, 'end_not_bought', { statement: STATEMENT });
      await buyAgain(id);
      expect(outcomeOf(await approve(id, proposed))).toEqual([409, 'found_at_provider']);
      expect(await status(id)).toEqual(['in_doubt', 'unproven_outcome']);
      const { state, refusal } = await read<{ state: string; refusal: string }>(
        `/v1/ops/resolutions/${proposed.body.id}`,
        '/v1/ops/resolutions/{id}',
      );
      expect([state, refusal]).toEqual(['overtaken', 'found_at_provider']);
      await engine.later(HOUR);
      expect([await status(id), boughtFor(id)]).toEqual([['placed', null], 1]);
    });

    it('are of one person for what was never sent', async () => {
      await engine.pause('cnaught', 'purchases', 1_000 * HOUR);
      const { id } = await place({ waitIfPaused: true });
      await engine.letTimePass(25 * HOUR);
      await engine.makeDue(id);
      await engine.runDue();
      expect(await status(id)).toEqual(['created', 'submission_keeps_failing']);
      expect(outcomeOf(await decide(id, 'end_not_bought'))).toEqual([201, 'applied']);
      await engine.resume('cnaught', 'purchases');
      await engine.later(HOUR);
      expect([await status(id), boughtFor(id)]).toEqual([['failed', null], 0]);
    });
  });

  describe('on a page', () => {
    const unconfirmed = async (isPaid: boolean): Promise<{ id: string; payment: string }> => {
      const order = await open('carbonmark');
      const payment = isPaid ? paymentIn(pay(order)) : '';
      await engine.later(2 * DAY);
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
      expect(await engine.order(id)).toMatchObject({ status: 'placed', providerOrderId: payment, review: null });
    });

    it('close it once it can be paid no more, by the word of the provider and two people', async () => {
      const order = await open('carbonmark');
      const early = await decide(order.id, 'close_unpaid_page', { statement: STATEMENT });
      expect(outcomeOf(early)).toEqual([409, 'page_still_open']);
      expect(early.body.refusal?.until).toBe(order.checkout?.expiresAt?.toISOString());
      const { id } = await unconfirmed(false);
      expect(outcomeOf(await decide(id, 'close_unpaid_page'))).toEqual([409, 'statement_required']);
      await decideByTwo(id, 'close_unpaid_page', { statement: STATEMENT });
      expect(await engine.order(id)).toMatchObject({ status: 'expired', review: null });
    });

    it('wait for ids that were brought back, and take the true one of too many', async () => {
      const order = await open('carbonmark');
      await engine.rows(
        `INSERT INTO purchase_claims (order_id, provider_order_id)
         SELECT $1, 'made-up-' || n FROM generate_series(1, $2::int) AS n`,
        [order.id, MAX_CLAIMS],
      );
      const payment = paymentIn(pay(order));
      await engine.makeDue(order.id);
      await engine.runDue();
      expect(await status(order.id)).toEqual(['awaiting_payment', 'too_many_claims']);
      await engine.letTimePass(2 * DAY, order.id);
      const refused = await decide(order.id, 'close_unpaid_page', { statement: STATEMENT });
      expect(outcomeOf(refused)).toEqual([409, 'claim_open']);
      expect(outcomeOf(await decide(order.id, 'adopt_payment', { provider_order_id: payment }))).toEqual([
        201,
        'applied',
      ]);
      expect((await engine.order(order.id)).status).toBe('placed');
    });

    it('end a dispute: the order without a payment is closed, and the other one is as it was', async () => {
      const [first, paid] = [await open('carbonmark', 'For 2026'), await open('carbonmark', 'For 2026')];
      const back = pay(paid);
      const [sent = ''] = await engine.sentBodies(first.id);
      const address = /https?:[^"]*\/v1\/returns\/[\w-]{43}/.exec(sent)?.[0] ?? '';
      await engine.comeBack(address, paymentIn(back));
      await engine.runDue();
      await engine.comeBack(back);
      await engine.runDue();
      expect(await status(paid.id)).toEqual(['awaiting_payment', 'payment_disputed']);
      await engine.letTimePass(2 * DAY);
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
      engine.sandbox.oneTribe.vanish(providerOrderId ?? '');
      await engine.later(DAY);
      expect(await status(id)).toEqual(['placed', 'vanished']);
      expect(outcomeOf(await decide(id, 'end_undone'))).toEqual([409, 'statement_required']);
      await decideByTwo(id, 'end_undone', { statement: STATEMENT });
      expect(await engine.order(id)).toMatchObject({ status: 'cancelled', statusReason: 'vanished', review: null });

      const kept = await place();
      await flag(app, kept.id, 'vanished');
      expect(outcomeOf(await decide(kept.id, 'end_undone', { statement: STATEMENT }))).toEqual([
        409,
        'still_at_provider',
      ]);
    });

    const differing = async (): Promise<string> => {
      const { id, providerOrderId } = await place();
      engine.sandbox.cnaught.faults.add({
        match: { method: 'GET', path: `^/orders/${providerOrderId}` },
        times: 'always',
        fault: { kind: 'set_field', path: 'amount_kg', value: 90 },
      });
      await engine.later(DAY);
      expect(await status(id)).toEqual(['placed', 'answer_disagrees']);
      return id;
    };

    it('take a difference as it is, for good, by the word of the provider and two people', async () => {
      const id = await differing();
      expect(outcomeOf(await decide(id, 'acknowledge'))).toEqual([409, 'cause_still_there']);
      expect(outcomeOf(await decide(id, 'accept_difference'))).toEqual([409, 'statement_required']);
      await decideByTwo(id, 'accept_difference', { statement: STATEMENT });
      expect(await status(id)).toEqual(['placed', null]);
      engine.sandbox.cnaught.advance((await engine.order(id)).providerOrderId ?? '', 'fulfilled');
      await engine.later(DAY);
      expect(await status(id)).toEqual(['completed', null]);
    });

    it('take no difference that has become another one, and acknowledge one that is gone', async () => {
      const id = await differing();
      engine.sandbox.cnaught.faults.clear();
      engine.sandbox.cnaught.faults.add({
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
      const [body = ''] = await engine.sentBodies(id);
      const { baseUrl, apiKey } = engine.sandbox.oneTribe;
      const headers = { authorisation: `API-Key ${apiKey}`, 'content-type': 'application/json' };
      await fetch(`${baseUrl}/transactions`, { method: 'POST', headers, body });
      await engine.untilKnown(id, 120_000);
      expect((await status(id))[1]).toBe('bought_twice');
      const own = (await engine.order(id)).providerOrderId;
      const second = engine.purchasesOf(id).find((purchase) => purchase.id !== own)?.id ?? '';
      expect(outcomeOf(await decide(id, 'compensation_done', { cancelled: ['another'] }))).toEqual([
        409,
        'purchase_not_covered',
      ]);
      expect(outcomeOf(await decide(id, 'compensation_done', { cancelled: [second] }))).toEqual([
        409,
        'not_cancelled_at_provider',
      ]);
      engine.sandbox.oneTribe.vanish(second);
      await decideByTwo(id, 'compensation_done', { cancelled: [second] });
      expect(await status(id)).toEqual(['placed', null]);
    });

    it('say what became of a second payment', async () => {
      const { checkouts } = engine.sandbox.carbonmark;
      const before = new Set(checkouts.all().map(({ linkId }) => linkId));
      engine.sandbox.carbonmark.faults.add({
        match: { method: 'POST', path: '/checkout' },
        fault: { kind: 'reset', when: 'after_effect' },
      });
      const { id } = await open('carbonmark');
      for (let i = 0; i < 5 && (await engine.order(id)).status === 'in_doubt'; i++) await engine.later(5_000);
      const order = await engine.order(id);
      await engine.comeBack(pay(order));
      await engine.runDue();
      const other = checkouts.all().find(({ linkId }) => !before.has(linkId) && linkId !== pageOf(order));
      const second = checkouts.pay(other?.linkId ?? '');
      await engine.comeBack(second);
      await engine.runDue();
      expect((await status(id))[1]).toBe('paid_twice');
      const refunded = { refunded: [paymentIn(second)] };
      expect(outcomeOf(await decide(id, 'compensation_done', refunded))).toEqual([409, 'statement_required']);
      await decideByTwo(id, 'compensation_done', { ...refunded, statement: STATEMENT });
      expect(await status(id)).toEqual(['placed', null]);
    });

    it('say what became of a purchase that no order wants, and of a payment for nothing', async () => {
      engine.sandbox.cnaught.faults.add({
        match: { method: 'POST', path: '^/orders$' },
        fault: { kind: 'refused', status: 400 },
      });
      await expect(place()).rejects.toMatchObject({ code: 'provider_rejected' });
      const [{ id } = { id: '' }] = await engine.rows<{ id: string }>(
        "SELECT id FROM orders WHERE status = 'failed' AND status_reason <> 'not_bought' ORDER BY created_at DESC LIMIT 1",
      );
      await buyAgain(id);
      const purchase = engine.purchasesOf(id)[0]?.id ?? '';
      await engine.announce(id, purchase);
      await engine.runDue();
      expect(await status(id)).toEqual(['failed', 'orphan_purchase']);
      engine.sandbox.cnaught.advance(purchase, 'cancelled');
      await decideByTwo(id, 'compensation_done', { cancelled: [purchase] });
      expect(await status(id)).toEqual(['failed', null]);

      const order = await open('carbonmark');
      const back = pay(order);
      engine.sandbox.carbonmark.advance(paymentIn(back), 'FAILED');
      await engine.comeBack(back);
      await engine.runDue();
      expect(await status(order.id)).toEqual(['failed', 'retirement_failed']);
      await decideByTwo(order.id, 'compensation_done', { refunded: [paymentIn(back)], statement: STATEMENT });
      expect(await status(order.id)).toEqual(['failed', null]);
    });

    it('see what the provider contradicts, by two while it does and by one when it has mended it', async () => {
      const { checkouts, ledger } = engine.sandbox.carbonmark;
      const order = await open('carbonmark');
      const back = pay(order);
      const payment = paymentIn(back);
      await engine.comeBack(back);
      await engine.runDue();
      expect(await status(order.id)).toEqual(['placed', null]);
      checkouts.contradict(payment, 'expired');
      await engine.later(DAY);
      expect(await status(order.id)).toEqual(['placed', 'contradicting_end']);
      await decideByTwo(order.id, 'acknowledge');
      expect(await status(order.id)).toEqual(['placed', null]);
      await engine.later(DAY);
      expect(await status(order.id)).toEqual(['placed', 'contradicting_end']);
      checkouts.contradict(payment, 'paid');
      expect(outcomeOf(await decide(order.id, 'acknowledge'))).toEqual([201, 'applied']);
      await engine.later(DAY);
      expect(await status(order.id)).toEqual(['placed', null]);
      expect(ledger.entries().filter(({ id, kind }) => id === payment && kind === 'checkout_paid')).toHaveLength(1);
    });

    it('keep as retired what the provider says is undone, by two while it does and by one when it has mended it', async () => {
      const { checkouts, faults, ledger } = engine.sandbox.carbonmark;
      const order = await open('carbonmark');
      const back = pay(order);
      const payment = paymentIn(back);
      // The retirement's page comes later, so the order is retired and not complete.
      const pageless = { kind: 'delete_field', path: 'order.view_retirement_url' } as const;
      faults.add({ match: { method: 'GET', path: '/payments' }, times: 'always', fault: pageless });
      checkouts.advance(payment, 'COMPLETED');
      await engine.comeBack(back);
      await engine.runDue();
      expect(await status(order.id)).toEqual(['retired', null]);
      checkouts.contradict(payment, 'FAILED');
      await engine.later(DAY);
      expect(await status(order.id)).toEqual(['retired', 'undone_after_retirement']);
      await decideByTwo(order.id, 'acknowledge');
      expect(await status(order.id)).toEqual(['retired', null]);
      await engine.later(DAY);
      expect(await status(order.id)).toEqual(['retired', 'undone_after_retirement']);
      faults.clear();
      checkouts.contradict(payment, 'COMPLETED');
      expect(outcomeOf(await decide(order.id, 'acknowledge'))).toEqual([201, 'applied']);
      await engine.later(DAY);
      expect(await status(order.id)).toEqual(['completed', null]);
      const kinds = ledger.entries().flatMap(({ id, kind }) => (id === payment ? [kind] : []));
      expect(kinds.filter((kind) => kind === 'retirement_completed')).toHaveLength(1);
    });

    it('leave alone what ends by itself', async () => {
      const { id } = await place();
      await flag(app, id, 'unreadable_answer');
      expect(outcomeOf(await decide(id, 'acknowledge'))).toEqual([409, 'ends_by_news']);
      await engine.later(DAY);
      expect(await status(id)).toEqual(['placed', null]);
    });
  });

  describe('whoever decides', () => {
    it('is refused what is meant for an order that has changed', async () => {
      const id = await unproven();
      const version = await versionOf(id);
      const stale = await decide(id, 'end_not_bought', { statement: STATEMENT }, { version: version - 1 });
      expect(outcomeOf(stale)).toEqual([409, 'version_changed']);
    });

    it('can try first, which does nothing', async () => {
      const id = await unproven();
      const tried = await decide(id, 'end_not_bought', { statement: STATEMENT }, { dryRun: true });
      expect([tried.status, tried.body]).toMatchObject([200, { allowed: true, steps: 2, refused: null }]);
      const without = await decide(id, 'end_not_bought', {}, { dryRun: true });
      expect(without.body).toMatchObject({ allowed: false, steps: null, refused: { code: 'statement_required' } });
      expect(without.body.findings.filter(({ ok }) => !ok).map(({ check }) => check)).toEqual(['statement_required']);
      expect((await read<{ history: object[] }>(`/v1/ops/orders/${id}/resolutions`, OF_ORDER)).history).toEqual([]);
    });

    it('makes one decision under one key, and one proposal at a time', async () => {
      const id = await unproven();
      const key = randomUUID();
      const body = {
        decision: 'end_not_bought',
        evidence: { statement: STATEMENT },
        reason: REASON,
        expected_version: await versionOf(id),
      };
      const propose = (more: object = {}, under = key) =>
        send(`/v1/ops/orders/${id}/resolutions`, OF_ORDER, { ...body, ...more }, ann, under);
      const first = await propose();
      expect((await propose()).body).toEqual(first.body);
      expect(outcomeOf(await propose({ reason: 'Another reason than before.' }))).toEqual([
        422,
        'idempotency_key_reused',
      ]);
      expect(outcomeOf(await propose({}, randomUUID()))).toEqual([409, 'proposal_open']);
      const { choices, history } = await read<{ choices: object[]; history: object[] }>(
        `/v1/ops/orders/${id}/resolutions`,
        OF_ORDER,
      );
      expect(history).toEqual([first.body]);
      expect(choices).toContainEqual(expect.objectContaining({ decision: 'end_not_bought', refused: null }));
      expect(choices).toContainEqual(
        expect.objectContaining({ decision: 'end_undone', refused: { code: 'not_applicable', until: null } }),
      );
      const waiting = await read<{ data: object[] }>('/v1/ops/resolutions', '/v1/ops/resolutions');
      expect(waiting.data).toContainEqual(first.body);
      const seen = await read<{ data: { proposal_id: string; order: { id: string } }[] }>(
        '/v1/ops/attention?reason=unproven_outcome&limit=100',
        '/v1/ops/attention',
      );
      expect(seen.data.find(({ order }) => order.id === id)?.proposal_id).toBe(first.body.id);
      const { proposals_open: proposed } = await read<{ proposals_open: { count: number } }>(
        '/v1/ops/summary',
        '/v1/ops/summary',
      );
      expect(proposed.count).toBe(waiting.data.length);
    });

    it('withdraws what is theirs, rejects what is another’s, and can do either once and within a day', async () => {
      const id = await unproven();
      const propose = () => decide(id, 'end_not_bought', { statement: STATEMENT });
      const first = await propose();
      expect(outcomeOf(await end('reject', first, ann))).toEqual([403, 'second_person_required']);
      expect(outcomeOf(await end('withdraw', first, ben))).toEqual([403, 'second_person_required']);
      expect(outcomeOf(await end('withdraw', first, ann))).toEqual([200, 'withdrawn']);
      expect(outcomeOf(await end('withdraw', first, ann))).toEqual([409, 'resolution_closed']);
      const second = await propose();
      expect(outcomeOf(await end('reject', second, ben))).toEqual([200, 'rejected']);
      const third = await propose();
      await engine.rows('ALTER TABLE resolutions DISABLE TRIGGER resolution_is_kept');
      await engine.rows("UPDATE resolutions SET expires_at = now() - interval '1 second' WHERE id = $1", [
        third.body.id,
      ]);
      await engine.rows('ALTER TABLE resolutions ENABLE TRIGGER resolution_is_kept');
      expect(outcomeOf(await approve(id, third))).toEqual([409, 'resolution_closed']);
      expect(outcomeOf(await propose())).toEqual([201, 'proposed']);
    });

    it('is a person: a machine proposes even what one may decide, and approves nothing', async () => {
      const machine = await newKey(app, engine.tenantId, ['ops:act', 'ops:approve']);
      onPurchases('cnaught', 'after_effect');
      const { id } = await place();
      const evidence = { provider_order_id: engine.purchasesOf(id)[0]?.id };
      const proposed = await decide(id, 'adopt_purchase', evidence, { key: machine });
      expect(outcomeOf(proposed)).toEqual([201, 'proposed']);
      expect(outcomeOf(await approve(id, proposed, machine))).toEqual([403, 'operator_key_required']);
      expect(outcomeOf(await approve(id, proposed, ann))).toEqual([200, 'applied']);
      expect(await status(id)).toEqual(['placed', null]);
    });

    it('is two people for a large order', async () => {
      onPurchases('cnaught', 'after_effect');
      const { id } = await place({ grams: 11_000_000 });
      const evidence = { provider_order_id: engine.purchasesOf(id)[0]?.id };
      expect(outcomeOf(await decide(id, 'adopt_purchase', evidence))).toEqual([201, 'proposed']);
    });

    it('is another person also for the database', async () => {
      const id = await unproven();
      const { body } = await decide(id, 'end_not_bought', { statement: STATEMENT });
      const alone =
        "UPDATE resolutions SET state = 'applied', decided_by = proposed_by, decided_at = now() WHERE id = $1";
      await expect(engine.rows(alone, [body.id])).rejects.toThrow('resolutions_second_person');
      const nobody = "UPDATE resolutions SET state = 'applied', decided_at = now() WHERE id = $1";
      await expect(engine.rows(nobody, [body.id])).rejects.toThrow('resolutions_second_person');
    });

    it('is one of two who approve at once, and the order changes once', async () => {
      const id = await unproven();
      const proposed = await decide(id, 'end_not_bought', { statement: STATEMENT });
      const carl = await newOperator('Carl');
      const both = await Promise.all([approve(id, proposed, ben), approve(id, proposed, carl)]);
      expect(both.filter(({ status: code }) => code === 200)).toHaveLength(1);
      expect((await engine.history(id)).filter((event) => event.startsWith('failed'))).toHaveLength(1);
    });

    it('gets one decision for one request that comes several times at once', async () => {
      const large = await unproven();
      onPurchases('cnaught', 'after_effect');
      const { id: small } = await place();
      const bodies = [
        [large, 'end_not_bought', { statement: STATEMENT }],
        [small, 'adopt_purchase', { provider_order_id: engine.purchasesOf(small)[0]?.id }],
      ] as const;
      for (const [id, decision, evidence] of bodies) {
        const key = randomUUID();
        const body = { decision, evidence, reason: REASON, expected_version: await versionOf(id) };
        const answers = await Promise.all(
          Array.from({ length: 4 }, () => send(`/v1/ops/orders/${id}/resolutions`, OF_ORDER, body, ann, key)),
        );
        expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
        expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
      }
    });

    it('finds what was withdrawn in the same moment closed, or has approved it first', async () => {
      const id = await unproven();
      const proposed = await decide(id, 'end_not_bought', { statement: STATEMENT });
      // Read as open, and withdrawn before the commit: while the provider is asked.
      const { faults } = engine.sandbox.cnaught;
      const list = { method: 'GET', path: '^/orders$' };
      const { id: rule } = faults.add({ match: list, fault: { kind: 'delay', when: 'before_effect', ms: 1_000 } });
      const approving = approve(id, proposed);
      while ((faults.list().find((each) => each.id === rule)?.used ?? 1) === 0) await delay(10);
      const withdrawn = await end('withdraw', proposed, ann);
      const approved = await approving;
      expect([outcomeOf(approved), outcomeOf(withdrawn)]).toEqual([
        [409, 'resolution_closed'],
        [200, 'withdrawn'],
      ]);
      expect(await status(id)).toEqual(['in_doubt', 'unproven_outcome']);
    });

    it('is on record with what was decided, applied and refused', async () => {
      const id = await unproven();
      const proposed = await decide(id, 'end_not_bought', { statement: STATEMENT });
      await approve(id, proposed, ann);
      await approve(id, proposed);
      const acts = await engine.rows(
        `SELECT act, outcome, problem_code, before::text, after::text, operator_id IS NOT NULL AS is_person
         FROM audit_log WHERE subject IN ($1, $2) ORDER BY number`,
        [id, proposed.body.id],
      );
      expect(acts.map((row) => [row['act'], row['outcome'], row['problem_code']])).toEqual([
        ['resolution.propose', 'applied', null],
        ['resolution.approve', 'refused', 'second_person_required'],
        ['resolution.approve', 'applied', null],
      ]);
      expect(acts.every((row) => row['is_person'] === true)).toBe(true);
      expect(JSON.parse(String(acts[2]?.['before']))).toEqual({ status: 'in_doubt', review: 'unproven_outcome' });
      expect(JSON.parse(String(acts[2]?.['after']))).toMatchObject({ status: 'failed', review: null });
      expect(JSON.stringify(acts)).not.toContain('no record of this order');
    });
  });
});
