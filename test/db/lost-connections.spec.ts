import { setImmediate } from 'node:timers/promises';
import pg from 'pg';
import { Database } from '../../src/persistence/database/database.js';
import { PrismaService } from '../../src/persistence/prisma/prisma.service.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** PostgreSQL ends a connection that does nothing for this long. */
const IDLE_MS = 10;

/** Long enough for a statement to be answered and its connection to be ended. */
const ABSENT_MS = 100;

/** Turns of the event loop until the statement has left; how many it takes is the libraries' affair. */
const TURNS = 12;

describe('a connection that is ended while it is handed on', () => {
  let database: TestDatabase;
  let connections: Database;
  let prisma: PrismaService;
  beforeAll(async () => {
    database = await createTestDatabase();
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await admin.query(
      `ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET idle_session_timeout = ${IDLE_MS}`,
    );
    await admin.end();
    connections = new Database({ url: database.url, maxConnections: 1 });
    prisma = new PrismaService(connections);
  });
  afterAll(async () => {
    await prisma.onApplicationShutdown();
    await connections.onApplicationShutdown();
    await database.drop();
  });

  it('costs what was to be done with it, and not the process', async () => {
    const answers: PromiseSettledResult<unknown>[] = [];
    for (let turns = 0; turns < TURNS; turns++) {
      const answered = connections.now();
      const waiting = prisma.$transaction((tx) => tx.$queryRaw`SELECT 1`);
      for (let turn = 0; turn < turns; turn++) await setImmediate();
      // What arrives meanwhile, the answer and the end of the connection, is read in one go.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ABSENT_MS);
      answers.push(...(await Promise.allSettled([answered, waiting])));
    }
    expect(answers).toHaveLength(2 * TURNS);
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain('rejected');
    expect(statuses.slice(-TURNS)).toContain('fulfilled');
  });
});
