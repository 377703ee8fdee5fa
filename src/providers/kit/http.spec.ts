import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { ProviderError } from '../../domain/providers/provider-error.js';
import type { Operation, ProviderCall, ProviderId } from '../../domain/providers/calls.js';
import { ownField } from './decode.js';
import { pass, settlesAtOnce } from '../../../test/support/event-loop.js';
import type { AdmitRead, CallReport } from './call-report.js';
import { ProviderHttp, type ProviderResponse } from './http.js';

const KEY = 'secret-key-0001';

const call = (deadlineMs = 5_000): ProviderCall => ({
  signal: AbortSignal.timeout(deadlineMs),
  correlationId: 'ord_1',
  account: null,
});

describe('ProviderHttp', () => {
  let servers: { close: () => void }[] = [];
  let reports: CallReport[] = [];
  afterEach(() => {
    for (const server of servers) server.close();
    servers = [];
    reports = [];
  });

  const serve = async (listener: RequestListener): Promise<string> => {
    const server: Server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push({ close: () => (server.closeAllConnections(), server.close()) });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  const http = (
    baseUrl: string,
    onCall = (report: CallReport): unknown => reports.push(report),
    admitRead?: AdmitRead,
  ): ProviderHttp =>
    new ProviderHttp({
      ...(admitRead && { admitRead }),
      baseUrl,
      headers: { authorisation: `API-Key ${KEY}` },
      dialect: {
        provider: 'example' as ProviderId,
        read: (body) => {
          const code = ownField(body, 'code');
          return typeof code === 'string' ? { code } : null;
        },
        reasons: {},
        contradictions: [],
      },
      quota: [],
      onCall,
    });

  const get = (client: ProviderHttp, options: { path?: string; maxBytes?: number; signal?: AbortSignal } = {}) => {
    const { path = '/things', maxBytes, signal } = options;
    const request = {
      operation: 'offerings' as Operation,
      method: 'GET' as const,
      path,
      ...(maxBytes && { maxBytes }),
    };
    return client.send(request, { ...call(), ...(signal && { signal }) }, (response: ProviderResponse) =>
      response.read((value) => value),
    );
  };

  const failed = (pending: Promise<unknown>): Promise<ProviderError> =>
    pending.then(
      () => Promise.reject(new Error('must fail')),
      (error: ProviderError) => error,
    );

  it('bounds a body while it is being unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' }).end(bomb);
    });
    const before = process.memoryUsage().rss;
    const error = await failed(get(http(url)));
    expect(error.failure).toBe('retry_later');
    expect(process.memoryUsage().rss - before).toBeLessThan(48 * 1024 * 1024);
  });

  it('reads a packed body', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":"ø"}'));
    });
    await expect(get(http(url))).resolves.toEqual({ a: 'ø' });
  });

  it('takes a larger body only where it is expected', async () => {
    const url = await serve((_, response) => void response.end(JSON.stringify('x'.repeat(2 * 1024 * 1024))));
    await expect(failed(get(http(url)))).resolves.toMatchObject({ failure: 'retry_later' });
    await expect(get(http(url), { maxBytes: 4 * 1024 * 1024 })).resolves.toHaveLength(2 * 1024 * 1024);
  });

  it('ends by the deadline though it is between two tries', async () => {
    let requests = 0;
    const url = await serve((request) => {
      requests += 1;
      request.socket.destroy();
    });
    const deadline = new AbortController();
    let betweenTries: () => void = () => undefined;
    const failedOnce = new Promise<void>((resolve) => (betweenTries = resolve));
    const mayRepeat = async (): Promise<boolean> => (betweenTries(), true);
    const client = http(url, undefined, async () => ({ mayRepeat, ended: async () => undefined }));
    const pending = failed(get(client, { signal: deadline.signal }));
    await failedOnce;
    await pass(deadline);
    expect(await settlesAtOnce(pending)).toBe(true);
    expect(await pending).toMatchObject({ failure: 'retry_later', reason: 'timed_out' });
    // Longer than any pause between two tries.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(requests).toBe(1);
  });

  const purchase = (client: ProviderHttp, signal = AbortSignal.timeout(20_000)): Promise<ProviderError> => {
    const request = { operation: 'placeOrder', method: 'POST', path: '/orders', body: '{}' } as const;
    return failed(client.send(request, { ...call(), signal }, () => null));
  };

  /** A server below HTTP and TLS. */
  const serveRaw = async (onConnection: (socket: Socket) => void): Promise<number> => {
    const sockets: Socket[] = [];
    const server = createTcpServer((socket) => {
      sockets.push(socket);
      onConnection(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push({ close: () => (sockets.forEach((socket) => socket.destroy()), server.close()) });
    return (server.address() as AddressInfo).port;
  };

  it.each([
    ['is reset', (socket: Socket) => socket.once('data', () => socket.resetAndDestroy())],
    ['is ended', (socket: Socket) => socket.once('data', () => socket.end())],
    ['meets plain text', (socket: Socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request'))],
  ])('knows that a purchase was not sent when the TLS handshake %s', async (_, onConnection) => {
    const port = await serveRaw(onConnection);
    const error = await purchase(http(`https://127.0.0.1:${port}`));
    expect(error.failure).toBe('not_sent');
  });

  it('ends by the deadline in a TLS handshake that meets silence, and knows that nothing was sent', async () => {
    const deadline = new AbortController();
    let heard: () => void = () => undefined;
    const hello = new Promise<void>((resolve) => (heard = resolve));
    const port = await serveRaw((socket) => void socket.once('data', heard));
    const pending = purchase(http(`https://127.0.0.1:${port}`), deadline.signal);
    await hello;
    await pass(deadline);
    expect(await settlesAtOnce(pending)).toBe(true);
    expect((await pending).failure).toBe('not_sent');
  });

  it('knows nothing of a purchase when the same happens to a connection that is up', async () => {
    const port = await serveRaw((socket) => void socket.once('data', () => socket.resetAndDestroy()));
    await expect(purchase(http(`http://127.0.0.1:${port}`))).resolves.toMatchObject({ failure: 'ambiguous' });
  });

  it('knows nothing of a purchase that went out on a connection used before', async () => {
    let requests = 0;
    const url = await serve((request, response) => {
      requests += 1;
      if (requests === 1) response.end('{}');
      else request.socket.resetAndDestroy();
    });
    const client = http(url);
    await get(client);
    await expect(purchase(client)).resolves.toMatchObject({ failure: 'ambiguous' });
    expect(requests).toBe(2);
  });

  it('sends nothing to an address that is too long, nor with a path that is a host', async () => {
    const paths: string[] = [];
    const url = await serve((request, response) => {
      paths.push(request.url ?? '');
      response.end('{}');
    });
    await expect(failed(get(http(url), { path: `/${'x'.repeat(2_100)}` }))).resolves.toMatchObject({
      failure: 'rejected',
    });
    expect(paths).toEqual([]);
    await get(http(`${url}/v1`), { path: '//elsewhere.example/x' });
    expect(paths).toEqual(['/v1/elsewhere.example/x']);
  });

  it('does not go through a proxy that the environment names', async () => {
    const proxied: string[] = [];
    const proxy = await serve((request, response) => {
      proxied.push(request.url ?? '');
      response.end('{}');
    });
    const url = await serve((_, response) => void response.end('{"direct":true}'));
    process.env['HTTP_PROXY'] = process.env['http_proxy'] = proxy;
    try {
      await expect(get(http(url))).resolves.toEqual({ direct: true });
    } finally {
      delete process.env['HTTP_PROXY'];
      delete process.env['http_proxy'];
    }
    expect(proxied).toEqual([]);
  });

  it('reports a call without its address, body or key', async () => {
    const url = await serve((_, response) => void response.writeHead(500).end('{"secret":"in the body"}'));
    await failed(get(http(url), { path: '/payments/pay_123' }));
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({
      provider: 'example',
      operation: 'offerings',
      outcome: 'retry_later',
      reason: 'unavailable',
      upstreamStatus: 500,
      correlationId: 'ord_1',
    });
    expect(reports[0]?.latencyMs).toBeGreaterThan(0);
    expect(JSON.stringify(reports)).not.toMatch(/secret|pay_123|127\.0\.0\.1/);
  });

  it('passes on no word of a provider’s that is the key', async () => {
    const url = await serve((request, response) => {
      const [, key] = request.headers['authorisation']?.toString().split(' ') ?? [];
      response.writeHead(422).end(JSON.stringify({ code: request.url === '/said' ? `bad-${key}` : 'sold_out' }));
    });
    expect((await failed(get(http(url), { path: '/said' }))).at).not.toHaveProperty('upstreamCode');
    expect((await failed(get(http(url)))).at).toMatchObject({ upstreamCode: 'sold_out' });
  });

  it('lets no observer turn a success into a failure', async () => {
    const url = await serve((_, response) => void response.end('{}'));
    const client = http(url, () => {
      throw new Error('the log is full');
    });
    await expect(get(client)).resolves.toEqual({});
  });

  it('uses a connection again', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('{}');
    });
    const client = http(url);
    for (let i = 0; i < 3; i++) await get(client);
    expect(ports.size).toBe(1);
  });
});
