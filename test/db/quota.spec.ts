import pg from 'pg';
import type { Bucket } from '../../src/domain/providers/throttle.js';
import type { ProviderId } from '../../src/domain/providers/calls.js';
import { Database } from '../../src/persistence/database/database.js';
import {
  ProviderQuotasRepository,
  type QuotaClaim,
} from '../../src/persistence/providers/provider-quotas.repository.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const PROVIDER = 'busy' as ProviderId;

const bucket = (name: string, perSecond: number, capacity: number): Bucket => ({
  name,
  capacity,
  tokensPerMs: perSecond / 1_000,
});

const claim = (buckets: readonly Bucket[], more: Partial<QuotaClaim> = {}): QuotaClaim => ({
  provider: PROVIDER,
  buckets,
  reserve: 0,
  most: 1,
  tenantId: null,
  patienceMs: 5_000,
  ...more,
});

describe('the quota of a provider', () => {
  let database: TestDatabase;
  let connections: Database;
  let quotas: ProviderQuotasRepository;
  beforeEach(async () => {
    database = await createTestDatabase();
    connections = new Database({ url: database.url, maxConnections: 24 });
    quotas = new ProviderQuotasRepository(connections);
  });
  afterEach(async () => {
    await connections.onApplicationShutdown();
    await database.drop();
  });

  const take = (wanted: QuotaClaim) => quotas.takeReads(wanted, 'status');

  const untilOver = async (ms: number, askers: number, ask: (nth: number) => Promise<unknown>): Promise<void> => {
    const endAtMs = performance.now() + ms;
    const asker = async (_: unknown, nth: number): Promise<void> => {
      while (performance.now() < endAtMs) await ask(nth);
    };
    await Promise.all(Array.from({ length: askers }, asker));
  };

  /**
   * How many calls were granted to so many connections that ask again and again, and how many may have been at most. They
   * ask from within the server, where nothing slows them down.
   */
  const rush = async (askers: number, perSecond: number, capacity: number) => {
    await connections.pool.query(`
      CREATE OR REPLACE PROCEDURE rush(per_second float8, capacity float8, INOUT taken int) LANGUAGE plpgsql AS $$
      DECLARE
        until CONSTANT timestamptz := clock_timestamp() + interval '500 milliseconds';
      BEGIN
        WHILE clock_timestamp() < until LOOP
          SELECT taken + granted INTO taken FROM take_quota(
            'busy', ARRAY['all/1000'], ARRAY[capacity], ARRAY[per_second / 1000], 0, 1, NULL, 0);
          COMMIT;
        END LOOP;
      END $$`);
    const startedAt = await connections.now();
    const call = () => connections.pool.query<{ taken: number }>('CALL rush($1, $2, 0)', [perSecond, capacity]);
    const results = await Promise.all(Array.from({ length: askers }, call));
    const ms = (await connections.now()).getTime() - startedAt.getTime() + 1;
    const taken = results.reduce((sum, { rows }) => sum + (rows[0]?.taken ?? 0), 0);
    return { taken, most: capacity + (perSecond * ms) / 1_000 };
  };

  /** The same where one asker waits for the lock for so long that much flows in meanwhile, three times. */
  const queue = async () => {
    const PER_SECOND = 100;
    const CAPACITY = 50;
    const wanted = claim([bucket('all/1000', PER_SECOND, CAPACITY)]);
    const startedAt = await connections.now();
    let taken = 0;
    const drain = async (): Promise<void> => {
      for (let granted = 1; granted > 0; taken += granted) ({ granted } = await take(wanted));
    };
    await drain();
    const holder = await connections.pool.connect();
    for (let rounds = 0; rounds < 3; rounds++) {
      await holder.query('BEGIN');
      await holder.query('SELECT FROM quota_buckets FOR UPDATE');
      const waiting = take(wanted);
      const waiters = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      while ((await connections.pool.query(waiters)).rowCount === 0);
      await holder.query('SELECT pg_sleep(0.2)');
      const [first] = (
        await holder.query<{ granted: number }>(
          `SELECT granted FROM take_quota('busy', ARRAY['all/1000'], ARRAY[${CAPACITY}], ARRAY[${PER_SECOND / 1_000}], 0, 1, NULL, 0)`,
        )
      ).rows;
      await holder.query('COMMIT');
      taken += (first?.granted ?? 0) + (await waiting).granted;
      await drain();
    }
    holder.release();
    const ms = (await connections.now()).getTime() - startedAt.getTime() + 1;
    return { taken, most: CAPACITY + (PER_SECOND * ms) / 1_000 };
  };

  it('never has more than its capacity, however long nothing was called', async () => {
    const wanted = claim([bucket('all/1000', 10, 5)], { most: 100 });
    expect((await take(wanted)).granted).toBe(5);
    await connections.pool.query(`UPDATE quota_buckets SET filled_at = filled_at - interval '1 hour'`);
    expect((await take(wanted)).granted).toBe(5);
  });

  it.each([
    [1, 100],
    [5, 1_000],
    [24, 200],
    [24, 20_000],
  ])('grants no more than flows into it: %i askers at %i a second', async (askers, perSecond) => {
    const { taken, most } = await rush(askers, perSecond, 5);
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThanOrEqual(most);
  });

  it('grants no more than flows into it to one who has waited for it', async () => {
    const { taken, most } = await queue();
    expect(taken).toBeGreaterThan(50 + 3 * 20 - 5);
    expect(taken).toBeLessThanOrEqual(most);
  });

  it('would grant more if the clock was read before the lock, which this test can tell', async () => {
    const [found] = (
      await connections.pool.query<{ definition: string }>(
        "SELECT pg_get_functiondef(oid) AS definition FROM pg_proc WHERE proname = 'take_quota' AND pronargs = 8",
      )
    ).rows;
    const clock = 't := clock_timestamp();';
    const lock = /PERFORM FROM quota_buckets [^;]+;/;
    const broken = found?.definition.replace(clock, '').replace(lock, (locks) => `${clock} ${locks}`) ?? '';
    expect(broken.indexOf(clock)).toBeLessThan(broken.search(lock));
    await connections.pool.query(broken);
    const { taken, most } = await queue();
    expect(taken).toBeGreaterThan(most + 20);
  });

  it('is locked in one order by all who write several buckets of it, whichever they count', async () => {
    await connections.pool.query(
      `ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET deadlock_timeout = '5ms'`,
    );
    const [all, reads, writes] = ['all/1', 'reads/1', 'writes/1'].map((name) => bucket(name, 100_000, 1_000));
    if (!all || !reads || !writes) throw new Error('three buckets');
    const wanted = [
      [writes, all],
      [all, reads],
      [reads, writes, all],
    ].map((buckets) => claim(buckets));
    await untilOver(800, 12, async (nth) => {
      const [first] = wanted.splice(0, 1);
      if (first) wanted.push(first);
      await (nth < 4 || !first ? quotas.slowDown(PROVIDER, 0) : take(first));
    });
    await connections.onApplicationShutdown();
    expect(await deadlocksIn(database)).toBe(0);
    connections = new Database({ url: database.url, maxConnections: 1 });
  });

  describe('that is short', () => {
    /** So slow that nothing flows in but what a test lets in. */
    const LIMIT = [bucket('all/3600000', 0.001, 5)];
    const ask = async (tenantId: string, more: Partial<QuotaClaim> = {}) =>
      (await take(claim(LIMIT, { tenantId, patienceMs: 10_000_000, ...more }))).granted;
    const leave = (calls: number) => connections.pool.query('UPDATE quota_buckets SET tokens = $1', [calls]);
    beforeEach(async () => {
      while ((await ask('earlier', { patienceMs: 0 })) > 0);
    });

    /** All wait; then one call flows in, all ask in this order, and so on. Returns how many calls each tenant got. */
    const compete = async (rounds: number, askers: readonly string[], reserve = 0) => {
      const taken: Record<string, number> = {};
      await leave(0);
      for (const tenantId of askers) await ask(tenantId, { reserve });
      for (let round = 0; round < rounds; round++) {
        await leave(1 + reserve * 5);
        for (const tenantId of askers) taken[tenantId] = (taken[tenantId] ?? 0) + (await ask(tenantId, { reserve }));
      }
      return taken;
    };

    it('is shared by tenants in turns, however often and early one of them asks', async () => {
      const { greedy, modest } = await compete(20, ['greedy', 'greedy', 'greedy', 'modest', 'greedy']);
      expect([greedy, modest]).toEqual([10, 10]);
    });

    it('is shared by three as by two, and by prices as by purchases', async () => {
      const taken = await compete(21, ['greedy', 'greedy', 'second', 'third', 'greedy'], 0.2);
      expect(taken).toEqual({ greedy: 7, second: 7, third: 7 });
    });

    it('goes to one tenant as long as no other waits', async () => {
      await compete(4, ['modest', 'greedy']);
      await connections.pool.query("UPDATE quota_turns SET waits_until = now() - interval '1 ms'");
      expect(await compete(10, ['greedy', 'greedy'])).toEqual({ greedy: 10 });
    });

    it('leaves one call, and no more, to a tenant that waits and does not come', async () => {
      await compete(1, ['greedy', 'modest']);
      await leave(0);
      await ask('modest');
      await leave(1);
      expect(await ask('greedy')).toBe(0);
      await leave(3);
      expect(await ask('greedy', { most: 5 })).toBe(2);
    });

    it('is not kept for a tenant whose caller gives up before its turn', async () => {
      expect(await ask('modest', { patienceMs: 1_000 })).toBe(0);
      await leave(1);
      expect(await ask('greedy')).toBe(1);
    });

    it('keeps no purchase waiting for a price', async () => {
      await leave(1);
      expect(await ask('asks', { reserve: 0.2 })).toBe(0);
      expect(await ask('buys')).toBe(1);
    });
  });
});

/** Once every other connection is gone, because each reports what it has met when it ends. */
const deadlocksIn = async ({ url }: TestDatabase): Promise<number> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const one = async (sql: string): Promise<number> => Number((await client.query<{ n: string }>(sql)).rows[0]?.n);
  const others =
    'SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
  while ((await one(others)) > 0);
  const deadlocks = await one('SELECT deadlocks AS n FROM pg_stat_database WHERE datname = current_database()');
  await client.end();
  return deadlocks;
};
