import { randomUUID } from 'node:crypto';
import { newApiKey } from '../../src/application/access/api-key.js';
import { SCOPES, type Scope } from '../../src/application/access/scopes.js';
import { Documentation } from './documentation.js';
import { newId } from '../../src/persistence/database/new-id.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

interface Caller {
  readonly who: string;
  readonly header: string | null;
  readonly scopes: readonly Scope[] | null;
}

/** How the ids of everything end. */
const ID = /_[0-9a-z]{26}$/;

describe('access to the API', () => {
  let gateway: ServedGateway;
  let operations: {
    name: string;
    method: string;
    path: string;
    open: boolean;
    scope: Scope | null;
    including: Scope[];
    /** Of what is of all tenants, which a key of one does not see. */
    second: Scope | null;
    /** What it wants to be told before it looks whose the object is. */
    body: object | undefined;
  }[];
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    const { document } = await Documentation.of(gateway);
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method,
        path: path.replaceAll(/\{\w+\}/g, 'x'),
        open: operation.security.length === 0,
        scope: (operation['x-required-scope'] ?? null) as Scope | null,
        including: (operation['x-including-scopes'] ?? []) as Scope[],
        second: (operation['x-second-scope'] ?? null) as Scope | null,
        body: Object.values(operation.requestBody?.content?.['application/json']?.examples ?? {})[0]?.value as
          object | undefined,
      })),
    );
  });
  afterAll(() => gateway.stop());

  const call = (method: string, path: string, key: string | null) => {
    const sent = gateway.anonymous[method as 'get' | 'post'](path);
    return key === null ? sent : sent.set('authorization', `Bearer ${key}`);
  };

  /** Named, so that no route becomes public unseen. */
  const PUBLIC = [
    'GET /v1/problems',
    'GET /v1/problems/{code}',
    'GET /v1/returns/{token}',
    'GET /v1/returns/{token}/{paymentId}',
    'POST /v1/ops/session',
    'POST /v1/provider-callbacks/{provider}/{token}',
  ];

  it('is public where it is listed here, and nowhere else', () => {
    const open = operations.filter((operation) => operation.open);
    expect(open.map(({ name }) => name).sort()).toEqual(PUBLIC);
  });

  /** Everyone who may come: what the header is, and the scopes of the key, null where it is none that counts. */
  const callers = async (): Promise<Caller[]> => {
    const tenant = await gateway.newTenant();
    const keyWith = (scopes: readonly Scope[]) => gateway.newKey(scopes, tenant);
    const [revoked, expired] = [await keyWith(SCOPES), await keyWith(SCOPES)];
    const idOf = (key: string) => key.split('_')[2];
    await gateway.rows('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [idOf(revoked)]);
    await gateway.rows(
      "UPDATE api_keys SET created_at = now() - interval '2 days', expires_at = now() - interval '1 day' WHERE id = $1",
      [idOf(expired)],
    );
    const { text: unknown } = newApiKey('dev');
    return [
      { who: 'nobody', header: null, scopes: null },
      ...Object.entries({ malformed: 'ofg_dev_x', unknown, revoked, expired }).map(([who, key]) => ({
        who,
        header: `Bearer ${key}`,
        scopes: null,
      })),
      { who: 'no scope', header: `Bearer ${await keyWith([])}`, scopes: [] },
      ...(await Promise.all(
        SCOPES.map(async (scope) => ({ who: scope, header: `Bearer ${await keyWith([scope])}`, scopes: [scope] })),
      )),
      { who: 'every scope', header: `Bearer ${await keyWith(SCOPES)}`, scopes: SCOPES },
    ];
  };

  it('lets in exactly those that the document lets in', async () => {
    const everyone = await callers();
    for (const { name, method, path, open, scope, including, second } of operations)
      for (const { who, header, scopes } of everyone) {
        const sent = gateway.anonymous[method as 'get' | 'post'](path);
        const response = await (header === null ? sent : sent.set('authorization', header));
        const isFirst = scope === null || [scope, ...including].some((one) => scopes?.includes(one));
        const isEnough = isFirst && (second === null || scopes?.includes(second) === true);
        const refusal = open ? null : scopes === null ? 401 : isEnough ? null : 403;
        const refused = [401, 403].includes(response.status) ? response.status : null;
        expect([name, who, refused]).toEqual([name, who, refusal]);
        if (refusal === 401) {
          expect(response.body.code).toBe('unauthenticated');
          const reason = header === null ? '' : ', error="invalid_token"';
          expect(response.headers['www-authenticate']).toBe(`Bearer realm="offset-gateway"${reason}`);
        }
        if (refusal === 403) {
          expect(response.body.code).toBe('scope_missing');
          expect(response.headers['www-authenticate']).toContain(`scope="${isFirst ? second : scope}"`);
        }
      }
  }, 180_000);

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
    let endpoint: string;
    const delivery = newId('dlv');
    beforeAll(async () => {
      const tenant = await gateway.newTenant();
      stranger = await gateway.newKey(
        SCOPES.filter((scope) => !scope.startsWith('ops')),
        tenant,
      );
      ops = await gateway.newKey(SCOPES, tenant);
      order = (await gateway.order(SMALL_ORDER, 'shared-key')).body.id as string;
      quote = (await gateway.post('/v1/quotes').send({ mass: { value: '1', unit: 't' } })).body.id as string;
      endpoint = (
        await gateway
          .post('/v1/webhook-endpoints')
          .set('idempotency-key', randomUUID())
          .send({ url: 'http://127.0.0.1:9/' })
      ).body.id as string;
      await gateway.rows(
        `INSERT INTO webhook_deliveries (id, endpoint_id, tenant_id, event_id, order_id)
         SELECT $1, $2, e.tenant_id, e.id, e.order_id FROM order_events e WHERE e.order_id = $3 AND e.sequence = 1`,
        [delivery, endpoint, order],
      );
    });

    /** A response without what differs between any two requests. */
    const bare = ({ status, text, headers }: { status: number; text: string; headers: Record<string, string> }) => [
      status,
      text.replaceAll(/"(instance|request_id)":"[^"]*"/g, ''),
      Object.keys(headers).sort(),
    ];

    /** Every tenant sees the same there. */
    const SHARED = [
      'GET /v1/offerings/{id}',
      'GET /v1/finance/exports/{kind}',
      'GET /v1/finance/exports/retirements/{year}',
      'GET /v1/finance/exports/retirements/{year}/summary',
    ];
    /** What no list shows. Of every other thing of a tenant's, what its list shows first. */
    const UNLISTED: Readonly<Record<string, () => string>> = {
      '/v1/quotes': () => quote,
      '/v1/finance/ledger/orders': () => order,
      '/v1/finance/orders': () => order,
      '/v1/orders/by-idempotency-key': () => 'shared-key',
    };

    const ownedIn = async (collection: string): Promise<string> => {
      const unlisted = UNLISTED[collection]?.();
      if (unlisted !== undefined) return unlisted;
      const { data } = (await gateway.get(collection)).body as { data: { id: string }[] };
      expect([collection, data.length > 0]).toEqual([collection, true]);
      return data[0]?.id ?? '';
    };
    const [absentLike, malformedLike] = [
      (id: string) => (ID.test(id) ? id.replace(ID, '_00000000000000000000000000') : 'no-such-key'),
      (id: string) => (ID.test(id) ? id.replace(ID, '_x') : '%00'),
    ];

    it('responds to every operation on them as on missing ones', async () => {
      for (const { name, method, open, scope, second, body } of operations.filter(({ name }) => name.includes('{'))) {
        // Operators act for all tenants.
        if (open || SHARED.includes(name) || scope?.startsWith('ops') || second !== null) continue;
        const path = name.split(' ')[1] ?? '';
        const ask = async (id: string) =>
          call(method, path.replace(/\{\w+\}/, id), stranger)
            .set('idempotency-key', randomUUID())
            .send(body);
        const id = await ownedIn(path.slice(0, path.indexOf('/{')));
        const [theirs, absent, malformed] = [await ask(id), await ask(absentLike(id)), await ask(malformedLike(id))];
        expect([name, theirs.status]).toEqual([name, 404]);
        expect(bare(theirs)).toEqual(bare(absent));
        expect(bare(theirs)).toEqual(bare(malformed));
      }
      expect((await gateway.get(`/v1/orders/${order}`)).status).toBe(200);
      expect((await gateway.get(`/v1/webhook-endpoints/${endpoint}`)).status).toBe(200);
      expect((await gateway.get('/v1/webhook-endpoints', stranger)).body).toEqual({ data: [], next_cursor: null });
    });

    it('responds to a purchase of their offer as of a missing one, and repeats no stored response of theirs', async () => {
      const offers = (await gateway.get(`/v1/quotes/${quote}`)).body.offers as { id: string }[];
      const { mass: _, provider: __, ...rest } = SMALL_ORDER;
      const buy = (offer: string | undefined) => gateway.order({ ...rest, offer_id: offer }, randomUUID(), stranger);
      expect(bare(await buy(offers[0]?.id))).toEqual(bare(await buy('off_00000000000000000000000000')));
      const cancel = (key: string, id: string) =>
        call('post', `/v1/orders/${id}/cancel`, key).set('idempotency-key', 'cancel-key');
      const { body: checkout } = await gateway.order({
        ...SMALL_ORDER,
        payment: { method: 'checkout', success_url: 'https://a.example/', cancel_url: 'https://a.example/' },
      });
      expect((await cancel(gateway.key, checkout.id as string)).headers['idempotency-replayed']).toBeUndefined();
      const theirs = await cancel(stranger, checkout.id as string);
      expect([theirs.status, theirs.headers['idempotency-replayed']]).toEqual([404, undefined]);
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
