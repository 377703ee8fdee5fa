import { LimitBuyer } from '../../src/application/limits/limit-buyer.js';
import { TenantsRepository } from '../../src/persistence/access/tenants.repository.js';
import { Decimal } from 'decimal.js';
import { grams } from '../../src/domain/mass.js';
import { Documentation } from './documentation.js';
import { BY_TESTER } from '../support/launcher.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

/** 100 kg cost 2 US dollars. */
describe('what a key may buy', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  let tenants: TenantsRepository;
  let limitBuyer: LimitBuyer;
  beforeAll(async () => {
    gateway = await ServedGateway.start({ maxOrderTonnes: '1000', maxOrderUsd: '500', maxMonthUsd: '5' });
    docs = await Documentation.of(gateway);
    tenants = gateway.app.get(TenantsRepository);
    limitBuyer = gateway.app.get(LimitBuyer);
  });
  afterAll(() => gateway.stop());

  const order = (key: string, more: object = {}) =>
    docs.documented('/v1/orders', gateway.order({ ...SMALL_ORDER, ...more }, undefined, key));

  it('is what the settings say, where its tenant has no limits of its own', async () => {
    const key = await gateway.newKey(['orders:write'], await gateway.newTenant());
    const huge = await order(key, { mass: { value: '999999999', unit: 't' } });
    expect([huge.status, huge.body]).toEqual([
      422,
      expect.objectContaining({
        code: 'order_above_limit',
        detail: 'This tenant may order at most 1000 t at once, and this is 999999999 t. Nothing was ordered.',
        retry: { safe: false, same_key: true },
      }),
    ]);
    expect((await order(key, { mass: { value: '900', unit: 't' } })).body).toMatchObject({
      code: 'order_above_limit',
      detail: expect.stringContaining('at most 500.00 USD at once, and this is 18000.00 USD'),
    });
    expect([(await order(key)).status, (await order(key)).status]).toEqual([201, 201]);
    expect((await order(key)).body).toMatchObject({
      code: 'spending_limit_reached',
      status: 422,
      detail: expect.stringContaining('4.00 USD are spent or reserved, and this order would add 2.00 USD'),
    });
  });

  it('is what an operator has set for its tenant and for itself', async () => {
    const tenantId = await gateway.newTenant();
    await limitBuyer.run('tenant', tenantId, { orderMass: grams(2e9), monthUsd: new Decimal(4) }, BY_TESTER);
    const [key, other] = [
      await gateway.newKey(['orders:write'], tenantId),
      await gateway.newKey(['orders:write'], tenantId),
    ];
    await limitBuyer.run('key', key.split('_')[2] ?? '', { monthUsd: new Decimal(2) }, BY_TESTER);
    expect((await order(key)).status).toBe(201);
    expect((await order(key)).body.detail).toMatch('This API key may spend 2.00 USD');
    expect((await order(other)).status).toBe(201);
    expect((await order(other)).body.detail).toMatch('This tenant may spend 4.00 USD');
    expect((await tenants.list()).find(({ id }) => id === tenantId)?.spentUsd.toFixed()).toBe('4');
  });

  it('does not change the response to a request that is sent again, though its limits are lower now', async () => {
    const tenantId = await gateway.newTenant();
    const first = await gateway.order(SMALL_ORDER, 'before', await gateway.newKey(['orders:write'], tenantId));
    await limitBuyer.run('tenant', tenantId, { orderMass: grams(1_000), orderUsd: new Decimal('0.01') }, BY_TESTER);
    const limited = await gateway.newKey(['orders:write'], tenantId);
    expect((await order(limited)).body.code).toBe('order_above_limit');
    const again = await gateway.order(SMALL_ORDER, 'before', limited);
    expect([again.status, again.text]).toEqual([201, first.text]);
  });

  it('counts a request that is sent again once', async () => {
    const key = await gateway.newKey(['orders:write'], await gateway.newTenant());
    const responses = [];
    for (let nth = 0; nth < 4; nth++) responses.push(await gateway.order(SMALL_ORDER, 'the-same', key));
    expect(responses.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect((await order(key)).status).toBe(201);
  });
});
