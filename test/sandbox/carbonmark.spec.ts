import { LISTINGS, FAILING_SOURCE_ID } from '../../dev/sandbox/carbonmark/carbonmark-fixtures.js';
import { jsonOf, send, type Reply } from './http-client.js';
import { carbonmarkClient, useSandbox } from './sandbox-clients.js';

const [SOURCE, , BIG_LOTS, , SOLD_OUT] = LISTINGS.map((listing) => listing.sourceId);

const CHECKOUT = {
  asset_price_source_id: SOURCE,
  quantity_tonnes: 0.25,
  metadata: { beneficiary_name: 'Jane Smith', retirement_message: 'For 2026' },
  success_url: 'https://app.example/done/ref-1',
  cancel_url: 'https://app.example/cancelled',
};

const LINK_ID = /\/pay\/(cs_test_\w+)$/;

describe('the simulated Carbonmark Checkout Service', () => {
  const sandbox = useSandbox();
  const carbonmark = carbonmarkClient(sandbox);
  const checkout = (change: object = {}): Promise<Reply> =>
    carbonmark('POST', '/checkout', { body: { ...CHECKOUT, ...change } });
  const open = async (change: object = {}): Promise<string> => {
    const { url } = jsonOf<{ url: string }>(await checkout(change));
    return LINK_ID.exec(url)?.[1] ?? '';
  };
  const pay = async (linkId: string): Promise<string> => {
    const redirect = await send('POST', `${sandbox.current.carbonmark.origin}/pay/${linkId}/pay`);
    return String(redirect.headers.location).split('/').at(-1) ?? '';
  };
  const payment = async (id: string): Promise<Record<string, unknown>> =>
    jsonOf(await carbonmark('GET', `/payments/${id}`));

  const retirementOf = async (id: string): Promise<Record<string, unknown>> =>
    jsonOf<{ order: Record<string, unknown> }>(await carbonmark('GET', `/payments/${id}`)).order;

  it('gives a link and nothing else, and nothing is bought yet', async () => {
    const reply = await checkout();
    expect(reply.status).toBe(200);
    expect(jsonOf(reply)).toEqual({ url: expect.stringMatching(LINK_ID) });
    const { ledger } = sandbox.current.carbonmark;
    expect(ledger.entries()).toMatchObject([
      { kind: 'checkout_created', reference: '/done/ref-1', massGrams: 250_000, price: { amount: '1.05' } },
    ]);
    expect(sandbox.current.carbonmark.purchases()).toEqual([]);
  });

  it('also gives the payment id in that mode', async () => {
    sandbox.current.carbonmark.switches.set({ tellPaymentId: true });
    const { payment_id: id } = jsonOf(await checkout());
    expect(await payment(String(id))).toMatchObject({ id, status: 'open', order: null });
  });

  it('sends the payer back with the payment id behind the success address', async () => {
    const linkId = await open();
    const redirect = await send('POST', `${sandbox.current.carbonmark.origin}/pay/${linkId}/pay`);
    expect(redirect.status).toBe(303);
    expect(redirect.headers.location).toMatch(/^https:\/\/app\.example\/done\/ref-1\/pay_\w+$/);
    expect(redirect.headers.location).not.toContain(linkId);
    expect(sandbox.current.carbonmark.purchases('/done/ref-1')).toHaveLength(1);
  });

  it('shows a payment and its retirement until it is completed', async () => {
    const id = await pay(await open());
    expect(await payment(id)).toMatchObject({
      id,
      status: 'paid',
      amount: 105,
      currency: 'usd',
      quantity_tonnes: 0.25,
      order: { status: 'SUBMITTED', transaction_hash: null, view_retirement_url: null },
    });
    sandbox.current.carbonmark.advance(id, 'COMMITTED');
    expect(await payment(id)).toMatchObject({
      order: {
        status: 'COMMITTED',
        transaction_hash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
        view_retirement_url: null,
      },
    });
    sandbox.current.carbonmark.advance(id, 'COMPLETED');
    expect(await payment(id)).toMatchObject({
      order: {
        status: 'COMPLETED',
        view_retirement_url: expect.stringMatching(/^https:/),
        beneficiary_name: 'Jane Smith',
        quote: { quantity_tonnes: 0.25, cost_usdc: 1.05 },
      },
    });
    const kinds = sandbox.current.carbonmark.ledger.entries().map((entry) => entry.kind);
    expect(kinds.slice(2)).toEqual([
      'retirement_initiated',
      'retirement_committed',
      'retirement_minted',
      'retirement_completed',
    ]);
  });

  it.each([
    ['the failing listing', { asset_price_source_id: FAILING_SOURCE_ID }],
    ['the failing message', { metadata: { beneficiary_name: 'A', retirement_message: '-- I will fail --' } }],
  ])('fails the retirement for %s', async (_, change) => {
    const id = await pay(await open(change));
    sandbox.current.carbonmark.advance(id, 'COMPLETED');
    expect(await payment(id)).toMatchObject({ status: 'paid', order: { status: 'FAILED', view_retirement_url: null } });
  });

  it('fails the retirement when the supply is gone by the time of payment', async () => {
    const linkId = await open();
    sandbox.current.carbonmark.listings.change(String(SOURCE), { liquidSupplyKg: 249 });
    const id = await pay(linkId);
    sandbox.current.carbonmark.advance(id, 'COMPLETED');
    expect(await payment(id)).toMatchObject({ order: { status: 'FAILED' } });
  });

  it('points to one placeholder retirement while that switch is on', async () => {
    sandbox.current.carbonmark.switches.set({ placeholderRetirement: true });
    const ids = [await pay(await open()), await pay(await open())];
    for (const id of ids) sandbox.current.carbonmark.advance(id, 'COMPLETED');
    const [one, two] = await Promise.all(ids.map(retirementOf));
    expect(one).toMatchObject({ beneficiary_name: 'Developer Tester' });
    expect(one?.['transaction_hash']).toBe(two?.['transaction_hash']);
  });

  it.each([
    ['no source', { asset_price_source_id: undefined }, 400],
    ['a source that is no listing', { asset_price_source_id: 'pool-137-0x00' }, 400],
    ['an unknown listing', { asset_price_source_id: `listing-137-0x${'99'.repeat(32)}` }, 404],
    ['finer than a kilogram', { quantity_tonnes: 0.0005 }, 400],
    ['below the minimum fill', { asset_price_source_id: BIG_LOTS, quantity_tonnes: 0.999 }, 400],
    ['more than the supply', { asset_price_source_id: SOLD_OUT, quantity_tonnes: 1 }, 422],
    ['less than $0.50', { quantity_tonnes: 0.116 }, 400],
    ['no beneficiary', { metadata: { retirement_message: 'x' } }, 400],
    ['a message of 501 characters', { metadata: { beneficiary_name: 'A', retirement_message: 'x'.repeat(501) } }, 400],
    ['a success address without https', { success_url: 'http://127.0.0.1:3000/done' }, 400],
    ['a relative cancel address', { cancel_url: '/cancelled' }, 400],
  ])('refuses %s', async (_, change, status) => {
    const reply = await checkout(change);
    expect(reply.status).toBe(status);
    expect(jsonOf(reply)).toMatchObject({ statusCode: String(status), message: expect.anything() });
    expect(sandbox.current.carbonmark.ledger.entries()).toEqual([]);
  });

  it('lets a link die when it is cancelled, and after 24 h', async () => {
    const { carbonmark: simulator } = sandbox.current;
    simulator.switches.set({ tellPaymentId: true });
    const [cancelled, late] = [jsonOf(await checkout()), jsonOf(await checkout())];
    expect(simulator.checkouts.cancel(String(cancelled['payment_id']))).toBe('https://app.example/cancelled');
    simulator.advanceClock(24 * 60 * 60 * 1000);
    for (const { payment_id: id } of [cancelled, late]) {
      expect(await payment(String(id))).toMatchObject({ status: 'expired' });
      expect(() => simulator.checkouts.pay(String(id))).toThrow('expired');
    }
  });

  it('refunds by command', async () => {
    const id = await pay(await open());
    sandbox.current.carbonmark.advance(id, 'refunded');
    expect(await payment(id)).toMatchObject({ status: 'refunded' });
  });

  it('wants a key unless the switch says otherwise, but never for prices', async () => {
    const { baseUrl } = sandbox.current.carbonmark;
    const refused = await send('GET', `${baseUrl}/payments/x`);
    expect([refused.status, Object.keys(jsonOf(refused))]).toEqual([401, ['error']]);
    expect((await send('GET', `${baseUrl}/prices`)).status).toBe(200);
    sandbox.current.carbonmark.switches.set({ requireAuth: false });
    expect((await send('GET', `${baseUrl}/payments/x`)).status).toBe(404);
  });

  it('quotes by the listing price and refuses fields it does not know', async () => {
    const body = { asset_price_source_id: SOURCE, quantity_tonnes: 0.001 };
    const quote = await carbonmark('POST', '/quotes', { body });
    expect(jsonOf(quote)).toEqual({
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      created_at: expect.stringMatching(/\.\d{6}\+00:00$/),
      updated_at: expect.stringMatching(/\.\d{6}\+00:00$/),
      credential_id: 1,
      ...body,
      cost_usdc: 0.01,
      consumed: 0,
    });
    expect((await carbonmark('POST', '/quotes', { body: { ...body, extra: 1 } })).status).toBe(400);
  });

  it('lists prices with documented fields, filters them, and shows what a sale leaves', async () => {
    const prices = async (query: string): Promise<Record<string, unknown>[]> =>
      jsonOf<Record<string, unknown>[]>(await carbonmark('GET', `/prices${query}`));
    expect(await prices('')).toHaveLength(LISTINGS.length);
    await pay(await open());
    expect(await prices('?projectIds=SBX-101&projectIds=SBX-102&minSupply=1000')).toEqual([
      {
        sourceId: SOURCE,
        type: 'listing',
        purchasePrice: 4.2,
        baseUnitPrice: 3,
        supply: 4999.75,
        liquidSupply: 4999.75,
        minFillAmount: 0.001,
        listing: expect.objectContaining({ creditId: { vintage: 2019, projectId: 'SBX-101' } }),
      },
    ]);
    expect(await prices('?expiresAfter=1735689600')).toHaveLength(LISTINGS.length - 1);
    expect(await prices('?assetPriceType=klimaprotocol')).toEqual([]);
  });
});
