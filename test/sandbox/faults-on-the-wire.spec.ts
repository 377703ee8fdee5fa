import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Fault, FaultRule } from '../../dev/sandbox/index.js';
import { codeOf, jsonOf, send, type Reply } from './http-client.js';
import { cnaughtClient, useSandbox } from './sandbox-clients.js';

/** Long enough for any response on this machine to have come. */
const SILENCE_MS = 60;

describe('a fault', () => {
  const sandbox = useSandbox();
  const cnaught = cnaughtClient(sandbox);
  const order = (outgoing: { key?: string; signal?: AbortSignal } = {}): Promise<Reply> =>
    cnaught('POST', '/orders', {
      body: { amount_kg: 10 },
      ...(outgoing.key === undefined ? {} : { headers: { 'idempotency-key': outgoing.key } }),
      ...(outgoing.signal === undefined ? {} : { signal: outgoing.signal }),
    });
  /** Gives up a while after the fault has taken the order, however long a busy machine takes to send it. */
  const withoutResponse = async (key?: string): Promise<string> => {
    const patience = new AbortController();
    const pending = codeOf(order({ signal: patience.signal, ...(key === undefined ? {} : { key }) }));
    while (sandbox.current.cnaught.faults.list().length > 0) await setTimeout(1);
    await setTimeout(SILENCE_MS);
    patience.abort();
    return pending;
  };
  const inject = (fault: Fault, rest: Omit<FaultRule, 'fault'> = {}): void =>
    void sandbox.current.cnaught.faults.add({ fault, ...rest });
  const bought = (): number => sandbox.current.cnaught.purchases().length;

  describe('that resets the connection', () => {
    it.each([
      ['before_effect', 0],
      ['after_effect', 1],
    ] as const)('%s leaves %d orders', async (when, orders) => {
      inject({ kind: 'reset', when });
      expect(await codeOf(order())).toBe('ECONNRESET');
      expect(bought()).toBe(orders);
      expect((await order()).status).toBe(201);
    });
  });

  describe('that hangs', () => {
    it.each([
      ['before_effect', 0],
      ['after_effect', 1],
    ] as const)('%s never responds and leaves %d orders', async (when, orders) => {
      inject({ kind: 'hang', when });
      expect(await withoutResponse()).toBe('ABORT_ERR');
      expect(bought()).toBe(orders);
    });

    it('before the effect keeps the key busy until the client leaves', async () => {
      inject({ kind: 'hang', when: 'before_effect' });
      const leaving = new AbortController();
      const hanging = codeOf(order({ key: 'key-1', signal: leaving.signal }));
      while (sandbox.current.cnaught.faults.list().length > 0) await new Promise(setImmediate);
      expect((await order({ key: 'key-1' })).status).toBe(409);
      leaving.abort();
      expect(await hanging).toBe('ABORT_ERR');
      let freed = await order({ key: 'key-1' });
      while (freed.status === 409) freed = await order({ key: 'key-1' });
      expect([freed.status, bought()]).toEqual([201, 1]);
    });
  });

  describe('that delays', () => {
    it('before the effect buys late', async () => {
      inject({ kind: 'delay', when: 'before_effect', ms: SILENCE_MS });
      const reply = order();
      while (sandbox.current.cnaught.faults.list().length > 0) await new Promise(setImmediate);
      expect(bought()).toBe(0);
      expect([(await reply).status, bought()]).toEqual([201, 1]);
    });

    it('after the effect responds late', async () => {
      inject({ kind: 'delay', when: 'after_effect', ms: SILENCE_MS });
      let hasResponded = false;
      const reply = order().finally(() => (hasResponded = true));
      await sandbox.current.cnaught.ledger.waitFor((entry) => entry.kind === 'order_created');
      expect(hasResponded).toBe(false);
      expect((await reply).status).toBe(201);
    });
  });

  it('half_open accepts, stops reading and never responds', async () => {
    inject({ kind: 'half_open' });
    const { hostname, port } = new URL(sandbox.current.cnaught.origin);
    const socket = connect(Number(port), hostname);
    // More than the buffers of both ends hold: it can only leave if the server reads.
    const body = Buffer.alloc(32 * 1024 * 1024, ' ');
    socket.write(`POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`);
    let wasSent = false;
    socket.write(body, () => (wasSent = true));
    const response = new Promise((resolve) => {
      socket.once('data', () => resolve('data'));
      socket.once('close', () => resolve('close'));
      socket.once('error', () => resolve('error'));
    });
    const silence = setTimeout(SILENCE_MS, 'silence');
    expect(await Promise.race([response, silence])).toBe('silence');
    expect(wasSent).toBe(false);
    socket.destroy();
  });

  describe('that acts late', () => {
    it('buys on command, after the connection was reset', async () => {
      inject({ kind: 'late_effect', connection: 'reset' });
      expect(await codeOf(order())).toBe('ECONNRESET');
      expect(bought()).toBe(0);
      expect(sandbox.current.cnaught.lateEffects.release()).toBe(1);
      expect(bought()).toBe(1);
      expect(sandbox.current.cnaught.lateEffects.release()).toBe(0);
    });

    it('buys by itself after a while, with the connection held', async () => {
      inject({ kind: 'late_effect', connection: 'hang', afterMs: 1 });
      const hanging = withoutResponse();
      await sandbox.current.cnaught.ledger.waitFor((entry) => entry.kind === 'order_created');
      expect(await hanging).toBe('ABORT_ERR');
      expect(bought()).toBe(1);
    });
  });

  it.each([
    ['error', { kind: 'error', status: 503, effect: false }, 503, 0],
    ['error with effect', { kind: 'error', status: 500, effect: true }, 500, 1],
    ['refused 402', { kind: 'refused', status: 402 }, 402, 0],
    ['refused 403', { kind: 'refused', status: 403 }, 403, 0],
    ['refused 409', { kind: 'refused', status: 409 }, 409, 0],
    ['refused 422', { kind: 'refused', status: 422 }, 422, 0],
  ] as const)('%s gives a problem with its status', async (_, fault, status, orders) => {
    inject(fault);
    const reply = await order();
    expect([reply.status, bought()]).toEqual([status, orders]);
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(jsonOf(reply)).toMatchObject({ status });
  });

  it('error with effect is repaired by the key', async () => {
    inject({ kind: 'error', status: 502, effect: true });
    expect((await order({ key: 'key-1' })).status).toBe(502);
    const again = await order({ key: 'key-1' });
    expect([again.status, again.headers['x-idempotent-replay'], bought()]).toEqual([201, 'true', 1]);
  });

  it('rate_limited comes with and without a hint when to return', async () => {
    inject({ kind: 'rate_limited', retryAfterSeconds: 7 });
    inject({ kind: 'rate_limited' });
    const [first, second, third] = [await order(), await order(), await order()];
    expect([first.status, first.headers['retry-after']]).toEqual([429, '7']);
    expect([second.status, second.headers['retry-after']]).toEqual([429, undefined]);
    expect([third.status, bought()]).toEqual([201, 1]);
  });

  it('redirect points elsewhere', async () => {
    inject({ kind: 'redirect', location: 'http://127.0.0.1:9/', effect: true });
    const reply = await order();
    expect([reply.status, reply.headers.location, bought()]).toEqual([302, 'http://127.0.0.1:9/', 1]);
  });

  it('truncated_body promises more than it sends', async () => {
    inject({ kind: 'truncated_body' });
    expect(await codeOf(order())).toBe('ECONNRESET');
    expect(bought()).toBe(1);
  });

  it('broken_json has the right status, type and length and cannot be parsed', async () => {
    inject({ kind: 'broken_json' });
    const reply = await order();
    expect([reply.status, Number(reply.headers['content-length'])]).toEqual([201, reply.text.length]);
    expect(() => jsonOf(reply)).toThrow(SyntaxError);
    expect(bought()).toBe(1);
  });

  it.each([
    [200, { kind: 'html', status: 200 }],
    [201, { kind: 'html' }],
  ] as const)('html gives %d with a page', async (status, fault) => {
    inject(fault);
    const reply = await order();
    expect([reply.status, reply.headers['content-type'], bought()]).toEqual([status, 'text/html; charset=utf-8', 1]);
    expect(reply.text).toMatch(/^<!doctype html>/);
  });

  it('no_content_type says nothing about a good body', async () => {
    inject({ kind: 'no_content_type' });
    const reply = await order();
    expect(reply.headers).not.toHaveProperty('content-type');
    expect(jsonOf(reply)).toMatchObject({ state: 'placed' });
  });

  it('slow_drip sends the whole body, in many small pieces', async () => {
    inject({ kind: 'slow_drip', everyMs: 1, bytes: 50 });
    const { hostname, port } = new URL(sandbox.current.cnaught.origin);
    const socket = connect(Number(port), hostname);
    const head = `POST /v1/orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 16\r\n`;
    socket.write(`${head}Authorization: Bearer ${sandbox.current.cnaught.apiKey}\r\n\r\n{"amount_kg":10}`);
    const pieces: string[] = [];
    socket.on('data', (chunk) => pieces.push(chunk.toString()));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(pieces.length).toBeGreaterThan(3);
    const [, body = ''] = pieces.join('').split('\r\n\r\n');
    expect(JSON.parse(body)).toMatchObject({ amount_kg: 10 });
  });

  it('endless_body never stops', async () => {
    inject({ kind: 'endless_body' });
    const { hostname, port } = new URL(sandbox.current.cnaught.origin);
    const socket = connect(Number(port), hostname);
    socket.write('GET /v1/orders HTTP/1.1\r\nHost: x\r\n\r\n');
    let bytes = 0;
    await new Promise<void>((resolve) => {
      socket.on('data', (chunk) => {
        bytes += chunk.length;
        if (bytes > 8 * 1024 * 1024) resolve();
      });
    });
    socket.destroy();
    expect(bytes).toBeGreaterThan(8 * 1024 * 1024);
  });

  it('forget_keys makes a repeat a second purchase', async () => {
    await order({ key: 'key-1' });
    inject({ kind: 'forget_keys' });
    const again = await order({ key: 'key-1' });
    expect([again.status, again.headers['x-idempotent-replay'], bought()]).toEqual([201, undefined, 2]);
  });

  it('set_field, delete_field and unknown_status change the response and not the order', async () => {
    inject({ kind: 'set_field', path: 'amount_kg', value: 11 });
    inject({ kind: 'delete_field', path: 'price_usd_cents' });
    inject({ kind: 'unknown_status', word: 'pondering' });
    const replies = [await order(), await order(), await order()].map((reply) => jsonOf(reply));
    expect(replies[0]).toMatchObject({ amount_kg: 11, price_usd_cents: 20 });
    expect(replies[1]).not.toHaveProperty('price_usd_cents');
    expect(replies[2]).toMatchObject({ state: 'pondering' });
    for (const { id } of replies) {
      const real = jsonOf(await cnaught('GET', `/orders/${String(id)}`));
      expect(real).toMatchObject({ amount_kg: 10, price_usd_cents: 20, state: 'placed' });
    }
  });

  it('is never met by the control API', async () => {
    inject({ kind: 'reset', when: 'before_effect' }, { times: 'always' });
    const reply = await send('GET', `${sandbox.current.cnaught.origin}/_sandbox/faults`);
    expect(jsonOf<unknown[]>(reply)).toHaveLength(1);
  });
});
