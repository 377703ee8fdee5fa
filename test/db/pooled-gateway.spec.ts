import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import supertest from 'supertest';
import type { Gateway } from '../../src/app/gateway.js';
import type { GatewaySettings } from '../../src/config/gateway-settings.js';
import { TaskNotices } from '../../src/persistence/tasks/task-notices.js';
import { launchGateway, newKey, newTenant } from '../support/launcher.js';
import { PgBouncer, pgBouncerVersion } from '../support/pgbouncer.js';
import { startTestContext, TestBed } from '../support/test-bed.js';
import { TransactionPooler } from '../support/transaction-pooler.js';

const GATEWAYS = 3;
const ORDERS_EACH = 20;
const SERVER_CONNECTIONS = 3;

/** Callers at once: more than there are connections to share. */
const CALLERS = 6;

const SETTINGS = { pollDelaysMs: [100], workerConcurrency: 4 } as const;

const TERMS = { beneficiary: { name: 'Jane Smith' }, payment: { method: 'account' } };
const ORDERS = {
  cnaught: { ...TERMS, mass: { value: '100', unit: 'kg' } },
  oneTribe: { ...TERMS, mass: { value: '2', unit: 't' } },
  carbonmark: {
    ...TERMS,
    mass: { value: '500', unit: 'kg' },
    payment: { method: 'checkout', success_url: 'https://shop.example/paid', cancel_url: 'https://shop.example/' },
  },
} as const;
const PROVIDERS = { cnaught: 'cnaught', oneTribe: 'one_tribe', carbonmark: 'carbonmark' } as const;
type Provider = keyof typeof PROVIDERS;

/** A provider's quota would make this a test of patience: every bucket is full again after each call. */
const FULL_BUCKETS = `
  CREATE FUNCTION fill_bucket() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.filled_at := 'epoch'; RETURN NEW; END $$;
  CREATE TRIGGER fill_bucket BEFORE INSERT OR UPDATE ON quota_buckets FOR EACH ROW EXECUTE FUNCTION fill_bucket()`;

/** The path of PgBouncer. Not given: what stands in for it, so that Node is all this needs. */
const { PGBOUNCER } = process.env;
const POOLER = PGBOUNCER ? pgBouncerVersion(PGBOUNCER) : 'the stand-in for PgBouncer';
const poolerInFrontOf = (databaseUrl: string): Promise<PgBouncer | TransactionPooler> =>
  PGBOUNCER
    ? PgBouncer.inFrontOf(databaseUrl, SERVER_CONNECTIONS, PGBOUNCER)
    : TransactionPooler.inFrontOf(databaseUrl, SERVER_CONNECTIONS);

