import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import supertest from 'supertest';
import { newKey, newTenant } from '../support/launcher.js';
import { TalkativeGateway } from './talkative-gateway.js';

const KEYS = {
  cnaught: 'canary-cnaught-key-5f0c2a9e71',
  carbonmark: 'cm_api_sandbox_c0ffee00-0000-4000-8000-00000000ca4a',
  oneTribe: 'canary-one-tribe-key-7b3d11e8c4',
};
const EMAIL = 'canary.beneficiary@private.example';
const CALLER_KEY = 'canary-idempotency-key-29ae';
const MESSAGE = 'canary message for the certificate 41aa';
const WRONG_KEY = 'ofg_dev_canarywrongkey0000000000';
const IN_BODY = 'canary-in-a-refused-body-8812';
const IN_QUERY = 'canary-in-a-query-3310';
const IN_CALLBACK = 'canary-in-a-callback-body-0d4e';
const COOKIE = 'canary-cookie-66f1';
const SHOP = 'canary-shop-secret-9e07';

/** How the worker or a request tells that it cannot reach the database. */
const NO_DATABASE = /DatabaseUnreachableError|ECONNREFUSED|DatabaseNotReachable|P1001|Connection terminated/;

/** 43 characters of base64url: what stands in the addresses of an order. */
const TOKEN = String.raw`([\w-]{43})`;

