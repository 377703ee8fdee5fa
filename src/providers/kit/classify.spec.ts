import { AxiosError, AxiosHeaders, CanceledError } from 'axios';
import fc from 'fast-check';
import { ProviderError } from '../../domain/providers/provider-error.js';
import { OPERATIONS, WRITES, type Operation, type ProviderId } from '../../domain/providers/calls.js';
import { classify } from './classify.js';
import { ownField } from './decode.js';
import type { ErrorDialect } from './dialect.js';
import { ProviderProtocolError } from './protocol-error.js';

const PROVIDER = 'example' as ProviderId;
const SECRET = 'key_of.ours-0001';
const NOW = Date.UTC(2026, 0, 5, 12);

const dialect: ErrorDialect = {
  provider: PROVIDER,
  read: (body) => {
    const code = ownField(body, 'code');
    return typeof code === 'string' ? { code: code === '' ? null : code } : null;
  },
  reasons: { sold_out: 'insufficient_supply', revoked: 'credentials', forbidden: 'not_permitted' },
  contradictions: ['other_payload'],
};

const responded = (status: number, body: string | undefined, headers: Record<string, string> = {}): AxiosError =>
  new AxiosError('failed', 'ERR_BAD_RESPONSE', undefined, undefined, {
    status,
    statusText: '',
    data: body === undefined ? undefined : Buffer.from(body),
    headers: new AxiosHeaders(headers),
    config: { headers: new AxiosHeaders() },
  });

const broken = (code: string, more: object = {}): AxiosError =>
  AxiosError.from(Object.assign(new Error(code), { code, ...more }));

const judge = (thrown: unknown, operation: Operation = 'placeOrder') => {
  const { failure, reason, at } = classify(thrown, operation, dialect, { now: NOW, secrets: [SECRET, 'another'] });
  return { failure, reason, ...at };
};

const OWN = '{"code":"any"}';
const PROXY = '<html>Bad gateway</html>';

describe('a response to a purchase', () => {
  it.each([
    [400, OWN, 'rejected', 'invalid_request'],
    [402, OWN, 'rejected', 'insufficient_credit'],
    [403, OWN, 'rejected', 'not_permitted'],
    [404, OWN, 'rejected', 'offering_not_found'],
    [422, OWN, 'rejected', 'invalid_request'],
    [422, '{"code":"sold_out"}', 'rejected', 'insufficient_supply'],
    [422, '{"code":""}', 'rejected', 'invalid_request'],
    [422, '{"code":"constructor"}', 'rejected', 'invalid_request'],
    [422, '{"code":"revoked"}', 'rejected', 'credentials'],
    [403, '{"code":"revoked"}', 'retry_later', 'credentials'],
    [422, '{"code":"other_payload"}', 'ambiguous', 'answer_disagrees'],
    [401, OWN, 'retry_later', 'credentials'],
    [401, undefined, 'retry_later', 'credentials'],
    [429, PROXY, 'retry_later', 'rate_limited'],
    [400, PROXY, 'ambiguous', 'unavailable'],
    [403, PROXY, 'ambiguous', 'unavailable'],
    [404, PROXY, 'ambiguous', 'unavailable'],
    [404, undefined, 'ambiguous', 'unavailable'],
    [405, OWN, 'ambiguous', 'unavailable'],
    [407, OWN, 'ambiguous', 'unavailable'],
    [408, OWN, 'ambiguous', 'unavailable'],
    [409, OWN, 'ambiguous', 'unavailable'],
    [300, OWN, 'ambiguous', 'unavailable'],
    [302, OWN, 'ambiguous', 'unavailable'],
    [304, OWN, 'ambiguous', 'unavailable'],
    [500, OWN, 'ambiguous', 'unavailable'],
    [503, OWN, 'ambiguous', 'unavailable'],
    [201, undefined, 'ambiguous', 'unreadable_answer'],
  ] as const)('%s %s is %s, %s', (status, body, failure, reason) => {
    expect(judge(responded(status, body))).toMatchObject({ failure, reason, upstreamStatus: status });
  });

  it('is about the order where the operation is', () => {
    const aboutAnOrder = OPERATIONS.filter((name) => judge(responded(404, OWN), name).reason === 'order_not_found');
    expect(aboutAnOrder).toEqual(['fetchStatus', 'listOrders', 'fetchCheckout', 'cancel']);
  });

  it('carries the provider’s own word for it, where there is one', () => {
    expect(judge(responded(422, '{"code":"sold out"}'))).toMatchObject({ upstreamCode: 'soldout' });
    expect(judge(responded(422, '{"code":""}'))).not.toHaveProperty('upstreamCode');
  });

  it.each([
    ['key_of.ours-0001'],
    ['KEY_OF.OURS-0001'],
    ['invalid-key_of.ours-0001'],
    ['key_of. ours-0001'],
    ['5f0c2a9e71'],
    ['c0ffee00-0000-4000-8000-00000000ca4a'],
    ['4111111111111111'],
  ])('carries no word that is a key, or could be one: %s', (code) => {
    expect(judge(responded(422, JSON.stringify({ code })))).not.toHaveProperty('upstreamCode');
    expect(judge(new ProviderProtocolError('unreadable_answer', 'unknown', code))).not.toHaveProperty('upstreamCode');
  });

  it.each([['E1001'], ['P2.timed_out'], ['idempotency-changed-payload'], ['422']])(
    'carries a code as it is: %s',
    (code) => {
      expect(judge(responded(422, JSON.stringify({ code })))).toMatchObject({ upstreamCode: code });
    },
  );

  it('403 on a cancellation says that the state has moved, whatever the code says', () => {
    for (const body of ['{"code":"revoked"}', '{"code":"forbidden"}'])
      expect(judge(responded(403, body), 'cancel')).toMatchObject({ failure: 'rejected', reason: 'not_permitted' });
  });
});

