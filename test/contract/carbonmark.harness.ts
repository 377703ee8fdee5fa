import { grams } from '../../src/domain/mass.js';
import { OPERATIONS } from '../../src/domain/providers/calls.js';
import { carbonmark } from '../../src/providers/carbonmark/index.js';
import type { CarbonmarkSimulator } from '../../dev/sandbox/index.js';
import type { ProviderHarness } from './harness.js';

const lastSegment = (url: string): string => url.split('/').at(-1) ?? '';

export const harness: ProviderHarness<CarbonmarkSimulator> = {
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
  unreadable: {
    'a text for the end': { listing: { creditId: { projectId: 'SBX-1' }, expiresAfter: '2027-01-01' } },
    'a price in words': { purchasePrice: 'ask' },
    'a number for an id': { sourceId: 42 },
    'a supply below zero': { liquidSupply: -1 },
  },
  unclear: {},
  referring: () => ({}),
  finish: (simulator, id) => simulator.advance(id, 'COMPLETED'),
  pay: (simulator, session) => lastSegment(simulator.checkouts.pay(lastSegment(session.url))),
};
