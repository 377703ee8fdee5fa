import { PROVIDERS } from '../../src/providers/registry.js';
import type { Response, Test } from 'supertest';
import { undocumentedIn, type Documentation } from './documented.js';
import { ServedGateway } from './served-gateway.js';

describe('the catalogue over HTTP', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    docs = (await gateway.anonymous.get('/openapi.json')).body as Documentation;
  });
  afterAll(() => gateway.stop());

  const documented = async (path: string, sent: Test): Promise<Response> => {
    const answer = await sent;
    expect(undocumentedIn(docs, sent.method, path, answer)).toEqual([]);
    return answer;
  };

  it('lists what can be bought and where, page by page', async () => {
    const page = async (query: string) => {
      const answer = await documented('/v1/offerings', gateway.get(`/v1/offerings?${query}`));
      return answer.body as { data: { id: string; provider: string; kind: string }[]; next_cursor: string | null };
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
  });
});

describe('a catalogue of which a part cannot be read', () => {
  let gateway: ServedGateway;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    gateway.sandbox.oneTribe.faults.add({ fault: { kind: 'error', status: 500, effect: false }, times: 'always' });
  });
  afterAll(() => gateway.stop());

  it('says whose, instead of leaving somebody out in silence', async () => {
    const offerings = await gateway.get('/v1/offerings?limit=100');
    expect([offerings.status, offerings.body.unavailable]).toEqual([
      200,
      [{ provider: 'one_tribe', detail: expect.any(String) }],
    ]);
    const unknown = await gateway.get('/v1/offerings/offering_00000000000000000000000000');
    expect([unknown.status, unknown.body.code]).toEqual([503, 'provider_unavailable']);
    const providers = (await gateway.get('/v1/providers')).body.data as { id: string; health: string }[];
    expect(providers.find(({ id }) => id === 'one_tribe')?.health).toBe('failing');
  });

  it('does not say of an offering that there is none, unless the caller names a provider that can be read', async () => {
    const wish = { mass: { value: '1', unit: 't' }, offering_id: 'offering_00000000000000000000000000' };
    const order = { ...wish, payment: { method: 'account' }, beneficiary: { name: 'Jane Smith' } };
    const quoted = await gateway.post('/v1/quotes').send(wish);
    const ordered = await gateway.order(order);
    for (const { status, body } of [quoted, ordered])
      expect([status, body.code]).toEqual([503, 'provider_unavailable']);
    const named = await gateway.order({ ...order, provider: 'cnaught' });
    expect([named.status, named.body.code]).toEqual([404, 'offering_not_found']);
  });
});
