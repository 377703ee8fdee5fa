import { randomUUID } from 'node:crypto';
import { SCOPES, type Scope } from '../../src/application/access/scopes.js';
import { Documentation } from './documentation.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

describe('access to the API', () => {
  let gateway: ServedGateway;
  let operations: { method: string; path: string; open: boolean; scope: Scope | null }[];
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    const { document } = await Documentation.of(gateway);
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method,
        path: path.replaceAll(/\{\w+\}/g, 'x'),
        open: operation.security === undefined,
        scope: (operation['x-required-scope'] ?? null) as Scope | null,
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
    const all = SCOPES.filter((scope) => scope !== 'ops');
    for (const { method, path, scope } of operations.filter((operation) => operation.scope !== null)) {
      const without = await call(
        method,
        path,
        await gateway.newKey([...all.filter((other) => other !== scope), 'ops']),
      );
      expect([path, without.status, without.body.code]).toEqual([path, 403, 'scope_missing']);
      expect(without.headers['www-authenticate']).toContain(`scope="${scope}"`);
      const only = await call(method, path, await gateway.newKey([scope as Scope]));
      expect([path, [401, 403].includes(only.status)]).toEqual([path, false]);
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
