import { jsonOf, send, type Reply } from './http-client.js';
import { oneTribeClient, useSandbox } from './sandbox-clients.js';

interface Transaction {
  readonly transaction_id: string;
  readonly status: string;
  readonly createdAt: string;
}

interface List {
  readonly data: Transaction[];
  readonly meta: { readonly page: number; readonly limit: number; readonly total: number };
}

const PURCHASE = { project_id: 'sbx-peat-01', transaction_type: 'purchase', quantity: 3 };

describe('the simulated One Tribe API', () => {
  const sandbox = useSandbox();
  const oneTribe = oneTribeClient(sandbox);
  const buy = (rest: object = {}): Promise<Reply> =>
    oneTribe('POST', '/transactions', { body: { ...PURCHASE, ...rest } });
  const list = async (query = ''): Promise<List> => jsonOf<List>(await oneTribe('GET', `/transactions${query}`));
  const buyMany = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) ids.push(jsonOf<Transaction>(await buy()).transaction_id);
    return ids;
  };
  const errorOf = (reply: Reply): [number, unknown] => [
    reply.status,
    jsonOf<{ error: { code: unknown } }>(reply).error.code,
  ];

  it('records a purchase as ordered, and twice when asked twice', async () => {
    const body = { description: 'Monthly', metadata: { order_reference: 'ref-1' } };
    const reply = await buy(body);
    expect(reply.status).toBe(201);
    expect(jsonOf(reply)).toEqual({
      transaction_id: expect.stringMatching(/^tx-/),
      ...PURCHASE,
      ...body,
      status: 'ordered',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    await buy(body);
    expect(sandbox.current.oneTribe.purchases('ref-1')).toMatchObject([
      { kind: 'transaction_created', massGrams: 3_000_000, price: { amount: '54.00', currency: 'GBP' } },
      { kind: 'transaction_created' },
    ]);
  });

  it.each([
    ['a fraction of a tonne', { quantity: 1.5 }, 400, 'BadRequest'],
    ['nothing', { quantity: 0 }, 400, 'BadRequest'],
    ['a quantity in a text', { quantity: '3' }, 400, 'BadRequest'],
    ['another transaction type', { transaction_type: 'sale' }, 400, 'BadRequest'],
    ['metadata that is no object', { metadata: 'ref' }, 400, 'BadRequest'],
    ['less than the minimum volume', { project_id: 'sbx-wind-02', quantity: 4 }, 400, 'BadRequest'],
    ['an archived project', { project_id: 'sbx-mine-04' }, 400, 'BadRequest'],
    ['an unknown project', { project_id: 'nowhere' }, 404, 'NotFound'],
  ])('refuses %s', async (_, change, status, code) => {
    expect(errorOf(await buy(change))).toEqual([status, code]);
    expect(sandbox.current.oneTribe.purchases()).toEqual([]);
  });

  it('wants the key in the Authorisation header, spelled with an s', async () => {
    const { baseUrl, apiKey } = sandbox.current.oneTribe;
    const statusWith = async (headers: Record<string, string>): Promise<number> =>
      (await send('GET', `${baseUrl}/transactions`, { headers })).status;
    expect(await statusWith({ authorisation: `API-Key ${apiKey}` })).toBe(200);
    expect(await statusWith({ authorization: `API-Key ${apiKey}` })).toBe(401);
    expect(await statusWith({ authorisation: `Bearer ${apiKey}` })).toBe(401);
    expect(await statusWith({ authorisation: 'API-Key wrong' })).toBe(401);
  });

  it('lists ten per page, and every transaction once across pages', async () => {
    const ids = await buyMany(12);
    expect((await list()).meta).toEqual({ page: 1, limit: 10, total: 12 });
    const pages = [await list('?page=1&limit=5'), await list('?page=2&limit=5'), await list('?page=3&limit=5')];
    expect(pages.flatMap((page) => page.data.map((row) => row.transaction_id))).toEqual(ids);
    expect((await list('?page=4&limit=5')).data).toEqual([]);
    expect((await list('?limit=1000')).meta.limit).toBe(100);
    expect(errorOf(await oneTribe('GET', '/transactions?page=0'))).toEqual([400, 'BadRequest']);
  });

  it('sorts both ways and filters by any field', async () => {
    const ids = await buyMany(3);
    await buy({ project_id: 'sbx-kelp-03' });
    sandbox.current.oneTribe.advance(ids[0] ?? '', 'accepted');
    const newestFirst = await list('?sort=-createdAt&filter[project_id]=sbx-peat-01&filter[transaction_type]=purchase');
    expect(newestFirst.data.map((row) => row.transaction_id)).toEqual(ids.toReversed());
    expect((await list('?filter[status]=accepted')).data.map((row) => row.transaction_id)).toEqual([ids[0]]);
    expect((await list('?filter%5Bstatus%5D=retired')).meta.total).toBe(0);
  });

  it('deletes what is ordered, for good, and nothing later', async () => {
    const [first = '', second = ''] = await buyMany(2);
    const deleted = await oneTribe('DELETE', `/transactions/${first}`);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect(errorOf(await oneTribe('GET', `/transactions/${first}`))).toEqual([404, 'NotFound']);
    expect(errorOf(await oneTribe('DELETE', `/transactions/${first}`))).toEqual([404, 'NotFound']);
    for (const status of ['accepted', 'retired', 'completed']) {
      sandbox.current.oneTribe.advance(second, status);
      expect(errorOf(await oneTribe('DELETE', `/transactions/${second}`))).toEqual([403, 'Forbidden']);
    }
    expect(sandbox.current.oneTribe.ledger.ofKind('transaction_deleted').map((entry) => entry.id)).toEqual([first]);
  });

  it('moves forward only, through every status between', async () => {
    const [id = ''] = await buyMany(1);
    sandbox.current.oneTribe.advance(id, 'completed');
    const kinds = sandbox.current.oneTribe.ledger.entries().map((entry) => entry.kind);
    expect(kinds).toEqual([
      'transaction_created',
      'transaction_accepted',
      'transaction_retired',
      'transaction_completed',
    ]);
    expect(() => sandbox.current.oneTribe.advance(id, 'accepted')).toThrow('later');
  });

  it('shows projects with prices in pounds', async () => {
    const { data, meta } = jsonOf<{ data: Record<string, unknown>[]; meta: object }>(
      await oneTribe('GET', '/projects/offset?filter[country]=India&filter[project_status]=active'),
    );
    expect(meta).toEqual({ page: 1, limit: 10, total: 1 });
    expect(data[0]).toMatchObject({
      project_id: 'sbx-wind-02',
      min_volume: 5,
      pricing: {
        base_price_per_ton: 6.4,
        partner_margin_percentage: 10,
        partner_profit_per_ton: 0.64,
        end_customer_price_per_ton: 7.04,
        vat_rate: 0.2,
        total_price: 8.45,
      },
    });
    sandbox.current.oneTribe.reprice('sbx-wind-02', 10);
    const details = jsonOf(await oneTribe('GET', '/projects/offset/sbx-wind-02'));
    expect(details).toMatchObject({ pricing: { base_price_per_ton: 10 }, createdAt: expect.anything() });
    expect((await oneTribe('GET', '/projects/offset/nowhere')).status).toBe(404);
  });
});

