import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProviderError } from '../../domain/providers/provider-error.js';
import { OPERATION_CLASSES, CLASS_OF, WRITES, type Operation, type ProviderId } from '../../domain/providers/calls.js';
import { pass, settlesAtOnce } from '../../../test/support/event-loop.js';
import { ProviderHttp } from './http.js';

/** Of every class of operations one, and of the class of reads that has a write too, both. */
const REPRESENTATIVES: readonly Operation[] = ['placeOrder', 'fetchStatus', 'cancel', 'offerings'];

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

const json = { 'content-type': 'application/json' };

/** What breaks by itself, and how a call must take it. */
const BREAKS: readonly (readonly [name: string, reason: string, listener: Listener])[] = [
  ['a connection reset before a response', 'unavailable', (request) => request.socket.resetAndDestroy()],
  ['a connection closed before a response', 'unavailable', (request) => request.socket.end()],
  ['a 500', 'unavailable', (_, response) => response.writeHead(500, json).end('{}')],
  ['a 503', 'unavailable', (_, response) => response.writeHead(503, json).end('{}')],
  ['a 409', 'unavailable', (_, response) => response.writeHead(409, json).end('{"code":"running"}')],
  ['a 408', 'unavailable', (_, response) => response.writeHead(408, json).end('{"code":"slow"}')],
  ['a redirect', 'unavailable', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
  ['broken JSON', 'unreadable_answer', (_, response) => response.writeHead(200, json).end('{"id":"a')],
  [
    'half a body',
    'unreadable_answer',
    (_, response) => {
      response.writeHead(200, { ...json, 'content-length': 100 });
      response.write('{"id":', () => response.socket?.end());
    },
  ],
  // Ended by the bound on its size, long before the deadline of the call.
  [
    'a body that never ends',
    'unavailable',
    (_, response) => {
      response.writeHead(200, json);
      const fill = (): void => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
      };
      response.on('drain', fill);
      fill();
    },
  ],
];

/** What only the deadline of the call ends. */
const STALLS: readonly (readonly [name: string, listener: Listener])[] = [
  ['a response that never comes', () => undefined],
  ['a response whose body never comes', (_, response) => response.writeHead(200, json).flushHeaders()],
  ['a response that stops in the middle', (_, response) => void response.writeHead(200, json).write('{"id":')],
  ['a response that comes a byte at a time', (_, response) => drip(response)],
];

const drip = (response: ServerResponse): void => {
  response.writeHead(200, json);
  const timer = setInterval(() => response.write(' '), 5);
  response.once('close', () => clearInterval(timer));
};

it('has a representative of every class of operations', () => {
  expect(new Set(REPRESENTATIVES.map((operation) => CLASS_OF[operation]))).toEqual(new Set(OPERATION_CLASSES));
});

describe.each(REPRESENTATIVES)('%s', (operation) => {
  const isWrite = WRITES.has(operation);
  const uncertain = isWrite ? 'ambiguous' : 'retry_later';
  let server: Server;
  let requests: string[];
  let listener: Listener;
  let arrival: Promise<void>;
  beforeEach(async () => {
    requests = [];
    let arrived: () => void;
    arrival = new Promise((resolve) => (arrived = resolve));
    server = createServer((request, response) => {
      requests.push(request.url ?? '');
      request.resume().on('error', () => undefined);
      listener(request, response);
      arrived();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const send = (signal: AbortSignal): Promise<ProviderError> => {
    const http = new ProviderHttp({
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      headers: {},
      dialect: { provider: 'example' as ProviderId, read: () => null, reasons: {}, contradictions: [] },
      quota: [],
      onCall: () => undefined,
    });
    const request = { operation, method: isWrite ? 'POST' : 'GET', path: '/things' } as const;
    return http
      .send(request, { signal, correlationId: 'ord_1', account: null }, (response) => response.read((value) => value))
      .then(
        () => Promise.reject(new Error('must fail')),
        (error: ProviderError) => error,
      );
  };

  it.each(BREAKS)(`judges %s as ${uncertain}`, async (_, reason, broken) => {
    listener = broken;
    const error = await send(AbortSignal.timeout(20_000));
    expect([error.failure, error.reason, error.at.operation]).toEqual([uncertain, reason, operation]);
    if (isWrite) expect(requests).toHaveLength(1);
    expect(new Set(requests)).toEqual(new Set(['/things']));
  });

  it.each(STALLS)(`ends with its deadline and judges %s as ${uncertain}`, async (_, stalling) => {
    listener = stalling;
    const deadline = new AbortController();
    const pending = send(deadline.signal);
    await arrival;
    await pass(deadline);
    expect(await settlesAtOnce(pending)).toBe(true);
    expect(await pending).toMatchObject({ failure: uncertain, reason: 'timed_out' });
    expect(requests).toHaveLength(1);
  });

  it('sends nothing once its deadline has passed', async () => {
    listener = (_, response) => response.end('{}');
    await expect(send(AbortSignal.abort())).resolves.toMatchObject({ failure: 'not_sent' });
    expect(requests).toEqual([]);
  });

  it(`${isWrite ? 'is never sent again by itself' : 'goes on'} after one broken connection`, async () => {
    listener = (request, response) => {
      if (requests.length === 1) request.socket.resetAndDestroy();
      else response.writeHead(200, json).end('{}');
    };
    const outcome = await send(AbortSignal.timeout(20_000)).catch(() => 'resolved');
    expect(outcome === 'resolved').toBe(!isWrite);
    expect(requests).toHaveLength(isWrite ? 1 : 2);
  });
});
