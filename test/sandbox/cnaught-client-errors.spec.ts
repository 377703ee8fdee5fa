import type { CNaughtApiClient } from '@cnaught/cnaught-node-sdk';
import { clientOf, errorOf, useClient } from './cnaught-client.js';
import { RETURN } from './cnaught-client-methods.js';

describe("the errors of CNaught's own client", () => {
  const given = useClient();
  const type = (name: string): string => `https://api.cnaught.com/v1/errors/${name}`;

  it.each<[string, (client: CNaughtApiClient) => Promise<unknown>, number, string]>([
    ['no mass', (client) => client.placeGenericOrder({ amount_kg: 0 }), 400, 'invalid-parameters'],
    ['a mass without a price', (client) => client.getGenericQuote({ amount_kg: 1e308 }), 400, 'invalid-parameters'],
    ['an order of such a mass', (client) => client.placeGenericOrder({ amount_kg: 1e308 }), 400, 'invalid-parameters'],
    ['such a sum', (client) => client.placeGenericOrder({ total_price_usd_cents: 1e308 }), 400, 'invalid-parameters'],
    ['such a ride', (client) => client.placeRideOrder({ distance_km: 1e308 }), 400, 'invalid-parameters'],
    [
      'freight that multiplies to such a mass',
      (client) => client.getAirFreightQuote({ freight_mass_kg: 9e12, distance_km: 9e12 }),
      400,
      'invalid-parameters',
    ],
    [
      'a checkout of such a mass',
      (client) => client.createCheckoutSession({ email: 'j@example.com', amount_kg: 1e308, ...RETURN }),
      400,
      'invalid-parameters',
    ],
    [
      'a default portfolio that is not there',
      (client) => client.createSubaccount({ name: 'A', default_portfolio_id: 'nowhere' }),
      400,
      'invalid-parameters',
    ],
    [
      'a logo that is no address',
      (client) => client.createSubaccount({ name: 'A', logo_url: 'logo.png' }),
      400,
      'invalid-parameters',
    ],
    ['a limit of 101', (client) => client.getListOfSubaccounts(101), 400, 'invalid-parameters'],
    ['an order that is not there', (client) => client.getOrderDetails('nowhere'), 404, 'not-found'],
    ['a cancellation of it', (client) => client.cancelOrder('nowhere'), 404, 'not-found'],
    ['a session that is not there', (client) => client.getCheckoutSession('nowhere'), 404, 'not-found'],
    ['a subaccount that is not there', (client) => client.getSubaccountDetails('nowhere'), 404, 'not-found'],
    ['a change of it', (client) => client.updateSubaccount('nowhere', { name: 'A' }), 404, 'not-found'],
    ['its logo', (client) => client.removeSubaccountLogo('nowhere'), 404, 'not-found'],
    ['a project that is not there', (client) => client.getProjectDetails('nowhere'), 404, 'not-found'],
    ['a category that is not there', (client) => client.getProjectCategoryDetails('nowhere'), 404, 'not-found'],
    ['a portfolio that is not there', (client) => client.getPortfolioDetails('nowhere'), 404, 'not-found'],
    [
      'a key that is too long',
      (client) => client.placeGenericOrder({ amount_kg: 1 }, { idempotencyKey: 'k'.repeat(513) }),
      400,
      'idempotency-key-too-long',
    ],
  ])('say of %s what it is', async (_, call, status, name) => {
    const error = await errorOf(call(given.current.client));
    expect([error.status, error.problemDetails.status, error.problemDetails.type]).toEqual([
      status,
      status,
      type(name),
    ]);
    expect(given.current.simulator.purchases()).toEqual([]);
  });

  it('name the fields that do not validate', async () => {
    const error = await errorOf(given.current.client.createSubaccount({ name: '', default_portfolio_id: 'nowhere' }));
    expect(error.problemDetails).toMatchObject({ errors: { default_portfolio_id: [expect.any(String)] } });
  });

  it('say that a key is bad, that an order has moved on, and that a key was used for something else', async () => {
    const { client, simulator } = given.current;
    const denied = await errorOf(clientOf(simulator, 'another-key').getListOfOrders());
    const { id } = await client.placeGenericOrder({ amount_kg: 1 }, { idempotencyKey: 'key-1' });
    await client.cancelOrder(id);
    const again = await errorOf(client.cancelOrder(id));
    const changed = await errorOf(client.placeGenericOrder({ amount_kg: 2 }, { idempotencyKey: 'key-1' }));
    expect([denied, again, changed].map((error) => error.status)).toEqual([401, 403, 422]);
    expect([again, changed].map((error) => error.problemDetails.type)).toEqual([
      type('forbidden'),
      type('idempotency-changed-payload'),
    ]);
    const repeated = await client.placeGenericOrder({ amount_kg: 1 }, { idempotencyKey: 'key-1' });
    expect([repeated.id, simulator.purchases().length]).toEqual([id, 1]);
  });
});
