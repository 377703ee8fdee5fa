import { strict as assert } from 'node:assert';
import { setTimeout } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { ProviderError } from '../../src/domain/providers/provider-error.js';
import type {
  CheckoutSession,
  CheckoutUrls,
  Operation,
  ProviderCall,
  ProviderOrder,
  PurchaseRequest,
} from '../../src/domain/providers/calls.js';
import type { OffsetProvider } from '../../src/domain/providers/provider.js';
import type { CallReport } from '../../src/providers/provider-directory.js';
import type { AnySimulator, Fault, LedgerEntry } from '../../dev/sandbox/index.js';
import type { ProviderHarness } from './harness.js';

/** Long enough for a loaded machine, where nothing is meant to time out. */
const PATIENT_MS = 10_000;

/** How often a test looks whether something has happened. */
const LOOK_MS = 5;

const KEY_PREFIX = 'key-of-';

/** Rejects when it has not come to pass within the patience of a loaded machine. */
export const until = async (isSo: () => boolean): Promise<void> => {
  for (const giveUpAt = performance.now() + PATIENT_MS; !isSo(); await setTimeout(LOOK_MS))
    assert.ok(performance.now() < giveUpAt, 'it must come to pass');
};

/** One adapter on one simulator, as new, and what the cases do with them. */
export class ContractFixture {
  private references = 0;

  constructor(
    readonly harness: ProviderHarness,
    readonly provider: OffsetProvider,
    readonly simulator: AnySimulator,
    /** Of every call of the adapter so far. */
    readonly reports: CallReport[],
    /** The adapter under test, talking to another server. */
    readonly connectTo: (url: string) => OffsetProvider,
  ) {}

  call(deadlineMs = PATIENT_MS): ProviderCall {
    return { signal: AbortSignal.timeout(deadlineMs), correlationId: 'contract', account: null };
  }

  /** A call whose deadline passes when the test says so. */
  callUntil(deadline: AbortController): ProviderCall {
    return { signal: deadline.signal, correlationId: 'contract', account: null };
  }

  newReference(): string {
    this.references += 1;
    return `ord_contract_${this.references}`;
  }

  request(orderReference: string): PurchaseRequest {
    return {
      orderReference,
      mass: this.harness.mass,
      providerOfferingId: this.harness.offeringId,
      beneficiaryName: 'Ærø Bådelaug & Søn',
      retirementMessage: 'For the sea',
      description: 'invoice 7',
      providerCallbackUrl: null,
    };
  }

  urls(reference: string): CheckoutUrls {
    return {
      successUrl: `https://gateway.example/returns/${reference}`,
      cancelUrl: 'https://gateway.example/cancelled',
    };
  }

  /** Prepares and buys on account, under a key of its own. */
  placeOrder(reference: string): Promise<ProviderOrder> {
    const body = this.have('prepareOrder')(this.request(reference));
    return this.have('placeOrder')({ body, idempotencyKey: this.keyOf(reference) }, this.call());
  }

  createCheckout(reference: string): Promise<CheckoutSession> {
    const body = this.have('prepareCheckout')(this.request(reference), this.urls(reference));
    return this.have('createCheckout')({ body, idempotencyKey: this.keyOf(reference) }, this.call());
  }

  /** An order that exists at the provider, whichever way it sells. */
  async bought(reference = this.newReference()): Promise<ProviderOrder> {
    if (this.sells('account')) return this.placeOrder(reference);
    return this.paid(await this.createCheckout(reference));
  }

  async paid(session: CheckoutSession): Promise<ProviderOrder> {
    const id = this.harness.pay(this.simulator, session);
    const order = this.provider.fetchCheckout
      ? (await this.provider.fetchCheckout(id, this.call()))?.order
      : await this.provider.fetchStatus(id, this.call());
    assert.ok(order, 'a paid checkout leads to an order');
    return order;
  }

