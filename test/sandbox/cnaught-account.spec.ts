import { jsonOf } from './http-client.js';
import { cnaughtClient, useSandbox } from './sandbox-clients.js';

describe('the simulated CNaught rate limit', () => {
  const sandbox = useSandbox({ cnaught: { rateLimit: { writesPerSecond: 0, readsPerSecond: 100 } } });
  const cnaught = cnaughtClient(sandbox);

  it('counts writes and reads apart, and tells nothing in headers', async () => {
    const write = await cnaught('POST', '/orders', { body: { amount_kg: 1 } });
    const read = await cnaught('GET', '/orders');
    expect([write.status, read.status]).toEqual([429, 200]);
    expect(write.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(Object.keys(write.headers).filter((name) => /retry|ratelimit/.test(name))).toEqual([]);
    expect(sandbox.current.cnaught.purchases()).toEqual([]);
  });
});

describe('CNaught subaccounts', () => {
  const sandbox = useSandbox();
  const cnaught = cnaughtClient(sandbox);

  it('are forbidden until they are enabled', async () => {
    const create = await cnaught('POST', '/subaccounts', { body: { name: 'A' } });
    const list = await cnaught('GET', '/orders', { headers: { 'x-subaccount-id': 'x' } });
    expect([create.status, list.status]).toEqual([403, 403]);
  });

  it('own their orders once they are enabled', async () => {
    sandbox.current.cnaught.switches.set({ subaccounts: true });
    const { id } = jsonOf<{ id: string }>(await cnaught('POST', '/subaccounts', { body: { name: 'A' } }));
    const headers = { 'x-subaccount-id': id };
    const own = jsonOf(await cnaught('POST', '/orders', { body: { amount_kg: 1 }, headers }));
    const other = jsonOf(await cnaught('POST', '/orders', { body: { amount_kg: 1 } }));
    expect(own['subaccount_id']).toBe(id);
    const listed = jsonOf<{ data: unknown[] }>(await cnaught('GET', '/orders', { headers }));
    expect(listed.data).toEqual([own]);
    expect((await cnaught('GET', `/orders/${String(other['id'])}`, { headers })).status).toBe(404);
    const wrong = await cnaught('GET', '/orders', { headers: { 'x-subaccount-id': 'nowhere' } });
    expect([wrong.status, jsonOf(wrong)['type']]).toEqual([
      400,
      'https://api.cnaught.com/v1/errors/invalid-subaccount',
    ]);
  });
});

describe('changing a CNaught subaccount', () => {
  const sandbox = useSandbox();
  const cnaught = cnaughtClient(sandbox);
  const create = async (): Promise<string> => {
    sandbox.current.cnaught.switches.set({ subaccounts: true });
    return jsonOf<{ id: string }>(await cnaught('POST', '/subaccounts', { body: { name: 'A' } })).id;
  };

  it('deletes one without orders, once', async () => {
    const path = `/subaccounts/${await create()}`;
    const replies = [await cnaught('DELETE', path), await cnaught('GET', path), await cnaught('DELETE', path)];
    expect(replies.map(({ status, text }) => [status, text === ''])).toEqual([
      [204, true],
      [404, false],
      [404, false],
    ]);
  });

  it('does not delete one with orders', async () => {
    const id = await create();
    await cnaught('POST', '/orders', { body: { amount_kg: 1 }, headers: { 'x-subaccount-id': id } });
    expect((await cnaught('DELETE', `/subaccounts/${id}`)).status).toBe(403);
    expect((await cnaught('GET', `/subaccounts/${id}`)).status).toBe(200);
  });

  it.each([
    ['no image', 'image/png', ''],
    ['something else', 'application/json', '{}'],
  ])('takes for a logo no upload of %s', async (_, type, body) => {
    const headers = { 'content-type': type };
    const reply = await cnaught('PUT', `/subaccounts/${await create()}/logo`, { headers, body });
    expect(reply.status).toBe(400);
  });
});

describe('CNaught portfolios and quotes', () => {
  const sandbox = useSandbox();
  const cnaught = cnaughtClient(sandbox);

  it('lists portfolios without prices and shows each with its prices', async () => {
    const { data } = jsonOf<{ data: { id: string }[] }>(await cnaught('GET', '/portfolios'));
    expect(data.map((portfolio) => portfolio.id)).toEqual(['SbxMix', 'SbxAlt']);
    expect(data[0]).not.toHaveProperty('api_price_per_kg_usd_cents');
    expect(jsonOf(await cnaught('GET', '/portfolios/SbxAlt'))).toMatchObject({
      api_price_per_kg_usd_cents: 2,
      checkout_price_per_kg_usd_cents: 2,
    });
  });

  it('quotes the price list asked for, rounded up to whole cents', async () => {
    sandbox.current.cnaught.reprice('SbxMix', '1.6', '2.05');
    const api = await cnaught('POST', '/quotes', { body: { amount_kg: 3 } });
    const checkout = await cnaught('POST', '/quotes', { body: { amount_kg: 3, source: 'checkout' } });
    expect([jsonOf(api), jsonOf(checkout)]).toEqual([
      { amount_kg: 3, price_usd_cents: 5 },
      { amount_kg: 3, price_usd_cents: 7 },
    ]);
  });
});
