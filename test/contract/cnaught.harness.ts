import { grams } from '../../src/domain/mass.js';
import { OPERATIONS } from '../../src/domain/providers/calls.js';
import { cnaught } from '../../src/providers/cnaught/index.js';
import type { CnaughtSimulator } from '../../dev/sandbox/index.js';
import type { ProviderHarness } from './harness.js';

export const harness: ProviderHarness<CnaughtSimulator> = {
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
    simulator.checkouts.pay(session.sessionId ?? '');
    return session.sessionId ?? '';
  },
};