  /** The operation ready to go, with all that it needs in place: what comes next is its own requests only. */
  async ready(operation: Operation): Promise<(call: ProviderCall) => Promise<unknown>> {
    const { provider, harness } = this;
    const reference = this.newReference();
    switch (operation) {
      case 'offerings':
        return (call) => provider.offerings(call);
      case 'quote': {
        const paymentMethod = provider.capabilities.paymentMethods[0] ?? 'account';
        const wish = { mass: harness.mass, paymentMethod, providerOfferingId: harness.offeringId };
        return (call) => provider.quote(wish, call);
      }
      case 'placeOrder': {
        const body = this.have('prepareOrder')(this.request(reference));
        return (call) => this.have('placeOrder')({ body, idempotencyKey: this.keyOf(reference) }, call);
      }
      case 'createCheckout': {
        const body = this.have('prepareCheckout')(this.request(reference), this.urls(reference));
        return (call) => this.have('createCheckout')({ body, idempotencyKey: this.keyOf(reference) }, call);
      }
      case 'fetchStatus': {
        const { providerOrderId } = await this.bought(reference);
        return (call) => provider.fetchStatus(providerOrderId, call);
      }
      case 'listOrders': {
        await this.bought(reference);
        return (call) => this.have('listOrders')({ createdFrom: new Date(0), providerOfferingId: null }, null, call);
      }
      case 'fetchCheckout': {
        const { sessionId } = await this.createCheckout(reference);
        return (call) => this.have('fetchCheckout')(sessionId ?? '', call);
      }
      case 'cancel': {
        const { providerOrderId } = await this.bought(reference);
        return (call) => this.have('cancel')(providerOrderId, this.keyOf(`cancel-${reference}`), call);
      }
    }
  }

  /** Every request of the operation fails like this. @returns how many did. */
  fault(operation: Operation, fault: Fault, times: number | 'always' = 'always'): () => number {
    const match = this.harness.endpoints[operation];
    assert.ok(match, `the harness names the endpoint of ${operation}`);
    const { id } = this.simulator.faults.add({ match, fault, times });
    return () => this.simulator.faults.list().find((rule) => rule.id === id)?.used ?? Number(times);
  }

  /** What the operation failed with, judged. Fails where it did not, and where a secret shows. */
  async failureOf(operation: Operation, pending: Promise<unknown>): Promise<ProviderError> {
    const thrown = await pending.then(
      () => assert.fail(`${operation} must reject`),
      (error: unknown) => error,
    );
    const error = this.provider.classifyError(thrown, operation);
    for (const shown of [thrown, error, this.reports])
      this.assertNoSecret(inspect(shown, { depth: 12, showHidden: true }));
    return error;
  }

  assertNoSecret(text: string): void {
    assert.ok(!text.includes(this.simulator.apiKey), 'the API key must not show');
    assert.ok(!text.includes(KEY_PREFIX), 'the idempotency key must not show');
  }

  /** Of one reference, which the provider may have been told inside a longer text, or all of them. */
  purchases(reference = ''): readonly LedgerEntry[] {
    return this.simulator.purchases().filter((entry) => (entry.reference ?? '').endsWith(reference));
  }

  sells(method: 'account' | 'checkout'): boolean {
    return this.provider.capabilities.paymentMethods.includes(method);
  }

  keyOf(reference: string): string {
    return `${KEY_PREFIX}${reference}`;
  }

  /** An optional method that the capabilities promise. */
  have<M extends OptionalMethod>(method: M): NonNullable<OffsetProvider[M]> {
    const found = this.provider[method];
    assert.ok(found, `${method} must be there`);
    return found.bind(this.provider) as NonNullable<OffsetProvider[M]>;
  }
}

type OptionalMethod =
  | 'prepareOrder'
  | 'placeOrder'
  | 'listOrders'
  | 'prepareCheckout'
  | 'createCheckout'
  | 'fetchCheckout'
  | 'cancel'
  | 'parseCallback';
