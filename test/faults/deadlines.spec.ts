import { WRITES, type Operation, type ProviderCall } from '../../src/domain/providers/calls.js';
import type { OffsetProvider } from '../../src/domain/providers/provider.js';
import { startSandbox, type Fault, type Sandbox } from '../../dev/sandbox/index.js';
import { HARNESSES, operationsOf, type ProviderHarness } from '../contract/harness.js';
import { TestEngine } from '../support/engine.js';
import { WatchedWire, type WireFault } from './watched-wire.js';

const IN_THE_WORLD = { correlationId: 'ord_1', account: null };

interface Trouble {
  readonly fault?: Fault;
  readonly wire?: WireFault;
  /** Something comes back before the deadline. */
  readonly responds?: true;
}

const TROUBLES: readonly (readonly [string, Trouble])[] = [
  ['never responds', { fault: { kind: 'hang', when: 'before_effect' } }],
  ['acts and never responds', { fault: { kind: 'hang', when: 'after_effect' } }],
  ['stops reading', { fault: { kind: 'half_open' } }],
  ['drips its response', { fault: { kind: 'slow_drip', everyMs: 50 }, responds: true }],
  ['never ends its response', { fault: { kind: 'endless_body' }, responds: true }],
  ['drips its status line', { wire: 'dripped_status_line', responds: true }],
  ['never ends its headers', { wire: 'endless_headers', responds: true }],
  ['sends a megabyte of headers', { wire: 'huge_headers', responds: true }],
];

type Calls = readonly (readonly [Operation, (call: ProviderCall) => Promise<unknown> | undefined])[];

/** Every operation the provider has, on an order and a page that exist. */
const callsOf = async (provider: OffsetProvider, { offeringId, mass }: ProviderHarness): Promise<Calls> => {
  const request = {
    orderReference: 'ord_1',
    mass,
    providerOfferingId: offeringId,
    beneficiaryName: 'Jane Smith',
    retirementMessage: null,
    description: null,
    providerCallbackUrl: null,
  };
  const back = { successUrl: 'https://gateway.example/back', cancelUrl: 'https://gateway.example/back' };
  const order = { body: provider.prepareOrder?.(request) ?? '', idempotencyKey: 'ord_1-1' };
  const page = { body: provider.prepareCheckout?.(request, back) ?? '', idempotencyKey: 'ord_1-2' };
  const now = { ...IN_THE_WORLD, signal: AbortSignal.timeout(20_000) };
  const id = (await provider.placeOrder?.(order, now))?.providerOrderId ?? 'pay_1';
  const session = (await provider.createCheckout?.(page, now))?.sessionId ?? 'none';
  const [paymentMethod = 'account'] = provider.capabilities.paymentMethods;
  const window = { createdFrom: new Date(0), providerOfferingId: null };
  const calls: Calls = [
    ['offerings', (call) => provider.offerings(call)],
    ['quote', (call) => provider.quote({ mass, paymentMethod, providerOfferingId: offeringId }, call)],
    ['placeOrder', (call) => provider.placeOrder?.({ ...order, idempotencyKey: 'ord_1-3' }, call)],
    ['fetchStatus', (call) => provider.fetchStatus(id, call)],
    ['listOrders', (call) => provider.listOrders?.(window, null, call)],
    ['createCheckout', (call) => provider.createCheckout?.(page, call)],
    ['fetchCheckout', (call) => provider.fetchCheckout?.(session, call)],
    ['cancel', (call) => provider.cancel?.(id, 'ord_1-4', call)],
  ];
  return calls.filter(([operation]) => operationsOf(provider).includes(operation));
};

let cases = 0;
afterAll(() => void process.stdout.write(`deadlines: ${cases} calls, each over with its deadline\n`));

describe.each(HARNESSES.map((harness) => [harness.name, harness] as const))('calls to %s', (_, harness) => {
  let sandbox: Sandbox;
  let wire: WatchedWire;
  let provider: OffsetProvider;
  let calls: Calls;
  beforeAll(async () => {
    sandbox = await startSandbox({ allowLoopbackUrls: true, rateLimits: 'off' });
    const { apiKey, baseUrl } = harness.simulator(sandbox);
    wire = await WatchedWire.to(baseUrl);
    provider = harness.connect({ url: wire.url, apiKey, onCall: () => undefined });
    calls = await callsOf(provider, harness);
  });
  beforeEach(() => wire.forget());
  afterEach(() => {
    wire.fault = null;
    harness.simulator(sandbox).faults.clear();
  });
  afterAll(async () => {
    wire.close();
    await sandbox.stop();
  });

  it.each(TROUBLES)(
    'end by their deadline when it %s',
    async (_what, { fault, wire: above = null, responds = false }) => {
      if (fault) harness.simulator(sandbox).faults.add({ fault, times: 'always' });
      wire.fault = above;
      const hasBody = (operation: Operation): boolean => harness.withBody.includes(operation);
      const inTheBody = fault?.kind === 'slow_drip' || fault?.kind === 'endless_body';
      const tried = calls.filter(([operation]) => !inTheBody || hasBody(operation));

      const deadline = new AbortController();
      const ends = tried.map(([operation, start]) =>
        endOf(provider, operation, start({ ...IN_THE_WORLD, signal: deadline.signal })),
      );
      await wire.isAsked(tried.length);
      if (responds) await wire.hasResponded(tried.length);
      deadline.abort(new DOMException('', 'TimeoutError'));
      // Both time out where a call, or its connection, outlives its deadline.
      expect(await Promise.all(ends)).toEqual(
        tried.map(([operation]) => [operation, WRITES.has(operation) ? 'ambiguous' : 'retry_later']),
      );
      await wire.isLeft();
      cases += tried.length;
    },
  );

  it('end at once, and are not sent, when the deadline has passed already', async () => {
    for (const [operation, start] of calls) {
      const error = await start({ ...IN_THE_WORLD, signal: AbortSignal.abort() })?.catch((thrown: unknown) => thrown);
      expect([operation, provider.classifyError(error, operation).failure]).toEqual([operation, 'not_sent']);
    }
    cases += calls.length;
  });
});

describe('a read that waits for its slot', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start();
  });
  afterAll(() => engine.stop());

  it('ends with its deadline', async () => {
    const provider = engine.provider('one_tribe');
    await provider.fetchStatus('tx_1', { ...IN_THE_WORLD, signal: AbortSignal.timeout(20_000) });
    // It never gets its slot: it would wait some seconds, and then be `not_sent`.
    await engine.rows(`UPDATE quota_buckets SET tokens = 0, filled_at = now() + interval '1 day'
      WHERE provider = 'one_tribe' AND "limit" LIKE '%/60000'`);
    const read = provider.fetchStatus('tx_1', { ...IN_THE_WORLD, signal: AbortSignal.timeout(300) });
    expect(await endOf(provider, 'fetchStatus', read)).toEqual(['fetchStatus', 'retry_later']);
  });
});

/** How a call has ended, by its operation. */
const endOf = async (
  provider: OffsetProvider,
  operation: Operation,
  call: Promise<unknown> | undefined,
): Promise<readonly [Operation, string]> => [
  operation,
  await Promise.resolve(call).then(
    () => 'resolved',
    (thrown: unknown) => provider.classifyError(thrown, operation).failure,
  ),
];
