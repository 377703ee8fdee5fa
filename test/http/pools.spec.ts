import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import type { OrderResponse } from '../../src/http/v1/orders/order.response.js';
import type { PoolListResponse, PoolMemberListResponse } from '../../src/http/v1/finance/pool.response.js';
import { TestEngine } from '../support/engine.js';
import { launchGateway, newKey } from '../support/launcher.js';
import { HOUSE, POOLING, startPooling } from '../support/pooling.js';
import { Documentation } from './documentation.js';

const WISH = {
  provider: 'one_tribe',
  mass: { value: '300', unit: 'kg' },
  payment: { method: 'account' },
  beneficiary: { name: 'Jane Smith' },
  pooling: 'allowed',
};

describe('pools over REST', () => {
  let engine: TestEngine;
  let app: NestFastifyApplication;
  let docs: Documentation;
  let [buyer, finance]: string[] = [];
  beforeAll(async () => {
    engine = await startPooling();
    ({ app } = await launchGateway(engine, { settings: { role: 'api', ...POOLING } }));
    docs = await Documentation.of({ anonymous: supertest(app.getHttpServer()) });
    buyer = await newKey(app, engine.tenantId, ['orders:read', 'orders:write', 'events:read', 'finance:read']);
    finance = await newKey(app, engine.tenantId, ['finance:read', 'ops']);
  });
  afterAll(async () => {
    await app.close();
    await engine.stop();
  });
  afterEach(() => engine.forgetOrders());

  const as = (key = '') => ({ authorization: `Bearer ${key}` });
  const place = (body: object, prefer = 'wait=30', key: string = randomUUID()) =>
    app.inject({
      method: 'POST',
      url: '/v1/orders',
      headers: { ...as(buyer), 'idempotency-key': key, prefer },
      payload: { ...WISH, ...body },
    });
  const get = async (url: string, key = buyer) => {
    const response = await app.inject({ method: 'GET', url, headers: as(key) });
    const route = (url.split('?')[0] ?? '').replace(/(ord|pool)_[0-9a-z]{26}/, '{id}');
    const told = {
      status: response.statusCode,
      text: response.body,
      headers: response.headers as Record<string, string>,
    };
    expect(docs.undocumentedIn('GET', route, told)).toEqual([]);
    return response;
  };
  /** The order as the latest event about it, or about any, tells it. */
  const lastTold = async (id?: string): Promise<OrderResponse | undefined> => {
    const events = await get(`/v1/events?limit=100${id === undefined ? '' : `&order_id=${id}`}`);
    return events.json<{ data: { data: { order: OrderResponse } }[] }>().data.at(-1)?.data.order;
  };
  const cancel = (id: string) =>
    app.inject({
      method: 'POST',
      url: `/v1/orders/${id}/cancel`,
      headers: { ...as(buyer), 'idempotency-key': randomUUID() },
    });

  it.each(['wait=30', 'respond-async'])('an order is accepted at once, with its pool (%s)', async (prefer) => {
    const key = randomUUID();
    const response = await place({}, prefer, key);
    expect(response.statusCode).toBe(202);
    const order = response.json<OrderResponse>();
    expect(order).toMatchObject({
      status: 'created',
      status_reason: 'pooled',
      ordered_mass: { grams: 300_000 },
      over_delivery: null,
      pool: { status: 'open', purchase: null },
      cancellation: { possible: true },
    });
    expect(order.status_detail).toBe(
      `Waits until ${order.pool?.closes_at} at the latest for others with which it is bought together`,
    );
    expect((await place({}, prefer, key)).json()).toEqual(order);
    expect((await get(`/v1/orders/${order.id}`)).json()).toEqual(order);
    await engine.runDue();
    expect(await lastTold()).toEqual(order);
  });

  it('tells a member what was bought, and lets nobody leave', async () => {
    const order = (await place({})).json<OrderResponse>();
    await place({ mass: { value: '700', unit: 'kg' } });
    await engine.runDue();
    const refused = await cancel(order.id);
    expect(refused.json()).toMatchObject({ status: 409, code: 'pool_sealed', order_id: order.id });
    expect((await get(`/v1/orders/${order.id}`)).json()).toMatchObject({ cancellation: { possible: false } });

    const [purchase] = await engine.rows<{ id: string; provider_order_id: string }>(
      `SELECT id, provider_order_id FROM orders WHERE pool_role = 'purchase'`,
    );
    engine.sandbox.oneTribe.advance(purchase?.provider_order_id ?? '', 'completed');
    await engine.makeDue(purchase?.id);
    await engine.runDue();
    const bought = (await get(`/v1/orders/${order.id}`)).json<OrderResponse>();
    expect(bought).toMatchObject({
      status: 'completed',
      price: { total: { amount: '6.48', currency: 'GBP' }, tax: { amount: '1.08' } },
      provider_order_id: null,
      pool: {
        status: 'allocated',
        purchase: { provider_order_id: purchase?.provider_order_id, mass: { grams: 1_000_000 } },
      },
    });
    expect(await lastTold(order.id)).toEqual(bought);

    const pools = (await get('/v1/finance/pools?status=allocated', finance)).json<PoolListResponse>();
    expect(pools.data).toMatchObject([
      { id: bought.pool?.id, tenant_id: HOUSE, members: 2, purchase: { order_id: purchase?.id }, left: { mass: null } },
    ]);
    const path = `/v1/finance/pools/${bought.pool?.id}`;
    expect((await get(path, finance)).json()).toEqual(pools.data[0]);
    const first = (await get(`${path}/members?limit=1`, finance)).json<PoolMemberListResponse>();
    const rest = await get(`${path}/members?limit=1&cursor=${first.next_cursor}`, finance);
    expect([...first.data, ...rest.json<PoolMemberListResponse>().data]).toMatchObject([
      { order_id: order.id, status: 'completed', mass: { grams: 300_000 }, net: { amount: '5.40', currency: 'GBP' } },
      { mass: { grams: 700_000 }, net: { amount: '12.60' } },
    ]);
  });

  it('shows pools to whoever sees all tenants, and says where there is none', async () => {
    expect((await get('/v1/finance/pools', finance)).json()).toEqual({ data: [], next_cursor: null });
    expect((await get('/v1/finance/pools')).json()).toMatchObject({ code: 'scope_missing' });
    for (const path of ['', '/members'])
      expect(
        (await get(`/v1/finance/pools/${'pool_01jd4v2m0gf5c8q7k3x9w1z2r4'}${path}`, finance)).json(),
      ).toMatchObject({
        code: 'pool_not_found',
      });
  });

  it('says so where the gateway pools nothing, and only there', async () => {
    const { app: alone } = await launchGateway(engine, { settings: { role: 'api' } });
    try {
      const detailOf = async (at: NestFastifyApplication, payload: object): Promise<unknown> => {
        const headers = { ...as(buyer), 'idempotency-key': randomUUID(), prefer: 'wait=30' };
        const response = await at.inject({
          method: 'POST',
          url: '/v1/orders',
          headers,
          payload: { ...WISH, ...payload },
        });
        expect(response.json()).toMatchObject({ status: 422, code: 'mass_not_orderable' });
        return response.json<{ detail: string }>().detail;
      };
      const refused = 'One Tribe cannot sell exactly 300 kg; nearest orderable: 1 t.';
      expect(await detailOf(alone, {})).toBe(`${refused} This gateway buys no small orders together.`);
      expect(await detailOf(alone, { pooling: undefined })).toBe(refused);
      const tooLittle = { provider: 'cnaught', mass: { value: '1', unit: 'g' } };
      expect(await detailOf(app, tooLittle)).not.toContain('together');
    } finally {
      await alone.close();
    }
  });

  it('does not start with a house that nobody knows', async () => {
    const pooling = { ...POOLING.pooling, tenantId: 'ten_01jd4v2m0gf5c8q7k3x9w1z2r5' };
    await expect(launchGateway(engine, { settings: { role: 'api', pooling } })).rejects.toThrow('POOL_TENANT');
  });
});
