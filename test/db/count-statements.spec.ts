import { Database } from '../../src/persistence/database/database.js';
import { PrismaService } from '../../src/persistence/database/prisma.service.js';
import { countStatements } from '../support/count-statements.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

describe('the count of statements', () => {
  let database: TestDatabase;
  let connections: Database;
  let prisma: PrismaService;
  beforeAll(async () => {
    database = await createTestDatabase();
    connections = new Database({ url: database.url, maxConnections: 2 });
    prisma = new PrismaService(connections);
  });
  afterAll(async () => {
    await prisma.onApplicationShutdown();
    await connections.onApplicationShutdown();
    await database.drop();
  });

  it('of a transaction of three is five', async () => {
    const transaction = (): Promise<unknown> =>
      prisma.$transaction(async (tx) => {
        await tx.$queryRaw`SELECT 1`;
        await tx.tenant.count();
        await tx.$executeRaw`SELECT 3`;
      });
    expect(await countStatements(transaction)).toEqual([
      'BEGIN',
      'SELECT 1',
      expect.stringContaining('tenants'),
      'SELECT 3',
      'COMMIT',
    ]);
  });

  it('is the same whether the connection exists or has to be made', async () => {
    const another = new Database({ url: database.url, maxConnections: 1 });
    for (const _ of ['made', 'exists']) expect(await countStatements(() => another.now())).toHaveLength(1);
    await another.onApplicationShutdown();
  });

  it('leaves out what is sent beside the act', async () => {
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const beside = begun.then(() => prisma.$queryRaw`SELECT 'beside'`);
    const act = async (): Promise<void> => {
      begin();
      await beside;
      await prisma.$queryRaw`SELECT 'own'`;
    };
    expect(await countStatements(act)).toEqual(["SELECT 'own'"]);
  });

  it('is over with the act, also where it fails', async () => {
    const query = 'SELECT 1 / 0';
    await expect(countStatements(() => prisma.$queryRawUnsafe(query))).rejects.toThrow('division by zero');
    expect(await countStatements(() => Promise.resolve())).toEqual([]);
  });
});
