import { crc32 } from 'node:zlib';
import { Authenticate } from '../../src/application/access/authenticate.js';
import { KeyUsesRepository } from '../../src/persistence/access/key-uses.repository.js';
import { runCommand } from '../support/command-line.js';
import { countStatements } from '../support/count-statements.js';
import { TestEngine } from '../support/engine.js';

describe('the commands for tenants and keys', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start();
  });
  afterAll(() => engine.stop());

  const run = async <Printed>(...args: string[]): Promise<Printed> =>
    (await runCommand<Printed>(engine.database.applicationUrl, ...args)).printed;

  it('raise and show the limits of a tenant, one by one, and take them off', async () => {
    const { id, limits } = await run<{ id: string; limits: object }>('tenants', 'create', 'Shop');
    const defaults = {
      order_tonnes: '1000',
      order_usd: '25000.00',
      month_usd: '100000.00',
      spent_this_month_usd: '0.00',
    };
    expect(limits).toEqual(defaults);
    const raised = await run('tenants', 'limit', id, '--month-usd', '250000', '--order-tonnes', '0.5');
    expect(raised).toMatchObject({ id, limits: { ...defaults, order_tonnes: '0.5', month_usd: '250000.00' } });
    const back = await run('tenants', 'limit', id, '--month-usd', 'default');
    expect(back).toMatchObject({ limits: { ...defaults, order_tonnes: '0.5' } });
    expect(await run('tenants', 'list')).toContainEqual(back);
  });

  it('limit a key beneath its tenant', async () => {
    const key = await run<{ key: string }>('keys', 'create', engine.tenantId);
    const id = key.key.split('_')[2] ?? '';
    const none = { order_tonnes: null, order_usd: null, month_usd: null, spent_this_month_usd: '0.00' };
    expect(await run('keys', 'list')).toContainEqual(
      expect.objectContaining({ keyId: id, limits: none, lastUsedAt: null }),
    );
    const limited = await run('keys', 'limit', id, '--order-usd', '99.50');
    expect(limited).toMatchObject({ keyId: id, limits: { ...none, order_usd: '99.50' } });
  });

  it.each([
    [['tenants', 'limit', 'ten_x', '--month-usd', '1'], 'no such tenant'],
    [['keys', 'limit', 'x', '--month-usd', '1'], 'no such key'],
    [['tenants', 'create', '\u200b'], 'must not be blank'],
    [['keys', 'create', 'ten_x', '--name', 'a\u202eb'], 'must not contain control, invisible'],
    [['tenants', 'limit', 'ten_x'], 'Give --order-tonnes'],
    [['tenants', 'limit', 'ten_x', '--month-usd', '-1'], 'US dollars must be a decimal'],
    [['tenants', 'limit', 'ten_x', '--order-tonnes', '0'], 'Tonnes must be greater than zero'],
    [['tenants', 'limit', 'ten_x', '--order-tonnes', '1e3'], 'Tonnes must be a plain decimal'],
  ])('refuse %j', async (args, why) => {
    await expect(run(...args)).rejects.toThrow(why);
  });

  it.each(['2020-01-31', '1970-01-01T00:00:00Z'])('refuse a key that would never be good: until %s', async (date) => {
    const keys = await engine.rows('SELECT FROM api_keys');
    await expect(run('keys', 'create', engine.tenantId, '--expires', date)).rejects.toThrow('must be in the future');
    expect(await engine.rows('SELECT FROM api_keys')).toHaveLength(keys.length);
    const insert = `INSERT INTO api_keys (id, tenant_id, name, secret_hash, scopes, expires_at)
                    VALUES ('x', $1, 'x', '', '{}', now() - interval '1 second')`;
    await expect(engine.rows(insert, [engine.tenantId])).rejects.toThrow('api_keys_expire_later');
  });

  it('show when a key was last used, which costs no statement of its own with each use', async () => {
    const { key } = await run<{ key: string }>('keys', 'create', engine.tenantId);
    const { key: unused } = await run<{ key: string }>('keys', 'create', engine.tenantId);
    const [authenticate, uses] = [engine.app.get(Authenticate), engine.app.get(KeyUsesRepository)];
    const use = (text: string) => authenticate.run(`Bearer ${text}`);
    expect(await countStatements(() => use(key))).toHaveLength(1);
    expect(await countStatements(async () => void (await Promise.all([use(key), use(key)])))).toEqual([]);
    // Whoever knows the id of a key alone has not used it.
    const guessed = `${unused.slice(0, -51)}${'x'.repeat(43)}`;
    expect(await use(guessed + crc32(guessed).toString(16).padStart(8, '0'))).toBeNull();
    expect(await countStatements(() => uses.write())).toHaveLength(1);
    expect(await countStatements(() => uses.write())).toEqual([]);
    const lastUse = async (text: string): Promise<string | null> => {
      const keys = await run<{ keyId: string; lastUsedAt: string | null }[]>('keys', 'list');
      return keys.find(({ keyId }) => keyId === text.split('_')[2])?.lastUsedAt ?? null;
    };
    expect(await lastUse(unused)).toBeNull();
    const usedAt = await lastUse(key);
    expect(Math.abs(new Date(usedAt ?? 0).getTime() - Date.now())).toBeLessThan(60_000);
  });
});
