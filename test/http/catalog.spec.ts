import { PROVIDERS } from '../../src/providers/registry.js';
import type { Response, Test } from 'supertest';
import { Documentation } from './documentation.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

describe('the catalog over HTTP', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    docs = await Documentation.of(gateway);
  });
  afterAll(() => gateway.stop());

  const documented = (path: string, sent: Test): Promise<Response> => docs.documented(path, sent);

  it('lists every offering and provider, page by page', async () => {
    const page = async (query: string) => {
      const response = await documented('/v1/offerings', gateway.get(`/v1/offerings?${query}`));
      return response.body as { data: { id: string; provider: string; kind: string }[]; next_cursor: string | null };
    };
    const all = await page('limit=100');
    expect(new Set(all.data.map(({ provider }) => provider))).toEqual(new Set(PROVIDERS.map(({ id }) => id)));
    const first = await page('limit=3');
    const second = await page(`limit=100&cursor=${first.next_cursor}`);
    expect([...first.data, ...second.data]).toEqual(all.data);
    expect((await page('kind=project')).data.every(({ kind }) => kind === 'project')).toBe(true);
    const one = all.data[0]?.id ?? '';
    expect((await documented('/v1/offerings/{id}', gateway.get(`/v1/offerings/${one}`))).body).toEqual(all.data[0]);
    expect((await documented('/v1/offerings', gateway.get('/v1/offerings?provider=nobody'))).status).toBe(422);
    const providers = await documented('/v1/providers', gateway.get('/v1/providers'));
    expect(providers.body.data).toMatchObject(PROVIDERS.map(({ id }) => ({ id, health: 'ok', paused: false })));
    expect(providers.body.data.map(({ id, quota }: { id: string; quota: object[] }) => [id, quota[0]])).toContainEqual([
      'carbonmark',
      { counts: 'all', requests: 60, per_seconds: 60 },
    ]);
  });
});

it('offers once what a provider lists twice', async () => {
  const gateway = await ServedGateway.start();
  const { cnaught, carbonmark, oneTribe } = gateway.sandbox;
  for (const { faults } of [cnaught, carbonmark, oneTribe])
    faults.add({ match: { method: 'GET' }, fault: { kind: 'duplicate_row' }, times: 1 });
  const { data } = (await gateway.get('/v1/offerings?limit=100')).body as { data: { id: string; provider: string }[] };
  expect(new Set(data.map(({ provider }) => provider)).size).toBe(3);
  expect(new Set(data.map(({ id }) => id)).size).toBe(data.length);
  await gateway.stop();
});

describe('a catalog that can be read in part only', () => {
  let gateway: ServedGateway;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    gateway.sandbox.oneTribe.faults.add({ fault: { kind: 'error', status: 500, effect: false }, times: 'always' });
  });
  afterAll(() => gateway.stop());

  it('names the provider that is missing', async () => {
    const offerings = await gateway.get('/v1/offerings?limit=100');
    expect([offerings.status, offerings.body.unavailable]).toEqual([
      200,
      [{ provider: 'one_tribe', code: 'provider_unavailable', detail: expect.any(String) }],
    ]);
    const unknown = await gateway.get('/v1/offerings/offering_00000000000000000000000000');
    expect([unknown.status, unknown.body.code]).toEqual([503, 'provider_unavailable']);
    const providers = (await gateway.get('/v1/providers')).body.data as { id: string; health: string }[];
    expect(providers.find(({ id }) => id === 'one_tribe')?.health).toBe('failing');
  });

  it('calls an offering unknown only if the request names a provider that could be read', async () => {
    const request = { mass: { value: '1', unit: 't' }, offering_id: 'offering_00000000000000000000000000' };
    const order = { ...request, payment: { method: 'account' }, beneficiary: { name: 'Jane Smith' } };
    const quoted = await gateway.post('/v1/quotes').send(request);
    const ordered = await gateway.order(order);
    for (const { status, body } of [quoted, ordered])
      expect([status, body.code]).toEqual([503, 'provider_unavailable']);
    const named = await gateway.order({ ...order, provider: 'cnaught' });
    expect([named.status, named.body.code]).toEqual([404, 'offering_not_found']);
  });
});

describe('a catalog that our own database keeps from being read', () => {
  let gateway: ServedGateway;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
  });
  afterAll(() => gateway.stop());

  it('says nothing about its provider, and is read as soon as that is possible', async () => {
    const healths = async (): Promise<string[]> =>
      ((await gateway.get('/v1/providers')).body.data as { health: string }[]).map(({ health }) => health);
    await gateway.rows('ALTER TABLE quota_buckets RENAME TO elsewhere');
    expect(await healths()).toEqual(PROVIDERS.map(() => 'unknown'));
    const { beneficiary, payment, mass } = SMALL_ORDER;
    const ordered = await gateway.order({ mass, payment, beneficiary });
    expect([ordered.status, ordered.body.code]).toEqual([500, 'internal_error']);
    await gateway.rows('ALTER TABLE elsewhere RENAME TO quota_buckets');
    expect(await healths()).toEqual(PROVIDERS.map(() => 'ok'));
  });
});
