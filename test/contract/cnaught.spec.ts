import { grams } from '../../src/domain/mass.js';
import { amountOf } from '../../src/domain/money.js';
import type { ProviderCall, PurchaseRequest } from '../../src/domain/providers/calls.js';
import type { OffsetProvider } from '../../src/domain/providers/provider.js';
import { startSandbox, type Sandbox } from '../../dev/sandbox/index.js';
import { cnaught } from '../../src/providers/cnaught/index.js';

describe('CNaught', () => {
  let sandbox: Sandbox;
  let provider: OffsetProvider;
  beforeAll(async () => {
    sandbox = await startSandbox({ rateLimits: 'off' });
    const { apiKey, baseUrl } = sandbox.cnaught;
    provider = cnaught.create({ CNAUGHT_API_KEY: apiKey, CNAUGHT_BASE_URL: baseUrl }, { onCall: () => undefined });
  });
  afterAll(() => sandbox.stop());
  beforeEach(() => sandbox.cnaught.reset());

  const call = (account: string | null = null): ProviderCall => ({
    signal: AbortSignal.timeout(5_000),
    correlationId: 'test',
    account,
  });

  const request = (orderReference: string, providerOfferingId = 'default'): PurchaseRequest => ({
    orderReference,
    mass: grams(100_000),
    providerOfferingId,
    beneficiaryName: 'Jane Smith',
    retirementMessage: null,
    description: null,
    providerCallbackUrl: null,
  });

  const buy = (reference: string, options: { key?: string; account?: string } = {}) => {
    const body = provider.prepareOrder!(request(reference));
    return provider.placeOrder!({ body, idempotencyKey: options.key ?? reference }, call(options.account));
  };

  const newSubaccount = async (): Promise<string> => {
    sandbox.cnaught.switches.set({ subaccounts: true });
    const response = await fetch(`${sandbox.cnaught.baseUrl}/subaccounts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.cnaught.apiKey}`, 'content-type': 'application/json' },
      body: '{"name":"A tenant"}',
    });
    return ((await response.json()) as { id: string }).id;
  };

  const everything = { createdFrom: new Date(0), providerOfferingId: null };

  it('offers the default portfolio as one that is bought by naming none', async () => {
    const [standard, ...others] = await provider.offerings(call());
    expect(standard).toMatchObject({ providerOfferingId: 'default', isDefault: true });
    expect(standard?.unitPricePerTonne && amountOf(standard.unitPricePerTonne)).toBe('20.00');
    expect(others.map(({ providerOfferingId }) => providerOfferingId)).toEqual(['SbxMix', 'SbxAlt']);
    const wish = { mass: grams(100_000), paymentMethod: 'account', providerOfferingId: null } as const;
    await expect(provider.quote(wish, call())).resolves.toMatchObject({ providerOfferingId: 'default' });
  });

  it('asks for the price list of the payment method', async () => {
    sandbox.cnaught.reprice('SbxAlt', '2', '3.5');
    const wish = { mass: grams(100_000), providerOfferingId: 'SbxAlt' };
    const account = await provider.quote({ ...wish, paymentMethod: 'account' }, call());
    const hosted = await provider.quote({ ...wish, paymentMethod: 'checkout' }, call());
    expect([amountOf(account.total), amountOf(hosted.total)]).toEqual(['2.00', '3.50']);
    expect([amountOf(account.perTonne), amountOf(hosted.perTonne)]).toEqual(['20.00', '35.00']);
  });

  it('buys, reads, lists and cancels within the account of the tenant', async () => {
    const account = await newSubaccount();
    const { providerOrderId } = await buy('ord_sub', { account });
    await buy('ord_main');
    const listed = await provider.listOrders!(everything, null, call(account));
    expect(listed.orders.map(({ orderReference }) => orderReference)).toEqual(['ord_sub']);
    await expect(provider.fetchStatus(providerOrderId, call(account))).resolves.toMatchObject({
      orderReference: 'ord_sub',
    });
    await provider.cancel!(providerOrderId, 'cancel-1', call(account));
    await expect(provider.fetchStatus(providerOrderId, call(account))).resolves.toMatchObject({ status: 'cancelled' });
  });

  it('is not permitted to use a subaccount where they are switched off: a refusal, not a bad key', async () => {
    const thrown = await buy('ord_1', { account: 'nobody' }).catch((error: unknown) => error);
    const error = provider.classifyError(thrown, 'placeOrder');
    expect(error).toMatchObject({ failure: 'rejected', reason: 'not_permitted', pausesProvider: false });
  });

  it('judges another payload under our key as a purchase that was not recorded', async () => {
    await buy('ord_1', { key: 'the-key' });
    const thrown = await buy('ord_2', { key: 'the-key' }).catch((error: unknown) => error);
    const error = provider.classifyError(thrown, 'placeOrder');
    expect(error).toMatchObject({ failure: 'ambiguous', reason: 'answer_disagrees' });
    expect(error.at).toMatchObject({ upstreamStatus: 422, upstreamCode: 'idempotency-changed-payload' });
  });

  it('resolves the same cancellation under the same key as before', async () => {
    const { providerOrderId } = await buy('ord_1');
    await provider.cancel!(providerOrderId, 'cancel-1', call());
    await expect(provider.cancel!(providerOrderId, 'cancel-1', call())).resolves.toBeUndefined();
  });

  it('refuses a page of the list that starts over', async () => {
    await buy('ord_1');
    const { providerOrderId } = await buy('ord_2');
    sandbox.cnaught.faults.add({ fault: { kind: 'set_field', path: 'data.0.id', value: providerOrderId } });
    const thrown = await provider.listOrders!(everything, providerOrderId, call()).catch((error: unknown) => error);
    expect(provider.classifyError(thrown, 'listOrders')).toMatchObject({ reason: 'unreadable_answer' });
  });

  it('refuses a list that is not newest first, because reading would stop early', async () => {
    await buy('ord_1');
    await buy('ord_2');
    sandbox.cnaught.faults.add({
      fault: { kind: 'set_field', path: 'data.0.created_on', value: '2020-01-01T00:00:00Z' },
    });
    const thrown = await provider.listOrders!(everything, null, call()).catch((error: unknown) => error);
    expect(provider.classifyError(thrown, 'listOrders')).toMatchObject({ reason: 'unreadable_answer' });
  });

  it('refuses a response to a cancellation that shows the order alive', async () => {
    const { providerOrderId } = await buy('ord_1');
    sandbox.cnaught.faults.add({ fault: { kind: 'set_field', path: 'state', value: 'placed' } });
    const thrown = await provider.cancel!(providerOrderId, 'cancel-1', call()).catch((error: unknown) => error);
    expect(provider.classifyError(thrown, 'cancel')).toMatchObject({
      failure: 'ambiguous',
      reason: 'answer_disagrees',
    });
  });

  it('shows a page complete while its order is not visible yet', async () => {
    sandbox.cnaught.switches.set({ orderAfterPayment: 'on_command' });
    const urls = { successUrl: 'https://gateway.example/r/t', cancelUrl: 'https://gateway.example/c/t' };
    const body = provider.prepareCheckout!(request('ord_1'), urls);
    const { sessionId } = await provider.createCheckout!({ body, idempotencyKey: 'x' }, call());
    sandbox.cnaught.checkouts.pay(sessionId ?? '');
    await expect(provider.fetchCheckout!(sessionId ?? '', call())).resolves.toMatchObject({
      status: 'complete',
      order: null,
    });
  });

  it('refuses a quote for another mass than was asked', async () => {
    sandbox.cnaught.faults.add({ fault: { kind: 'set_field', path: 'amount_kg', value: 10 } });
    const wish = { mass: grams(100_000), paymentMethod: 'account', providerOfferingId: null } as const;
    const thrown = await provider.quote(wish, call()).catch((error: unknown) => error);
    expect(provider.classifyError(thrown, 'quote')).toMatchObject({ reason: 'answer_disagrees' });
  });

  it('reads the order id of a callback as it is documented', () => {
    const body = '{"order":{"id":"Gre28Fc35bt3","state":"fulfilled","placed_on":"2018-05-05T23:23:22.29Z"}}';
    expect(provider.parseCallback!(new TextEncoder().encode(body))).toBe('Gre28Fc35bt3');
  });
});
