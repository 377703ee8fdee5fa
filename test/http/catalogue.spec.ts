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
    expect(new Set(all.data.map(({ provider }) => provider))).toEqual(new Set(['cnaught', 'carbonmark', 'one_tribe']));
    const first = await page('limit=3');
    const second = await page(`limit=100&cursor=${first.next_cursor}`);
    expect([...first.data, ...second.data]).toEqual(all.data);
    expect((await page('kind=project')).data.every(({ kind }) => kind === 'project')).toBe(true);
    const one = all.data[0]?.id ?? '';
    expect((await documented('/v1/offerings/{id}', gateway.get(`/v1/offerings/${one}`))).body).toEqual(all.data[0]);
    expect((await documented('/v1/offerings', gateway.get('/v1/offerings?provider=nobody'))).status).toBe(422);
    const providers = await documented('/v1/providers', gateway.get('/v1/providers'));
    expect(providers.body).toMatchObject({ data: [{ id: 'cnaught', health: 'ok', paused: false }, {}, {}] });
  });

  it('says who cannot be read, instead of leaving somebody out in silence', async () => {
    const fresh = await ServedGateway.start();
    fresh.sandbox.oneTribe.faults.add({ fault: { kind: 'error', status: 500, effect: false }, times: 'always' });
    const offerings = await fresh.get('/v1/offerings?limit=100');
    expect([offerings.status, offerings.body.unavailable]).toEqual([
      200,
      [{ provider: 'one_tribe', detail: expect.any(String) }],
    ]);
    const unknown = await fresh.get('/v1/offerings/offering_00000000000000000000000000');
    expect([unknown.status, unknown.body.code]).toEqual([503, 'provider_unavailable']);
    const wish = { mass: { value: '1', unit: 't' }, offering_id: 'offering_00000000000000000000000000' };
    const quote = await fresh.post('/v1/quotes').send(wish);
    const order = await fresh.order({ ...wish, payment: { method: 'account' }, beneficiary: { name: 'Jane Smith' } });
    for (const { status, body } of [quote, order]) expect([status, body.code]).toEqual([503, 'provider_unavailable']);
    const providers = (await fresh.get('/v1/providers')).body.data as { id: string; health: string }[];
    expect(providers.find(({ id }) => id === 'one_tribe')?.health).toBe('failing');
    await fresh.stop();
  });
});