describe('a read', () => {
  it.each([
    [500, OWN, 'retry_later', 'unavailable'],
    [409, OWN, 'retry_later', 'unavailable'],
    [302, OWN, 'retry_later', 'unavailable'],
    [404, PROXY, 'retry_later', 'unavailable'],
    [410, OWN, 'rejected', 'rejected'],
    [400, OWN, 'rejected', 'invalid_request'],
    [200, undefined, 'retry_later', 'unreadable_answer'],
  ] as const)('with %s %s is %s, %s', (status, body, failure, reason) => {
    expect(judge(responded(status, body), 'listOrders')).toMatchObject({ failure, reason });
  });
});

describe('no response', () => {
  it('leaves open what became of an operation that changes something, and of no other', () => {
    const open = OPERATIONS.filter((name) => judge(broken('ECONNRESET'), name).failure === 'ambiguous');
    expect(open).toEqual(['placeOrder', 'createCheckout', 'cancel']);
  });

  it.each([
    ['ECONNREFUSED', {}],
    ['ENOTFOUND', { syscall: 'getaddrinfo' }],
    ['ETIMEDOUT', { syscall: 'connect' }],
    ['EADDRNOTAVAIL', { syscall: 'connect' }],
    ['ENOTFOUND', {}],
    ['EAI_AGAIN', {}],
    ['EAI_FAIL', {}],
    ['EAI_NODATA', {}],
    ['EAI_NONAME', {}],
    ['ENETUNREACH', {}],
    ['EHOSTUNREACH', {}],
    ['UND_ERR_CONNECT_TIMEOUT', {}],
    ['CERT_HAS_EXPIRED', {}],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', {}],
    ['ERR_TLS_CERT_ALTNAME_INVALID', {}],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', {}],
  ])('%s was never sent', (code, more) => {
    for (const operation of ['placeOrder', 'fetchStatus'] as const)
      expect(judge(broken(code, more), operation)).toMatchObject({ failure: 'not_sent', reason: 'unavailable' });
  });

  it.each([
    ['ECONNRESET', {}, 'unavailable'],
    ['ECONNRESET', { syscall: 'read' }, 'unavailable'],
    ['EPIPE', { syscall: 'write' }, 'unavailable'],
    ['EHOSTUNREACH', { syscall: 'read' }, 'unavailable'],
    ['EPROTO', { syscall: 'write' }, 'unavailable'],
    ['ETIMEDOUT', { syscall: 'read' }, 'timed_out'],
    ['ESOCKETTIMEDOUT', {}, 'timed_out'],
    ['ECONNABORTED', {}, 'timed_out'],
    ['ERR_CANCELED', {}, 'timed_out'],
    ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', {}, 'unavailable'],
    ['HPE_INVALID_CONSTANT', {}, 'unavailable'],
  ] as const)('%s may have been', (code, more, reason) => {
    expect(judge(broken(code, more))).toMatchObject({ failure: 'ambiguous', reason });
    expect(judge(broken(code, more), 'quote')).toMatchObject({ failure: 'retry_later', reason });
  });

  it('an abort may have been sent', () => {
    expect(judge(new CanceledError())).toMatchObject({ failure: 'ambiguous', reason: 'timed_out' });
    expect(judge(AbortSignal.abort().reason)).toMatchObject({ failure: 'ambiguous', reason: 'timed_out' });
    const deadline = new DOMException('the deadline has passed', 'TimeoutError');
    expect(judge(deadline)).toMatchObject({ failure: 'ambiguous', reason: 'timed_out' });
  });

  it('of several addresses counts as never sent only when none could be connected to', () => {
    const member = (code: string) => Object.assign(new Error(code), { code });
    const all = (...codes: string[]) => {
      // As Node does: the code of the whole is that of its first member.
      const whole = Object.assign(new AggregateError(codes.map(member)), { code: codes[0] });
      return judge(AxiosError.from(whole)).failure;
    };
    expect(all('ECONNREFUSED', 'ENETUNREACH')).toBe('not_sent');
    expect(all('ECONNREFUSED', 'ECONNRESET')).toBe('ambiguous');
    expect(judge(new AggregateError([])).failure).toBe('ambiguous');
  });
});

