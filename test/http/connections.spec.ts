import { once } from 'node:events';
import type { Server } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import pg from 'pg';
import { newId } from '../../src/persistence/database/new-id.js';
import { openConnections, RawConnection, rawOrder } from './raw-connection.js';
import { ServedGateway } from './served-gateway.js';

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

describe('a connection', () => {
  let gateway: ServedGateway;
  let server: Server;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    server = gateway.app.getHttpServer() as Server;
  });
  afterAll(() => gateway.stop());

  const asConfigured = (): Pick<Server, 'headersTimeout' | 'requestTimeout' | 'maxConnections'> => {
    const { headersTimeout, requestTimeout, maxConnections } = server;
    return { headersTimeout, requestTimeout, maxConnections };
  };
  let configured: ReturnType<typeof asConfigured>;
  beforeEach(() => (configured = asConfigured()));
  afterEach(() => Object.assign(server, configured));

  it.each([
    ['bytes that are not HTTP', 'NONSENSE\r\n\r\n', 400],
    ['a header that is too large', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
  ])('is closed on both sides after %s, though the client never closes its own', async (_, bytes, status) => {
    const connections = await Promise.all(Array.from({ length: 5 }, () => RawConnection.to(gateway)));
    for (const connection of connections) connection.send(bytes);
    for (const connection of connections) {
      await connection.until(() => connection.statuses.length > 0);
      expect(connection.statuses).toEqual([status]);
    }
    for (const connection of connections) await connection.closed();
    expect(await openConnections(gateway)).toBe(0);
  });

  it.each([
    ['half a header', 'GET /v1/problems HTTP/1.1\r\nHo'],
    [
      'half a body',
      'POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    ],
    [
      'a chunk without an end',
      'POST /v1/quotes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n',
    ],
  ])('is answered 408 and closed, within two seconds of the limit, after %s', async (_, bytes) => {
    server.headersTimeout = 300;
    server.requestTimeout = 300;
    const connection = await RawConnection.to(gateway);
    const startedAt = performance.now();
    connection.send(bytes);
    expect(await connection.closed()).toMatch(/^HTTP\/1.1 408 /);
    expect(performance.now() - startedAt).toBeLessThan(2_300);
    expect(await openConnections(gateway)).toBe(0);
  });

  it.each([
    ['bytes that are not HTTP', 'NONSENSE\r\n\r\n'],
    ['half a request', 'GET /v1/problems HTTP/1.1\r\nHo'],
  ])('is closed without a word after %s behind a purchase that is under way', async (_, bytes) => {
    server.headersTimeout = 300;
    const { faults } = gateway.sandbox.cnaught;
    faults.clear();
    const slow = { kind: 'delay', when: 'before_effect', ms: 3_000 } as const;
    faults.add({ match: { method: 'POST', path: '/orders' }, times: 'always', fault: slow });
    const connection = await RawConnection.to(gateway);
    connection.send(rawOrder(gateway));
    while (faults.list()[0]?.used !== 1) await setImmediate();
    connection.send(bytes);
    expect(await connection.closed()).toBe('');
  });

  it('is closed when it says nothing at all', async () => {
    server.headersTimeout = 300;
    await (await RawConnection.to(gateway)).closed();
  });

  it('has so many requests under way at most, and the next one is refused in its turn', async () => {
    const connection = await RawConnection.to(gateway);
    connection.send(get('/openapi.json').repeat(200));
    await connection.closed();
    expect(connection.statuses.slice(0, 17)).toEqual([...Array.from({ length: 16 }, () => 200), 429]);
    expect(connection.statuses).toHaveLength(17);
    expect(connection.received).toContain('under way on one connection');
  });

  it('serves any number of requests one after the other, and pipelines of the length that is allowed', async () => {
    const connection = await RawConnection.to(gateway);
    for (const round of [1, 2, 3]) {
      connection.send(get('/v1/problems').repeat(16));
      await connection.until(() => connection.statuses.length === 16 * round);
    }
    expect(new Set(connection.statuses)).toEqual(new Set([200]));
    await connection.hangUp();
  });

  it('is refused while there are as many as the gateway takes, and there is room again after one has ended', async () => {
    server.maxConnections = 2;
    const [first, second] = [await RawConnection.to(gateway), await RawConnection.to(gateway)];
    const dropped = once(server, 'drop');
    const third = await RawConnection.to(gateway);
    await dropped;
    expect(await third.closed()).toBe('');
    first.send(`${get('/livez').trimEnd()}\r\nConnection: close\r\n\r\n`);
    await first.closed();
    const fourth = await RawConnection.to(gateway);
    fourth.send(get('/livez'));
    await fourth.until(() => fourth.statuses.length === 1);
    await second.hangUp();
    await fourth.hangUp();
  });

  it('is kept for what takes long in the books, and closed in the silence of any other request', async () => {
    const usual = server.timeout;
    server.timeout = 300;
    const key = await gateway.newKey(['finance:read', 'ops']);
    const asking = (path: string): string =>
      `GET /v1/finance/statements${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n\r\n`;
    const locking = new pg.Client({ connectionString: gateway.database.url });
    await locking.connect();
    try {
      await locking.query('BEGIN; LOCK TABLE statements');
      const [long, other] = [await RawConnection.to(gateway), await RawConnection.to(gateway)];
      long.send(asking(`/${newId('stm')}/postings`));
      other.send(asking(''));
      expect(await other.closed()).toBe('');
      await locking.query('COMMIT');
      await long.until(() => long.statuses.length > 0);
      expect(long.statuses).toEqual([404]);
      await long.hangUp();
    } finally {
      server.timeout = usual;
      await locking.end();
    }
  });

  it('has the limits that are documented', () => {
    expect(asConfigured()).toEqual({ headersTimeout: 10_000, requestTimeout: 30_000, maxConnections: 2_000 });
    expect([server.timeout, server.keepAliveTimeout]).toEqual([60_000, 72_000]);
  });
});
