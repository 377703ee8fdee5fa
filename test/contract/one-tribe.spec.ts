import { grams } from '../../src/domain/mass.js';
import type { ProviderCall } from '../../src/domain/providers/calls.js';
import type { OffsetProvider } from '../../src/domain/providers/provider.js';
import { startSandbox, type Fault, type Sandbox } from '../../dev/sandbox/index.js';
import { withRecorder } from './recorder.js';
import { oneTribe } from '../../src/providers/one-tribe/index.js';

describe('One Tribe', () => {
  let sandbox: Sandbox;
  let provider: OffsetProvider;
  beforeAll(async () => {
    sandbox = await startSandbox({ rateLimits: 'off' });
    const { apiKey, baseUrl } = sandbox.oneTribe;
    const env = { ONE_TRIBE_API_KEY: apiKey, ONE_TRIBE_BASE_URL: baseUrl, ONE_TRIBE_SETTLE_SECONDS: '7' };
    provider = oneTribe.create(env, { onCall: () => undefined });
  });
  afterAll(() => sandbox.stop());
  beforeEach(() => sandbox.oneTribe.reset());

  const call = (): ProviderCall => ({ signal: AbortSignal.timeout(5_000), correlationId: 'test', account: null });

  const buy = (orderReference: string, providerOfferingId = 'sbx-peat-01') => {
    const body = provider.prepareOrder!({
      orderReference,
      mass: grams(2_000_000),
      providerOfferingId,
      beneficiaryName: 'Jane Smith',
      retirementMessage: null,
      description: null,
      providerCallbackUrl: null,
    });
    return provider.placeOrder!({ body, idempotencyKey: 'unused' }, call());
  };

  const everything = { createdFrom: new Date(0), providerOfferingId: null };

  it('takes its visibility delay from the environment', () => {
    expect(provider.capabilities.idempotency).toEqual({ kind: 'lookup', visibilityDelayMs: 7_000 });
  });

  it('asks for the list of one project where one is named', async () => {
    await buy('ord_peat');
    await buy('ord_kelp', 'sbx-kelp-03');
    const { orders } = await provider.listOrders!({ ...everything, providerOfferingId: 'sbx-kelp-03' }, null, call());
    expect(orders.map(({ orderReference }) => orderReference)).toEqual(['ord_kelp']);
  });

  it.each<[string, Fault]>([
    ['lacks rows', { kind: 'set_field', path: 'data', value: [] }],
    ['is another page', { kind: 'set_field', path: 'meta.page', value: 2 }],
    ['does not say how long the list is', { kind: 'delete_field', path: 'meta.total' }],
    ['is not newest first', { kind: 'set_field', path: 'data.0.createdAt', value: '2020-01-01T00:00:00Z' }],
  ])('refuses a page that %s: absence from it would prove nothing', async (_, fault) => {
    await buy('ord_1');
    await buy('ord_2');
    sandbox.oneTribe.faults.add({ match: { method: 'GET' }, fault });
    const thrown = await provider.listOrders!(everything, null, call()).catch((error: unknown) => error);
    expect(provider.classifyError(thrown, 'listOrders')).toMatchObject({
      failure: 'retry_later',
      reason: 'unreadable_answer',
    });
  });

  it('goes by the page size that the response used, not by the one asked for', async () => {
    await buy('ord_1');
    await buy('ord_2');
    sandbox.oneTribe.faults.add({
      match: { method: 'GET' },
      fault: { kind: 'set_field', path: 'meta', value: { page: 1, limit: 2, total: 3 } },
    });
    const { nextCursor, total } = await provider.listOrders!(everything, null, call());
    expect([nextCursor, total]).toEqual(['2', 3]);
  });

  it('refuses a project that is no longer sold', async () => {
    const wish = { mass: grams(2_000_000), paymentMethod: 'account', providerOfferingId: 'sbx-mine-04' } as const;
    const thrown = await provider.quote(wish, call()).catch((error: unknown) => error);
    expect(provider.classifyError(thrown, 'quote')).toMatchObject({
      failure: 'rejected',
      reason: 'offering_not_found',
    });
    const offered = await provider.offerings(call());
    expect(offered.map(({ providerOfferingId }) => providerOfferingId)).not.toContain('sbx-mine-04');
  });

  it('offers no project that is not on sale, whatever the list was filtered by', async () => {
    sandbox.oneTribe.faults.add({ fault: { kind: 'set_field', path: 'data.0.project_status', value: 'archived' } });
    const offered = await provider.offerings(call());
    expect(offered.map(({ providerOfferingId }) => providerOfferingId)).toEqual(['sbx-wind-02', 'sbx-kelp-03']);
  });

  it('asks for purchases only, newest first, under its own spelling of the header', async () => {
    await withRecorder(async ({ url, requests }) => {
      const { apiKey } = sandbox.oneTribe;
      const env = { ONE_TRIBE_API_KEY: apiKey, ONE_TRIBE_BASE_URL: url };
      const elsewhere = oneTribe.create(env, { onCall: () => undefined });
      await elsewhere.listOrders!(everything, '3', call()).catch(() => undefined);
      const { searchParams } = new URL(requests[0]?.url ?? '', url);
      expect(Object.fromEntries(searchParams)).toEqual({
        sort: '-createdAt',
        'filter[transaction_type]': 'purchase',
        page: '3',
        limit: '100',
      });
      expect(requests[0]?.headers).toMatchObject({ authorisation: `API-Key ${apiKey}` });
    });
  });

  it('takes a revoked key for one, except where 403 says that a deletion comes too late', async () => {
    const { providerOrderId } = await buy('ord_1');
    sandbox.oneTribe.faults.add({ fault: { kind: 'refused', status: 403 }, times: 2 });
    const read = await provider.fetchStatus(providerOrderId, call()).catch((error: unknown) => error);
    expect(provider.classifyError(read, 'fetchStatus')).toMatchObject({ failure: 'retry_later', pausesProvider: true });
    const cancelled = await provider.cancel!(providerOrderId, 'unused', call()).catch((error: unknown) => error);
    expect(provider.classifyError(cancelled, 'cancel')).toMatchObject({ failure: 'rejected', pausesProvider: false });
  });

  it('reads how long to wait from the reset time', async () => {
    sandbox.oneTribe.faults.add({ fault: { kind: 'rate_limited', retryAfterSeconds: 12 } });
    const thrown = await buy('ord_1').catch((error: unknown) => error);
    expect(provider.classifyError(thrown, 'placeOrder').at.retryAfterMs).toBe(12_000);
  });
});