describe('a secret', () => {
  let gateway: TalkativeGateway;
  const problems: string[] = [];
  const canaries = new Map<string, string>(Object.entries(KEYS));
  beforeAll(async () => {
    gateway = await TalkativeGateway.start(KEYS);
    const given = { EMAIL, CALLER_KEY, MESSAGE, WRONG_KEY, IN_BODY, IN_QUERY, IN_CALLBACK, COOKIE, SHOP };
    for (const [name, value] of Object.entries(given)) canaries.set(name, value);
    canaries.set('our API key', gateway.key);
    canaries.set('the database’s password', new URL(gateway.database.url).password);
    await tellAll();
  }, 60_000);
  afterAll(async () => {
    await gateway.stop();
    process.stdout.write(
      `secrets: ${canaries.size} canaries, ${gateway.lines.length} log lines, ${problems.length} problem documents\n`,
    );
  });

  const http = (): ReturnType<typeof supertest> => supertest(gateway.app.getHttpServer());
  const kept = async (test: supertest.Test): Promise<supertest.Response> => {
    const response = await test;
    if (response.status >= 400) problems.push(response.text + JSON.stringify(response.headers));
    return response;
  };
  const post = (
    path: string,
    body: object,
    key = gateway.key,
    idempotencyKey: string = randomUUID(),
    prefer = 'wait=30',
  ) =>
    kept(
      http()
        .post(path)
        .set({ authorization: `Bearer ${key}`, 'idempotency-key': idempotencyKey, cookie: COOKIE, prefer })
        .send(body),
    );

  const order = (provider: string, kg: string, payment: object = { method: 'account' }): object => ({
    provider,
    payment,
    mass: { value: kg, unit: 'kg' },
    allow_duplicate: true,
    beneficiary: { name: 'Jane Smith', email: EMAIL },
    retirement_message: MESSAGE,
    metadata: { shop: SHOP },
  });
  const CARD = {
    method: 'checkout',
    success_url: `https://shop.example/paid?secret=${SHOP}`,
    cancel_url: 'https://shop.example/back',
  };

  /** Everything that can go wrong near a secret, and what goes well. */
  const tellAll = async (): Promise<void> => {
    for (let i = 0; i < 2; i++)
      expect((await post('/v1/orders', order('cnaught', '100'), gateway.key, CALLER_KEY)).status).toBe(201);
    expect((await post('/v1/orders', order('one_tribe', '2000'))).status).toBe(201);
    expect((await post('/v1/orders', order('carbonmark', '500', CARD))).status).toBe(201);
    const [, callbackToken = ''] = sent('cnaught', new RegExp(`provider-callbacks/cnaught/${TOKEN}`));
    const [, returnToken = ''] = sent('carbonmark', new RegExp(`/v1/returns/${TOKEN}`));
    canaries.set('a callback token', callbackToken).set('a return token', returnToken);

    const callback = `/v1/provider-callbacks/cnaught/${callbackToken}`;
    const body = { order: { id: 'x', secret: IN_CALLBACK } };
    expect((await kept(http().post(callback).send(body))).status).toBe(200);
    expect((await http().get(`/v1/returns/${returnToken}/${IN_QUERY}?x=${IN_QUERY}`)).status).toBe(303);

    await post('/v1/orders', { ...order('cnaught', '1'), mass: IN_BODY, unknown: IN_BODY });
    await post(`/v1/orders?x=${IN_QUERY}`, order('cnaught', '1'));
    await post('/v1/orders', order('cnaught', '200'), gateway.key, CALLER_KEY);
    await post('/v1/orders', order('cnaught', '1'), WRONG_KEY);
    await post('/v1/orders', order('cnaught', '1'), gateway.key, `${CALLER_KEY} ${'x'.repeat(300)}`);
    await kept(http().get('/v1/orders').set('x-api-key', WRONG_KEY).set('authorization', `Basic ${WRONG_KEY}`));
    await kept(http().post('/v1/orders').set('content-type', 'application/json').send(`{"x": "${IN_BODY}`));

    for (const status of [401, 403, 409, 422, 429, 500, 200]) await failAt(status, 'in_messages');
    gateway.sandbox.cnaught.faults.add({ fault: { kind: 'reset', when: 'after_effect' }, times: 2 });
    await post('/v1/orders', order('cnaught', '300'));

    await gateway.proxy.close();
    expect((await post('/v1/orders', order('cnaught', '400'))).status).toBe(503);
    await kept(http().get('/readyz'));
    while (!gateway.lines.some((line) => NO_DATABASE.test(line))) await setImmediate();
    await gateway.proxy.reopen();
    for (const path of ['/v1/orders', '/v1/providers'])
      await kept(http().get(path).set('authorization', `Bearer ${gateway.key}`));
  };

  const sent = (to: keyof typeof KEYS, pattern: RegExp): readonly string[] =>
    gateway.echoes[to].received.flatMap((request) => pattern.exec(request) ?? []);

  /** Purchases at all providers while they respond so; their pauses end at once. */
  const failAt = async (status: number, echo: 'in_messages' | 'as_code'): Promise<void> => {
    for (const one of Object.values(gateway.echoes)) Object.assign(one, { echo, status });
    await Promise.all([
      post('/v1/orders', order('cnaught', '100'), gateway.key, randomUUID(), 'wait=2'),
      post('/v1/orders', order('one_tribe', '2000'), gateway.key, randomUUID(), 'wait=2'),
      post('/v1/orders', order('carbonmark', '500', CARD), gateway.key, randomUUID(), 'wait=2'),
    ]);
    for (const one of Object.values(gateway.echoes)) one.echo = null;
    await gateway.forgetPauses();
  };

  const occurring = (text: string): string[] =>
    [...canaries].filter(([, canary]) => canary !== '' && text.includes(canary)).map(([name]) => name);

  it('was planted where it could leak from', async () => {
    for (const [name, key] of Object.entries(KEYS))
      expect([name, gateway.echoes[name as keyof typeof KEYS].received.some((all) => all.includes(key))]).toEqual([
        name,
        true,
      ]);
    expect(gateway.echoes.cnaught.received.join()).toContain(MESSAGE);
    expect(gateway.lines.join()).toMatch(/"outcome":"ambiguous"/);
    expect(gateway.lines.join()).toMatch(/"route":"\/v1\/returns\/:token\/:paymentId"/);
    expect(gateway.lines.join()).toMatch(NO_DATABASE);
    expect(problems.length).toBeGreaterThan(10);
    expect([...canaries].filter(([, value]) => value === '')).toEqual([]);
  });

  it('is in no log line', () => {
    expect(gateway.lines.filter((line) => occurring(line).length > 0)).toEqual([]);
  });

  it('is in no problem document', () => {
    expect(problems.filter((problem) => occurring(problem).length > 0)).toEqual([]);
  });

  it('is in no metric', async () => {
    const { text, status } = await http().get('/metrics');
    expect([status, occurring(text)]).toEqual([200, []]);
    expect(text).toContain('gateway_provider_call_seconds');
  });

  it('is in no timeline, but for what a browser claimed', async () => {
    const ops = await newKey(gateway.app, await newTenant(gateway.app), ['ops']);
    const orders = await gateway.rows<{ id: string }>('SELECT id FROM orders');
    const told: string[] = [];
    for (const key of [gateway.key, ops])
      for (const { id } of orders) {
        const path = `/v1/orders/${id}/timeline?limit=100`;
        told.push((await http().get(path).set('authorization', `Bearer ${key}`).expect(200)).text);
      }
    expect(new Set(told.flatMap(occurring))).toEqual(new Set(['IN_QUERY']));
    expect(told.join()).toMatch(
      /"kind":"callback.received".*"kind":"claim.made"|"kind":"claim.made".*callback.received/,
    );
  });

  it('is in the database only where it is kept on purpose', async () => {
    const found: Record<string, string[]> = {};
    for (const [name, canary] of canaries) found[name] = await gateway.columnsWith(canary);
    expect(found).toEqual({
      ...Object.fromEntries([...canaries.keys()].map((name) => [name, []])),
      EMAIL: ['idempotency_records.response_body', 'orders.beneficiary_email'],
      CALLER_KEY: ['idempotency_records.key'],
      MESSAGE: ['attempts.body', 'idempotency_records.response_body', 'orders.retirement_message'],
      SHOP: ['idempotency_records.response_body', 'orders.metadata', 'orders.success_url'],
      IN_CALLBACK: ['callbacks.body'],
      // What a browser brings is a claim, and kept as such.
      IN_QUERY: ['purchase_claims.provider_order_id'],
      'a callback token': ['attempts.body'],
      'a return token': ['attempts.body'],
    });
  });

  it('is not told by what is kept of a refusal', async () => {
    // The provider's own code, and nothing else of what it said.
    expect(await gateway.columnsWith('BadRequest')).toEqual([
      'attempts.upstream_code',
      'idempotency_records.response_body',
      'order_events.evidence',
      'order_events.state',
      'orders.status_detail',
    ]);
  });

  it('is not kept when a provider gives it for the code of an error', async () => {
    await failAt(422, 'as_code');
    expect(await gateway.columnsWith(KEYS.cnaught)).toEqual([]);
  });

  it('is not repeated by the problem document about its own address', async () => {
    const token = canaries.get('a callback token') ?? 'none';
    const response = await http()
      .post(`/v1/provider-callbacks/cnaught/${token}`)
      .send({ much: 'x'.repeat(70_000) });
    expect(response.status).toBe(413);
    expect(response.text).not.toContain(token);
  });
});
