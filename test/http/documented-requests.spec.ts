import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
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

  it('has examples that the API carries out, each of them', async () => {
    const quote = await gateway.post('/v1/quotes').send(REQUEST_QUOTE_EXAMPLES.rounded.value);
    const [offer] = (quote.body as { offers: { id: string }[] }).offers;
    const receiver = 'http://127.0.0.1:9/';
    const endpoint = await gateway
      .post('/v1/webhook-endpoints')
      .set('idempotency-key', randomUUID())
      .send({ url: receiver });
    const replayedFrom = new Date(Date.now() - 60_000).toISOString();
    /** What has to be there, has a time that goes by, or leads nowhere in an example. */
    const real = (body: unknown): object =>
      JSON.parse(
        JSON.stringify(body)
          .replace(/off_[0-9a-z]{26}/, offer?.id ?? '')
          .replaceAll(/https:\/\/shop\.example\/[\w/-]*/g, receiver)
          .replace(/("since":)"[^"]*"/, `$1"${replayedFrom}"`)
          .replace(/("until":)"[^"]*"/, `$1"${new Date().toISOString()}"`),
      ) as object;
    // Of the operators' and of finance's each needs a case of its own: their own tests make them.
    const forCallers = Object.entries(docs.document.paths).filter(([path]) => !/^\/v1\/(ops|finance)\//.test(path));
    for (const [path, methods] of forCallers)
      for (const [method, { requestBody }] of Object.entries(methods))
        for (const { value, summary } of Object.values(requestBody?.content?.['application/json']?.examples ?? {})) {
          const target = path.replace('{id}', (endpoint.body as { id: string }).id);
          const { status, body } = await gateway.anonymous[method as 'post'](target)
            .set('authorization', `Bearer ${gateway.key}`)
            .set('idempotency-key', randomUUID())
            .send(real(value));
          const { detail } = body as { detail?: string };
          expect([path, summary, detail, status < 300]).toEqual([path, summary, undefined, true]);
        }
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
        mass: fc.constantFrom(mass, mass, null),
        offer_id: fc.constantFrom('off_01jd4v2m0gf5c8q7k3x9w1z2r4', null),
        provider: fc.constantFrom('any', null),
        offering_id: fc.constantFrom('offering_298cg80h9hgqerntch0yfaxvqm', null),
        rounding: fc.constantFrom('up', null),
        reference: fc.constantFrom('PO-1', null),
        max_total: fc.constantFrom({ amount: '1.00', currency: 'USD' }, null),
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

  it('names every operation as a client would call its method, and says what all of them may respond', () => {
    const operations = Object.values(docs.document.paths).flatMap((path) => Object.values(path));
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids).toEqual(
      expect.arrayContaining(['placeOrder', 'getOrder', 'listOrders', 'cancelOrder', 'requestQuote']),
    );
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operationId, responses } of operations) {
      expect(operationId).toMatch(/^[a-z]+([A-Z][a-z]+)*$/);
      expect([operationId, Object.keys(responses)]).toEqual([
        operationId,
        expect.arrayContaining(['400', '404', '405', '413', '415', '429', '500', '503']),
      ]);
    }
    expect(JSON.stringify(docs.document)).not.toContain('JWT');
  });
});
