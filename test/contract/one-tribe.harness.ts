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
  withStatus: ['placeOrder', 'fetchStatus'],
  unreadable: {
    'an unknown status word': { status: 'archived_by_legal' },
    'half a tonne': { quantity: 0.5 },
    'a number for an id': { transaction_id: 42 },
    'a status of null, without a description': { status: null, description: null, metadata: { note: 'theirs' } },
    'two references, neither of them ours': {
      metadata: { order_reference: 'a' },
      description: 'order_reference=b on behalf of them',
    },
  },
  unclear: {
    'an object for the description': { description: {} },
    'an unknown status word and no text of ours': { status: 'archived_by_legal', description: null },
  },
  referring: (reference) => ({ metadata: { order_reference: reference } }),
  finish: (simulator, id) => simulator.advance(id, 'completed'),
  pay: () => {
    throw new Error('One Tribe has no hosted checkout.');
  },
};
