import { OPERATIONS, type Operation } from '../../src/domain/providers/calls.js';
import type { OffsetProvider } from '../../src/domain/providers/provider.js';
import type { CallReport } from '../../src/providers/provider-directory.js';
import type { Sandbox } from '../../dev/sandbox/index.js';
import { ContractFixture } from './contract-fixture.js';
import { buyingCases } from './cases/buying.js';
import { callbackCases } from './cases/callbacks.js';
import { catalogCases } from './cases/catalog.js';
import { checkoutCases } from './cases/checkout.js';
import { failureCases } from './cases/failures.js';
import { listingCases } from './cases/listing.js';
import { readingCases } from './cases/reading.js';
import { sendingCases } from './cases/sending.js';
import { textCases } from './cases/texts.js';
import type { ProviderHarness } from './harness.js';

/** Something that every provider must do, as far as its capabilities promise it. Rejects with an AssertionError. */
export interface ContractCase {
  readonly name: string;
  run(fixture: ContractFixture): Promise<void>;
}

/** What is tested: an adapter, by default the one of the harness, and perhaps broken on purpose. */
export interface Subject {
  readonly harness: ProviderHarness;
  readonly wrap?: (provider: OffsetProvider) => OffsetProvider;
}

/**
 * The definition of "implements OffsetProvider", as cases by name. Which ones apply follows from the capabilities, so
 * an adapter cannot skip one without withdrawing the promise behind it.
 */
export const providerContract = (subject: Subject, sandbox: () => Sandbox): readonly NamedRun[] => {
  const { capabilities } = openNowhere(subject);
  const operations = OPERATIONS.filter((operation) => promises(capabilities, operation));
  const cases: readonly ContractCase[] = [
    ...catalogCases,
    ...textCases,
    ...sendingCases(operations),
    ...failureCases(operations, subject.harness),
    ...readingCases(subject.harness),
    ...(capabilities.paymentMethods.includes('account') ? [...buyingCases(capabilities), ...listingCases] : []),
    ...(capabilities.checkout ? checkoutCases(capabilities.checkout) : []),
    ...(capabilities.callbacks === 'none' ? [] : callbackCases),
  ];
  return cases.map((one) => ({ name: one.name, run: () => one.run(openFixture(subject, sandbox())) }));
};

export interface NamedRun {
  readonly name: string;
  readonly run: () => Promise<void>;
}

const promises = (
  { paymentMethods, checkout, cancellation }: OffsetProvider['capabilities'],
  operation: Operation,
): boolean => {
  switch (operation) {
    case 'offerings':
    case 'quote':
    case 'fetchStatus':
      return true;
    case 'placeOrder':
    case 'listOrders':
      return paymentMethods.includes('account');
    case 'createCheckout':
      return paymentMethods.includes('checkout');
    case 'fetchCheckout':
      return checkout?.knownBy === 'session';
    case 'cancel':
      return cancellation !== null;
  }
};

const wrapped = ({ wrap }: Subject, provider: OffsetProvider): OffsetProvider => (wrap ? wrap(provider) : provider);

/** Only to be asked for its capabilities. */
const openNowhere = (subject: Subject): OffsetProvider =>
  wrapped(subject, subject.harness.connect({ url: 'http://127.0.0.1:9', apiKey: 'unused', onCall: () => undefined }));

const openFixture = (subject: Subject, sandbox: Sandbox): ContractFixture => {
  const simulator = subject.harness.simulator(sandbox);
  simulator.reset();
  const { apiKey } = simulator;
  const reports: CallReport[] = [];
  const connectTo = (url: string): OffsetProvider =>
    wrapped(subject, subject.harness.connect({ url, apiKey, onCall: (report) => reports.push(report) }));
  return new ContractFixture(subject.harness, connectTo(simulator.baseUrl), simulator, reports, connectTo);
};
