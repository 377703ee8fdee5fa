import { connect } from 'node:net';
import * as fc from 'fast-check';
import type { AnySimulator, SimulatorName } from '../../dev/sandbox/index.js';
import { anyBody, anyId } from './any-command.js';
import { commandTo, nested, readFrom, stateOf } from './command-client.js';
import { jsonOf, send } from './http-client.js';
import { useSandbox } from './sandbox-clients.js';

const SIMULATORS: readonly SimulatorName[] = ['cnaught', 'carbonmark', 'oneTribe'];

describe.each(SIMULATORS)('commands to %s', (name) => {
  const sandbox = useSandbox({ rateLimits: 'off', schedule: 'watchable' });
  const simulator = (): AnySimulator => sandbox.current[name];
  const port = (): string => new URL(simulator().origin).port;

  it.each<[string, number, (port: string) => Record<string, string>]>([
    ['this machine', 200, () => ({})],
    ['this machine by name', 200, (at) => ({ host: `localhost:${at}` })],
    ['this machine by its other address', 200, () => ({ host: '[::1]' })],
    ['its own page', 200, (at) => ({ host: `LocalHost:${at}`, origin: `http://localhost:${at}` })],
    ['a name of somebody else', 403, () => ({ host: 'attacker.example' })],
    ['such a name on this port', 403, (at) => ({ host: `attacker.example:${at}` })],
    ['a name that begins like an address', 403, (at) => ({ host: `127.0.0.1.attacker.example:${at}` })],
    ['a name that begins like ours', 403, () => ({ host: 'localhost.attacker.example' })],
    ['an address behind a user name', 403, () => ({ host: 'attacker.example@127.0.0.1' })],
    ['a page of somebody else', 403, () => ({ origin: 'http://attacker.example' })],
    ['a page without an origin', 403, () => ({ origin: 'null' })],
    ['a page on another port', 403, () => ({ origin: 'http://127.0.0.1:1' })],
    ['a page of another scheme', 403, (at) => ({ origin: `https://127.0.0.1:${at}` })],
    [
      'a page whose name points here',
      403,
      (at) => ({ host: `attacker.example:${at}`, origin: `http://attacker.example:${at}` }),
    ],
  ])('from %s: %i', async (_, status, headers) => {
    const before = simulator().nowMs();
    const body = { advanceMs: 3_600_000 };
    const reply = await commandTo(simulator(), 'POST', '/clock', { headers: headers(port()), body });
    expect(reply.status).toBe(status);
    expect(simulator().nowMs() - before >= 3_600_000).toBe(status === 200);
  });

  it.each<[string, string, unknown]>([
    ['POST', '/clock', { advanceMs: 1e308 }],
    ['POST', '/clock', { advanceMs: 8.64e15 }],
    ['POST', '/clock', '{"advanceMs":1e999}'],
    ['POST', '/clock', { advanceMs: '1' }],
    ['POST', '/clock', {}],
    ['GET', '/ledger?after=x', undefined],
    ['GET', '/ledger?after=-1', undefined],
    ['DELETE', '/faults/x', undefined],
    ['DELETE', '/faults/%zz', undefined],
    ['PUT', '/faults', { fault: { kind: 'half_open' } }],
    ['GET', '/__proto__', undefined],
    ['POST', '/advance', {}],
    ['POST', '/advance', { id: '__proto__', to: 'constructor' }],
    ['POST', '/advance', { id: 1, to: [] }],
    ['POST', '/switches', '{"__proto__":{"polluted":true}}'],
    ['POST', '/switches', { constructor: true }],
    ...['{', 'null', '[]', '5', '"text"', '\ud800', nested(65), nested(200_000)].map(
      (body): [string, string, string] => ['POST', '/foreign-rows', body],
    ),
    ...[
      {},
      { fault: null },
      { fault: { kind: '__proto__' } },
      { fault: { kind: 'constructor' } },
      { fault: { kind: 'half_open' }, match: null },
      { fault: { kind: 'half_open' }, match: 5 },
      { fault: { kind: 'half_open' }, match: { verb: 'GET' } },
      { fault: { kind: 'half_open' }, match: { header: 'text' } },
      { fault: { kind: 'half_open' }, match: { header: { a: 5 } } },
      { fault: { kind: 'half_open' }, matches: {} },
      { fault: { kind: 'half_open' }, times: 0.5 },
      { fault: { kind: 'error', status: 99, effect: true } },
      { fault: { kind: 'error', status: 1000, effect: true } },
      { fault: { kind: 'refused', status: 404.5 } },
      { fault: { kind: 'html', status: 101 } },
      { fault: { kind: 'redirect', location: 'https://a.example/\r\nset-cookie: a=b', effect: false } },
      { fault: { kind: 'delay', when: 'before_effect', ms: -1 } },
      { fault: { kind: 'delay', when: 'before_effect', ms: 1e308 } },
      { fault: { kind: 'late_effect', connection: 'reset', afterMs: 2 ** 31 } },
      { fault: { kind: 'slow_drip', everyMs: 1, bytes: 0 } },
      { fault: { kind: 'slow_drip', everyMs: 1, bytes: -1 } },
      { fault: { kind: 'rate_limited', retryAfterSeconds: -1 } },
      { fault: { kind: 'set_field', path: 'id' } },
      { fault: { kind: 'set_field', path: ['id'], value: 1 } },
    ].map((rule): [string, string, unknown] => ['POST', '/faults', rule]),
  ])('%s %s is refused with %j, and changes nothing', async (method, path, body) => {
    const before = stateOf(simulator());
    const reply = await commandTo(simulator(), method, path, body === undefined ? {} : { body });
    expect([400, 404]).toContain(reply.status);
    expect(jsonOf(reply)).toEqual({ error: expect.stringMatching(/\.$/) });
    expect(stateOf(simulator())).toEqual(before);
  });

  it.each(['__proto__.polluted', 'data.__proto__', 'constructor.prototype.polluted', 'a.constructor', 'prototype'])(
    'no field outside of a response: %s',
    async (path) => {
      for (const fault of [
        { kind: 'set_field', path, value: true },
        { kind: 'delete_field', path },
      ]) {
        const reply = await commandTo(simulator(), 'POST', '/faults', { body: { fault, times: 'always' } });
        expect(reply.status).toBe(400);
        expect(jsonOf(reply)['error']).toContain('__proto__');
      }
      await send('GET', `${simulator().baseUrl}/orders`);
      expect(Object.prototype).not.toHaveProperty('polluted');
    },
  );

  it('as large as no command is: refused, and the connection is not cut', async () => {
    const reply = await commandTo(simulator(), 'POST', '/clock', { body: `{"a":"${'x'.repeat(4 * 1024 * 1024)}"}` });
    expect(reply.status).toBe(413);
  });

  it.each([
    ['at an address that is none', 400, 'OPTIONS *%zz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close'],
    ['without a host', 403, 'POST /_sandbox/reset HTTP/1.0'],
    ['with an empty host', 403, 'POST /_sandbox/reset HTTP/1.1\r\nHost: \r\nConnection: close'],
  ])('%s: %i', async (_, status, head) => {
    const socket = connect(Number(port()), '127.0.0.1', () => socket.write(`${head}\r\n\r\n`));
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it('of any kind are done or refused, and the simulator goes on', async () => {
    const { commands } = jsonOf<{ commands: string[] }>(await commandTo(simulator(), 'GET', ''));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...commands), anyId, anyBody, async (command, id, body) => {
        const [method = '', path = ''] = command.split(' /_sandbox');
        const address = path.replace(':id', encodeURIComponent(id));
        const { status } = await commandTo(simulator(), method, address, method === 'POST' ? { body } : {});
        expect([200, 400, 404]).toContain(status);
        // Whatever fault it was, its request ends by itself or is given up.
        if (simulator().faults.list().length > 0) {
          await readFrom(sandbox, name, AbortSignal.timeout(20)).catch(() => null);
        }
        simulator().faults.clear();
        simulator().lateEffects.release();
        expect(await readFrom(sandbox, name)).toBe(200);
      }),
      { numRuns: 100 },
    );
  });
});
