import { networkInterfaces } from 'node:os';
import { startSandbox } from '../../dev/sandbox/index.js';
import { codeOf, jsonOf, send, type Reply } from './http-client.js';
import { cnaughtClient, oneTribeClient, useSandbox } from './sandbox-clients.js';

describe('the control API', () => {
  const sandbox = useSandbox();
  const cnaught = cnaughtClient(sandbox);
  const oneTribe = oneTribeClient(sandbox);
  const control = (method: string, path: string, body?: object): Promise<Reply> =>
    send(method, `${sandbox.current.cnaught.origin}/_sandbox${path}`, body === undefined ? {} : { body });
  const order = async (): Promise<string> =>
    String(jsonOf(await cnaught('POST', '/orders', { body: { amount_kg: 10 } }))['id']);

  it('lists its own commands', async () => {
    const { commands } = jsonOf<{ commands: string[] }>(await control('GET', ''));
    expect(commands).toEqual(expect.arrayContaining(['GET /_sandbox/ledger', 'POST /_sandbox/checkouts/:id/pay']));
  });

  it('shows the ledger from any point on', async () => {
    const id = await order();
    await control('POST', '/advance', { id, to: 'fulfilled' });
    const kindsAfter = async (seq: number): Promise<string[]> =>
      jsonOf<{ kind: string }[]>(await control('GET', `/ledger?after=${seq}`)).map((entry) => entry.kind);
    expect(await kindsAfter(0)).toEqual(['order_created', 'order_fulfilled']);
    expect(await kindsAfter(1)).toEqual(['order_fulfilled']);
  });

  it('adds, shows and clears faults', async () => {
    const fault = { kind: 'error', status: 503, effect: false };
    const added = await control('POST', '/faults', { match: { path: '^/orders$' }, times: 2, fault });
    expect(jsonOf(added)).toMatchObject({ id: 1, left: 2, used: 0, match: { path: '^/orders$' }, fault });
    expect((await cnaught('GET', '/orders')).status).toBe(503);
    expect(jsonOf(await control('GET', '/faults'))).toMatchObject([{ left: 1, used: 1 }]);
    await control('DELETE', '/faults');
    expect((await cnaught('GET', '/orders')).status).toBe(200);
  });

  it('releases late effects', async () => {
    await control('POST', '/faults', { fault: { kind: 'late_effect', connection: 'reset' } });
    expect(await codeOf(order())).toBe('ECONNRESET');
    expect(jsonOf(await control('GET', '/late-effects'))).toEqual({ waiting: 1 });
    expect(jsonOf(await control('POST', '/late-effects/release'))).toEqual({ released: 1 });
    expect(sandbox.current.cnaught.purchases()).toHaveLength(1);
  });

  it('moves the clock forward only', async () => {
    const before = Date.parse(String(jsonOf(await control('GET', '/clock'))['now']));
    const after = Date.parse(String(jsonOf(await control('POST', '/clock', { advanceMs: 86_400_000 }))['now']));
    expect(after - before).toBeGreaterThanOrEqual(86_400_000);
    expect((await control('POST', '/clock', { advanceMs: -1 })).status).toBe(400);
  });

  it('pays a hosted checkout', async () => {
    const session = { amount_kg: 100, success_url: 'https://app.example/ok', cancel_url: 'https://app.example/no' };
    const { id } = jsonOf(await cnaught('POST', '/checkout/sessions', { body: session }));
    const paid = await control('POST', `/checkouts/${String(id)}/pay`);
    expect(jsonOf(paid)).toEqual({ redirect_to: 'https://app.example/ok' });
    expect((await control('POST', `/checkouts/${String(id)}/expire`)).status).toBe(400);
  });

  it('sets switches and refuses unknown ones', async () => {
    expect(jsonOf(await control('POST', '/switches', { fractionalKg: 'accept' }))).toMatchObject({
      fractionalKg: 'accept',
      subaccounts: false,
    });
    expect((await control('POST', '/switches', { fractionalKg: 'maybe' })).status).toBe(400);
    expect((await control('POST', '/switches', { nonsense: true })).status).toBe(400);
  });

  it('lets One Tribe drop a record without a word', async () => {
    const body = { project_id: 'sbx-peat-01', transaction_type: 'purchase', quantity: 1 };
    const { transaction_id: id } = jsonOf(await oneTribe('POST', '/transactions', { body }));
    const path = `${sandbox.current.oneTribe.origin}/_sandbox/transactions/${String(id)}/vanish`;
    expect((await send('POST', path)).status).toBe(200);
    expect((await oneTribe('GET', `/transactions/${String(id)}`)).status).toBe(404);
  });

  it('resets to new', async () => {
    await order();
    await control('POST', '/clock', { advanceMs: 86_400_000 });
    await control('POST', '/faults', { fault: { kind: 'half_open' } });
    await control('POST', '/switches', { subaccounts: true });
    await control('POST', '/reset');
    const { cnaught: simulator } = sandbox.current;
    expect([simulator.ledger.entries(), simulator.faults.list(), simulator.switches.get('subaccounts')]).toEqual([
      [],
      [],
      false,
    ]);
    expect(simulator.nowMs() - Date.now()).toBeLessThan(60_000);
  });

  it('explains what it refuses', async () => {
    const unknown = await control('POST', '/advance', { id: 'nowhere', to: 'fulfilled' });
    expect([unknown.status, jsonOf(unknown)]).toEqual([400, { error: 'There is no such order.' }]);
    expect((await control('POST', '/nonsense')).status).toBe(404);
    const broken = await send('POST', `${sandbox.current.cnaught.origin}/_sandbox/advance`, { body: '{' });
    expect(broken.status).toBe(400);
  });
});

describe('a sandbox that others can reach', () => {
  it('takes commands from this machine only', async () => {
    const sandbox = await startSandbox({ host: '0.0.0.0' });
    const { port } = new URL(sandbox.cnaught.origin);
    const statusVia = async (host: string): Promise<number> =>
      (await send('GET', `http://${host}:${port}/_sandbox/ledger`)).status;
    // A request to an address of another network interface comes from that address.
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter((address) => address.family === 'IPv4' && !address.internal);
    const statuses = await Promise.all(outside.map(({ address }) => statusVia(address)));
    const local = await statusVia('127.0.0.1');
    await sandbox.stop();
    expect(local).toBe(200);
    expect(statuses).toEqual(outside.map(() => 403));
  });
});

describe('stopping a sandbox', () => {
  it('closes every socket at once, hanging ones included', async () => {
    const sandbox = await startSandbox();
    sandbox.cnaught.faults.add({ fault: { kind: 'hang', when: 'before_effect' } });
    const hanging = codeOf(send('GET', `${sandbox.cnaught.baseUrl}/orders`));
    while (sandbox.cnaught.faults.list().length > 0) await new Promise(setImmediate);
    await sandbox.stop();
    expect(await hanging).toBe('ECONNRESET');
    expect(await codeOf(send('GET', `${sandbox.cnaught.baseUrl}/orders`))).toBe('ECONNREFUSED');
  });

  it('leaves no simulator running when one of them cannot start', async () => {
    const running = await startSandbox();
    const taken = Number(new URL(running.oneTribe.origin).port);
    await expect(startSandbox({ oneTribe: { port: taken } })).rejects.toThrow('EADDRINUSE');
    await running.stop();
  });
});
