import { setImmediate, setTimeout } from 'node:timers/promises';
import type { ProviderError } from '../../../src/domain/providers/provider-error.js';
import {
  WRITES,
  type OffsetProvider,
  type Operation,
  type ProviderCall,
} from '../../../src/domain/providers/provider.js';
import { startSandbox, type Fault, type Sandbox } from '../../../dev/sandbox/index.js';
import { HARNESSES, type ProviderHarness } from '../../contract/harness.js';
import { TestEngine } from '../../support/engine.js';
import { WatchedWire, type WireFault } from './watched-wire.js';

const DEADLINE_MS = 300;

/** A call may end this much after its deadline, and no later. */
const GRACE_MS = 500;

const IN_THE_WORLD = { correlationId: 'ord_1', account: null };

interface Trouble {
  readonly fault?: Fault;
  readonly wire?: WireFault;
}

const TROUBLES: readonly (readonly [string, Trouble])[] = [
  ['never answers', { fault: { kind: 'hang', when: 'before_effect' } }],
  ['acts and never answers', { fault: { kind: 'hang', when: 'after_effect' } }],
  ['stops reading', { fault: { kind: 'half_open' } }],
  ['drips its answer', { fault: { kind: 'slow_drip', everyMs: 50 } }],
  ['never ends its answer', { fault: { kind: 'endless_body' } }],
  ['drips its status line', { wire: 'dripped_status_line' }],
  ['never ends its headers', { wire: 'endless_headers' }],
  ['sends a megabyte of headers', { wire: 'huge_headers' }],
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
  return calls.filter(([operation]) => ALWAYS_THERE.has(operation) || operation in provider);
};

const ALWAYS_THERE: ReadonlySet<Operation> = new Set<Operation>(['offerings', 'quote', 'fetchStatus']);

let cases = 0;
afterAll(() => void process.stdout.write(`deadlines: ${cases} calls, each over by its deadline + ${GRACE_MS} ms\n`));

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
  beforeEach(() => wire.forgetAsked());
  afterEach(() => {
    wire.fault = null;
    harness.simulator(sandbox).faults.clear();
  });
  afterAll(async () => {
    wire.close();
    await sandbox.stop();
  });

  it.each(TROUBLES)('end by their deadline when it %s', async (_what, { fault, wire: above = null }) => {
    if (fault) harness.simulator(sandbox).faults.add({ fault, times: 'always' });
    wire.fault = above;
    const hasBody = (operation: Operation): boolean => harness.withBody.includes(operation);
    const inTheBody = fault?.kind === 'slow_drip' || fault?.kind === 'endless_body';
    const tried = calls.filter(([operation]) => !inTheBody || hasBody(operation));

    const deadline = new AbortController();
    const ends = new Map<Operation, ProviderError | 'resolved'>();
    for (const [operation, start] of tried)
      start({ ...IN_THE_WORLD, signal: deadline.signal })?.then(
        () => ends.set(operation, 'resolved'),
        (thrown: unknown) => ends.set(operation, provider.classifyError(thrown, operation)),
      );
    // The deadline counts from where a slow machine has come so far as to send.
    await wire.isAsked(tried.length);
    await setTimeout(DEADLINE_MS);
    deadline.abort(new DOMException('', 'TimeoutError'));
    await setTimeout(GRACE_MS);
    // What this process had not come to read by then is not the call's fault.
    await setImmediate();
    const outcomes = tried.map(([operation]) => [operation, failureOf(ends.get(operation))]);
    expect(outcomes).toEqual(
      tried.map(([operation]) => [operation, WRITES.has(operation) ? 'ambiguous' : 'retry_later']),
    );
    // Times out when a connection stays.
    await wire.isLeft();
    cases += tried.length;
  });

  it('end at once, and are not sent, when the deadline has passed already', async () => {
    for (const [operation, start] of calls) {
      const error = await start({ ...IN_THE_WORLD, signal: AbortSignal.abort() })?.catch((thrown: unknown) => thrown);
      expect([operation, provider.classifyError(error, operation).failure]).toEqual([operation, 'not_sent']);
    }
    cases += calls.length;
  });
});

describe('a read that waits for its turn', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start();
  });
  afterAll(() => engine.stop());

  // Not so yet: the pause before the next look at the quota is slept to its end, whatever the signal says.
  it('ends by its deadline', async () => {
    const provider = engine.provider('one_tribe');
    await provider.fetchStatus('tx_1', { ...IN_THE_WORLD, signal: AbortSignal.timeout(20_000) });
    await engine.slowDown(provider.id, 3_000);
    const read = provider.fetchStatus('tx_1', { ...IN_THE_WORLD, signal: AbortSignal.timeout(DEADLINE_MS) });
    const ended = read.then(
      () => 'over',
      () => 'over',
    );
    const late = await Promise.race([ended, setTimeout(DEADLINE_MS + GRACE_MS, 'still running')]);
    await ended;
    expect(late).toBe('over');
  });
});

const failureOf = (end: ProviderError | 'resolved' | undefined): string =>
  end === undefined ? 'still running' : end === 'resolved' ? end : end.failure;
