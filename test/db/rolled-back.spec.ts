import { Database } from '../../src/persistence/database/database.js';
import { Prisma } from '../../src/persistence/generated/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

describe('a statement that was rolled back', () => {
  let database: TestDatabase;
  let connections: Database;
  beforeAll(async () => {
    database = await createTestDatabase();
    connections = new Database({ url: database.url, maxConnections: 1 });
    // A sequence counts on when its transaction is rolled back.
    await connections.pool.query(`
      CREATE SEQUENCE tries;
      CREATE FUNCTION roll_back(code text, times int) RETURNS bigint LANGUAGE plpgsql AS $$
      DECLARE
        nth CONSTANT bigint := nextval('tries');
      BEGIN
        IF nth <= times THEN
          RAISE EXCEPTION 'rolled back' USING ERRCODE = code;
        END IF;
        RETURN nth;
      END $$`);
  });
  afterAll(async () => {
    await connections.onApplicationShutdown();
    await database.drop();
  });
  beforeEach(async () => {
    await connections.pool.query('ALTER SEQUENCE tries RESTART');
  });

  const roll = (code: string, times: number) =>
    connections.query<{ nth: string }>(Prisma.sql`SELECT roll_back(${code}::text, ${times}::int) AS nth`);

  it.each([
    ['by a deadlock', '40P01'],
    ['for want of a serial order', '40001'],
  ])('%s is sent again, twice at most', async (_, code) => {
    expect(await roll(code, 2)).toEqual([{ nth: '3' }]);
    await connections.pool.query('ALTER SEQUENCE tries RESTART');
    await expect(roll(code, 3)).rejects.toMatchObject({ code });
  });

  it('for any other reason is not sent again', async () => {
    await expect(roll('23505', 1)).rejects.toMatchObject({ code: '23505' });
    expect((await connections.pool.query<{ tries: string }>('SELECT last_value AS tries FROM tries')).rows).toEqual([
      { tries: '1' },
    ]);
  });
});
