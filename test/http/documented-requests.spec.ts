import fc from 'fast-check';
import { PLACE_ORDER_EXAMPLES } from '../../src/http/v1/orders/place-order.examples.js';
import { PlaceOrderRequest } from '../../src/http/v1/orders/place-order.request.js';
import { REQUEST_QUOTE_EXAMPLES } from '../../src/http/v1/quotes/request-quote.examples.js';
import { Documentation } from './documentation.js';
import { readRequest } from './read-request.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

describe('the OpenAPI document of requests', () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    docs = await Documentation.of(gateway);
  });
  afterAll(() => gateway.stop());

  const isAccepted = (body: unknown): Promise<boolean> =>
    readRequest(PlaceOrderRequest, body).then(
      () => true,
      () => false,
    );

  it.each([
    ...Object.values(PLACE_ORDER_EXAMPLES).map(({ summary, value }) => [summary, '/v1/orders', value] as const),
    ...Object.values(REQUEST_QUOTE_EXAMPLES).map(({ summary, value }) => [summary, '/v1/quotes', value] as const),
  ])('allows its own example: %s', (_, path, body) => {
    expect(docs.allowsBody(path, body)).toBe(true);
  });

  it('allows the same combinations of fields as the API', async () => {
    const { beneficiary, mass } = SMALL_ORDER;
    const urls = { success_url: 'https://a.example/paid', cancel_url: 'https://a.example/' };
    const payments = fc.record(
      {
        method: fc.constantFrom('account', 'checkout', 'cash'),
        success_url: fc.constant(urls.success_url),
        cancel_url: fc.constant(urls.cancel_url),
        unknown: fc.constant(1),
      },
      { requiredKeys: [] },
    );
    const orders = fc.record(
      {
        mass: fc.constant(mass),
        offer_id: fc.constant('off_01jd4v2m0gf5c8q7k3x9w1z2r4'),
        provider: fc.constant('any'),
        offering_id: fc.constant('offering_298cg80h9hgqerntch0yfaxvqm'),
        rounding: fc.constant('up'),
        payment: fc.oneof(fc.constant({ method: 'account' }), fc.constant({ method: 'checkout', ...urls }), payments),
        beneficiary: fc.constant(beneficiary),
        unknown: fc.constant(1),
      },
      { requiredKeys: ['beneficiary'] },
    );
    const verdicts = new Set<boolean>();
    await fc.assert(
      fc.asyncProperty(orders, async (body) => {
        const accepted = await isAccepted(body);
        expect([body, docs.allowsBody('/v1/orders', body)]).toEqual([body, accepted]);
        verdicts.add(accepted);
      }),
      { numRuns: 1_000, seed: 9 },
    );
    expect(verdicts).toEqual(new Set([true, false]));
  });
});
