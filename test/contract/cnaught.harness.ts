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
  withStatus: ['placeOrder', 'fetchStatus', 'createCheckout', 'fetchCheckout', 'cancel'],
  unreadable: {
    'an unknown status word': { state: 'frozen' },
    'a status of null': { state: null },
    'a mass below zero': { amount_kg: -1 },
    'no price': { price_usd_cents: null },
    'a number for an id': { id: 42 },
    'an unknown creation time': { created_on: 'yesterday' },
    'an allocation without a mass': { project_allocations: [{}] },
  },
  unclear: {
    'an object for the metadata': { metadata: {}, checkout_session_id: {} },
    'an unknown status word and no text of ours': { state: 'frozen', metadata: 5, checkout_session_id: 5 },
  },
  referring: (reference) => ({ metadata: `order_reference=${reference}` }),
  finish: (simulator, id) => simulator.advance(id, 'fulfilled'),
  pay: (simulator, session) => {
    simulator.checkouts.pay(session.sessionId ?? '');
    return session.sessionId ?? '';
  },
};
