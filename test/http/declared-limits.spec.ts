import { randomUUID } from 'node:crypto';
import { grams } from '../../src/domain/mass.js';
import { LEASE_MS } from '../../src/domain/purchases/timing.js';
import { TasksRepository } from '../../src/persistence/tasks/tasks.repository.js';
import { ProviderDirectory } from '../../src/providers/provider-directory.js';
import { taskHandlersOf } from '../support/task-handlers.js';
import { Documentation } from './documentation.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

const CHECKOUT = {
  method: 'checkout',
  success_url: 'https://shop.example/paid',
  cancel_url: 'https://shop.example/cart',
};

interface Line {
  provider: string;
  code: string;
  detail: string;
}

describe('limits that providers declare', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    docs = await Documentation.of(gateway);
  });
  afterEach(() => {
    for (const simulator of simulators()) simulator.faults.clear();
  });
  afterAll(() => gateway.stop());

  const simulators = () => [gateway.sandbox.cnaught, gateway.sandbox.carbonmark, gateway.sandbox.oneTribe];
  const kg = (value: number) => ({ value: String(value), unit: 'kg' });
  const order = (body: object, prefer = 'wait=20', key: string = randomUUID()) => {
    const { provider: _, ...anywhere } = SMALL_ORDER;
    return gateway.order({ ...anywhere, ...body }, key).set('prefer', prefer);
  };
  const orders = async (): Promise<unknown> => (await gateway.rows('SELECT count(*) FROM orders'))[0];

  const runDue = async (): Promise<void> => {
    const handlers = taskHandlersOf(gateway.app);
    const tasks = await gateway.app.get(TasksRepository).claimDue(handlers.kinds, 100, LEASE_MS);
    for (const task of tasks) await handlers.run(task);
  };

  it('keep a total that cannot be paid out of a quote, with the numbers', async () => {
    const body = { mass: kg(1), payment_method: 'checkout' };
    const quote = await docs.documented('/v1/quotes', gateway.post('/v1/quotes').send(body));
    expect(quote.body.offers).toEqual([]);
    const lines = quote.body.unavailable as Line[];
    for (const provider of ['cnaught', 'carbonmark'])
      expect(lines.find((line) => line.provider === provider)).toMatchObject({
        code: 'total_not_payable',
        detail: expect.stringMatching(/1 kg cost 0\.\d+ USD .* below the 0\.50 USD/),
      });
    expect(lines.find(({ provider }) => provider === 'one_tribe')?.detail).toContain('possible: account');
  });

  it('send an order to the next provider, if the cheapest cannot take its total', async () => {
    gateway.sandbox.cnaught.reprice('SbxMix', '2', '0.1');
    const body = { mass: kg(100), payment: CHECKOUT };
    const placed = await docs.documented('/v1/orders', order(body));
    gateway.sandbox.cnaught.reprice('SbxMix', '2', '2');
    expect(placed.body).toMatchObject({ status: 'awaiting_payment', provider: 'carbonmark' });
    const considered = placed.body.routing.considered as { provider: string; reason: string }[];
    expect(considered.find(({ provider }) => provider === 'cnaught')?.reason).toBe('total_not_payable');
  });

  it.each(['cnaught', 'carbonmark'])(
    'refuse a total that %s cannot take, before an order is accepted',
    async (provider) => {
      const before = await orders();
      const refused = await docs.documented('/v1/orders', order({ provider, mass: kg(1), payment: CHECKOUT }));
      expect([refused.status, refused.body.code]).toEqual([422, 'total_not_payable']);
      expect(refused.body.detail).toMatch(/0\.50 USD/);
      expect(await orders()).toEqual(before);
    },
  );

  it('end an order that did not wait before it is sent, with the numbers', async () => {
    const body = { provider: 'cnaught', mass: kg(1), payment: CHECKOUT };
    const accepted = await order(body, 'respond-async');
    expect(accepted.status).toBe(202);
    await runDue();
    const { body: found } = await docs.documented('/v1/orders/{id}', gateway.get(`/v1/orders/${accepted.body.id}`));
    expect(found).toMatchObject({ status: 'failed', status_reason: 'total_not_payable' });
    expect(found.status_detail).toMatch(/below the 0\.50 USD/);
    expect(await gateway.rows('SELECT id FROM attempts WHERE order_id = $1', [accepted.body.id])).toEqual([]);
  });

  it('send an order whose texts one provider would cut to another', async () => {
    const texts = { beneficiary: { name: 'x'.repeat(200) }, retirement_message: 'y'.repeat(400) };
    const placed = await order({ mass: kg(1_000), ...texts });
    expect(placed.body).toMatchObject({ status: 'placed', provider: 'one_tribe' });
  });

  it('send an order with a limit in pounds where pounds are charged', async () => {
    const placed = await order({ mass: kg(1_000), max_total: { amount: '1000', currency: 'GBP' } });
    expect(placed.body).toMatchObject({ status: 'placed', provider: 'one_tribe' });
  });

  it('are compared by list prices as by quotes, tax included, if the caller does not wait', async () => {
    const mass = kg(1_000);
    const asked = { mass, payment_method: 'account', providers: ['one_tribe'] };
    const quote = await gateway.post('/v1/quotes').send(asked);
    const placed = await order({ mass }, 'respond-async');
    expect(placed.body.routing.policy).toBe('cheapest_listed');
    expect(placed.body.routing.considered).toContainEqual(
      expect.objectContaining({ provider: 'one_tribe', total: quote.body.offers[0].price.total }),
    );
  });

  it('never hide what a key stands for', async () => {
    const key = randomUUID();
    const body = { provider: 'cnaught', mass: kg(100) };
    const first = await order(body, 'wait=20', key);
    const provider = gateway.app.get(ProviderDirectory).get('cnaught');
    const { capabilities } = provider;
    const mass = { ...capabilities.mass, minimum: grams(200_000) };
    const stricter = jest.replaceProperty(provider, 'capabilities', { ...capabilities, mass });
    const repeated = await order(body, 'wait=20', key);
    const other = await order(body);
    stricter.restore();
    expect([repeated.status, repeated.text]).toEqual([first.status, first.text]);
    expect(other.body.code).toBe('mass_not_orderable');
  });
});

