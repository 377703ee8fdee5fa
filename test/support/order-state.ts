import { grams } from '../../src/domain/mass.js';
import { newOrder, type Order } from '../../src/domain/orders/order.js';
import type { OrderState } from '../../src/domain/orders/order-state.js';
import type { Here } from '../../src/domain/providers/far-side.js';
import { ProviderError, type FailureClass, type FailureReason } from '../../src/domain/providers/provider-error.js';
import type { CheckoutSession, ProviderId, ProviderOrder } from '../../src/domain/providers/calls.js';
import { NO_CLAIMS } from '../../src/domain/purchases/claims.js';
import type { Attempt, AttemptOutcome } from '../../src/domain/purchases/attempt.js';

/** An order and what a provider says of it, as decisions get to see them. What one says agrees with the other. */

export const NOW = new Date('2026-01-01T12:00:00Z');

export const at = (ms: number): Date => new Date(NOW.getTime() + ms);

const PROVIDER = 'example' as ProviderId;

/** The account that a process calls. */
export const HERE: Here = { id: 'here', account: new Set(['here', 'key-before']) };

const MASS = grams(100_000);

const BUYER = { tenantId: 'tnt_1', keyId: 'key_1', providerAccount: null, spending: null };

const ORDER = newOrder('ord_1', BUYER, {
  provider: PROVIDER,
  providerOfferingId: 'mix',
  offeringName: 'Mix',
  paymentMethod: 'account',
  requestedMass: MASS,
  orderedMass: MASS,
  beneficiary: { name: 'Jane Smith', email: null },
  retirementMessage: null,
  description: null,
  reference: null,
  metadata: {},
  labels: {},
  maxTotal: null,
  quoted: null,
  successUrl: null,
  cancelUrl: null,
  webhookUrl: null,
  offerId: null,
  routing: { policy: 'named_by_caller', considered: [], fx: null },
  poolRole: null,
});

export const anOrder = (order: Partial<Order> = {}): Order => ({ ...ORDER, createdAt: NOW, updatedAt: NOW, ...order });

export const aState = (order: Partial<Order> = {}, state: Partial<Omit<OrderState, 'order'>> = {}): OrderState => ({
  order: anOrder(order),
  attempts: [],
  cancelRequests: 0,
  cancelMayHaveArrived: false,
  targets: { sessions: [], claims: NO_CLAIMS },
  accepted: [],
  switchedOff: null,
  leaseToken: null,
  isLeased: false,
  now: NOW,
  ...state,
});

export const aSend = (outcome: AttemptOutcome, send: Partial<Attempt> = {}): Attempt => ({
  number: 1,
  generation: 1,
  farSide: null,
  startedAt: at(-60_000),
  sendDeadlineAt: at(-20_000),
  outcome,
  reason: null,
  ...send,
});

export const aPurchase = (purchase: Partial<ProviderOrder> = {}): ProviderOrder => ({
  providerOrderId: 'p1',
  orderReference: 'ord_1',
  status: 'placed',
  providerStatus: 'booked',
  mass: MASS,
  price: null,
  providerOfferingId: 'mix',
  checkoutSessionId: null,
  createdAt: null,
  beneficiaryName: 'Jane Smith',
  retiredAt: null,
  retirements: [],
  certificate: null,
  ...purchase,
});

export const aCheckout = (session: Partial<CheckoutSession> = {}): CheckoutSession => ({
  sessionId: 's1',
  url: 'https://pay.example/s1',
  status: 'open',
  providerStatus: 'unpaid',
  mass: MASS,
  price: null,
  expiresAt: null,
  order: null,
  orderUnread: null,
  ...session,
});

export const aFailure = (
  failure: FailureClass,
  reason: FailureReason,
  more: Partial<ProviderError['at']> = {},
): ProviderError =>
  new ProviderError(failure, reason, 'failed', { provider: PROVIDER, operation: 'placeOrder', ...more });