describe('the simulated One Tribe rate limit', () => {
  const sandbox = useSandbox({ oneTribe: { rateLimit: { perMinute: 2, perHour: 10, perDay: 20 } } });
  const oneTribe = oneTribeClient(sandbox);

  it('is told in every response and refuses in the error envelope', async () => {
    const simulator = sandbox.current.oneTribe;
    simulator.advanceClock(60_000 - (simulator.nowMs() % 60_000));
    const resetAt = Math.floor(simulator.nowMs() / 60_000) * 60 + 60;
    const read = (): Promise<Reply> => oneTribe('GET', '/transactions');
    const headersOf = ({ headers }: Reply): unknown[] =>
      ['limit', 'remaining', 'reset'].map((name) => headers[`x-ratelimit-${name}`]);
    expect(headersOf(await read())).toEqual(['2', '1', String(resetAt)]);
    expect(headersOf(await read())).toEqual(['2', '0', String(resetAt)]);
    const refused = await read();
    expect(refused.status).toBe(429);
    expect(jsonOf(refused)).toEqual({
      error: {
        code: 'TooManyRequests',
        message: 'Rate limit exceeded',
        details: { limit: 2, remaining: 0, reset: resetAt },
      },
    });
    simulator.advanceClock(60_000);
    expect((await read()).status).toBe(200);
  });
});
