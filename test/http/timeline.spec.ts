import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { MAX_CLAIMS } from '../../src/domain/purchases/claims.js';
import type { Order } from '../../src/domain/orders/order.js';
import { TIMELINE_EXAMPLE } from '../../src/http/v1/timeline/timeline.examples.js';
import { runCommand } from '../support/command-line.js';
import { TestEngine } from '../support/engine.js';
import { clearByHand, flag, launchGateway, newKey } from '../support/launcher.js';
import { startTestContext } from '../support/test-bed.js';
import { Documentation } from './documentation.js';

interface Entry {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly title: string;
  readonly source: string;
  readonly operator: string | null;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly masked: boolean;
}

interface Page {
  readonly data: Entry[];
  readonly next_cursor: string | null;
}

const PATH = '/v1/orders/{id}/timeline';

describe('the timeline of an order', () => {
  let engine: TestEngine;
  let app: NestFastifyApplication;
  let docs: Documentation;
  let key: string;
  let ops: string;
  beforeAll(async () => {
    const on = await startTestContext();
    ({ app } = await launchGateway(on, { settings: { role: 'api' } }));
    engine = await TestEngine.within(on, app);
    docs = await Documentation.of({ anonymous: supertest(app.getHttpServer()) });
    key = await newKey(app, engine.tenantId, ['orders:read']);
    ops = await newKey(app, engine.tenantId, ['ops']);
  });
  afterAll(() => engine.stop());
  afterEach(async () => {
    for (const { faults } of Object.values(engine.simulators)) faults.clear();
    await engine.forget();
  });

  const read = async (id: string, query = '', as = key): Promise<Page> => {
    const sent = supertest(app.getHttpServer())
      .get(`/v1/orders/${id}/timeline${query}`)
      .set('authorization', `Bearer ${as}`);
    const { body, status } = await docs.documented(PATH, sent);
    expect([status, body]).toEqual([200, expect.anything()]);
    return body as Page;
  };
  const entriesOf = async (id: string, as = key): Promise<Entry[]> => (await read(id, '?limit=100', as)).data;
  const titlesOf = async (id: string): Promise<string[]> => (await entriesOf(id)).map(({ title }) => title);

  const cli = (...args: string[]) => runCommand(engine.database.url, ...args);

  const checkout = (): Promise<Order> =>
    engine.place({
      provider: 'carbonmark',
      grams: 500_000,
      paymentMethod: 'checkout',
      terms: {
        successUrl: 'https://shop.example/paid?secret=canary',
        cancelUrl: 'https://shop.example/back',
        retirementMessage: null,
      },
    });
  const pay = (order: Order): string =>
    engine.sandbox.carbonmark.checkouts.pay(order.checkout?.url.split('/').at(-1) ?? '');
  /** The address that payers of the order come back to. */
  const backTo = async (order: Order): Promise<string> =>
    /https?:[^"]*\/v1\/returns\/[\w-]{43}/.exec((await engine.sentBodies(order.id)).join())?.[0] ?? '';

  it('tells of a doubt and how it was resolved', async () => {
    engine.sandbox.cnaught.faults.add({
      match: { method: 'POST', path: '/orders' },
      fault: { kind: 'reset', when: 'after_effect' },
    });
    const { id } = await engine.place({ provider: 'cnaught', grams: 100_000 });
    expect(await titlesOf(id)).toEqual([
      'The order was accepted: 100 kg at CNaught, on account',
      'The order goes out to CNaught (attempt 1)',
      'CNaught was asked to place the order (attempt 1)',
      'The connection to CNaught broke before a complete answer; the outcome of attempt 1 is unknown',
      'The connection to CNaught broke before a complete answer; whether CNaught has the order is unknown',
    ]);
    const order = await engine.untilKnown(id, 10_000, 0);
    expect((await titlesOf(id)).slice(3)).toEqual([
      'The connection to CNaught broke before a complete answer; whether CNaught has the order is unknown',
      'The order goes out to CNaught (attempt 2)',
      'CNaught was asked to place the order (attempt 2)',
      'What attempt 1 asked for was found at CNaught',
      'CNaught took the order (attempt 2)',
      `CNaught has the order (${order.providerOrderId}), for 2.00 USD`,
    ]);
    const doubt = (await entriesOf(id)).find(({ kind }) => kind === 'order.in_doubt');
    expect(doubt).toMatchObject({
      source: 'response',
      evidence: { attempt: 1, outcome: 'ambiguous', reason: 'unavailable', from_status: 'submitting' },
      masked: false,
    });
  });

  it('tells of payments that strangers named and of the true one, with what became of each', async () => {
    const [order, another] = [await checkout(), await checkout()];
    const foreign = pay(another).split('/').at(-1) ?? '';
    await engine.comeBack(await backTo(order), foreign);
    await engine.comeBack(await backTo(order), 'made-up');
    await engine.runDue();
    const back = pay(order);
    const own = back.split('/').at(-1) ?? '';
    await engine.comeBack(back);
    await engine.runDue();
    const named = (id: string) => `A browser came back from Carbonmark and named ${id} as the payment`;
    const told = await entriesOf(order.id);
    expect(told.map(({ title }) => title)).toEqual([
      'The order was accepted: 500 kg at Carbonmark, to be paid at a hosted checkout',
      'Carbonmark was asked for the price: 2.10 USD',
      'The order goes out to Carbonmark (attempt 1)',
      'Carbonmark was asked to open a hosted checkout (attempt 1)',
      'Carbonmark opened a hosted checkout (attempt 1)',
      expect.stringMatching(/^A page to pay on was opened; it closes at 20.* UTC$/),
      'The payer can pay at the hosted checkout',
      named(foreign),
      named('made-up'),
      expect.stringContaining(`${foreign} is refused: not of this order`),
      named(own),
      `${own} is confirmed: the order's own`,
      'The hosted checkout takes no payment any more',
      `Carbonmark has the order (${own}), for 2.10 USD`,
    ]);
    const made = told.filter(({ kind }) => kind === 'claim.made');
    expect(made.map(({ source, evidence }) => [source, evidence['verdict'], evidence['looks']])).toEqual([
      ['return', 'refused', 0],
      ['return', 'claimed', expect.any(Number)],
      ['return', 'confirmed', 0],
    ]);
    const page = told.find(({ kind }) => kind === 'checkout.opened');
    expect(page).toMatchObject({
      evidence: { checkout_status: 'complete', expires_at: expect.any(String) },
      masked: true,
    });
  });

  it('tells of a cancellation before the order was sent, and of one at the provider', async () => {
    await engine.pause('cnaught', 'purchases', 60_000);
    const unsent = await engine.place({ provider: 'cnaught', grams: 1_000, waitIfPaused: true });
    await engine.cancel(unsent.id);
    expect((await titlesOf(unsent.id)).slice(1)).toEqual(['The order was cancelled before it was bought']);

    await engine.resume('cnaught', 'purchases');
    const { id } = await engine.place({ provider: 'cnaught', grams: 1_000 });
    await engine.cancel(id);
    expect((await titlesOf(id)).slice(5)).toEqual([
      'CNaught is to be asked to cancel the order',
      'CNaught was asked to cancel the order (attempt 1)',
      'CNaught cancelled the order (attempt 1)',
      'CNaught has cancelled the order',
    ]);
  });

  it('tells tenants that a person decided, and operators also who, and in whose words', async () => {
    const { id, providerOrderId } = await engine.place({
      provider: 'cnaught',
      grams: 1_000,
      terms: { beneficiary: { name: 'Jane Canary', email: null } },
    });
    await flag(app, id, 'bought_twice');
    await clearByHand(app, id, 'Ann Lee', 'spoke with Jane Canary');
    engine.sandbox.cnaught.advance(providerOrderId ?? '', 'fulfilled');
    await engine.refresh(id);
    const meaning = 'more than one purchase carries the reference of this order';
    const cleared = {
      title: `Nothing is left to look at; it was: ${meaning} (by decision of a person)`,
      source: 'operator',
    };
    const last = async (as?: string): Promise<Entry[]> => (await entriesOf(id, as)).slice(5);
    const evidence = { reason: 'bought_twice' };
    expect(await last()).toMatchObject([
      {
        kind: 'order.review_flagged',
        title: `A person must look: ${meaning}`,
        operator: null,
        evidence,
        masked: false,
      },
      { kind: 'order.review_cleared', ...cleared, operator: null, evidence, masked: true },
      { kind: 'order.completed', title: 'CNaught is done, and its proof is stored', operator: null, masked: false },
    ]);
    expect((await last(ops))[1]).toMatchObject({
      ...cleared,
      operator: 'Ann Lee',
      evidence: { ...evidence, note: 'spoke with Jane Canary' },
      masked: false,
    });
    expect(JSON.stringify(await entriesOf(id))).not.toMatch(/Canary|Ann Lee/);

    await cli('privacy', 'erase', id, '--reason', 'asked in writing', '--operator', 'Officer');
    const erased = { kind: 'order.personal_data_erased', title: 'The personal data of the order was erased' };
    expect((await last()).at(-1)).toMatchObject({ ...erased, operator: null, masked: true });
    expect((await last(ops)).at(-1)).toMatchObject({
      ...erased,
      operator: 'Officer',
      evidence: { erasure: expect.stringMatching(/^era_/), erased_by: 'order', why: 'asked in writing' },
    });
    expect(JSON.stringify(await entriesOf(id, ops))).not.toContain('Canary');
  });

  it('tells that callbacks came, how often and what they named, and never what they said', async () => {
    const { id, providerOrderId } = await engine.place({ provider: 'cnaught', grams: 1_000 });
    const [, token = ''] = /provider-callbacks\/cnaught\/([^"]+)"/.exec((await engine.sentBodies(id)).join()) ?? [];
    const junk = `canary <script> ${'x'.repeat(1_000)}`;
    for (const body of [junk, junk, '\u0000\u202e']) await engine.receiveCallback('cnaught', token, body);
    await engine.announce(id, 'made-up-canary');
    await engine.announce(id, providerOrderId ?? '');
    await engine.runDue();
    const told = (await entriesOf(id)).slice(5);
    // In any order: several come within one millisecond, which is as exact as they are dated.
    expect(told.map(({ title }) => title).sort()).toEqual(
      [
        'CNaught called back, 2 times the same',
        'CNaught called back',
        'CNaught called back',
        'A callback named made-up-canary as the purchase of this order',
        'CNaught called back',
        `A callback named ${providerOrderId} as the purchase of this order`,
        `${providerOrderId} is confirmed: the order's own`,
      ].sort(),
    );
    expect(told.filter(({ kind }) => kind === 'callback.received').map(({ masked }) => masked)).not.toContain(false);
    const text = JSON.stringify(told);
    for (const secret of ['script', 'xxx', token, '\u202e']) expect(text).not.toContain(secret);
  });

  /** As when `order.placed` was sent to so many endpoints, in vain. */
  const deliver = async (id: string, origin: 'managed' | 'order', endpoints = 1): Promise<void> => {
    await engine.rows(
      `WITH receiver AS (
         INSERT INTO webhook_endpoints (id, tenant_id, url, types, origin)
         SELECT 'whe_' || $1 || n, $2, 'https://hooks.example:8443/canary?token=' || n, '{}', $3
         FROM generate_series(1, $4::int) AS n RETURNING id),
       queued AS (
         INSERT INTO webhook_deliveries (id, endpoint_id, tenant_id, event_id, order_id, state, attempts, created_at, ended_at)
         SELECT 'dlv_' || receiver.id, receiver.id, $2, e.id, $1, 'dead', 2, e.occurred_at + interval '1 second',
                e.occurred_at + interval '1 hour'
         FROM receiver, order_events e WHERE e.order_id = $1 AND e.type = 'order.created'
         RETURNING id, created_at)
       INSERT INTO webhook_attempts (delivery_id, number, started_at, duration_ms, status, error, answer)
       SELECT queued.id, a.number, queued.created_at, a.ms, a.status, a.error, 'canary'
       FROM queued, (VALUES (1, 15000, NULL, 'timed_out'), (2, 20000, 500, NULL)) AS a(number, ms, status, error)`,
      [id, engine.tenantId, origin, endpoints],
    );
  };
  const vainDeliveries = (host: string): string[] => [
    `order.created is to be sent to ${host}`,
    `order.created did not reach ${host} (timed_out), attempt 1`,
    `${host} answered 500 to order.created, attempt 2`,
    `order.created is not sent to ${host} any more, after 2 tries`,
  ];

  it('tells of deliveries by the host that they go to', async () => {
    const { id } = await engine.place({ provider: 'cnaught', grams: 1_000 });
    await deliver(id, 'managed');
    const told = (await entriesOf(id)).filter(({ kind }) => kind.startsWith('delivery.'));
    expect(told.map(({ title }) => title)).toEqual(vainDeliveries('hooks.example:8443'));
    expect(told.map(({ masked }) => masked)).toEqual([true, true, true, true]);
    expect(JSON.stringify(told)).not.toContain('canary');
  });

  it('does not tell the host of a callback address that was erased', async () => {
    const { id, providerOrderId } = await engine.place({ provider: 'cnaught', grams: 1_000 });
    engine.sandbox.cnaught.advance(providerOrderId ?? '', 'fulfilled');
    await engine.refresh(id);
    await deliver(id, 'order');
    expect(JSON.stringify(await entriesOf(id))).toContain('hooks.example');
    await cli('privacy', 'erase', id, '--reason', 'asked in writing', '--operator', 'Officer');
    const told = await entriesOf(id);
    expect(JSON.stringify(told)).not.toContain('hooks.example');
    expect(told.map(({ title }) => title)).toEqual(
      expect.arrayContaining(['order.created is to be sent to an endpoint']),
    );
  });

  it('comes in pages without gaps or repeats, however much there is', async () => {
    const order = await checkout();
    await engine.rows(
      `INSERT INTO purchase_claims (order_id, provider_order_id, verdict, claimed_at, looked_at)
       SELECT $1, 'made-up-' || n, CASE WHEN n % 2 = 0 THEN 'refused' ELSE 'claimed' END,
              now() + (n / 7) * interval '1 millisecond', now() + (n / 3) * interval '1 millisecond'
       FROM generate_series(1, $2::int) AS n`,
      [order.id, MAX_CLAIMS],
    );
    await deliver(order.id, 'managed', 500);
    const pages: Page[] = [];
    for (let after = ''; ; after = `&after=${pages.at(-1)?.next_cursor}`) {
      const page = await read(order.id, `?limit=97${after}`);
      pages.push(page);
      if (page.next_cursor === null) break;
    }
    const entries = pages.flatMap(({ data }) => data);
    expect(pages.slice(0, -1).map(({ data }) => data.length)).toEqual(pages.slice(1).map(() => 97));
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    expect(entries).toHaveLength(7 + MAX_CLAIMS * 1.5 + 500 * 4);
    const times = entries.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
  });

  it('refuses a cursor of another list by its name', async () => {
    const { id } = await engine.place({ provider: 'cnaught', grams: 1_000 });
    for (const after of ['x', Buffer.from('["2026-01-01T00:00:00.000Z","ord_1"]').toString('base64url')]) {
      const sent = supertest(app.getHttpServer())
        .get(`/v1/orders/${id}/timeline?after=${after}`)
        .set('authorization', `Bearer ${key}`);
      const { status, body } = await docs.documented(PATH, sent);
      expect([status, body.errors]).toEqual([400, { after: ['must be the next_cursor of an earlier page'] }]);
    }
  });

  it('has an example in the OpenAPI document that is as the document says', () => {
    const headers = { 'content-type': 'application/json' };
    expect(docs.undocumentedIn('GET', PATH, { status: 200, text: JSON.stringify(TIMELINE_EXAMPLE), headers })).toEqual(
      [],
    );
  });
});
