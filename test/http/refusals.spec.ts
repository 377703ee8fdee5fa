import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Response } from 'supertest';
import { Documentation } from './documentation.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

describe('a wrong request', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    docs = await Documentation.of(gateway);
  });
  afterAll(() => gateway.stop());

  /** Sends a body as it is. */
  const send = (path: string, body: string | Buffer, type: string | null = 'application/json') => {
    const sent = gateway.post(path).set('idempotency-key', randomUUID());
    return (type === null ? sent.unset('content-type') : sent.set('content-type', type))
      .serialize((raw: unknown) => raw as string)
      .send(body);
  };

  const expectProblem = (response: Response, status: number, code: string): void => {
    expect([response.status, response.body.code]).toEqual([status, code]);
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.body).toMatchObject({
      type: `https://gateway.example/v1/problems/${code}`,
      status,
      request_id: response.headers['x-request-id'],
      retry: { safe: expect.any(Boolean), same_key: expect.any(Boolean) },
    });
  };

  it.each([
    ['broken JSON', '{"mass":', 'application/json', 400, 'invalid_request'],
    ['JSON with a comma too many', '{"mass":1,}', 'application/json', 400, 'invalid_request'],
    ['two documents', '{}{}', 'application/json', 400, 'invalid_request'],
    ['no body', '', 'application/json', 400, 'invalid_request'],
    ['a list', '[]', 'application/json', 400, 'invalid_request'],
    ['a text', '"x"', 'application/json', 400, 'invalid_request'],
    ['null', 'null', 'application/json', 400, 'invalid_request'],
    ['infinity', '{"mass":{"value":1e400,"unit":"kg"}}', 'application/json', 400, 'invalid_request'],
    ['a very deep body', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 'application/json', 400, 'invalid_request'],
    [
      'a deep field',
      `{"mass":${'{"a":'.repeat(8_000)}1${'}'.repeat(8_000)}}`,
      'application/json',
      400,
      'invalid_request',
    ],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'application/json', 400, 'invalid_request'],
    ['a megabyte', 'x'.repeat(1_000_000), 'application/json', 413, 'payload_too_large'],
    ['a byte too many', JSON.stringify({ x: 'x'.repeat(64 * 1024) }), 'application/json', 413, 'payload_too_large'],
    ['a form', 'mass=1', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['text', '{}', 'text/plain', 415, 'unsupported_media_type'],
    ['XML', '<order/>', 'application/xml', 415, 'unsupported_media_type'],
    ['JSON of another kind', '{}', 'application/vnd.api+json', 415, 'unsupported_media_type'],
    ['an unreadable content type', '{}', ';;;', 415, 'unsupported_media_type'],
    ['no content type', '{}', null, 415, 'unsupported_media_type'],
    ['in another charset', '{}', 'application/json; charset=iso-8859-1', 415, 'unsupported_media_type'],
    ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), 'application/json', 400, 'invalid_request'],
    ['nothing but a byte order mark', '\ufeff', 'application/json', 400, 'invalid_request'],
  ] as const)('is refused when its body is %s', async (_, body, type, status, code) => {
    const before = gateway.sandbox.cnaught.ledger.entries(0).length;
    for (const path of ['/v1/orders', '/v1/quotes']) expectProblem(await send(path, body, type), status, code);
    expect(gateway.sandbox.cnaught.ledger.entries(0)).toHaveLength(before);
  });

  it.each([
    ['an unknown path', '/v1/nothing', 404, 'not_found'],
    ['an unknown first segment', '/wp-admin', 404, 'not_found'],
    ['broken percent-encoding', '/v1/orders/%zz', 400, 'invalid_request'],
    ['half a character', '/v1/orders/%c3', 400, 'invalid_request'],
    ['a NUL byte in an id', '/v1/orders/ord_%00', 404, 'order_not_found'],
    ['a NUL byte in an offering id', '/v1/offerings/%00', 404, 'offering_not_found'],
    ['a quote in an id', "/v1/orders/ord_' OR 1=1", 404, 'order_not_found'],
    ['an id of another kind', '/v1/quotes/ord_01jd4v2m0gf5c8q7k3x9w1z2r4', 404, 'quote_not_found'],
    ['an id that is too long', `/v1/orders/${'o'.repeat(500)}`, 404, 'order_not_found'],
    ['an id that is far too long', `/v1/orders/${'o'.repeat(5_000)}`, 404, 'not_found'],
    ['a slash too many', '/v1/orders/', 404, 'not_found'],
    ['an unknown kind of problem', '/v1/problems/toString', 404, 'not_found'],
    ['an unknown token', `/v1/returns/${'a'.repeat(43)}/pay_1`, 404, 'callback_token_unknown'],
    ['a strange token', '/v1/returns/%00', 404, 'callback_token_unknown'],
  ] as const)('is refused when its path has %s', async (_, path, status, code) => {
    expectProblem(await gateway.get(path), status, code);
  });

  it.each([
    '/v1/orders?limit=0',
    '/v1/orders?limit=101',
    '/v1/orders?limit=1.5',
    '/v1/orders?limit=',
    '/v1/orders?limit=1&limit=2',
    '/v1/orders?status=done',
    '/v1/orders?status=placed,failed',
    '/v1/orders?status=placed&status=done',
    '/v1/orders?review=yes',
    '/v1/orders?review=true&review=false',
    '/v1/orders?created_from=yesterday',
    '/v1/orders?created_from=2026-02-30T00:00:00Z',
    '/v1/orders?created_from=0000-01-01T00:00:00Z',
    '/v1/orders?created_to=2026-01-01',
    '/v1/orders?created_to=2026-01-01T25:00:00Z',
    '/v1/orders?reference=%00',
    '/v1/orders?reference=%ff',
    '/v1/orders?reference=50%',
    '/v1/orders?label[a]=%c3%28',
    '/v1/orders?label[%ff]=a',
    '/v1/offerings?country=%ff',
    '/v1/orders?label[a]=%00',
    '/v1/orders?label[]=a',
    '/v1/orders?label=a',
    '/v1/orders?label[a]=1&label[a]=2',
    '/v1/orders?label[__proto__]=a',
    '/v1/orders?Status=placed',
    '/v1/orders?offset=5',
    '/v1/orders?cursor=',
    '/v1/orders?cursor=abc',
    `/v1/orders?cursor=${Buffer.from('["2026-11-20T00:00:00.000Z","ord_x"]').toString('base64url')}`,
    `/v1/orders?cursor=${Buffer.from('["2026-13-20T00:00:00.000Z","ord_01jd4v2m0gf5c8q7k3x9w1z2r4"]').toString('base64url')}`,
    `/v1/orders?cursor=${Buffer.from('{}').toString('base64url')}`,
    `/v1/orders?cursor=${Buffer.from('[ "a","b"]').toString('base64url')}`,
    '/v1/offerings?kind=stock',
    '/v1/offerings?cursor=WyJhIl0',
    '/v1/providers?x=1',
    '/v1/problems?x=1',
    '/v1/orders/ord_01jd4v2m0gf5c8q7k3x9w1z2r4?expand=1',
  ])('is refused with the names of its wrong parameters: %s', async (path) => {
    const response = await gateway.get(path);
    expectProblem(response, 400, 'invalid_request');
    expect(Object.keys(response.body.errors as object).length).toBeGreaterThan(0);
  });

  it.each([
    ['gzip', gzipSync(JSON.stringify(SMALL_ORDER)), 'gzip'],
    ['plain, and says it is packed', JSON.stringify(SMALL_ORDER), 'gzip'],
    ['plain, and says it is packed in another way', JSON.stringify(SMALL_ORDER), 'br, deflate'],
  ])('is refused when its body is %s', async (_, body, encoding) => {
    const before = gateway.sandbox.cnaught.ledger.entries(0).length;
    for (const path of ['/v1/orders', '/v1/quotes'])
      expectProblem(
        await send(path, body).set('content-encoding', encoding).unset('accept-encoding'),
        415,
        'unsupported_media_type',
      );
    expect(gateway.sandbox.cnaught.ledger.entries(0)).toHaveLength(before);
  });

  it.each([
    ['mass', '{"mass":{"value":"1","unit":"kg"},"mass":{"value":"2","unit":"kg"}}'],
    ['mass.value', '{"mass":{"value":"1","unit":"kg","value":"2"}}'],
    ['mass.value', String.raw`{"mass":{"value":"1","unit":"kg","\u0076alue":"2"}}`],
    ['labels.a', '{"labels":{"a":"1","a":"1"}}'],
    ['__proto__', '{"__proto__":1,"__proto__":2}'],
  ])('is refused when it has a field twice: %s', async (field, body) => {
    for (const path of ['/v1/orders', '/v1/quotes']) {
      const response = await send(path, body);
      expectProblem(response, 400, 'invalid_request');
      expect(response.body.errors).toEqual({ [field]: ['must be given only once'] });
    }
  });

  it('may begin with a byte order mark, say that it is not encoded, and have a null where responses have one', async () => {
    const order = {
      ...SMALL_ORDER,
      reference: null,
      max_total: null,
      beneficiary: { name: 'Jane Smith', email: null },
    };
    const placed = await send('/v1/orders', `\ufeff${JSON.stringify(order)}`, 'application/json; charset="UTF-8"').set(
      'content-encoding',
      'identity',
    );
    expect([placed.status, placed.body.reference, placed.body.beneficiary.email]).toEqual([201, null, null]);
  });

  it('is the same request with a null as without the field', async () => {
    const key = randomUUID();
    const first = await gateway.order({ ...SMALL_ORDER, reference: null, description: null }, key);
    const second = await gateway.order({ ...SMALL_ORDER }, key);
    expect([first.status, second.status, second.body]).toEqual([201, 201, first.body]);
  });

  it.each(['.', '..', '"."'])('is refused when its key could not be looked up: %s', async (key) => {
    expectProblem(await gateway.order(SMALL_ORDER, key), 400, 'idempotency_key_invalid');
  });

  it.each(['...', '.a', '%2e', 'a/../b', '?#[]@!'])('is found by any other key: %s', async (suffix) => {
    const key = suffix + (suffix === '...' ? '' : randomUUID());
    const placed = await gateway.order({ ...SMALL_ORDER, beneficiary: { name: randomUUID() } }, key);
    expect(placed.status).toBe(201);
    const found = await gateway.get(`/v1/orders/by-idempotency-key/${encodeURIComponent(key)}`);
    expect(found.body.id).toBe(placed.body.id);
  });

  it.each([
    ['label=sales', 'label', 'label[department]=sales'],
    ['created_from=2026-11-25', 'created_from', 'T00:00:00Z'],
    ['reference=%ff', 'reference', 'UTF-8'],
    ['status=done', 'status', 'awaiting_payment'],
  ])('is told how to write its parameter: %s', async (query, parameter, advice) => {
    const { body } = await gateway.get(`/v1/orders?${query}`);
    expect(body.errors).toEqual({ [parameter]: [expect.stringContaining(advice)] });
  });

  it('is refused when it asks for a provider that there is not', async () => {
    for (const path of ['/v1/orders', '/v1/offerings']) {
      const response = await docs.documented(path, gateway.get(`${path}?provider=nobody`));
      expectProblem(response, 422, 'provider_not_enabled');
    }
  });

  it('is refused when it has parameters or fields that the endpoint does not take', async () => {
    const order = (await gateway.order(SMALL_ORDER)).body as { id: string };
    for (const act of ['refresh', 'cancel']) {
      expectProblem(await send(`/v1/orders/${order.id}/${act}`, '{"force":true}'), 400, 'invalid_request');
      expectProblem(await send(`/v1/orders/${order.id}/${act}?force=1`, ''), 400, 'invalid_request');
      expect((await send(`/v1/orders/${order.id}/${act}`, '')).status).toBe(200);
    }
    expectProblem(await send('/v1/orders?dry_run=1', JSON.stringify(SMALL_ORDER)), 400, 'invalid_request');
  });

  it.each([
    ['delete', '/v1/orders', 'GET, HEAD, POST'],
    ['put', '/v1/orders/ord_01jd4v2m0gf5c8q7k3x9w1z2r4', 'GET, HEAD'],
    ['get', '/v1/orders/x/cancel', 'POST'],
    ['patch', '/v1/provider-callbacks/cnaught/x', 'POST'],
    ['post', '/v1/problems', 'GET, HEAD'],
  ] as const)('is refused with the allowed methods: %s %s', async (method, path, allow) => {
    const response = await gateway.anonymous[method](path);
    expectProblem(response, 405, 'method_not_allowed');
    expect(response.headers['allow']).toBe(allow);
  });

  it('gets its own X-Request-Id back if that is safe to log, otherwise a new one', async () => {
    const given = await gateway.get('/v1/nothing').set('x-request-id', 'trace-1');
    expect([given.headers['x-request-id'], given.body.request_id]).toEqual(['trace-1', 'trace-1']);
    const strange = await gateway.get('/v1/orders/%zz').set('x-request-id', 'a b<>');
    expect(strange.body.request_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('does not find its query in the instance', async () => {
    expect((await gateway.get('/v1/orders?secret=1')).body.instance).toBe('/v1/orders');
  });

  it('never causes a 500 or an undocumented response, whatever it contains', async () => {
    const fields = fc.constantFrom(
      ...Object.keys(SMALL_ORDER),
      'offer_id',
      'metadata',
      'labels',
      'max_total',
      'reference',
      'rounding',
      'toString',
      'constructor',
    );
    const body = fc.oneof(
      fc.jsonValue({ maxDepth: 5, noUnicodeString: false }),
      fc
        .dictionary(fields, fc.jsonValue({ maxDepth: 3, noUnicodeString: false }))
        .map((some) => ({ ...SMALL_ORDER, ...some })),
    );
    const before = gateway.sandbox.cnaught.ledger.entries(0).length;
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(body, async (value) => {
        const response = await send('/v1/orders', JSON.stringify(value));
        expect(docs.undocumentedIn('POST', '/v1/orders', response)).toEqual([]);
        expect(response.status).toBeLessThan(500);
        if (response.status < 300) accepted++;
      }),
      { numRuns: 300 },
    );
    expect(gateway.sandbox.cnaught.ledger.entries(0).length - before).toBeLessThanOrEqual(2 * accepted);
  });
});
