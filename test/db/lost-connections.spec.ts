import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { Database } from '../../src/persistence/database/database.js';
import { PrismaService } from '../../src/persistence/database/prisma.service.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** The end of a response: the server is ready, and in no transaction. */
const READY = Buffer.from('Z\0\0\0\u0005I', 'latin1');

/** What a server says when it ends a connection that did nothing for too long. */
const ENDED = ((): Buffer => {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P05\0Midle-session timeout\0\0');
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(4 + fields.length, 1);
  return Buffer.concat([head, fields]);
})();

describe('a connection that is ended while it is handed on', () => {
  let database: TestDatabase;
  let server: Server;
  let connections: Database;
  let prisma: PrismaService;
  /** From then on every connection ends with the response to its next statement, in one piece with it. */
  let ends = false;
  beforeAll(async () => {
    database = await createTestDatabase();
    const { hostname, port } = new URL(database.url);
    server = createServer((client) => {
      const upstream = connect(Number(port), hostname);
      client.pipe(upstream);
      upstream.on('data', (bytes: Buffer) => {
        if (ends && bytes.subarray(-READY.length).equals(READY)) client.end(Buffer.concat([bytes, ENDED]));
        else client.write(bytes);
      });
      upstream.on('close', () => client.destroy()).on('error', () => client.destroy());
      client.on('close', () => upstream.destroy()).on('error', () => upstream.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(database.url);
    url.port = String((server.address() as AddressInfo).port);
    connections = new Database({ url: url.href, maxConnections: 1 });
    prisma = new PrismaService(connections);
  });
  afterAll(async () => {
    await prisma.onApplicationShutdown();
    await connections.onApplicationShutdown();
    server.close();
    await database.drop();
  });

  it('costs what was to be done with it, and not the process', async () => {
    await connections.now();
    ends = true;
    const last = connections.now();
    const waiting = prisma.$transaction((tx) => tx.$queryRaw`SELECT 1`);
    const [first, second] = await Promise.allSettled([last, waiting]);
    expect([first.status, second.status]).toEqual(['fulfilled', 'rejected']);
    ends = false;
    await expect(connections.now()).resolves.toBeInstanceOf(Date);
  });
});
