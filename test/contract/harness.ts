import type { Grams } from '../../src/domain/mass.js';
import { OPERATIONS, type CheckoutSession, type Operation } from '../../src/domain/providers/calls.js';
import type { OffsetProvider } from '../../src/domain/providers/provider.js';
import type { OnCall } from '../../src/providers/provider-directory.js';
import { PROVIDERS } from '../../src/providers/registry.js';
import type { AnySimulator, FaultMatch, Sandbox } from '../../dev/sandbox/index.js';

export interface Connection {
  readonly url: string;
  readonly apiKey: string;
  readonly onCall: OnCall;
}

/** What the contract has to know about a provider to run against its simulator. */
export interface ProviderHarness<S extends AnySimulator = AnySimulator> {
  readonly name: string;
  connect(connection: Connection): OffsetProvider;
  simulator(sandbox: Sandbox): S;
  readonly offeringId: string;
  readonly mass: Grams;
  /** A mass that this provider cannot sell. */
  readonly unsellable: Grams;
  /** The request behind each operation, as the provider documents it. Where there are several, the one that decides. */
  readonly endpoints: Readonly<Partial<Record<Operation, FaultMatch>>>;
  /** Operations whose response has a body, and those whose response is about one thing with an id and a status word. */
  readonly withBody: readonly Operation[];
  readonly withStatus: readonly Operation[];
  /** Rows of other people that no adapter can read and that show that they are not ours, as fields of a foreign row. */
  readonly unreadable: { readonly [row: string]: Readonly<Record<string, unknown>> };
  /** The same, but they may be ours for all they show. Only where orders are listed. */
  readonly unclear: { readonly [row: string]: Readonly<Record<string, unknown>> };
  /** The field of a row that carries our reference, with that reference. */
  referring(reference: string): Readonly<Record<string, unknown>>;
  /** Moves an order to its successful end. */
  finish(simulator: S, providerOrderId: string): void;
  /** A person pays at the hosted checkout. @returns the id that their browser brings back. */
  pay(simulator: S, session: CheckoutSession): string;
}

/** The operations that an adapter has, by the methods that it has. */
export const operationsOf = (provider: OffsetProvider): readonly Operation[] =>
  OPERATIONS.filter((operation) => operation in provider);

/** Of every registered provider, from the file named after it: one without a harness fails the suite. */
export const HARNESSES: readonly ProviderHarness[] = PROVIDERS.map(
  ({ id }) => jest.requireActual<{ harness: ProviderHarness }>(`./${id.replaceAll('_', '-')}.harness`).harness,
);
