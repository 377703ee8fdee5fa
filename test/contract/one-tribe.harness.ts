import { grams } from '../../src/domain/mass.js';
import { OPERATIONS } from '../../src/domain/providers/calls.js';
import { oneTribe } from '../../src/providers/one-tribe/index.js';
import type { OneTribeSimulator } from '../../dev/sandbox/index.js';
import type { ProviderHarness } from './harness.js';

export const harness: ProviderHarness<OneTribeSimulator> = {
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
  withBody: OPERATIONS.filter((operation) => operation !== 'cancel'),
  withStatus: ['placeOrder', 'fetchStatus', 'listOrders'],
  finish: (simulator, id) => simulator.advance(id, 'completed'),
  pay: () => {
    throw new Error('One Tribe has no hosted checkout.');
  },
};
