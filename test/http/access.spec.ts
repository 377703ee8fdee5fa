import { randomUUID } from 'node:crypto';
import { SCOPES, type Scope } from '../../src/application/access/scopes.js';
import { Documentation } from './documentation.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

describe('access to the API', () => {
  let gateway: ServedGateway;
  let operations: { method: string; path: string; open: boolean; scope: Scope | null; including: Scope[] }[];
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    const { document } = await Documentation.of(gateway);
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method,
        path: path.replaceAll(/\{\w+\}/g, 'x'),
        open: operation.security === undefined,
        scope: (operation['x-required-scope'] ?? null) as Scope | null,
        including: (operation['x-including-scopes'] ?? []) as Scope[],
      })),
    );
  });
  afterAll(() => gateway.stop());

  const call = (method: string, path: string, key: string | null) => {
    const sent = gateway.anonymous[method as 'get' | 'post'](path);
    return key === null ? sent : sent.set('authorization', `Bearer ${key}`);
  };

  it('requires a key on every endpoint that the document does not call public', async () => {
    expect(operations.filter(({ open }) => open).map(({ path }) => path.split('/')[2])).toEqual([
      'problems',
      'problems',
      'provider-callbacks',
      'returns',
      'returns',
    ]);
    for (const { method, path, open } of operations) {
      const response = await call(method, path, null);
      expect([path, response.status === 401]).toEqual([path, !open]);
      if (!open) expect(response.headers['www-authenticate']).toBe('Bearer realm="offset-gateway"');
    }
  });

  it('requires exactly the scope that the document names', async () => {
    for (const { method, path, scope, including } of operations.filter((operation) => operation.scope !== null)) {
      const without = await call(
        method,
        path,
        await gateway.newKey(SCOPES.filter((other) => other !== scope && !including.includes(other))),
      );
      expect([path, without.status, without.body.code]).toEqual([path, 403, 'scope_missing']);
      expect(without.headers['www-authenticate']).toContain(`scope="${scope}"`);
      for (const enough of [scope as Scope, ...including]) {
        const only = await call(method, path, await gateway.newKey([enough]));
        expect([path, enough, [401, 403].includes(only.status)]).toEqual([path, enough, false]);
      }
    }
  });

  it.each([
    ['a key with one changed letter', (key: string) => `Bearer ${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`],
    ['another scheme', (key: string) => `Basic ${key}`],
    ['no scheme', (key: string) => key],
    ['two keys', (key: string) => `Bearer ${key} ${key}`],
    ['nonsense', () => 'Bearer ofg_dev_x'],
    ['nothing after the scheme', () => 'Bearer '],
  ])('refuses %s', async (_, header) => {
    const response = await gateway.anonymous.get('/v1/orders').set('authorization', header(gateway.key));
    expect([response.status, response.body.code]).toEqual([401, 'unauthenticated']);
    expect(response.headers['www-authenticate']).toContain('error="invalid_token"');
  });

  describe('to the objects of another tenant', () => {
    let stranger: string;
    let ops: string;
    let order: string;
    let quote: string;
    beforeAll(async () => {
      const tenant = await gateway.newTenant();
      stranger = await gateway.newKey(
        SCOPES.filter((scope) => scope !== 'ops'),
        tenant,
      );
      ops = await gateway.newKey(SCOPES, tenant);
      order = (await gateway.order(SMALL_ORDER, 'shared-key')).body.id as string;
      quote = (await gateway.post('/v1/quotes').send({ mass: { value: '1', unit: 't' } })).body.id as string;
    });

    const missing = 'ord_00000000000000000000000000';

    /** A response without what differs between any two requests. */
    const bare = ({ status, text, headers }: { status: number; text: string; headers: Record<string, string> }) => [
      status,
      text.replaceAll(/"(instance|request_id)":"[^"]*"/g, ''),
      Object.keys(headers).sort(),
    ];

    it.each([
      ['get', (id: string) => `/v1/orders/${id}`],
      ['post', (id: string) => `/v1/orders/${id}/refresh`],
      ['post', (id: string) => `/v1/orders/${id}/cancel`],
    ] as const)('gives the same response as for a missing object: %s %s', async (method, path) => {
      const ask = (id: string) => call(method, path(id), stranger).set('idempotency-key', randomUUID());
      const [theirs, absent, malformed] = [await ask(order), await ask(missing), await ask('ord_x')];
      expect(bare(theirs)).toEqual(bare(absent));
      expect(bare(theirs)).toEqual(bare(malformed));
      expect(theirs.body).toMatchObject({ code: 'order_not_found', status: 404 });
    });

    it('does not reveal quotes, offers, lists or keys', async () => {
      expect((await gateway.get(`/v1/quotes/${quote}`, stranger)).body).toMatchObject({ code: 'quote_not_found' });
      const offers = (await gateway.get(`/v1/quotes/${quote}`)).body.offers as { id: string }[];
      const { mass: _, provider: __, ...rest } = SMALL_ORDER;
      const stolen = await gateway.order({ ...rest, offer_id: offers[0]?.id }, randomUUID(), stranger);
      expect(stolen.body).toMatchObject({ code: 'offer_not_found' });
      expect((await gateway.get('/v1/orders', stranger)).body).toEqual({ data: [], next_cursor: null });
      const byKey = await gateway.get('/v1/orders/by-idempotency-key/shared-key', stranger);
      expect(byKey.body).toMatchObject({ code: 'order_not_found' });
      const same = await gateway.order(SMALL_ORDER, 'shared-key', stranger);
      expect([same.status, same.headers['idempotency-replayed']]).toEqual([201, undefined]);
      expect(same.body.id).not.toBe(order);
    });

    it('shows to a key with the scope ops alone whose an order is, and finds it by tenant or by idempotency key', async () => {
      const opsAlone = await gateway.newKey(['ops'], await gateway.newTenant());
      const read = (path: string, key = opsAlone) => gateway.get(`/v1/orders${path}`, key);
      expect((await read(`/${order}`)).body).toMatchObject({ id: order, tenant_id: gateway.tenantId });
      const mine = (await read(`?tenant_id=${gateway.tenantId}`)).body.data as { id: string }[];
      expect(mine.map(({ id }) => id)).toContain(order);
      const foreign = (await read(`?tenant_id=${await gateway.newTenant()}`)).body;
      expect(foreign).toEqual({ data: [], next_cursor: null });

      const [once, twice] = [randomUUID(), randomUUID()];
      const first = await gateway.order(SMALL_ORDER, once);
      expect((await read(`/by-idempotency-key/${once}`)).body).toMatchObject({ id: first.body.id });
      const [ours, theirs] = [
        await gateway.order(SMALL_ORDER, twice),
        await gateway.order(SMALL_ORDER, twice, stranger),
      ];
      const unclear = await read(`/by-idempotency-key/${twice}`);
      expect([unclear.status, unclear.body.errors]).toEqual([
        400,
        { tenant_id: [expect.stringContaining(theirs.body.tenant_id as string)] },
      ]);
      for (const { id, tenant_id } of [ours.body, theirs.body] as { id: string; tenant_id: string }[])
        expect((await read(`/by-idempotency-key/${twice}?tenant_id=${tenant_id}`)).body).toMatchObject({ id });
      expect((await read(`/by-idempotency-key/${randomUUID()}`)).body).toMatchObject({ code: 'order_not_found' });
    });

    it('does not widen what other keys see by naming a tenant', async () => {
      const list = await gateway.get(`/v1/orders?tenant_id=${gateway.tenantId}`, stranger);
      expect(list.body).toEqual({ data: [], next_cursor: null });
      const byKey = `/v1/orders/by-idempotency-key/shared-key?tenant_id=${gateway.tenantId}`;
      expect((await gateway.get(byKey, stranger)).body).toMatchObject({ code: 'order_not_found' });
      expect((await gateway.get(byKey)).body).toMatchObject({ id: order });
    });

    it('lets ops keys read, but not cancel', async () => {
      expect((await gateway.get(`/v1/orders/${order}`, ops)).body).toMatchObject({ id: order });
      const ids = ((await gateway.get('/v1/orders?limit=100', ops)).body.data as { id: string }[]).map(({ id }) => id);
      expect(ids).toContain(order);
      expect((await gateway.get(`/v1/quotes/${quote}`, ops)).status).toBe(200);
      const cancelled = await gateway.post(`/v1/orders/${order}/cancel`, ops).set('idempotency-key', randomUUID());
      expect(cancelled.body).toMatchObject({ code: 'order_not_found' });
    });
  });
});
