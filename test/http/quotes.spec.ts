import { randomUUID } from 'node:crypto';
import { Decimal } from 'decimal.js';
import type { Response } from 'supertest';
import { LimitBuyer } from '../../src/application/limits/limit-buyer.js';
import { grams } from '../../src/domain/mass.js';
import { PROVIDERS } from '../../src/providers/registry.js';
import { BY_TESTER } from '../support/launcher.js';
import { Documentation } from './documentation.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

interface Line {
  readonly provider: string;
  readonly code: string;
  readonly detail: string;
  readonly nearest: object | null;
  readonly numbers: object;
}

const t = (value: string) => ({ value, unit: 't' });
const kg = (value: string) => ({ value, unit: 'kg' });
const usd = (amount: string) => ({ amount, currency: 'USD' });
const gbp = (amount: string) => ({ amount, currency: 'GBP' });
const BENEFICIARY = { beneficiary: { name: 'Jane Smith' } };
const ON_ACCOUNT = { ...BENEFICIARY, payment: { method: 'account' } };
const CHECKOUT = {
  ...BENEFICIARY,
  payment: { method: 'checkout', success_url: 'https://shop.example/paid', cancel_url: 'https://shop.example/cart' },
};

describe('a quote', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  beforeAll(async () => {
    gateway = await ServedGateway.start({
      fxRates: '2026-11-20:GBP=1.2345',
      maxOrderTonnes: '10000',
      maxOrderUsd: '1000000',
    });
    docs = await Documentation.of(gateway);
  });
  afterEach(() => {
    for (const { faults } of Object.values(gateway.simulators)) faults.clear();
  });
  afterAll(() => gateway.stop());

  const quote = (body: object, prefer = 'wait=30', key = gateway.key): Promise<Response> =>
    docs.documented('/v1/quotes', gateway.post('/v1/quotes', key).set('prefer', prefer).send(body));
  const order = (body: object, key = gateway.key): Promise<Response> =>
    docs.documented('/v1/orders', gateway.order(body, randomUUID(), key).set('prefer', 'wait=20'));
  const lineOf = ({ body }: Response, provider: string): Line => {
    const line = (body.unavailable as Line[]).find((each) => each.provider === provider);
    if (!line) throw new Error(`${provider} is not among those that are unavailable`);
    return line;
  };

  it('compares totals in one currency, and shows at which rate of which day', async () => {
    const { body } = await quote({ mass: t('1') });
    expect(body.offers).toMatchObject([
      { rank: 1, provider: 'carbonmark', comparison: { code: 'converted', total: usd('4.20'), rate: '1' } },
      { rank: 2, provider: 'cnaught', comparison: { code: 'converted', total: usd('20.00'), rate: '1' } },
      {
        rank: 3,
        provider: 'one_tribe',
        price: { total: gbp('21.60'), tax: gbp('3.60'), over_delivery: null },
        comparison: { code: 'converted', total: usd('26.6652'), rate: '1.2345', rate_date: '2026-11-20' },
        firmness: 'computed',
      },
    ]);
    expect(body.fx).toEqual({ date: '2026-11-20', usd_per: { GBP: '1.2345', USD: '1' } });
  });

  it('needs no rate where all totals are in one currency', async () => {
    const { body } = await quote({ mass: t('1'), providers: ['cnaught', 'carbonmark'] });
    const [{ comparison }] = body.offers;
    expect([comparison, body.fx]).toEqual([
      { code: 'same_currency', total: usd('4.20'), rate: null, rate_date: null },
      null,
    ]);
  });

  it('shows what is delivered beyond the request, in mass and in money', async () => {
    const { body } = await quote({ mass: t('1.2'), rounding: 'up', providers: ['cnaught', 'one_tribe'] });
    expect(body.requested_mass).toMatchObject(t('1.2'));
    expect(body.offers).toMatchObject([
      { provider: 'cnaught', ordered_mass: t('1.2'), over_delivery: null, price: { over_delivery: null } },
      {
        provider: 'one_tribe',
        ordered_mass: t('5'),
        over_delivery: t('3.8'),
        price: { total: gbp('38.40'), tax: gbp('6.40'), over_delivery: gbp('29.184') },
      },
    ]);
  });

  it.each<[string, string, object, Partial<Line>]>([
    [
      'a step',
      'one_tribe',
      t('1.5'),
      { code: 'mass_not_orderable', nearest: { below: t('1'), above: t('2') }, numbers: { mass: { step: t('1') } } },
    ],
    [
      'a minimum',
      'cnaught',
      kg('0.5'),
      { code: 'mass_not_orderable', nearest: { below: null, above: kg('1') }, numbers: { mass: { minimum: kg('1') } } },
    ],
    [
      'a supply',
      'carbonmark',
      t('6000'),
      { code: 'no_supply', nearest: { below: t('5000'), above: null }, numbers: { available: t('5000') } },
    ],
  ])('has the numbers of %s, the same as the refusal of an order', async (_, provider, mass, expected) => {
    const line = lineOf(await quote({ mass, providers: [provider] }), provider);
    expect(line).toMatchObject(expected);
    const refused = await order({ ...(provider === 'carbonmark' ? CHECKOUT : ON_ACCOUNT), mass, provider });
    expect([refused.status, refused.body.code]).toEqual([422, line.code]);
    expect([refused.body.nearest, refused.body.numbers]).toEqual([line.nearest, line.numbers]);
    expect(refused.body.detail).toBe(line.detail);
  });

  it('has the payment methods that are possible, where the one asked for is not', async () => {
    const body = { mass: t('1'), payment_method: 'checkout' };
    expect(lineOf(await quote(body), 'one_tribe')).toMatchObject({
      payment_method: 'checkout',
      code: 'payment_method_not_supported',
      numbers: { payment_methods: ['account'] },
    });
  });

  it('has why a provider is paused, since when, and when it is asked again', async () => {
    const [row] = await gateway.rows<{ paused_at: Date; probe_at: Date }>(
      `INSERT INTO provider_health (provider, operation_class, pause_reason, paused_at, probe_at)
       VALUES ('cnaught', 'purchases', 'insufficient_credit', now(), now() + interval '5 minutes')
       RETURNING paused_at, probe_at`,
    );
    const quoted = await quote({ mass: t('1') });
    const { body } = await docs.documented('/v1/providers', gateway.get('/v1/providers'));
    await gateway.forgetPauses();
    expect((body.data as object[])[0]).toMatchObject({
      paused: true,
      paused_for: 'insufficient_credit',
      paused_since: row?.paused_at.toISOString(),
      asked_again_at: row?.probe_at.toISOString(),
    });
    expect(lineOf(quoted, 'cnaught')).toMatchObject({
      code: 'provider_paused',
      numbers: {
        pause: {
          reason: 'insufficient_credit',
          since: row?.paused_at.toISOString(),
          asked_again_at: row?.probe_at.toISOString(),
        },
      },
    });
    expect((await docs.documented('/v1/quotes/{id}', gateway.get(`/v1/quotes/${quoted.body.id}`))).body).toEqual(
      quoted.body,
    );
  });

  it('waits for as long as its caller says, and says of whom it heard nothing for how long', async () => {
    const { faults } = gateway.sandbox.cnaught;
    const match = { path: '/quotes' };
    const body = { mass: t('1'), providers: ['cnaught', 'one_tribe'] };
    faults.add({ match, fault: { kind: 'hang', when: 'before_effect' } });
    const startedAtMs = performance.now();
    const short = await quote(body, 'wait=3');
    const tookMs = performance.now() - startedAtMs;
    expect(short.headers['preference-applied']).toBe('wait=3');
    expect(short.body.offers).toMatchObject([{ provider: 'one_tribe' }]);
    expect(lineOf(short, 'cnaught')).toEqual({
      provider: 'cnaught',
      payment_method: 'account',
      code: 'timed_out',
      detail: 'CNaught named no price within 3 s.',
      nearest: null,
      numbers: { waited_seconds: 3 },
    });
    expect(tookMs).toBeGreaterThan(2_900);
    // The default is 8 s.
    expect(tookMs).toBeLessThan(8_000);
    faults.add({ match, fault: { kind: 'delay', when: 'before_effect', ms: 1_000 } });
    expect((await quote(body, 'wait=30')).body.unavailable).toEqual([]);
  });

  it('lists a provider that was named beside an offering of another', async () => {
    const [{ id: offering_id }] = (await gateway.get('/v1/offerings?provider=cnaught')).body.data;
    const quoted = await quote({ mass: t('1'), offering_id, providers: ['one_tribe'] });
    expect(quoted.body.offers).toEqual([]);
    expect(quoted.body.unavailable).toMatchObject([
      {
        provider: 'one_tribe',
        code: 'offering_not_found',
        detail: 'One Tribe does not sell this offering; CNaught does.',
      },
    ]);
  });

  it('is refused for a provider that there is not', async () => {
    const { status, body } = await quote({ mass: t('1'), providers: ['cnaught', 'nobody'] });
    expect([status, body.code, body.detail]).toEqual([
      422,
      'provider_not_enabled',
      'There is no provider nobody; see GET /v1/providers.',
    ]);
  });

  it('holds what tenant and key may order at once against every offer', async () => {
    const tenantId = await gateway.newTenant();
    const limits = gateway.app.get(LimitBuyer);
    await limits.run('tenant', tenantId, { orderMass: grams(2_000_000), orderUsd: new Decimal(25) }, BY_TESTER);
    const key = await gateway.newKey(['quotes:write', 'orders:write'], tenantId);
    const quoted = await quote({ mass: t('1') }, 'wait=20', key);
    expect(quoted.body.offers).toMatchObject([{ provider: 'carbonmark' }, { provider: 'cnaught' }]);
    expect(lineOf(quoted, 'one_tribe')).toMatchObject({
      code: 'order_above_limit',
      detail: expect.stringContaining('at most 25.00 USD at once, and this is 21.60 GBP (at 1.2345 USD'),
      numbers: { total: gbp('21.60'), order_limit: { of: 'tenant', mass: null, total: usd('25.00') } },
    });
    const tooMuch = await quote({ mass: t('2.001') }, 'wait=20', key);
    expect(tooMuch.body.unavailable).toMatchObject(
      PROVIDERS.map(() => ({ code: 'order_above_limit', numbers: { order_limit: { mass: t('2'), total: null } } })),
    );
    const refused = await order({ ...ON_ACCOUNT, mass: t('2') }, key);
    expect([refused.status, refused.body]).toMatchObject([
      422,
      { code: 'order_above_limit', numbers: { total: usd('40.00'), order_limit: { total: usd('25.00') } } },
    ]);
  });

  it('explains the choice of a provider with the same lines', async () => {
    const quoted = await quote({ mass: t('1'), payment_method: 'account' });
    const placed = await order({ ...ON_ACCOUNT, mass: t('1') });
    const { provider, code, detail, nearest, numbers } = lineOf(quoted, 'carbonmark');
    expect(placed.body.routing).toEqual({
      policy: 'cheapest',
      considered: [
        ...(quoted.body.offers as { provider: string; comparison: object; price: { total: object } }[]).map(
          (offer, nth) => ({
            provider: offer.provider,
            total: offer.price.total,
            ordered_mass: { ...t('1'), grams: 1e6 },
            comparison: offer.comparison,
            reason: nth === 0 ? 'cheapest' : 'dearer',
            detail: null,
            nearest: null,
            numbers: {},
          }),
        ),
        { provider, total: null, ordered_mass: null, comparison: null, reason: code, detail, nearest, numbers },
      ],
    });
    const read = await docs.documented('/v1/orders/{id}', gateway.get(`/v1/orders/${placed.body.id}`));
    expect(read.body.routing).toEqual(placed.body.routing);
  });

  it('and an order that were kept by an earlier version are shown with what they have', async () => {
    const { id } = (await quote({ mass: kg('0.5'), providers: ['cnaught'] })).body as { id: string };
    const placed = await order({ ...ON_ACCOUNT, mass: kg('1') });
    const line = { provider: 'cnaught', code: 'mass_not_orderable', detail: 'No.' };
    const considered = [{ provider: 'cnaught', total: { amount: '0.02', currency: 'USD' }, reason: 'cheapest' }];
    const client = await gateway.connection();
    await client.query('BEGIN; SET LOCAL session_replication_role = replica');
    await client.query('UPDATE quotes SET unavailable = $2 WHERE id = $1', [id, JSON.stringify([line])]);
    const routing = JSON.stringify({ policy: 'cheapest', considered });
    await client.query('UPDATE orders SET routing = $2 WHERE id = $1', [placed.body.id, routing]);
    await client.query('COMMIT');
    client.release();
    const older = await docs.documented('/v1/quotes/{id}', gateway.get(`/v1/quotes/${id}`));
    expect(older.body.unavailable).toEqual([{ ...line, payment_method: null, nearest: null, numbers: {} }]);
    const found = await docs.documented('/v1/orders/{id}', gateway.get(`/v1/orders/${placed.body.id}`));
    expect(found.body.routing.considered).toMatchObject([
      { ...considered[0], comparison: { code: 'same_currency' }, ordered_mass: null, detail: null, numbers: {} },
    ]);
  });

  it('explains the refusal of an order that nobody can serve with the same lines', async () => {
    const mass = kg('0.5');
    const { unavailable } = (await quote({ mass, payment_method: 'account' })).body;
    const refused = await order({ ...ON_ACCOUNT, mass });
    expect([refused.body.code, refused.body.unavailable]).toEqual(['no_provider_available', unavailable]);
  });

  describe('has offers', () => {
    const offerOf = async (body: object, key = gateway.key) => {
      const [offer] = (await quote(body, 'wait=20', key)).body.offers;
      return offer as { id: string; expires_at: string; ordered_mass: object; price: { total: object; tax: object } };
    };
    const fromCnaught = (mass: object = kg('100')) =>
      offerOf({ mass, providers: ['cnaught'], payment_method: 'account' });
    const reprice = (cents: string): void => gateway.sandbox.cnaught.reprice('SbxMix', cents, cents);
    afterEach(() => reprice('2'));

    it('whose mass, over-delivery, total and tax are those of their order', async () => {
      const offer = await offerOf({ mass: t('1.2'), rounding: 'up', providers: ['one_tribe'] });
      const { body } = await order({ ...ON_ACCOUNT, offer_id: offer.id });
      expect(body).toMatchObject({
        status: 'placed',
        provider: 'one_tribe',
        requested_mass: t('1.2'),
        ordered_mass: offer.ordered_mass,
        over_delivery: t('3.8'),
        price: { total: offer.price.total, tax: offer.price.tax, source: 'computed' },
        routing: { policy: 'offer', considered: [] },
      });
    });

    it('that are never bought above their price, whatever limit is given', async () => {
      const { id } = await fromCnaught();
      reprice('3');
      const refused = await order({ ...ON_ACCOUNT, offer_id: id, max_total: usd('100') });
      expect([refused.status, refused.body]).toMatchObject([
        422,
        { code: 'price_above_limit', numbers: { total: usd('3.00'), maximum_total: usd('2.00') } },
      ]);
      reprice('2');
      expect((await order({ ...ON_ACCOUNT, offer_id: id })).status).toBe(201);
    });

    it('that are bought at the lower price, where it has fallen', async () => {
      const { id } = await fromCnaught();
      reprice('1');
      const { body } = await order({ ...ON_ACCOUNT, offer_id: id });
      expect(body.price).toEqual({ total: usd('1.00'), tax: null, source: 'charged' });
    });

    it('that a lower limit of the order still holds for', async () => {
      const { id } = await fromCnaught();
      const refused = await order({ ...ON_ACCOUNT, offer_id: id, max_total: usd('1.99') });
      expect(refused.body).toMatchObject({
        code: 'price_above_limit',
        numbers: { total: usd('2.00'), maximum_total: usd('1.99') },
      });
      const inPounds = await order({ ...ON_ACCOUNT, offer_id: id, max_total: gbp('1.99') });
      expect(inPounds.body).toMatchObject({ code: 'price_not_comparable', numbers: { currency: 'USD' } });
    });

    it('that are paid as they were offered', async () => {
      const refused = await order({ ...CHECKOUT, offer_id: (await fromCnaught()).id });
      expect(refused.body).toMatchObject({
        code: 'payment_method_not_supported',
        numbers: { payment_methods: ['account'] },
      });
    });

    it('that are ordered once, and again only when it is meant, or after an order that bought nothing', async () => {
      const { id: offer_id } = await fromCnaught();
      const first = await order({ ...ON_ACCOUNT, offer_id });
      const second = await order({ ...ON_ACCOUNT, offer_id });
      expect([second.status, second.body]).toMatchObject([
        409,
        {
          code: 'possible_duplicate',
          detail: 'This offer has been ordered; to buy again, allow_duplicate.',
          order_id: first.body.id,
        },
      ]);
      expect((await order({ ...ON_ACCOUNT, offer_id, allow_duplicate: true })).status).toBe(201);
      const references = [randomUUID(), randomUUID()];
      for (const reference of references)
        expect((await order({ ...ON_ACCOUNT, offer_id, reference })).status).toBe(201);
    });

    it('that nobody else can order', async () => {
      const { id: offer_id } = await fromCnaught();
      const other = await gateway.newKey(['orders:write'], await gateway.newTenant());
      const [theirs, none] = [
        await order({ ...ON_ACCOUNT, offer_id }, other),
        await order({ ...ON_ACCOUNT, offer_id: 'off_00000000000000000000000000' }, other),
      ];
      expect([theirs.status, theirs.body.code]).toEqual([404, 'offer_not_found']);
      expect({ ...theirs.body, request_id: null }).toEqual({ ...none.body, request_id: null });
    });

    it('that cannot be ordered any more once they have expired', async () => {
      const { id: offer_id } = await fromCnaught();
      await gateway.letTimePass(10 * 60_000);
      const { status, body } = await order({ ...ON_ACCOUNT, offer_id });
      expect([status, body.code]).toEqual([409, 'offer_expired']);
      const { expired_at, now } = body.numbers as { expired_at: string; now: string };
      expect(Date.parse(expired_at)).toBeLessThanOrEqual(Date.parse(now));
      expect(body.detail).toBe(`The offer expired at ${expired_at}, and it is ${now}; ask for a new quote.`);
    });
  });
});

