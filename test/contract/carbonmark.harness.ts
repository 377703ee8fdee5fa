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
  finish: (simulator, id) => simulator.advance(id, 'COMPLETED'),
  pay: (simulator, session) => lastSegment(simulator.checkouts.pay(lastSegment(session.url))),
};
