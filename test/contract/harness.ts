import { grams, type Grams } from '../../src/domain/mass.js';
import {
  OPERATIONS,
  type CheckoutSession,
  type OffsetProvider,
  type Operation,
} from '../../src/domain/providers/provider.js';
import { carbonmark } from '../../src/providers/carbonmark/index.js';
import { cnaught } from '../../src/providers/cnaught/index.js';
import { oneTribe } from '../../src/providers/one-tribe/index.js';
import type { OnCall } from '../../src/providers/provider-directory.js';
import type {
  CarbonmarkSimulator,
  CnaughtSimulator,
  FaultMatch,
  OneTribeSimulator,
  Sandbox,
} from '../../dev/sandbox/index.js';

export type Simulator = CnaughtSimulator | CarbonmarkSimulator | OneTribeSimulator;

export interface Connection {
  readonly url: string;
  readonly apiKey: string;
  readonly onCall: OnCall;
}

/** What the contract has to know about a provider to run against its simulator. */
export interface ProviderHarness {
  readonly name: string;
  connect(connection: Connection): OffsetProvider;
  simulator(sandbox: Sandbox): Simulator;
  readonly offeringId: string;
  readonly mass: Grams;
  /** A mass that this provider cannot sell. */
  readonly unsellable: Grams;
  /** The request behind each operation, as the provider documents it. Where there are several, the one that decides. */
  readonly endpoints: Readonly<Partial<Record<Operation, FaultMatch>>>;
  /** Operations whose answer has a body, and those whose answer is about one thing with an id and a status word. */
  readonly withBody: readonly Operation[];
  readonly withStatus: readonly Operation[];
  /** Moves an order to its successful end. */
  finish(simulator: Simulator, providerOrderId: string): void;
  /** A person pays on the hosted page. Answers the id that their browser brings back. */
  pay(simulator: Simulator, session: CheckoutSession): string;
}

const lastSegment = (url: string): string => url.split('/').at(-1) ?? '';

const withoutCancel = OPERATIONS.filter((operation) => operation !== 'cancel');

const cnaughtHarness: ProviderHarness = {
  name: 'CNaught',
  connect: ({ url, apiKey, onCall }) => cnaught.create({ CNAUGHT_API_KEY: apiKey, CNAUGHT_BASE_URL: url }, { onCall }),
  simulator: (sandbox) => sandbox.cnaught,
  offeringId: 'SbxAlt',
  mass: grams(100_000),
  unsellable: grams(1_500),
  endpoints: {
    offerings: { method: 'GET', path: '^/portfolios$' },
    quote: { method: 'POST', path: '/quotes' },
    placeOrder: { method: 'POST', path: '^/orders$' },
    fetchStatus: { method: 'GET', path: '^/orders/' },
    listOrders: { method: 'GET', path: '^/orders$' },
    createCheckout: { method: 'POST', path: '/checkout/sessions' },
    fetchCheckout: { method: 'GET', path: '/checkout/sessions/' },
    cancel: { method: 'POST', path: '^/orders/[^/]+/cancel$' },
  },
  withBody: OPERATIONS,
  withStatus: ['placeOrder', 'fetchStatus', 'listOrders', 'createCheckout', 'fetchCheckout', 'cancel'],
  finish: (simulator, id) => simulator.advance(id, 'fulfilled'),
  pay: (simulator, session) => {
    (simulator as CnaughtSimulator).checkouts.pay(session.sessionId ?? '');
    return session.sessionId ?? '';
  },
};

const carbonmarkHarness: ProviderHarness = {
  name: 'Carbonmark',
  connect: ({ url, apiKey, onCall }) =>
    carbonmark.create(
      { CARBONMARK_API_KEY: apiKey, CARBONMARK_CHECKOUT_URL: url, CARBONMARK_API_URL: url },
      { onCall },
    ),
  simulator: (sandbox) => sandbox.carbonmark,
  offeringId: `listing-137-0x${'a1'.repeat(32)}`,
  mass: grams(500_000),
  unsellable: grams(1_500),
  endpoints: {
    offerings: { method: 'GET', path: '/prices' },
    quote: { method: 'POST', path: '/quotes' },
    createCheckout: { method: 'POST', path: '/checkout' },
    fetchStatus: { method: 'GET', path: '/payments/' },
  },
  withBody: OPERATIONS,
  withStatus: ['fetchStatus'],
  finish: (simulator, id) => simulator.advance(id, 'COMPLETED'),
  pay: (simulator, session) => lastSegment((simulator as CarbonmarkSimulator).checkouts.pay(lastSegment(session.url))),
};

const oneTribeHarness: ProviderHarness = {
  name: 'One Tribe',
  connect: ({ url, apiKey, onCall }) =>
    oneTribe.create({ ONE_TRIBE_API_KEY: apiKey, ONE_TRIBE_BASE_URL: url }, { onCall }),
  simulator: (sandbox) => sandbox.oneTribe,
  // The project that other people's purchases in the simulator are of, so that lists by project hold them.
  offeringId: 'sbx-peat-01',
  mass: grams(2_000_000),
  unsellable: grams(1_500_000),
  endpoints: {
    offerings: { method: 'GET', path: '^/projects/offset$' },
    quote: { method: 'GET', path: '^/projects/offset/' },
    placeOrder: { method: 'POST', path: '/transactions' },
    fetchStatus: { method: 'GET', path: '^/transactions/' },
    listOrders: { method: 'GET', path: '^/transactions$' },
    cancel: { method: 'DELETE', path: '/transactions/' },
  },
  withBody: withoutCancel,
  withStatus: ['placeOrder', 'fetchStatus', 'listOrders'],
  finish: (simulator, id) => simulator.advance(id, 'completed'),
  pay: () => {
    throw new Error('One Tribe has no hosted page.');
  },
};

export const HARNESSES: readonly ProviderHarness[] = [cnaughtHarness, carbonmarkHarness, oneTribeHarness];