describe('what else may be thrown', () => {
  it.each([[undefined], [null], ['a text'], [7], [{}]])('%p says nothing', (thrown) => {
    expect(judge(thrown)).toMatchObject({ failure: 'ambiguous', reason: 'unavailable' });
    expect(judge(thrown, 'quote')).toMatchObject({ failure: 'retry_later', reason: 'unavailable' });
  });

  it('says nothing when it cannot be read', () => {
    const unreadable = {
      get name(): string {
        throw new Error('no');
      },
    };
    expect(judge(unreadable)).toMatchObject({ failure: 'ambiguous', reason: 'unavailable' });
    expect(judge(unreadable, 'quote')).toMatchObject({ failure: 'retry_later', reason: 'unavailable' });
  });

  it.each([['500'], [422.5], [undefined]])('is no response with the status %p', (status) => {
    const odd = Object.assign(responded(422, OWN), { response: { status, data: Buffer.from(OWN), headers: {} } });
    expect(judge(odd)).toMatchObject({ failure: 'ambiguous', reason: 'unavailable' });
    expect(judge(odd)).not.toHaveProperty('upstreamStatus');
  });

  it.each([[undefined], [null]])('is a response though its headers are %p', (headers) => {
    const bare = Object.assign(responded(422, OWN), { response: { status: 422, data: Buffer.from(OWN), headers } });
    expect(judge(bare)).toMatchObject({ failure: 'rejected', upstreamStatus: 422 });
  });

  it('keeps a judgement that was made already', () => {
    const error = new ProviderError('rejected', 'rejected', 'no', { provider: PROVIDER, operation: 'quote' });
    expect(classify(error, 'placeOrder', dialect)).toBe(error);
  });

  it('makes a status word harmless before it goes further', () => {
    const error = new ProviderProtocolError(
      'unreadable_answer',
      'response.state is unknown',
      `<b>\n${'x'.repeat(200)}`,
    );
    expect(judge(error)).toMatchObject({ failure: 'ambiguous', upstreamCode: `b${'x'.repeat(79)}` });
  });

  it('carries how long to wait', () => {
    expect(judge(responded(429, OWN, { 'retry-after': '7' })).retryAfterMs).toBe(7_000);
    expect(judge(responded(503, OWN, { 'retry-after': '9' })).retryAfterMs).toBe(9_000);
    expect(judge(responded(429, OWN))).not.toHaveProperty('retryAfterMs');
  });
});

describe('whatever happens', () => {
  const operations = fc.constantFrom(...OPERATIONS);
  const writes = fc.constantFrom(...WRITES);
  const codes = fc.oneof(fc.constantFrom('any', '', 'sold_out', 'revoked', 'forbidden', 'other_payload'), fc.string());
  const bodies = fc.oneof(
    codes.map((code) => JSON.stringify({ code })),
    fc.json(),
    fc.string(),
    fc.constant(undefined),
  );
  const responses = fc.record({ status: fc.integer({ min: 100, max: 599 }), body: bodies });
  const things = fc.oneof(
    fc.anything({ withNullPrototype: true, withBigInt: true, withTypedArray: true }),
    responses.map(({ status, body }) => responded(status, body)),
    fc
      .tuple(fc.string(), fc.option(fc.string(), { nil: undefined }))
      .map(([code, syscall]) => broken(code, { syscall })),
  );

  it('there is a judgement, and it carries nothing but words, numbers and the names of ours', () => {
    fc.assert(
      fc.property(things, operations, (thrown, operation) => {
        const error = classify(thrown, operation, dialect, { now: NOW, secrets: [SECRET] });
        expect(error).toBeInstanceOf(ProviderError);
        expect(error.at).toMatchObject({ provider: PROVIDER, operation });
        expect(error.at.upstreamCode ?? 'none').toMatch(/^[A-Za-z0-9._-]{1,80}$/);
        expect(error.cause).toBeUndefined();
      }),
    );
  });

  it('a purchase counts as refused only by a definite no in the provider’s own shape', () => {
    const hasShape = (body: string | undefined): boolean => {
      try {
        const parsed: unknown = JSON.parse(body ?? '');
        return typeof parsed === 'object' && parsed !== null && typeof ownField(parsed, 'code') === 'string';
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(responses, writes, ({ status, body }, operation) => {
        const { failure } = judge(responded(status, body), operation);
        if (failure === 'rejected') expect([400, 402, 403, 404, 422].includes(status) && hasShape(body)).toBe(true);
        if (failure === 'retry_later') expect([401, 403, 429]).toContain(status);
        expect(failure).not.toBe('not_sent');
      }),
    );
  });

  it('a purchase without a response is unknown, unless the connection never stood', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('read', 'write', 'shutdown'), writes, (code, syscall, operation) => {
        expect(judge(broken(code, { syscall }), operation).failure).toBe('ambiguous');
        expect(judge(broken(code, { syscall: 'connect' }), operation).failure).toBe('not_sent');
      }),
    );
  });

  it('a read never leaves anything unknown', () => {
    const reads = fc.constantFrom(...OPERATIONS.filter((operation) => !WRITES.has(operation)));
    fc.assert(
      fc.property(things, reads, (thrown, operation) => {
        expect(judge(thrown, operation).failure).not.toBe('ambiguous');
      }),
    );
  });
});
