import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { startProviders } from '../../dev/start-up.js';
import { gatewaySettings } from '../../src/config/gateway-settings.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.js';
import { launchGateway } from '../support/launcher.js';
import { startTestContext } from '../support/test-bed.js';

const MARKS = ['live', 'development'] as const;
type Mark = (typeof MARKS)[number];

describe('a database', () => {
  const started: { close(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const each of started.splice(0).reverse()) await each.close();
  });

  const given = async (creating: Promise<TestDatabase>): Promise<TestDatabase> => {
    const database = await creating;
    started.push({ close: () => database.drop() });
    return database;
  };
  const start = async (database: TestDatabase, as: Mark): Promise<void> => {
    const on = await startTestContext({}, database);
    started.push({ close: () => on.sandbox.stop() });
    const { app } = await launchGateway(on, {
      settings: { production: as === 'live', directDatabaseUrl: database.url },
    });
    await app.close();
  };
  const rows = async (database: TestDatabase, sql: string): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query<pg.QueryResultRow>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  it.each([
    ['live', 'development', 'DATABASE_URL is a live database: set NODE_ENV=production'],
    ['development', 'live', 'DATABASE_URL is a database for development'],
  ] as const)(
    'that was first started as %s is refused as %s, in one line that says what to do',
    async (is, as, why) => {
      const database = await given(createTestDatabase());
      await start(database, is);
      await expect(start(database, as)).rejects.toThrow(why);
      await start(database, is);
      expect(await rows(database, 'SELECT environment FROM database_environment')).toEqual([{ environment: is }]);
    },
  );

  it('that is live is not even migrated by a start for development', async () => {
    const database = await given(createEmptyDatabase());
    await rows(database, `CREATE TABLE database_environment AS SELECT 'live' AS environment`);
    await expect(start(database, 'development')).rejects.toThrow('DATABASE_URL is a live database');
    expect(await rows(database, `SELECT to_regclass('orders') AS orders`)).toEqual([{ orders: null }]);
  });

  it('has one mark, also where two processes are first', async () => {
    const database = await given(createTestDatabase());
    const ends = await Promise.allSettled(MARKS.map((mark) => start(database, mark)));
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('simulated providers', () => {
  const DATABASE_URL = 'postgresql://db.example/gateway';

  it('are not put in the place of real ones because no key is set', async () => {
    const starting = startProviders(gatewaySettings({ DATABASE_URL }), { DATABASE_URL });
    await expect(starting).rejects.toThrow(
      'set CNAUGHT_API_KEY or CARBONMARK_API_KEY or ONE_TRIBE_API_KEY, or SANDBOX=on',
    );
  });

  it('are not switched on in production', () => {
    const env = {
      NODE_ENV: 'production',
      DATABASE_URL,
      PUBLIC_URL: 'https://g.example',
      FX_RATES: '2026-11-20:GBP=1.2',
    };
    expect(() => gatewaySettings({ ...env, SANDBOX: 'on' })).toThrow('SANDBOX must not be on in production');
    expect(gatewaySettings(env).sandbox).toBe(false);
  });

  it('leave a provider alone whose key is set, whatever the switch', async () => {
    const env = { DATABASE_URL, SANDBOX: 'on', CNAUGHT_API_KEY: randomBytes(16).toString('hex') };
    const providers = await startProviders(gatewaySettings(env), env);
    expect(providers).toMatchObject({ sandbox: false, env });
  });
});
