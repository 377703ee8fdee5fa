import { LISTINGS } from '../../dev/sandbox/carbonmark/carbonmark-fixtures.js';
import type { SimulatorName } from '../../dev/sandbox/index.js';
import { commandTo, nested, readFrom, stateOf } from './command-client.js';
import { jsonOf } from './http-client.js';
import { carbonmarkClient, cnaughtClient, oneTribeClient, useSandbox } from './sandbox-clients.js';

describe('commands that only one simulator has', () => {
  const sandbox = useSandbox({ rateLimits: 'off' });
  const cnaught = cnaughtClient(sandbox);
  const carbonmark = carbonmarkClient(sandbox);
  const oneTribe = oneTribeClient(sandbox);
  const source = encodeURIComponent(LISTINGS[0]?.sourceId ?? '');

  it.each<[SimulatorName, string, object]>([
    ...['abc', '', '0', '-1', '1e9', 'NaN', 'Infinity', '1234567'].flatMap(
      (price): [SimulatorName, string, object][] => [
        ['cnaught', '/portfolios/SbxMix/price', { apiCentsPerKg: price, checkoutCentsPerKg: '2' }],
        ['cnaught', '/portfolios/SbxMix/price', { apiCentsPerKg: '2', checkoutCentsPerKg: price }],
        ['carbonmark', `/listings/${source}`, { purchasePriceUsd: price }],
      ],
    ),
    ['cnaught', '/portfolios/nowhere/price', { apiCentsPerKg: '2', checkoutCentsPerKg: '2' }],
    ['cnaught', '/callbacks/forge', { url: 'ftp://127.0.0.1/', body: '{}' }],
    ['cnaught', '/callbacks/forge', { url: 'http://%zz@127.0.0.1/', body: '{}' }],
    ['cnaught', '/callbacks/forge', { url: 'https://attacker.example/', body: '{}' }],
    ['cnaught', '/callbacks/__proto__/send', {}],
    ['cnaught', '/checkouts/__proto__/pay', {}],
    ['carbonmark', '/checkouts/constructor/pay', {}],
    ['carbonmark', '/payments/constructor/contradict', { to: 'expired' }],
    ['carbonmark', `/listings/${source}`, {}],
    ['carbonmark', `/listings/${source}`, { price: '1' }],
    ['carbonmark', `/listings/${source}`, { purchasePriceUsd: 5, liquidSupplyKg: 1 }],
    ...[-1, 0.5, 1e308].map((liquidSupplyKg): [SimulatorName, string, object] => [
      'carbonmark',
      `/listings/${source}`,
      { liquidSupplyKg },
    ]),
    ...[-1, 0, 1e-9, 1e308, '5'].map((basePricePerTon): [SimulatorName, string, object] => [
      'oneTribe',
      '/projects/sbx-peat-01/price',
      { basePricePerTon },
    ]),
    ['oneTribe', '/transactions/__proto__/vanish', {}],
  ])('%s%s is refused with %j', async (name, path, body) => {
    const before = stateOf(sandbox.current[name]);
    const reply = await commandTo(sandbox.current[name], 'POST', path, { body });
    expect([reply.status, jsonOf(reply)]).toEqual([400, { error: expect.stringMatching(/\.$/) }]);
    expect(stateOf(sandbox.current[name])).toEqual(before);
    expect(await readFrom(sandbox, name)).toBe(200);
  });

  it('moves a retirement to a status that there is, or not at all', async () => {
    const { carbonmark: simulator } = sandbox.current;
    const body = {
      asset_price_source_id: LISTINGS[0]?.sourceId,
      quantity_tonnes: 1,
      metadata: { beneficiary_name: 'Jane', retirement_message: 'Hello' },
      success_url: 'https://app.example/ok',
      cancel_url: 'https://app.example/no',
    };
    const { url } = jsonOf(await carbonmark('POST', '/checkout', { body }));
    const id = String(url).split('/').at(-1) ?? '';
    simulator.checkouts.pay(id);
    const before = stateOf(simulator);
    expect((await commandTo(simulator, 'POST', '/advance', { body: { id, to: 'nonsense' } })).status).toBe(400);
    expect(stateOf(simulator)).toEqual(before);
    expect((await commandTo(simulator, 'POST', '/advance', { body: { id, to: 'COMPLETED' } })).status).toBe(200);
  });

  it('refuses to call back where a user name cannot be read', async () => {
    const { cnaught: simulator } = sandbox.current;
    const body = { amount_kg: 1, notification_config: { url: 'http://%zz@127.0.0.1:1/' } };
    const { id } = jsonOf<{ id: string }>(await cnaught('POST', '/orders', { body }));
    simulator.advance(id, 'fulfilled');
    expect(simulator.callbacks.list()).toMatchObject([{ orderId: id, state: 'refused' }]);
  });

  it('sells no mass that has no exact number of grams', async () => {
    const quantities = [1e308, Number.MAX_SAFE_INTEGER, 9_007_199_255].map((quantity) => ({
      project_id: 'sbx-peat-01',
      transaction_type: 'purchase',
      quantity,
    }));
    for (const body of quantities) expect((await oneTribe('POST', '/transactions', { body })).status).toBe(400);
    const body = { project_id: 'sbx-peat-01', transaction_type: 'purchase', quantity: 1, metadata: '{}' };
    const deep = JSON.stringify(body).replace('"{}"', nested(200_000));
    expect((await oneTribe('POST', '/transactions', { body: deep })).status).toBe(400);
    expect(sandbox.current.oneTribe.purchases()).toEqual([]);
  });
});