describe('a refusal', () => {
  let gateway: ServedGateway;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
  });
  afterAll(() => gateway.stop());

  it('of a price names it, the mass and the limit, also when it is read again', async () => {
    const key = randomUUID();
    const body = { ...SMALL_ORDER, max_total: { amount: '1.99', currency: 'USD' } };
    const refused = await gateway.order(body, key);
    expect(refused.body).toMatchObject({
      code: 'price_above_limit',
      detail: 'CNaught asks 2.00 USD for 100 kg, more than the 1.99 USD that this order may cost. Nothing was sent.',
    });
    expect((await gateway.order(body, key)).text).toBe(refused.text);
    const found = await gateway.get(`/v1/orders/${refused.body.order_id}`);
    expect(refused.body.detail).toContain(found.body.status_detail);
  });

  it('of an offer names its price, though the caller set no limit', async () => {
    const quote = await gateway.post('/v1/quotes').send({ mass: SMALL_ORDER.mass, providers: ['cnaught'] });
    gateway.sandbox.cnaught.reprice('SbxMix', '3', '3');
    const { payment, beneficiary } = SMALL_ORDER;
    const refused = await gateway.order({ offer_id: quote.body.offers[0].id, payment, beneficiary });
    gateway.sandbox.cnaught.reprice('SbxMix', '2', '2');
    expect(refused.body.detail).toMatch(/asks 3\.00 USD .* more than the 2\.00 USD/);
  });

  it.each([
    ['one_tribe', CHECKOUT, 'One Tribe cannot be paid by checkout; possible: account.'],
    ['carbonmark', { method: 'account' }, 'Carbonmark cannot be paid by account; possible: checkout.'],
  ])('of a payment method says what %s takes', async (provider, payment, detail) => {
    const refused = await gateway.order({ ...SMALL_ORDER, provider, payment });
    expect(refused.body).toMatchObject({ code: 'payment_method_not_supported', detail });
  });

  it.each([
    ['cnaught', 'cnaught', SMALL_ORDER.mass, '/orders'],
    ['one_tribe', 'oneTribe', { value: '1', unit: 't' }, '/transactions'],
  ] as const)("by %s tells the provider's own code", async (provider, name, mass, path) => {
    gateway.sandbox[name].faults.add({ match: { method: 'POST', path }, fault: { kind: 'refused', status: 400 } });
    const refused = await gateway.order({ ...SMALL_ORDER, provider, mass });
    expect(refused.body.code).toBe('provider_rejected');
    expect(refused.body.detail).toMatch(/responded with 400; its own code: [A-Za-z-]+\.$/);
  });
});

