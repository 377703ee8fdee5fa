import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { SecretKeys } from '../../src/application/webhooks/secret-keys.js';
import { FEED_EVENT_TYPES } from '../../src/domain/events/feed-event.js';
import { TARGET_RULE } from '../../src/domain/webhooks/target.js';
import { EndpointsRepository } from '../../src/persistence/webhooks/endpoints.repository.js';
import { SecretsRepository } from '../../src/persistence/webhooks/secrets.repository.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { Documentation } from './documentation.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

const ENDPOINTS = '/v1/webhook-endpoints';
const ENDPOINT = '/v1/webhook-endpoints/{id}';
const RECEIVER = 'http://127.0.0.1:9/events';
const SECRET = /^whsec_[A-Za-z0-9+/]{43}=$/;
const MOST = 4;

interface Body {
  readonly id: string;
  readonly secret?: string | null;
  readonly version: number;
}

describe('webhook endpoints', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  const logged: string[] = [];
  beforeAll(async () => {
    const stream = new Writable({ write: (line, _, done) => (logged.push(String(line)), done()) });
    const logger = createLogger('trace', stream);
    gateway = await ServedGateway.start({ maxWebhookEndpoints: MOST }, { logger });
    docs = await Documentation.of(gateway);
  });
  afterAll(() => gateway.stop());

  const post = (path: string, body: object, key = gateway.key) => gateway.post(path, key).send(body);
  const create = (body: object, idempotencyKey: string = randomUUID(), key = gateway.key) =>
    docs.documented(ENDPOINTS, post(ENDPOINTS, body, key).set('idempotency-key', idempotencyKey));
  const read = (id: string, key = gateway.key) => docs.documented(ENDPOINT, gateway.get(`${ENDPOINTS}/${id}`, key));
  const patch = (id: string, body: object, key = gateway.key) =>
    docs.documented(
      ENDPOINT,
      gateway.anonymous.patch(`${ENDPOINTS}/${id}`).set('authorization', `Bearer ${key}`).send(body),
    );
  const remove = (id: string, key = gateway.key) =>
    docs.documented(ENDPOINT, gateway.anonymous.delete(`${ENDPOINTS}/${id}`).set('authorization', `Bearer ${key}`));
  const rotate = (id: string, body: object = {}, key = gateway.key) =>
    docs.documented(`${ENDPOINT}/rotate-secret`, post(`${ENDPOINTS}/${id}/rotate-secret`, body, key));
  const rotateCallback = (key: string, body: object = {}) =>
    docs.documented('/v1/callback-secret/rotate', post('/v1/callback-secret/rotate', body, key));

  /** A tenant of its own, so that what others have made does not count. */
  const newcomer = async (): Promise<{ tenantId: string; key: string }> => {
    const tenantId = await gateway.newTenant();
    return { tenantId, key: await gateway.newKey(['webhooks:manage', 'orders:write'], tenantId) };
  };
  const madeBy = async (key: string, body: object = { url: RECEIVER }): Promise<Body & { secret: string }> =>
    (await create(body, randomUUID(), key)).body as Body & { secret: string };

  /** As the dispatcher makes them. */
  const madeForOrders = async (tenantId: string, url: string): Promise<string> => {
    const id = gateway.app.get(EndpointsRepository).nextId();
    await gateway.rows(
      `INSERT INTO webhook_endpoints (id, tenant_id, url, types, origin) VALUES ($1, $2, $3, '{}', 'order')`,
      [id, tenantId, url],
    );
    return id;
  };

  /** The secrets that sign what is sent, as texts, newest first. */
  const signing = async (id: string, tenantId: string): Promise<string[]> => {
    const keys = gateway.app.get(SecretKeys);
    const held = await gateway.app.get(EndpointsRepository).findWithSecrets(id, tenantId);
    return (held?.secrets ?? []).map((sealed) => `whsec_${keys.open(sealed, id).toString('base64')}`);
  };

  it('are made with a secret that is shown this once, and read without it', async () => {
    const { key, tenantId } = await newcomer();
    const made = await create({ url: RECEIVER, description: 'Shop', types: ['order.completed'] }, 'one', key);
    expect(made.status).toBe(201);
    const { secret, ...endpoint } = made.body as Body;
    expect(made.headers['location']).toBe(`${ENDPOINTS}/${endpoint.id}`);
    expect(secret).toMatch(SECRET);
    expect(endpoint).toMatchObject({
      url: RECEIVER,
      description: 'Shop',
      types: ['order.completed'],
      origin: 'managed',
      enabled: true,
      disabled_reason: null,
      failing_since: null,
      version: 1,
    });
    expect(await signing(endpoint.id, tenantId)).toEqual([secret]);

    const again = await read(endpoint.id, key);
    expect(again.body).toEqual(endpoint);
    const unchanged = gateway.get(`${ENDPOINTS}/${endpoint.id}`, key).set('if-none-match', again.headers['etag'] ?? '');
    expect((await docs.documented(ENDPOINT, unchanged)).status).toBe(304);
    const stored = await gateway.rows('SELECT e::text AS row FROM webhook_endpoints e WHERE id = $1', [endpoint.id]);
    expect(JSON.stringify(stored)).not.toContain(String(secret).slice(6));
  });

  it('are made once for a key: a repeat gets the endpoint as it is, without its secret, also at the same time', async () => {
    const { key } = await newcomer();
    const same = await Promise.all(Array.from({ length: 5 }, () => create({ url: RECEIVER }, 'same', key)));
    const ids = new Set(same.map(({ body }) => (body as Body).id));
    const secrets = same.flatMap(({ body }) => (body as Body).secret ?? []);
    expect([ids.size, secrets.length]).toEqual([1, 1]);
    const [id = ''] = ids;
    await patch(id, { enabled: false }, key);
    const repeat = await create({ url: RECEIVER }, 'same', key);
    expect([repeat.status, repeat.headers['idempotency-replayed']]).toEqual([201, 'true']);
    expect(repeat.body).toMatchObject({ id, secret: null, enabled: false });

    expect((await create({ url: RECEIVER, types: [] }, 'same', key)).body).toMatchObject({
      code: 'idempotency_key_reused',
    });
    expect((await docs.documented(ENDPOINTS, post(ENDPOINTS, { url: RECEIVER }, key))).body).toMatchObject({
      code: 'idempotency_key_missing',
    });
    // The key of another tenant is another key.
    expect((await create({ url: RECEIVER }, 'same', (await newcomer()).key)).body).toMatchObject({ version: 1 });
    await remove(id, key);
    const gone = await create({ url: RECEIVER }, 'same', key);
    expect([gone.status, gone.body.detail]).toEqual([404, expect.stringContaining('use a new key')]);
  });

  it('are as many as allowed, whoever is faster, and the refusal has the numbers', async () => {
    const { key } = await newcomer();
    const wanted = await Promise.all(
      Array.from({ length: MOST + 3 }, () => create({ url: RECEIVER }, randomUUID(), key)),
    );
    expect(wanted.filter(({ status }) => status === 201)).toHaveLength(MOST);
    const [refused] = wanted.filter(({ status }) => status === 422);
    expect(refused?.body).toMatchObject({
      code: 'webhook_endpoint_limit_reached',
      detail: expect.stringContaining(`may have ${MOST} webhook endpoints and has ${MOST}`),
    });
    const [first] = (await gateway.get(ENDPOINTS, key)).body.data as Body[];
    expect((await remove(first?.id ?? '', key)).status).toBe(204);
    expect((await create({ url: RECEIVER }, randomUUID(), key)).status).toBe(201);
  });

  it.each([
    ['an unknown type', { types: ['order.placed', 'order.gone'] }, 'types', FEED_EVENT_TYPES.join(', ')],
    ['types that are no list', { types: 'order.placed' }, 'types', FEED_EVENT_TYPES.join(', ')],
    ['a type twice', { types: ['order.placed', 'order.placed'] }, 'types', 'twice'],
    ['no address', { url: 'shop' }, 'url', 'absolute https address'],
    ['a field of another request', { enabled: true }, 'enabled', 'is not a field'],
    ['no description to be seen', { description: '\u200b' }, 'description', 'must not'],
  ])('are refused with %s', async (_, body, field, why) => {
    const response = await create({ url: RECEIVER, ...body });
    expect([response.status, response.body.errors]).toEqual([400, { [field]: [expect.stringContaining(why)] }]);
  });

  it.each(['https://10.0.0.1/', 'https://printer.local/', 'https://hooks.example.com:25/', 'https://name.invalid/'])(
    'do not lead to %s, and it is not told why',
    async (url) => {
      const { key } = await newcomer();
      const { id } = await madeBy(key);
      const [made, changed] = [await create({ url }, randomUUID(), key), await patch(id, { url }, key)];
      for (const { status, body } of [made, changed])
        expect([status, body.code, body.errors]).toEqual([422, 'target_not_allowed', { url: [TARGET_RULE] }]);
      expect((await read(id, key)).body).toMatchObject({ url: RECEIVER, version: 1 });
    },
  );

  it('are listed newest first, page after page, those of orders among them', async () => {
    const { key, tenantId } = await newcomer();
    const managed = [await madeBy(key), await madeBy(key), await madeBy(key)].map(({ id }) => id);
    const ofOrders = await madeForOrders(tenantId, 'https://shop.example/hook');
    const newest = [ofOrders, ...managed.toReversed()];
    const listed: string[] = [];
    for (let cursor = ''; ;) {
      const page = await docs.documented(ENDPOINTS, gateway.get(`${ENDPOINTS}?limit=2${cursor}`, key));
      listed.push(...(page.body.data as Body[]).map(({ id }) => id));
      if (page.body.next_cursor === null) break;
      cursor = `&cursor=${page.body.next_cursor as string}`;
    }
    expect(listed).toEqual(newest);
    const own = await gateway.get(`${ENDPOINTS}?origin=order`, key);
    expect((own.body.data as Body[]).map(({ id }) => id)).toEqual([ofOrders]);
  });

  it('are changed field by field, and null takes a description away', async () => {
    const { key } = await newcomer();
    const { id } = await madeBy(key, { url: RECEIVER, description: 'Shop', types: ['order.failed'] });
    expect((await patch(id, { types: ['order.placed'], enabled: null }, key)).body).toMatchObject({
      description: 'Shop',
      types: ['order.placed'],
      enabled: true,
      version: 2,
    });
    expect((await patch(id, { description: null, url: `${RECEIVER}2` }, key)).body).toMatchObject({
      description: null,
      url: `${RECEIVER}2`,
      version: 3,
    });
    const same = (await read(id, key)).body as Body;
    expect((await patch(id, {}, key)).body).toEqual(same);
    expect((await patch(id, { description: null, types: ['order.placed'] }, key)).body).toEqual(same);
  });

  it('that have disabled themselves are enabled again with another try', async () => {
    const { key } = await newcomer();
    const { id } = await madeBy(key);
    await gateway.rows(
      `UPDATE webhook_endpoints SET disabled_reason = 'failing', disabled_at = now(), failing_since = now(), version = 2
       WHERE id = $1`,
      [id],
    );
    expect((await read(id, key)).body).toMatchObject({ enabled: false, disabled_reason: 'failing' });
    const enabled = await patch(id, { enabled: true }, key);
    expect(enabled.body).toMatchObject({
      enabled: true,
      disabled_reason: null,
      disabled_at: null,
      failing_since: null,
      version: 3,
    });
    expect((await patch(id, { enabled: false }, key)).body).toMatchObject({ disabled_reason: 'caller', version: 4 });
  });

  it('that were made for orders are switched off and on, and no more', async () => {
    const { key, tenantId } = await newcomer();
    const id = await madeForOrders(tenantId, 'https://shop.example/hook');
    expect((await patch(id, { enabled: false }, key)).body).toMatchObject({ origin: 'order', enabled: false });
    expect((await patch(id, { enabled: true }, key)).body).toMatchObject({ enabled: true });
    for (const refused of [
      await patch(id, { types: ['order.placed'] }, key),
      await patch(id, { url: RECEIVER }, key),
      await remove(id, key),
      await rotate(id, {}, key),
    ])
      expect([refused.status, refused.body.code]).toEqual([422, 'webhook_endpoint_read_only']);
    expect((await read(id, key)).status).toBe(200);
  });

  it('that are deleted are gone, and what waited to be sent there is dead', async () => {
    const { key, tenantId } = await newcomer();
    const { id } = await madeBy(key);
    await gateway.rows(
      `INSERT INTO webhook_deliveries (id, endpoint_id, tenant_id, event_id, state, ended_at, lease_token, leased_until)
       VALUES ('dlv_1' || $1, $1, $2, 'evt_1', 'pending', NULL, gen_random_uuid(), now()),
              ('dlv_2' || $1, $1, $2, 'evt_2', 'delivered', now(), NULL, NULL)`,
      [id, tenantId],
    );
    expect((await remove(id, key)).status).toBe(204);
    expect((await remove(id, key)).body).toMatchObject({ code: 'webhook_endpoint_not_found' });
    for (const response of [await read(id, key), await patch(id, { enabled: true }, key), await rotate(id, {}, key)])
      expect(response.body).toMatchObject({ code: 'webhook_endpoint_not_found' });
    const deliveries = await gateway.rows(
      'SELECT event_id, state, lease_token FROM webhook_deliveries WHERE endpoint_id = $1 ORDER BY event_id',
      [id],
    );
    expect(deliveries).toEqual([
      { event_id: 'evt_1', state: 'dead', lease_token: null },
      { event_id: 'evt_2', state: 'delivered', lease_token: null },
    ]);
    expect(await gateway.rows('SELECT secrets FROM webhook_endpoints WHERE id = $1', [id])).toEqual([{ secrets: [] }]);
  });

  it('get a new secret, beside which the old ones sign for a day at most', async () => {
    const { key, tenantId } = await newcomer();
    const { id, secret } = await madeBy(key);
    const first = await rotate(id, {}, key);
    expect([first.status, first.body.secret]).toEqual([200, expect.stringMatching(SECRET)]);
    const ends = new Date(first.body.old_secret_expires_at as string).getTime() - Date.now();
    expect(Math.abs(ends - 24 * 3_600_000)).toBeLessThan(60_000);
    // The response was lost, and it is asked for again: receivers still know the secret before both.
    const second = await rotate(id, { old_secret_expires_in_hours: null }, key);
    expect(await signing(id, tenantId)).toEqual([second.body.secret, first.body.secret, secret]);
    await rotate(id, { old_secret_expires_in_hours: 1 }, key);
    await rotate(id, {}, key);
    const tooMany = await rotate(id, {}, key);
    expect([tooMany.status, tooMany.body.code]).toEqual([422, 'webhook_secrets_limit_reached']);
    expect(tooMany.body.detail).toMatch(/^5 secrets may sign at a time, and 5 do\. The next of them ends at 20/);
    const alone = await rotate(id, { old_secret_expires_in_hours: 0 }, key);
    expect(alone.body.old_secret_expires_at).toBeNull();
    expect(await signing(id, tenantId)).toEqual([alone.body.secret]);
    expect((await read(id, key)).body).toMatchObject({ version: 6 });
  });

  it.each([-1, 25, 1.5, '24'])('refuse %j hours for the old secret', async (hours) => {
    const { key } = await newcomer();
    const refused = await rotate((await madeBy(key)).id, { old_secret_expires_in_hours: hours }, key);
    expect([refused.status, Object.keys(refused.body.errors as object)]).toEqual([
      400,
      ['old_secret_expires_in_hours'],
    ]);
  });

  it('lose none of two rotations at once', async () => {
    const { key, tenantId } = await newcomer();
    const { id, secret } = await madeBy(key);
    const made = await Promise.all([rotate(id, {}, key), rotate(id, {}, key)]);
    const [newest, ...old] = await signing(id, tenantId);
    expect(new Set([newest, ...old])).toEqual(new Set([secret, ...made.map(({ body }) => body.secret as string)]));
    expect(old.at(-1)).toBe(secret);
  });

  describe('for the callback_url of orders', () => {
    const ORDER = { ...SMALL_ORDER, callback_url: 'https://shop.example/hook' };

    it('need a secret of the tenant, which is seen at once when it is made', async () => {
      const { key, tenantId } = await newcomer();
      const refused = await docs.documented('/v1/orders', gateway.order(ORDER, 'order', key));
      expect([refused.status, refused.body.code]).toEqual([422, 'callback_secret_missing']);
      expect(refused.body.detail).toContain('POST /v1/callback-secret/rotate');
      const made = await rotateCallback(key);
      expect(made.body).toEqual({ secret: expect.stringMatching(SECRET), old_secret_expires_at: null });
      const placed = await gateway.order(ORDER, 'order', key);
      expect(placed.status).toBe(201);
      expect(JSON.stringify(placed.body)).not.toContain('shop.example');

      const rotated = await rotateCallback(key, { old_secret_expires_in_hours: 2 });
      const held = await gateway.app.get(SecretsRepository).ofTenant(tenantId);
      const keys = gateway.app.get(SecretKeys);
      expect(held?.secrets.map((sealed) => `whsec_${keys.open(sealed, tenantId).toString('base64')}`)).toEqual([
        rotated.body.secret,
        made.body.secret,
      ]);
    });

    it.each(['https://10.0.0.1/', 'https://printer.local/', 'https://hooks.example.com:25/'])(
      'do not lead to %s',
      async (address) => {
        const { key } = await newcomer();
        await rotateCallback(key);
        const refused = await docs.documented(
          '/v1/orders',
          gateway.order({ ...ORDER, callback_url: address }, 'x', key),
        );
        expect([refused.status, refused.body.code]).toEqual([422, 'target_not_allowed']);
        expect(refused.body.errors).toEqual({ callback_url: [TARGET_RULE] });
      },
    );

    it('are part of what a key stands for', async () => {
      const { key } = await newcomer();
      await rotateCallback(key);
      expect((await gateway.order(ORDER, 'order', key)).status).toBe(201);
      const other = await gateway.order({ ...ORDER, callback_url: 'https://shop.example/other' }, 'order', key);
      expect(other.body).toMatchObject({ code: 'idempotency_key_reused' });
    });

    it('may be refused later and are repeated all the same', async () => {
      const { key, tenantId } = await newcomer();
      await rotateCallback(key);
      const first = await gateway.order(ORDER, 'order', key);
      await gateway.rows(`UPDATE tenants SET callback_secrets = '[]' WHERE id = $1`, [tenantId]);
      const another = await gateway.newKey(['orders:write'], tenantId);
      const repeat = await gateway.order(ORDER, 'order', another);
      expect([repeat.status, repeat.text]).toEqual([201, first.text]);
      expect((await gateway.order(ORDER, 'another', another)).body).toMatchObject({ code: 'callback_secret_missing' });
    });
  });

  it('leave no secret in the log', async () => {
    const { key } = await newcomer();
    const { id, secret } = await madeBy(key);
    const rotated = await rotate(id, {}, key);
    const callback = await rotateCallback(key);
    const secrets = [secret, rotated.body.secret, callback.body.secret] as string[];
    expect(logged.length).toBeGreaterThan(0);
    for (const each of secrets) expect(logged.join('')).not.toContain(each.slice(6));
    expect(logged.join('')).not.toContain('whsec_');
  });
});

describe('where no key for secrets is set, webhooks', () => {
  let gateway: ServedGateway;
  beforeAll(async () => {
    gateway = await ServedGateway.start({ webhookSecretKeys: null });
  });
  afterAll(() => gateway.stop());

  it('are refused with what has to be set; the rest goes on', async () => {
    const create = await gateway.post(ENDPOINTS).set('idempotency-key', 'one').send({ url: RECEIVER });
    const rotate = await gateway.post('/v1/callback-secret/rotate').send({});
    for (const { status, body } of [create, rotate]) {
      expect([status, body.code]).toEqual([422, 'webhooks_not_enabled']);
      expect(body.detail).toContain('WEBHOOK_SECRET_KEYS');
    }
    expect((await gateway.get(ENDPOINTS)).body).toEqual({ data: [], next_cursor: null });
    expect((await gateway.order(SMALL_ORDER)).status).toBe(201);
  });
});
