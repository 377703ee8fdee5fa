import type { CNaughtApiClient, List } from '@cnaught/cnaught-node-sdk';
import { errorOf, useClient } from './cnaught-client.js';
import { LONG_AGO, METHODS, RETURN, type Expected, type Ids, type Method } from './cnaught-client-methods.js';
import { impactShape, orderShape, pageOf } from './cnaught-client-shapes.js';

describe("CNaught's own client", () => {
  const given = useClient();
  let ids: Ids;

  beforeEach(async () => {
    const { client, simulator } = given.current;
    const fulfilled = await client.placeGenericOrder({ amount_kg: 1000 });
    simulator.advance(fulfilled.id, 'fulfilled');
    const order = await client.placeGenericOrder({ amount_kg: 10, metadata: 'ref-1' });
    const session = await client.createCheckoutSession({ email: 'jane@example.com', amount_kg: 50, ...RETURN });
    const logo_url = 'https://a.example/first.png';
    const subaccount = await client.createSubaccount({ name: 'A', email: 'a@example.com', logo_url });
    ids = { order: order.id, session: session.id, subaccount: subaccount.id };
  });

  it.each(Object.entries(METHODS) as [Method, Expected<Method>][])('calls %s', async (_, { call, shape, shows }) => {
    const answer = await call(given.current.client, ids);
    expect(shape.faults(answer, 'answer')).toEqual([]);
    expect(answer).toMatchObject(shows);
  });

  it('has no method that is not called here', () => {
    const methods = Object.entries(given.current.client).filter(([, value]) => typeof value === 'function');
    expect(Object.keys(METHODS).sort()).toEqual(methods.map(([name]) => name).sort());
  });

  it('reads a fulfilled order with everything its type demands of projects', async () => {
    const { data } = await given.current.client.getListOfOrders();
    const fulfilled = data.filter(({ state }) => String(state) === 'fulfilled');
    expect(pageOf(orderShape).faults({ data: fulfilled }, 'orders')).toEqual([]);
    expect(fulfilled[0]?.project_allocations.map(({ amount_kg }) => amount_kg)).toEqual([350, 350, 200, 100]);
  });

  it('sees what was fulfilled as impact, by time and by subaccount', async () => {
    const { client } = given.current;
    const kgs = async (...asked: Parameters<CNaughtApiClient['getImpactData']>): Promise<unknown> => {
      const data = await client.getImpactData(...asked);
      expect(impactShape.faults(data, 'impact')).toEqual([]);
      return [data.total_offset_kgs, data.categories.map(({ offset_kgs }) => offset_kgs)];
    };
    expect(await kgs()).toEqual([1000, [350, 350, 200, 100]]);
    expect(await kgs({ to: LONG_AGO })).toEqual([0, []]);
    expect(await kgs({}, { subaccountId: ids.subaccount })).toEqual([0, []]);
  });
});

describe("the lists of CNaught's own client", () => {
  const given = useClient();

  const make = {
    orders: (client: CNaughtApiClient, nth: number) => client.placeGenericOrder({ amount_kg: nth + 1 }),
    subaccounts: (client: CNaughtApiClient, nth: number) => client.createSubaccount({ name: `S${nth}` }),
  };
  const page = {
    orders: (client: CNaughtApiClient, after?: string) => client.getListOfOrders(2, after),
    subaccounts: (client: CNaughtApiClient, after?: string) => client.getListOfSubaccounts(2, after),
  };

  it.each(['orders', 'subaccounts'] as const)('page through all %s to their end, newest first', async (what) => {
    const { client } = given.current;
    const made: string[] = [];
    for (let nth = 0; nth < 5; nth++) made.unshift((await make[what](client, nth)).id);
    const pages: string[][] = [];
    let after: string | undefined;
    do {
      const { data }: List<{ readonly id: string }> = await page[what](client, after);
      pages.push(data.map(({ id }) => id));
      after = data.at(-1)?.id;
    } while (after !== undefined && pages.length < 10);
    expect(pages).toEqual([made.slice(0, 2), made.slice(2, 4), made.slice(4), []]);
  });

  it.each(['orders', 'subaccounts'] as const)('refuse a cursor that is none of the %s, in words', async (what) => {
    const error = await errorOf(page[what](given.current.client, 'nowhere'));
    expect(error.problemDetails).toMatchObject({
      status: 400,
      type: 'https://api.cnaught.com/v1/errors/invalid-pagination',
      detail: expect.any(String),
    });
  });
});

describe('quotes and orders for a subaccount', () => {
  const given = useClient();

  it('have the same price: that of its default portfolio', async () => {
    const { client, simulator } = given.current;
    simulator.reprice('SbxAlt', '5', '6');
    const { id: subaccountId } = await client.createSubaccount({ name: 'A', default_portfolio_id: 'SbxAlt' });
    const quotes = await Promise.all([
      client.getGenericQuote({ amount_kg: 100 }, { subaccountId }),
      client.getGenericQuote({ amount_kg: 100, source: 'checkout' }, { subaccountId }),
      client.getTrainQuote({ distance_km: 1000 }, { subaccountId }),
      client.getGenericQuote({ amount_kg: 100, portfolio_id: 'SbxMix' }, { subaccountId }),
    ]);
    expect(quotes.map((quote) => quote.price_usd_cents)).toEqual([500, 600, 190, 200]);
    const order = await client.placeGenericOrder({ amount_kg: 100 }, { subaccountId });
    const session = { email: 'jane@example.com', amount_kg: 100, ...RETURN };
    const checkout = await client.createCheckoutSession(session, { subaccountId });
    expect([order.price_usd_cents, checkout.price_usd_cents]).toEqual([500, 600]);
  });

  it.each<[string, (client: CNaughtApiClient) => Promise<unknown>]>([
    ['a quote', (client) => client.getGenericQuote({ amount_kg: 1 }, { subaccountId: 'nowhere' })],
    ['a quote of an activity', (client) => client.getFlightQuote({ distance_km: 1 }, { subaccountId: 'nowhere' })],
    ['an order', (client) => client.placeGenericOrder({ amount_kg: 1 }, { subaccountId: 'nowhere' })],
    ['a list', (client) => client.getListOfOrders(1, undefined, { subaccountId: 'nowhere' })],
    ['impact', (client) => client.getImpactData({}, { subaccountId: 'nowhere' })],
    ['the impact page', (client) => client.getImpactHostedPageConfig({ subaccountId: 'nowhere' })],
  ])('are refused for one that is not there: %s', async (_, call) => {
    const error = await errorOf(call(given.current.client));
    expect([error.status, error.problemDetails.type]).toEqual([
      400,
      'https://api.cnaught.com/v1/errors/invalid-subaccount',
    ]);
  });
});