describe('a provider that does not respond', () => {
  let gateway: ServedGateway;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
  });
  afterAll(() => gateway.stop());

  const hang = (): void => {
    const { cnaught, carbonmark, oneTribe } = gateway.sandbox;
    for (const { faults } of [cnaught, carbonmark, oneTribe])
      faults.add({ fault: { kind: 'hang', when: 'before_effect' }, times: 'always' });
  };

  it('is not waited for by lists, orders that do not wait and quotes that say for how long', async () => {
    expect((await gateway.get('/v1/offerings?limit=100')).body.unavailable).toEqual([]);
    hang();
    const { data } = (await gateway.get('/v1/providers')).body as { data: { health: string; checked_at: string }[] };
    expect(data.map(({ health, checked_at }) => [health, typeof checked_at])).toEqual(data.map(() => ['ok', 'string']));
    const offerings = await gateway.get('/v1/offerings?limit=100');
    expect([offerings.body.unavailable, offerings.body.data.length > 0]).toEqual([[], true]);
    const { provider: _, ...anywhere } = SMALL_ORDER;
    const accepted = await gateway.order(anywhere).set('prefer', 'respond-async');
    expect(accepted.body).toMatchObject({ status: 'created', routing: { policy: 'cheapest_listed' } });
    const body = { mass: SMALL_ORDER.mass, providers: ['cnaught'] };
    const quote = await gateway.post('/v1/quotes').set('prefer', 'wait=1').send(body);
    expect([quote.status, quote.headers['preference-applied']]).toEqual([201, 'wait=1']);
    expect(quote.body.unavailable).toMatchObject([{ provider: 'cnaught', code: 'timed_out' }]);
  });
});

describe('a provider that has never responded', () => {
  let gateway: ServedGateway;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    gateway.sandbox.oneTribe.faults.add({ fault: { kind: 'hang', when: 'before_effect' }, times: 'always' });
  });
  afterAll(() => gateway.stop());

  it('is unknown, not waited for beyond a moment, and the others are listed', async () => {
    const listed = (await gateway.get('/v1/providers')).body.data as { id: string; health: string }[];
    expect(listed.map(({ id, health }) => [id, health])).toEqual([
      ['cnaught', 'ok'],
      ['carbonmark', 'ok'],
      ['one_tribe', 'unknown'],
    ]);
  });

  it('holds up neither a quote for an offering of another, nor an order for it', async () => {
    const [{ id: offering_id }] = (await gateway.get('/v1/offerings?provider=cnaught')).body.data;
    const { mass, payment, beneficiary } = SMALL_ORDER;
    const quote = await gateway.post('/v1/quotes').set('prefer', 'wait=3').send({ mass, offering_id });
    expect([quote.status, quote.body.offers]).toMatchObject([201, [{ provider: 'cnaught' }]]);
    const order = await gateway.order({ mass, offering_id, payment, beneficiary }).set('prefer', 'wait=3');
    expect([order.status, order.body.provider]).toEqual([201, 'cnaught']);
  });

  it.each(['respond-async', 'wait=0'])(
    'is not waited for long by an order for an offering of it: %s',
    async (prefer) => {
      const { mass, payment, beneficiary } = SMALL_ORDER;
      const offering_id = 'offering_00000000000000000000000000';
      const startedAt = performance.now();
      const order = await gateway.order({ mass, offering_id, payment, beneficiary }).set('prefer', prefer);
      expect([order.status, order.body.code]).toEqual([503, 'provider_unavailable']);
      expect(performance.now() - startedAt).toBeLessThan(4_000);
    },
  );
});
