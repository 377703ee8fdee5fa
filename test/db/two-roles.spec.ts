import pg from 'pg';
import { concernsOf } from '../../src/domain/database/concerns.js';
import { Database } from '../../src/persistence/database/database.js';
import { ServerRepository } from '../../src/persistence/database/server.repository.js';
import { applyGrants } from '../../src/persistence/migrations/apply-grants.js';
import { APPLICATION_ROLE, FUNCTIONS, SEQUENCES, TABLES } from '../../src/persistence/migrations/grants.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.js';
import { launchGateway } from '../support/launcher.js';
import { startTestContext } from '../support/test-bed.js';

/** Nothing is lost with it but a pace, a pause, who is alive, or a chart. */
const VOLATILE = ['processes', 'provider_calls', 'provider_health', 'quota_buckets', 'quota_turns'];

/** Work that is done, processes that are gone, and who has an order in hand. Of nothing else may a gateway delete. */
const DELETED_FROM = ['order_owners', 'processes', 'tasks'];

/** What the migrations' tool keeps is its own. */
const HISTORY_OF_MIGRATIONS = '_prisma_migrations';

const TABLE_NAMES = Object.keys(TABLES);

let database: TestDatabase;
let owner: pg.Client;
let application: pg.Client;

const connected = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
};
const columnOf = async (client: pg.Client, sql: string, values: unknown[] = []): Promise<unknown[]> =>
  (await client.query<unknown[]>({ text: sql, values, rowMode: 'array' })).rows.map(([value]) => value);

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await connected(database.url);
  application = await connected(database.applicationUrl);
  await owner.query(`
    INSERT INTO tenants (id, name) VALUES ('ten_1', 'Tenant');
    BEGIN;
    INSERT INTO orders (id, tenant_id, status, provider, provider_offering_id, offering_name, payment_method,
                        requested_grams, ordered_grams, beneficiary_name, routing)
      VALUES ('ord_1', 'ten_1', 'created', 'p', 'o', 'Offering', 'account', 1000, 1000, 'Jane', '{}');
    INSERT INTO tasks (subject_id, kind) VALUES ('ord_1', 'purchase');
    INSERT INTO order_events (id, order_id, sequence, type, source) VALUES ('evt_1', 'ord_1', 1, 'order.created', 'request');
    INSERT INTO attempts (order_id, operation, number, generation, idempotency_key, body, send_deadline_at)
      VALUES ('ord_1', 'placeOrder', 1, 1, 'k', '{}', now());
    INSERT INTO checkout_sessions (order_id, provider, url, status) VALUES ('ord_1', 'p', 'https://pay.example', 'open');
    INSERT INTO far_sides (id, provider, address, environment, account) VALUES ('f', 'p', 'https://p.example', 'live', 'f');
    INSERT INTO idempotency_records (tenant_id, operation, key, fingerprint, locked_until)
      VALUES ('ten_1', 'place_order', 'k', '', now());
    SELECT record_act('{"id": "aud_1", "operator": "Ann", "act": "key.revoke", "outcome": "applied"}');
    COMMIT`);
});
afterAll(async () => {
  await Promise.all([owner.end(), application.end()]);
  await database.drop();
});

const ownDatabase = async (use: (own: TestDatabase, client: pg.Client) => Promise<void>): Promise<void> => {
  const own = await createTestDatabase();
  const client = await connected(own.url);
  try {
    await use(own, client);
  } finally {
    await client.end();
    await own.drop();
  }
};