describe('a quote, where a provider is off and a rate is missing,', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  beforeAll(async () => {
    gateway = await ServedGateway.start({ fxRates: '2026-11-20:EUR=1.08' }, { env: { CARBONMARK_API_KEY: '' } });
    docs = await Documentation.of(gateway);
  });
  afterAll(() => gateway.stop());

  it('lists the provider that was named, and ranks last what cannot be compared', async () => {
    gateway.sandbox.cnaught.reprice('SbxMix', '1000', '1000');
    const providers = ['one_tribe', 'carbonmark', 'cnaught'];
    const sent = gateway.post('/v1/quotes').send({ mass: t('1'), providers });
    const { body } = await docs.documented('/v1/quotes', sent);
    expect(body.unavailable).toMatchObject([{ provider: 'carbonmark', code: 'provider_not_enabled', numbers: {} }]);
    expect(body.offers).toMatchObject([
      { provider: 'cnaught', comparison: { code: 'converted', total: usd('10000.00'), rate: '1' } },
      { provider: 'one_tribe', comparison: { code: 'no_exchange_rate', total: null, rate: null, rate_date: null } },
    ]);
    const offer_id = body.offers[1].id as string;
    const refused = await docs.documented('/v1/orders', gateway.order({ ...ON_ACCOUNT, offer_id }));
    expect(refused.body).toMatchObject({ code: 'price_not_comparable', numbers: { currency: 'GBP' } });
  });

  it('orders from the one that can be compared', async () => {
    gateway.sandbox.cnaught.reprice('SbxMix', '2', '2');
    const { provider: _, ...anywhere } = SMALL_ORDER;
    const { body } = await docs.documented('/v1/orders', gateway.order({ ...anywhere, mass: t('1') }));
    const considered = body.routing.considered as { provider: string; reason: string }[];
    expect(considered.map(({ provider, reason }) => [provider, reason])).toEqual([
      ['cnaught', 'cheapest'],
      ['one_tribe', 'no_exchange_rate'],
    ]);
  });
});
