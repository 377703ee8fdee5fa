import { BadRequestException, NotFoundException } from '@nestjs/common';
import { AppError, ERROR_CODES } from '../../src/domain/errors.js';
import { grams } from '../../src/domain/mass.js';
import { DatabaseBusyError } from '../../src/domain/errors.js';
import { isDatabaseBusy, isDatabaseGone } from '../../src/http/problems/database-gone.js';
import { HttpProblem, invalidFields } from '../../src/http/problems/http-problem.js';
import { CancellationTerms } from '../../src/application/orders/cancellation-terms.js';
import { ProviderDirectory } from '../../src/providers/provider-directory.js';
import { problemOf } from '../../src/http/problems/problem-document.js';
import { problemsMarkdown } from '../../src/http/problems/problems-markdown.js';
import { HTTP_CODES, PROBLEM_CODES, PROBLEMS } from '../../src/http/problems/problems.js';
import { OrderRenderer } from '../../src/http/v1/orders/order-renderer.js';
import { OrderPresenter } from '../../src/http/v1/orders/order.presenter.js';

const SUBJECT = { requestId: 'req-1', url: '/v1/orders?secret=1', publicUrl: 'https://gateway.example' };

describe('the table of problems', () => {
  it('has every code once, and no other', () => {
    expect([...PROBLEM_CODES].sort()).toEqual([...ERROR_CODES, ...HTTP_CODES].sort());
  });

  it.each(PROBLEM_CODES)('says what %s means and what to do', (code) => {
    const { status, title, meaning, remedy, retry } = PROBLEMS[code];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    for (const sentence of [meaning, remedy]) expect(sentence).toMatch(/^[A-Z`].*\.$/);
    // A retry that may succeed uses the same key, because nothing is stored under it.
    expect(retry.safe && !retry.sameKey).toBe(false);
    // A caller that is told to come back later may send the same request. The key of a lost order is lost as well: the
    // same request would buy again.
    if (status >= 500 || status === 429) expect(retry.safe).toBe(code !== 'order_lost');
  });

  it('is written to docs/errors.md, one line per code', () => {
    const lines = problemsMarkdown().split('\n');
    for (const code of PROBLEM_CODES) expect(lines.filter((line) => line.includes(`| \`${code}\` |`))).toHaveLength(1);
  });
});

describe('a problem document', () => {
  it('says what was wrong, with which order, and what to do', () => {
    const refusal = new AppError('provider_unavailable', 'CNaught could not be read.', {
      orderId: 'ord_1',
      retryAfterMs: 1_200,
    });
    expect(problemOf(refusal, SUBJECT)).toEqual({
      status: 503,
      headers: { 'retry-after': '2' },
      document: {
        type: 'https://gateway.example/v1/problems/provider_unavailable',
        title: PROBLEMS.provider_unavailable.title,
        status: 503,
        detail: 'CNaught could not be read.',
        code: 'provider_unavailable',
        instance: '/v1/orders',
        request_id: 'req-1',
        order_id: 'ord_1',
        retry: { safe: true, after_seconds: 2, same_key: true },
      },
    });
  });

  it('lists wrong fields', () => {
    const errors = { 'mass.value': ['must be greater than zero'] };
    expect(problemOf(invalidFields(errors), SUBJECT).document).toMatchObject({ code: 'invalid_request', errors });
  });

  it('names the nearest masses', () => {
    const nearest = { below: null, above: grams(1_000_000) };
    expect(problemOf(new AppError('mass_not_orderable', 'No.', { nearest }), SUBJECT).document.nearest).toEqual({
      below: null,
      above: { value: '1', unit: 't', grams: 1_000_000 },
    });
  });

  it.each([
    ['an unknown error', new Error('password=hunter2')],
    ['a text', 'password=hunter2'],
    ['nothing', undefined],
    [
      'an exception of the framework that is ours to mend',
      Object.assign(new Error('hunter2'), { statusCode: 500, code: 'FST_X' }),
    ],
    ['an error with a status of its own', Object.assign(new Error('hunter2'), { statusCode: 404 })],
  ])('for %s reveals nothing but the request id', (_, thrown) => {
    const { status, document } = problemOf(thrown, SUBJECT);
    expect([status, document.code, document.request_id]).toEqual([500, 'internal_error', 'req-1']);
    expect(JSON.stringify(document)).not.toContain('hunter2');
  });

  it.each([
    [new NotFoundException('Cannot GET /secret'), 'not_found'],
    [new BadRequestException('Unexpected token s'), 'invalid_request'],
    [Object.assign(new Error('secret'), { code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 }), 'payload_too_large'],
    [Object.assign(new Error('secret'), { code: 'FST_ERR_MAX_PARAM_LENGTH', statusCode: 414 }), 'not_found'],
  ])('takes over the status of a refusal by the framework, but not its message', (thrown, code) => {
    const { document } = problemOf(thrown, SUBJECT);
    expect(document.code).toBe(code);
    expect(document.detail).toBe(PROBLEMS[document.code].meaning);
  });
});

