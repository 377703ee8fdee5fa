import { grams } from '../../src/domain/mass.js';
import { disagreements } from '../../src/domain/purchases/integrity.js';
import type { ProviderCall, PurchaseRequest } from '../../src/domain/providers/calls.js';
import type { OffsetProvider } from '../../src/domain/providers/provider.js';
import { carbonmark } from '../../src/providers/carbonmark/index.js';
import { startSandbox, type Sandbox } from '../../dev/sandbox/index.js';
import { withRecorder } from './recorder.js';

const CHEAP = `listing-137-0x${'a1'.repeat(32)}`;
const FROM_ONE_TONNE = `listing-137-0x${'c3'.repeat(32)}`;
const SCARCE = `listing-8453-0x${'f6'.repeat(32)}`;

describe('Carbonmark', () => {
  let sandbox: Sandbox;
  const connect = (url: string): OffsetProvider =>
    carbonmark.create(
      { CARBONMARK_API_KEY: sandbox.carbonmark.apiKey, CARBONMARK_CHECKOUT_URL: url, CARBONMARK_API_URL: url },
      { onCall: () => undefined },
    );
  let provider: OffsetProvider;
  beforeAll(async () => {
    sandbox = await startSandbox({ rateLimits: 'off' });
    provider = connect(sandbox.carbonmark.baseUrl);
  });
  afterAll(() => sandbox.stop());
  beforeEach(() => sandbox.carbonmark.reset());

  const call = (): ProviderCall => ({ signal: AbortSignal.timeout(5_000), correlationId: 'test', account: null });

  const quote = (providerOfferingId: string | null, mass = grams(500_000)) =>
    provider.quote({ mass, paymentMethod: 'checkout', providerOfferingId }, call());

  const refused = async (operation: 'quote' | 'fetchStatus', pending: Promise<unknown>) => {
    const thrown = await pending.then(
      () => null,
      (error: unknown) => error,
    );
    return provider.classifyError(thrown, operation);
  };

  const request: PurchaseRequest = {
    orderReference: 'ord_1',
    mass: grams(500_000),
    providerOfferingId: CHEAP,
    beneficiaryName: 'Jane Smith',
    retirementMessage: null,
    description: null,
    providerCallbackUrl: null,
  };

  const createCheckout = () => {
    const urls = { successUrl: 'https://gateway.example/r/t', cancelUrl: 'https://gateway.example/r/t' };
    const body = provider.prepareCheckout!(request, urls);
    return provider.createCheckout!({ body, idempotencyKey: 'unused' }, call());
  };

  const pay = (pageUrl: string): string =>
    sandbox.carbonmark.checkouts
      .pay(pageUrl.split('/').at(-1) ?? '')
      .split('/')
      .at(-1) ?? '';

  it('quotes the cheapest listing that can fill the mass', async () => {
    await expect(quote(null)).resolves.toMatchObject({ providerOfferingId: CHEAP });
    sandbox.carbonmark.listings.change(CHEAP, { liquidSupplyKg: 400 });
    await expect(quote(null)).resolves.not.toMatchObject({ providerOfferingId: CHEAP });
  });

  it.each([
    [FROM_ONE_TONNE, 500_000, 'mass_not_orderable'],
    [SCARCE, 1_000_000, 'insufficient_supply'],
    [`listing-137-0x${'d4'.repeat(32)}`, 500_000, 'offering_not_found'],
    [null, 1e13, 'insufficient_supply'],
  ])('refuses of %s a mass of %d g: %s', async (listing, mass, reason) => {
    await expect(refused('quote', quote(listing, grams(mass)))).resolves.toMatchObject({ failure: 'rejected', reason });
  });

  it.each([
    ['quantity_tonnes', 5],
    ['asset_price_source_id', SCARCE],
  ])('refuses a quote of another %s than was asked', async (path, value) => {
    sandbox.carbonmark.faults.add({ match: { method: 'POST' }, fault: { kind: 'set_field', path, value } });
    await expect(refused('quote', quote(CHEAP))).resolves.toMatchObject({ reason: 'answer_disagrees' });
  });

  it('refuses a response about another payment', async () => {
    const id = pay((await createCheckout()).url);
    sandbox.carbonmark.faults.add({ fault: { kind: 'set_field', path: 'id', value: 'pay_other' } });
    const error = await refused('fetchStatus', provider.fetchStatus(id, call()));
    expect(error).toMatchObject({ reason: 'answer_disagrees' });
  });

  it('reads the id of a payment from the page where the response names it', async () => {
    sandbox.carbonmark.switches.set({ tellPaymentId: true });
    const { sessionId, url } = await createCheckout();
    expect(sessionId).toBe(pay(url));
  });

  it('shows a placeholder retirement as one for another beneficiary', async () => {
    sandbox.carbonmark.switches.set({ placeholderRetirement: true });
    const id = pay((await createCheckout()).url);
    sandbox.carbonmark.advance(id, 'COMPLETED');
    const order = await provider.fetchStatus(id, call());
    const expected = {
      id: 'ord_1',
      orderedMass: request.mass,
      paymentMethod: 'checkout',
      providerOfferingId: CHEAP,
      beneficiary: { name: request.beneficiaryName, email: null },
      personalDataErasedAt: null,
      price: null,
      quoted: null,
      maxTotal: null,
    } as const;
    expect(order && disagreements(expected, order)).toEqual([{ field: 'beneficiary', ours: null, theirs: null }]);
  });

  it('reads the public price list without showing its key', async () => {
    await withRecorder(async ({ url, requests }) => {
      await refused('quote', connect(url).offerings(call()));
      expect(requests.length).toBeGreaterThan(0);
      expect(requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    });
  });
});