const LOCKS_OF_SESSIONS = `
  SELECT objid FROM pg_locks WHERE locktype = 'advisory'
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Of the database: all but the one that asks. */
const CONNECTIONS = `
  SELECT count(*)::int AS n FROM pg_stat_activity WHERE backend_type = 'client backend'
  AND datname = current_database() AND pid <> pg_backend_pid()`;

describe(`gateways behind ${POOLER}, in transaction mode`, () => {
  let bed: TestBed;
  let pooler: PgBouncer | TransactionPooler;
  let gateways: Gateway[];
  let key: string;

  beforeEach(async () => {
    bed = new TestBed(await startTestContext({ schedule: 1 }));
    await bed.rows(FULL_BUCKETS);
    pooler = await poolerInFrontOf(bed.database.applicationUrl);
    gateways = [];
  });
  afterEach(async () => {
    await bed.close(...gateways.map(({ app }) => app), pooler);
  });

  const start = async (overrides: Partial<GatewaySettings>): Promise<Gateway> => {
    const gateway = await launchGateway(bed, { settings: { ...SETTINGS, ...overrides, databaseUrl: pooler.url } });
    gateways.push(gateway);
    return gateway;
  };

  const issueKey = async ({ app }: Gateway): Promise<string> =>
    newKey(app, await newTenant(app), ['orders:write', 'orders:read']);

  const place = async (provider: Provider, gateway: Gateway, prefer: string): Promise<Placed> => {
    const { status, body } = (await supertest(gateway.url)
      .post('/v1/orders')
      .set({ authorization: `Bearer ${key}`, 'idempotency-key': randomUUID(), prefer })
      .send({ ...ORDERS[provider], provider: PROVIDERS[provider], reference: randomUUID() })) as Reply;
    expect({ status, body }).toMatchObject({ status: prefer === 'respond-async' ? 202 : 201 });
    return body;
  };

  /** What a payer does: pays on the page and follows its redirect to the gateway. */
  const pay = async ({ checkout }: Placed, gateway: Gateway): Promise<void> => {
    const redirect = new URL(bed.sandbox.carbonmark.checkouts.pay(checkout?.url.split('/').at(-1) ?? ''));
    const back = await supertest(gateway.url).get(redirect.pathname);
    expect(back.status).toBe(303);
  };

  /** Asks until there are such rows, because it is other sessions that bring them about. */
  const until = async (sql: string, expected: unknown[]): Promise<void> => {
    while (JSON.stringify(await bed.rows(sql)) !== JSON.stringify(expected)) await delay(50);
  };

  /** What the server connections of the pooler listen to: all of them are taken at the same time, and asked. */
  const listenedTo = async (): Promise<unknown[]> => {
    const takers = Array.from({ length: SERVER_CONNECTIONS }, () => new pg.Client({ connectionString: pooler.url }));
    for (const taker of takers) {
      await taker.connect();
      await taker.query('BEGIN');
    }
    const channels: unknown[] = [];
    for (const taker of takers) {
      const { rows } = await taker.query<{ channel: string }>('SELECT pg_listening_channels() AS channel');
      channels.push(...rows.map(({ channel }) => channel));
    }
    for (const taker of takers) {
      await taker.query('COMMIT');
      await taker.end();
    }
    return channels;
  };

  it(`complete ${3 * ORDERS_EACH} orders over fewer connections than callers, each bought once, without hearing a notice`, async () => {
    for (let nth = 0; nth < GATEWAYS; nth++) await start({ directDatabaseUrl: null });
    key = await issueKey(gateways[0] as Gateway);
    let heard = 0;
    for (const { app } of gateways) {
      const { client } = app.get(TaskNotices) as unknown as { client: pg.Client | null };
      if (!client) throw new Error('a gateway does not listen');
      client.on('notification', () => (heard += 1));
    }

    const ids: Record<Provider, string[]> = { cnaught: [], oneTribe: [], carbonmark: [] };
    const wanted = (Object.keys(ids) as Provider[]).flatMap((provider) =>
      Array.from({ length: ORDERS_EACH }, (_, nth) => ({ provider, nth })),
    );
    const call = async (): Promise<void> => {
      for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
        const { provider, nth } = next;
        const gateway = gateways[nth % GATEWAYS] as Gateway;
        const isHosted = provider === 'carbonmark';
        const order = await place(provider, gateway, isHosted || nth % 2 === 0 ? 'wait=30' : 'respond-async');
        if (isHosted) await pay(order, gateway);
        ids[provider].push(order.id);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, call));
    expect(await pooler.clientCount()).toBeGreaterThan(SERVER_CONNECTIONS);

    await until('SELECT status, count(*)::int AS n FROM orders GROUP BY status', [
      { status: 'completed', n: 3 * ORDERS_EACH },
    ]);
    await until('SELECT subject_id FROM tasks', []);
    for (const provider of ['cnaught', 'oneTribe'] as const) {
      const bought = bed.sandbox[provider]
        .purchases()
        .map(({ reference }) => /ord_[0-9a-z]{26}/.exec(reference ?? '')?.[0] ?? '');
      expect(bought.sort()).toEqual(ids[provider].sort());
    }
    const paid = bed.sandbox.carbonmark.purchases().map(({ reference }) => reference);
    expect([paid.length, new Set(paid).size]).toEqual([ORDERS_EACH, ORDERS_EACH]);
    expect(await bed.rows('SELECT order_id FROM attempts GROUP BY order_id HAVING count(*) > 1')).toEqual([]);
    // Those of transactions are gone in a moment; they look the same.
    await until(LOCKS_OF_SESSIONS, []);
    expect(await bed.rows(CONNECTIONS)).toEqual([{ n: SERVER_CONNECTIONS }]);
    // They did listen, and what there was to hear did not reach them.
    expect(await listenedTo()).toContain('offset_gateway_tasks');
    expect(heard).toBe(0);
  }, 120_000);

  it('leave no lock behind when there is nothing to migrate', async () => {
    await start({ directDatabaseUrl: null, role: 'api' });
    expect(await bed.rows(LOCKS_OF_SESSIONS)).toEqual([]);
  });

  it('hear of a due task when they listen past it', async () => {
    const gateway = await start({ directDatabaseUrl: bed.database.url, role: 'api' });
    key = await issueKey(gateway);
    const heard = new Promise<void>((resolve) => gateway.app.get(TaskNotices).listen(resolve));
    await until(`SELECT state FROM pg_stat_activity WHERE query LIKE 'LISTEN %' AND datname = current_database()`, [
      { state: 'idle' },
    ]);
    await place('cnaught', gateway, 'respond-async');
    await heard;
    expect(await listenedTo()).toEqual([]);
  });
});

interface Placed {
  readonly id: string;
  readonly checkout: { readonly url: string } | null;
}

interface Reply {
  readonly status: number;
  readonly body: Placed;
}