describe('a refusal of a request with a key', () => {
  const presenter = new OrderPresenter(new CancellationTerms(new ProviderDirectory([])));
  const renderer = new OrderRenderer(presenter, SUBJECT, () => 201);

  it.each(['price_above_limit', 'provider_rejected'] as const)('is stored under the key when it is %s', (code) => {
    const refusal = new AppError(code, 'No.', { orderId: 'ord_1' });
    const kept = renderer.renderError(refusal);
    expect(kept?.status).toBe(422);
    expect(JSON.parse(kept?.body ?? '')).toEqual(problemOf(refusal, SUBJECT).document);
  });

  it.each([
    ['one without an order', new AppError('mass_not_orderable', 'No.')],
    ['one that may pass', new AppError('order_not_cancellable', 'No.', { orderId: 'ord_1' })],
    ['one because a provider is unavailable', new AppError('provider_unavailable', 'No.', { orderId: 'ord_1' })],
    ['one by the HTTP layer', new HttpProblem('invalid_request', 'No.')],
    ['a defect', new Error('No.')],
  ])('is not stored under the key when it is %s', (_, thrown) => {
    expect(renderer.renderError(thrown)).toBeNull();
  });
});

describe('an unreachable database', () => {
  const failed = (cause: object): Error =>
    Object.assign(new Error('Raw query failed'), {
      name: 'PrismaClientKnownRequestError',
      code: 'P2010',
      meta: { driverAdapterError: Object.assign(new Error('x'), { cause }) },
    });

  const nested = (originalCode: string): Error => failed({ kind: 'postgres', originalCode });

  it.each([
    ['cannot be reached by a raw query', failed({ kind: 'DatabaseNotReachable' })],
    ['goes away during a raw query', failed({ kind: 'ConnectionClosed' })],
    ['refuses connections', Object.assign(new Error("Can't reach database server"), { code: 'P1001' })],
    ['is shutting down', nested('57P01')],
    ['is starting up', nested('57P03')],
    ['has no connection left', nested('53300')],
    ['has cut the connection', new Error('Connection terminated unexpectedly')],
    ['takes no connection', new Error('Connection terminated due to connection timeout')],
  ])('is recognised when it %s', (_, thrown) => {
    expect(isDatabaseGone(thrown)).toBe(true);
  });

  it.each([
    ['a constraint', nested('23505')],
    ['a unique key', Object.assign(new Error('Unique constraint failed'), { code: 'P2002' })],
    ['a provider that refuses connections', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
    ['anything else', new Error('x')],
    ['a text', 'Connection terminated'],
  ])('is not taken for %s', (_, thrown) => {
    expect(isDatabaseGone(thrown)).toBe(false);
  });

  it('is told from one whose connections are all in use', () => {
    const busy = new Error('timeout exceeded when trying to connect');
    expect([isDatabaseBusy(busy), isDatabaseGone(busy)]).toEqual([true, false]);
    expect(isDatabaseBusy(new DatabaseBusyError('none became free', { cause: busy }))).toBe(true);
    expect(isDatabaseBusy(new Error('Connection terminated due to connection timeout'))).toBe(false);
  });

  it('is searched for in a cycle of causes without hanging', () => {
    const loop: Error & { cause?: unknown } = new Error('x');
    loop.cause = loop;
    expect(isDatabaseGone(loop)).toBe(false);
  });
});
