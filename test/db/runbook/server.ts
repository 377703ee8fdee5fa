import { cp, mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Authenticate } from '../../../src/application/access/authenticate.js';
import { markEnvironment, refuseOtherEnvironment } from '../../../src/persistence/database/database-environment.js';
import { bringUpToDate } from '../../../src/persistence/migrations/bring-up-to-date.js';
import { applyMigrations, MIGRATIONS_DIR } from '../../../src/persistence/migrations/migrate.js';
import { ErasuresRepository } from '../../../src/persistence/privacy/erasures.repository.js';
import { TasksRepository } from '../../../src/persistence/tasks/tasks.repository.js';
import { startEmbeddedPostgres } from '../../../dev/postgres/embedded-postgres.js';
import { createTestDatabase } from '../../support/database.js';
import { launchGateway, newKey } from '../../support/launcher.js';
import { postgresDir } from '../../support/test-run.js';
import { BY_HAND } from '../on-call.js';
import { Psql } from '../psql.js';
import type { OnCall } from '../on-call.js';
import type { TestEngine } from '../../support/engine.js';

const HOUR = 3_600_000;

/** What a person on call can do to providers, keys, the database and its server. */
export const keepsItRunning = (on: () => OnCall): void => {
  let onCall: OnCall;
  let engine: TestEngine;
  beforeAll(() => {
    onCall = on();
    ({ engine } = onCall);
  });

  describe('a provider', () => {
    const pause = (operationClass: string) =>
      onCall.see('Provider outage or pause', 'INSERT', { provider: 'cnaught', class: operationClass });
    const resume = async (): Promise<void> => {
      for (const words of ['UPDATE provider_health', 'UPDATE tasks'])
        await onCall.see('Provider outage or pause', words, { provider: 'cnaught' });
    };
    const shown = async (operationClass: string) =>
      (await onCall.see('Provider outage or pause', 'SELECT')).find(
        (row) => row['provider'] === 'cnaught' && row['operation_class'] === operationClass,
      );
    const listed = async () => (await engine.listProviders()).find(({ provider }) => provider.id === 'cnaught');
    const order = (waitIfPaused = false) => engine.place({ provider: 'cnaught', grams: 1_000, waitIfPaused });

    it('that is paused buys nothing until it is resumed', async () => {
      await pause('purchases');
      expect(await shown('purchases')).toMatchObject({
        pause_reason: 'unavailable',
        asked_again_in: expect.anything(),
      });
      expect((await listed())?.pause?.reason).toBe('unavailable');
      await expect(order()).rejects.toMatchObject({ code: 'provider_paused' });
      const waiting = await order(true);
      await engine.later(HOUR);
      expect((await engine.order(waiting.id)).status).toBe('created');

      await resume();
      expect(await shown('purchases')).toMatchObject({ failures: 0, pause_reason: null });
      await engine.runDue();
      expect((await engine.order(waiting.id)).status).toBe('placed');
      expect((await order()).status).toBe('placed');
    });

    it.each(['status', 'catalog'] as const)(
      'whose %s reads are paused is not read until it is resumed',
      async (what) => {
        const call = { signal: AbortSignal.timeout(20_000), correlationId: 'test', account: null };
        const provider = engine.provider('cnaught');
        const read = (): Promise<unknown> =>
          what === 'status' ? provider.fetchStatus('order-1', call) : provider.offerings(call);
        await pause(what);
        expect(await shown(what)).toMatchObject({ pause_reason: 'unavailable' });
        await expect(read()).rejects.toMatchObject({ failure: 'not_sent', reason: 'unavailable' });
        await resume();
        await read();
      },
    );

    it('that said 429 is asked at full pace again once the lowered one is forgotten', async () => {
      const cnaughtFaults = engine.sandbox.cnaught.faults;
      cnaughtFaults.add({ match: { method: 'POST', path: '/orders' }, fault: { kind: 'rate_limited' } });
      await order();
      const buckets = async () =>
        (await onCall.see('429', 'FROM quota_buckets')).filter(({ provider }) => provider === 'cnaught');
      expect((await buckets()).some(({ pace }) => Number(pace) < 1)).toBe(true);
      await onCall.see('429', 'UPDATE', { provider: 'cnaught' });
      expect((await buckets()).every((row) => row['pace'] === 1 && row['blocked_until'] === null)).toBe(true);
    });
  });

  it('who waits for calls of a short quota is seen', async () => {
    const call = { signal: AbortSignal.timeout(20_000), correlationId: 'test', account: null };
    const read = () => engine.provider('cnaught').fetchStatus('order-1', { ...call, tenantId: engine.tenantId });
    await read();
    await engine.leaveQuota('cnaught', 0, 0.02);
    const waiting = read();
    let seen: readonly object[] = [];
    while (seen.length === 0) seen = await onCall.see('429', 'FROM quota_turns');
    expect(seen).toMatchObject([{ provider: 'cnaught', lane: 0.2, tenant_id: engine.tenantId }]);
    await waiting;
    expect(await onCall.see('429', 'FROM quota_turns')).toEqual([]);
  });

  it('the orders that a month was spent on are seen by key', async () => {
    const order = await engine.place({ provider: 'cnaught', grams: 100_000, keyId: 'key_of_the_shop' });
    const values = { tenant: order.tenantId };
    expect(await onCall.see('Limits', 'SELECT api_key_id', values)).toContainEqual(
      expect.objectContaining({ api_key_id: 'key_of_the_shop', status: 'placed', count: '1', usd: '2.000000' }),
    );
  });

  const newOwnKey = (): Promise<string> => newKey(engine.app, engine.tenantId, ['orders:read']);

  it('a key is revoked without the command line', async () => {
    const [leaked, good] = [await newOwnKey(), await newOwnKey()];
    // The runbook says where in a key its id is.
    await onCall.see('Keys', 'UPDATE', { key: leaked.split('_')[2] ?? '' });
    const callerOf = (key: string) => engine.app.get(Authenticate).run(`Bearer ${key}`);
    expect(await callerOf(leaked)).toBeNull();
    expect(await callerOf(good)).not.toBeNull();
  });

  it('erasures are seen, and pruning is brought on', async () => {
    const { id, providerOrderId } = await engine.place({ provider: 'cnaught', grams: 100_000 });
    engine.sandbox.cnaught.advance(providerOrderId ?? '', 'fulfilled');
    await engine.refresh(id);
    const settings = { chosenBy: 'order', names: [], duplicateWindowMs: 0 } as const;
    const erasure = { operator: BY_HAND.who, reason: BY_HAND.why, ...settings };
    await engine.app.get(ErasuresRepository).erase([id], erasure);
    expect(await onCall.see('Personal data', 'FROM erasures')).toMatchObject([
      { operator: BY_HAND.who, reason: BY_HAND.why, chosen_by: 'order', order_ids: [id] },
    ]);
    await engine.app.get(TasksRepository).keepRecurring(['prune']);
    for (const task of await engine.claimDue()) await engine.runTask(task);
    expect((await engine.claimDue()).map(({ kind }) => kind)).not.toContain('prune');
    await onCall.see('Personal data', 'UPDATE');
    expect((await engine.claimDue()).map(({ kind }) => kind)).toContain('prune');
  });

  it('a database that was first started for development by mistake becomes a live one', async () => {
    await markEnvironment(engine.database.url, 'development');
    await expect(refuseOtherEnvironment(engine.database.url, 'live')).rejects.toThrow('DATABASE_URL');
    await onCall.owner.query(onCall.runbook.statement('Another account', 'UPDATE'));
    await refuseOtherEnvironment(engine.database.url, 'live');
  });

  it('a migration that failed is found, and tried again once its cause is mended', async () => {
    const database = await createTestDatabase();
    const dba = await Psql.open(database.url);
    const migrationsDir = await mkdtemp(join(tmpdir(), 'migrations-'));
    const write = (sql: string): Promise<void> => writeFile(join(migrationsDir, '9_next', 'migration.sql'), sql);
    try {
      await cp(MIGRATIONS_DIR, migrationsDir, { recursive: true });
      await mkdir(join(migrationsDir, '9_next'));
      await write('CREATE TABLE half (id int); SELECT 1 / 0;');
      await expect(applyMigrations(database.url, migrationsDir)).rejects.toThrow();
      const failed = () => dba.query(onCall.runbook.statement('Deploy, roll back, migrate', 'SELECT'));
      expect(await failed()).toMatchObject([{ migration_name: '9_next', left: expect.stringContaining('division') }]);
      await write('CREATE TABLE half (id int);');
      await expect(applyMigrations(database.url, migrationsDir)).rejects.toThrow();
      // The previous release starts all the same.
      expect(await applyMigrations(database.url)).toEqual([]);

      await dba.query(onCall.runbook.statement('Deploy, roll back, migrate', 'UPDATE'));
      expect(await failed()).toEqual([]);
      expect(await applyMigrations(database.url, migrationsDir)).toEqual(['9_next']);
    } finally {
      for (const statement of dba.proven) onCall.owner.proven.add(statement);
      await dba.close();
      await database.drop();
      await rm(migrationsDir, { recursive: true });
    }
  });

  it('the two roles are made on a server whose owner may make none, and a gateway runs as the second', async () => {
    const server = await startEmbeddedPostgres({ dataDir: postgresDir('two-roles'), durable: false });
    const admin = await Psql.open(server.url);
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const roles = onCall.runbook.statements.filter(({ section }) => section === 'Two roles');
    try {
      await client.query(`
        DROP ROLE gateway_service, gateway_app; CREATE ROLE managed LOGIN PASSWORD 'managed';
        ALTER DATABASE offset_gateway OWNER TO managed`);
      const owner = Object.assign(new URL(server.url), { username: 'managed', password: 'managed' }).href;

      expect((await bringUpToDate(owner)).problem).toContain('CREATE ROLE gateway_app NOLOGIN as an administrator');
      const { app } = await launchGateway(engine, { settings: { databaseUrl: owner } });
      await app.close();

      const { error } = await admin.run(roles, { password: new URL(server.applicationUrl).password });
      expect(error).toBeNull();
      for (const statement of admin.proven) onCall.owner.proven.add(statement);
      expect(await bringUpToDate(owner)).toEqual({ applied: [], problem: null });
      const second = await launchGateway(engine, { settings: { databaseUrl: server.applicationUrl } });
      expect((await fetch(`${second.url}/readyz`)).status).toBe(200);
      await second.app.close();
    } finally {
      await Promise.all([admin.close(), client.end()]);
      await server.stop('immediate');
    }
  });
};