describe('the grants name', () => {
  it('every table there is, and every column they speak of', async () => {
    expect(
      await columnOf(owner, `SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`),
    ).toEqual([...TABLE_NAMES].sort());
    for (const [table, { insert = [], update = [] }] of Object.entries(TABLES)) {
      const columns = await columnOf(
        owner,
        `SELECT attname::text FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
        [table],
      );
      expect(columns).toEqual(expect.arrayContaining([insert, update].flat().filter((column) => column !== 'all')));
    }
  });

  it('every function that is not only a trigger, and every sequence', async () => {
    const functions = `
      SELECT DISTINCT proname::text FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace AND prorettype <> 'trigger'::regtype ORDER BY 1`;
    expect(await columnOf(owner, functions)).toEqual([...FUNCTIONS].sort());
    const sequences = `SELECT sequencename::text FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1`;
    expect(await columnOf(owner, sequences)).toEqual([...SEQUENCES].sort());
  });

  it('no door that leads anywhere else: what runs with the rights of the owner has a fixed search_path', async () => {
    const open = `
      SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
        AND NOT EXISTS (SELECT FROM unnest(proconfig) AS c WHERE c LIKE 'search_path=%')`;
    expect(await columnOf(owner, open)).toEqual([]);
  });
});

const REFUSED = /permission denied|must be (owner|superuser)|must have CREATEROLE/;

describe('the role of the gateways', () => {
  beforeEach(() => application.query('BEGIN'));
  afterEach(() => application.query('ROLLBACK'));

  it.each([
    ...TABLE_NAMES.flatMap((table) => [
      `TRUNCATE ${table}`,
      `DROP TABLE ${table}`,
      `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
      `ALTER TABLE ${table} ADD COLUMN mine text`,
      `CREATE TRIGGER mine BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
      ...(DELETED_FROM.includes(table) ? [] : [`DELETE FROM ${table}`]),
    ]),
    'DROP TRIGGER orders_are_kept ON orders',
    'DROP FUNCTION month_of',
    'CREATE OR REPLACE FUNCTION month_of(t timestamptz) RETURNS date LANGUAGE sql IMMUTABLE RETURN now()::date',
    'CREATE TABLE mine (id int)',
    'CREATE FUNCTION mine() RETURNS int LANGUAGE sql RETURN 1',
    'CREATE SCHEMA mine',
    'CREATE ROLE mine',
    'SET session_replication_role = replica',
    'SET ROLE gateway',
    'ALTER TABLE attempts OWNER TO gateway_service',
    "COPY orders TO PROGRAM 'cat'",
    `SELECT pg_read_file('postgresql.conf')`,
    `INSERT INTO orders (id, price_amount, price_currency, price_source) VALUES ('ord_2', 1, 'USD', 'charged')`,
    ...[
      'ordered_grams = 1',
      'tenant_id = id',
      'beneficiary_name = id',
      'max_total_amount = 1',
      'created_at = now()',
    ].map((set) => `UPDATE orders SET ${set}`),
    ...['body = id', "idempotency_key = 'x'", "operation = 'cancel'", 'started_at = now()'].map(
      (set) => `UPDATE attempts SET ${set}`,
    ),
    `INSERT INTO attempts (order_id, operation, number, generation, idempotency_key, body, send_deadline_at, outcome)
     VALUES ('ord_1', 'placeOrder', 2, 1, 'k', '', now(), 'rejected')`,
    `UPDATE order_events SET evidence = '{}'`,
    `UPDATE idempotency_records SET fingerprint = ''`,
    'UPDATE idempotency_records SET order_id = NULL',
    `UPDATE callbacks SET body = ''`,
    `UPDATE api_keys SET scopes = '{ops}'`,
    `UPDATE api_keys SET secret_hash = ''`,
    'UPDATE offers SET total_amount = 1',
    `UPDATE checkout_sessions SET url = ''`,
    `UPDATE database_environment SET environment = 'live'`,
    `INSERT INTO order_status_moves VALUES ('completed', 'created')`,
    'UPDATE _prisma_migrations SET finished_at = NULL',
    `UPDATE audit_log SET operator = 'Bob'`,
    `INSERT INTO audit_log SELECT (jsonb_populate_record(a, '{"number": 2, "id": "aud_2"}')).* FROM audit_log a`,
  ])('may not %s', async (statement) => {
    await expect(application.query(statement)).rejects.toThrow(REFUSED);
  });

  it('is no superuser, and is a member of the group alone', async () => {
    expect(await columnOf(application, 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user')).toEqual([false]);
    const groups = `SELECT rolname::text FROM pg_roles WHERE rolname <> current_user AND pg_has_role(oid, 'MEMBER')`;
    expect(await columnOf(application, groups)).toEqual([APPLICATION_ROLE]);
  });

  it('may change what it has to', async () => {
    await application.query(`UPDATE orders SET status_reason = 'x', version = version + 1`);
    await application.query(`UPDATE attempts SET outcome = 'rejected', recorded_at = now()`);
    await application.query(`DELETE FROM processes`);
    await application.query(`SELECT pg_notify('offset_gateway_tasks', '')`);
    await application.query('LISTEN offset_gateway_tasks');
  });
});

describe('the owner is stopped as well', () => {
  beforeEach(() => owner.query('BEGIN'));
  afterEach(() => owner.query('ROLLBACK'));

  it.each(TABLE_NAMES.filter((table) => ![...VOLATILE, HISTORY_OF_MIGRATIONS].includes(table)))(
    'from truncating %s',
    async (table) => {
      await expect(owner.query(`TRUNCATE ${table} CASCADE`)).rejects.toThrow('is not truncated');
    },
  );

  it('from changing what is in the audit', async () => {
    await expect(owner.query(`UPDATE audit_log SET operator = operator`)).rejects.toThrow('append-only');
  });

  it.each(['orders', 'order_events', 'attempts', 'audit_log', 'checkout_sessions', 'far_sides', 'idempotency_records'])(
    'from deleting of %s',
    async (table) => {
      await expect(owner.query(`DELETE FROM ${table}`)).rejects.toThrow(
        /append-only|not rewritten or deleted|is kept with/,
      );
    },
  );
});

describe('the grants', () => {
  const ACCESS = `
    SELECT relname || COALESCE(relacl::text, '') ||
           COALESCE((SELECT string_agg(attname || attacl::text, ',' ORDER BY attname)
                     FROM pg_attribute WHERE attrelid = c.oid AND attacl IS NOT NULL), '')
    FROM pg_class c WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT proname || COALESCE(proacl::text, '') FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ORDER BY 1`;

  it('are made anew where somebody has taken or given some, also by several at once, and then left alone', () =>
    ownDatabase(async (own, client) => {
      const before = await columnOf(client, ACCESS);
      await client.query(`
        REVOKE SELECT ON orders FROM ${APPLICATION_ROLE}; REVOKE UPDATE (status) ON orders FROM ${APPLICATION_ROLE};
        GRANT UPDATE ON orders TO ${APPLICATION_ROLE}; GRANT DELETE, TRUNCATE ON attempts TO ${APPLICATION_ROLE};
        GRANT EXECUTE ON FUNCTION month_of TO PUBLIC; REVOKE USAGE ON SEQUENCE attempts_id_seq FROM ${APPLICATION_ROLE};
        GRANT CREATE ON SCHEMA public TO PUBLIC`);
      expect(await columnOf(client, ACCESS)).not.toEqual(before);
      expect(await Promise.all([1, 2, 3, 4].map(() => applyGrants(own.url)))).toEqual([null, null, null, null]);
      expect(await columnOf(client, ACCESS)).toEqual(before);
      const mayCreate = `SELECT has_schema_privilege('${APPLICATION_ROLE}', 'public', 'CREATE')`;
      expect(await columnOf(client, mayCreate)).toEqual([false]);
      const temporary = `SELECT has_database_privilege('${APPLICATION_ROLE}', current_database(), 'TEMPORARY')`;
      expect(await columnOf(client, temporary)).toEqual([false]);
      const versions = 'SELECT xmin::text FROM pg_class ORDER BY oid';
      const written = await columnOf(client, versions);
      await applyGrants(own.url);
      expect(await columnOf(client, versions)).toEqual(written);
    }));

  it.each([
    ['by a role that does not own the tables', 'SELECT', (own: TestDatabase) => own.applicationUrl],
    [
      'after a newer release has migrated',
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '9_newer', now())`,
      (own: TestDatabase) => own.url,
    ],
    [
      'on a server that takes no writes',
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$`,
      (own: TestDatabase) => own.url,
    ],
  ])('are not touched %s', (_, condition, urlOf) =>
    ownDatabase(async (own, client) => {
      await client.query(`GRANT DELETE ON attempts TO ${APPLICATION_ROLE}`);
      await client.query(condition);
      const before = await columnOf(client, ACCESS);
      expect(await applyGrants(urlOf(own))).toBeNull();
      expect(await columnOf(client, ACCESS)).toEqual(before);
    }),
  );
});

describe('a start is refused in one line, which says what to do,', () => {
  const starting = async (own: TestDatabase): Promise<unknown> => {
    const on = await startTestContext({}, own);
    try {
      return await launchGateway(on);
    } finally {
      await on.sandbox.stop();
    }
  };

  it('where migrations are missing and it may not apply them', async () => {
    const own = await createEmptyDatabase();
    await expect(starting(own)).rejects.toThrow(/migrations need the owner of the tables/);
    await own.drop();
  });

  it('where its role was given nothing', () =>
    ownDatabase(async (own, client) => {
      await client.query(`REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${APPLICATION_ROLE}`);
      await expect(starting(own)).rejects.toThrow(/needs GRANT gateway_app/);
    }));
});

describe('`check-database` says of the role of DATABASE_URL', () => {
  const rolesConcerns = async (url: string): Promise<string[]> => {
    const connections = new Database({ url, maxConnections: 1 });
    const concerns = concernsOf(await new ServerRepository(connections).facts());
    await connections.onApplicationShutdown();
    return concerns.filter((concern) => ['runs_as_owner', 'lacks_rights', 'may_create'].includes(concern));
  };

  it.each<[string, string | null, (own: TestDatabase) => string, string[]]>([
    ['nothing, if it is the application', null, (own) => own.applicationUrl, []],
    ['that it owns the tables', null, (own) => own.url, ['runs_as_owner']],
    ['that it may make tables', 'GRANT CREATE ON SCHEMA public TO PUBLIC', (own) => own.applicationUrl, ['may_create']],
    [
      'that it may not work',
      `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${APPLICATION_ROLE}`,
      (own) => own.applicationUrl,
      ['lacks_rights'],
    ],
  ])('%s', (_, condition, urlOf, concerns) =>
    ownDatabase(async (own, client) => {
      if (condition !== null) await client.query(condition);
      expect(await rolesConcerns(urlOf(own))).toEqual(concerns);
    }),
  );
});
