import type { Fault, FaultRule } from '../../dev/sandbox/index.js';
import { jsonOf } from './http-client.js';
import { oneTribeClient, useSandbox } from './sandbox-clients.js';

describe('a fault in lists', () => {
  const sandbox = useSandbox();
  const oneTribe = oneTribeClient(sandbox);
  const inject = (fault: Fault, rest: Omit<FaultRule, 'fault'> = {}): number =>
    sandbox.current.oneTribe.faults.add({ fault, match: { method: 'GET', path: '/transactions' }, ...rest }).id;
  const buy = async (): Promise<string> => {
    const body = { project_id: 'sbx-peat-01', transaction_type: 'purchase', quantity: 1 };
    return String(jsonOf(await oneTribe('POST', '/transactions', { body }))['transaction_id']);
  };
  const listed = async (query = ''): Promise<string[]> => {
    const { data } = jsonOf<{ data: { transaction_id: string }[] }>(await oneTribe('GET', `/transactions${query}`));
    return data.map((row) => row.transaction_id);
  };

  it('list_lag hides what is new until the rule is removed', async () => {
    const old = await buy();
    const rule = inject({ kind: 'list_lag' }, { times: 'always', match: { path: '^/transactions$' } });
    const fresh = await buy();
    expect(await listed()).toEqual([old]);
    expect((await oneTribe('GET', `/transactions/${fresh}`)).status).toBe(200);
    sandbox.current.oneTribe.faults.remove(rule);
    expect(await listed()).toEqual([old, fresh]);
  });

  it('list_lag with a time hides what is younger', async () => {
    inject({ kind: 'list_lag', ms: 60_000 }, { times: 'always' });
    const id = await buy();
    expect(await listed()).toEqual([]);
    sandbox.current.oneTribe.advanceClock(60_001);
    expect(await listed()).toEqual([id]);
  });

  it('shift_pages by insertion shows a row on two pages', async () => {
    const ids = [await buy(), await buy(), await buy(), await buy()].reverse();
    inject({ kind: 'shift_pages', by: 'insert' });
    const first = await listed('?sort=-createdAt&limit=2&page=1');
    const second = await listed('?sort=-createdAt&limit=2&page=2');
    expect([first, second]).toEqual([ids.slice(0, 2), ids.slice(1, 3)]);
    expect(sandbox.current.oneTribe.purchases()).toHaveLength(4);
  });

  it('shift_pages by deletion of a foreign row skips a row', async () => {
    const simulator = sandbox.current.oneTribe;
    simulator.insertForeignRow();
    const ids = [await buy(), await buy(), await buy()];
    inject({ kind: 'shift_pages', by: 'delete' });
    const first = await listed('?sort=createdAt&limit=2&page=1');
    const second = await listed('?sort=createdAt&limit=2&page=2');
    expect(first[1]).toBe(ids[0]);
    expect(second).toEqual(ids.slice(2));
  });

  it('duplicate_row shows the first row twice', async () => {
    const ids = [await buy(), await buy()];
    inject({ kind: 'duplicate_row' });
    expect(await listed()).toEqual([ids[0], ids[0], ids[1]]);
  });

  it('unknown_status reaches every row', async () => {
    await buy();
    inject({ kind: 'unknown_status' });
    const { data } = jsonOf<{ data: { status: string }[] }>(await oneTribe('GET', '/transactions'));
    expect(data.map((row) => row.status)).toEqual(['archived_by_legal']);
  });

  it("refused and rate_limited use the provider's own envelope", async () => {
    inject({ kind: 'refused', status: 402 });
    inject({ kind: 'rate_limited', retryAfterSeconds: 3 });
    const [refused, limited] = [await oneTribe('GET', '/transactions'), await oneTribe('GET', '/transactions')];
    expect(jsonOf(refused)).toMatchObject({ error: { code: 'ServerError' } });
    expect([limited.headers['retry-after'], jsonOf(limited)]).toEqual([
      '3',
      { error: { code: 'TooManyRequests', message: 'Rate limit exceeded', details: expect.anything() } },
    ]);
  });
});
