import type { PlaceOrderCommand } from '../../../src/application/orders/place-order.js';
import { NO_LIMITS } from '../../../src/domain/limits/purchase-limits.js';
import { grams } from '../../../src/domain/mass.js';

/** How a provider protects a purchase, and by which account or page it is bought: what decides over recovery. */
export const CAPABILITY_CLASSES = [
  'key',
  'lookup',
  'none',
  'session',
  'return',
  'key_cancel',
  'lookup_cancel',
  'key_cancel_left',
  'lookup_cancel_left',
] as const;
export type CapabilityClass = (typeof CAPABILITY_CLASSES)[number];

export interface OrderProfile {
  readonly provider: 'cnaught' | 'one_tribe' | 'carbonmark';
  readonly paymentMethod: 'account' | 'checkout';
  readonly massGrams: number;
  /** The call that the outcome is about, as the provider documents it. */
  readonly call: { readonly method: string; readonly path: string };
  /** The adapter is made to declare that nothing protects a repeat. No provider of ours is so poor; one may come. */
  readonly unprotected?: true;
  /** Where the provider lists purchases; null: nowhere, or it is not looked for there. */
  readonly list: string | null;
  /** Where the provider shows one purchase. */
  readonly read: string;
  /** The field of the response that tells how much was bought; null: it tells nothing. */
  readonly massField: string | null;
  /** Whether the order is cancelled once placed, and whether the client asks again when it got no response. */
  readonly cancelled: 'never' | 'until_responded' | 'once';
  /** The last state of the order at the provider. */
  readonly lastState: string;
}

const KEY = {
  provider: 'cnaught',
  paymentMethod: 'account',
  massGrams: 100_000,
  call: { method: 'POST', path: '^/orders$' },
  list: '^/orders$',
  read: '^/orders/[^/]+$',
  massField: 'amount_kg',
  cancelled: 'never',
  lastState: 'fulfilled',
} as const;

const LOOKUP = {
  provider: 'one_tribe',
  paymentMethod: 'account',
  massGrams: 2_000_000,
  call: { method: 'POST', path: '/transactions' },
  list: '^/transactions$',
  read: '^/transactions/[^/]+$',
  massField: 'quantity',
  cancelled: 'never',
  lastState: 'completed',
} as const;

const CANCEL_UNDER_KEY = { call: { method: 'POST', path: '^/orders/[^/]+/cancel$' }, list: null } as const;
const DELETION = { call: { method: 'DELETE', path: '/transactions' }, list: null, massField: null } as const;

export const PROFILES: Readonly<Record<CapabilityClass, OrderProfile>> = {
  key: KEY,
  lookup: LOOKUP,
  none: { ...LOOKUP, unprotected: true },
  session: { ...KEY, paymentMethod: 'checkout', call: { method: 'POST', path: '/checkout/sessions' } },
  return: {
    provider: 'carbonmark',
    paymentMethod: 'checkout',
    massGrams: 500_000,
    call: { method: 'POST', path: '/checkout' },
    list: null,
    read: '/payments',
    massField: null,
    cancelled: 'never',
    lastState: 'COMPLETED',
  },
  key_cancel: { ...KEY, ...CANCEL_UNDER_KEY, cancelled: 'until_responded' },
  lookup_cancel: { ...LOOKUP, ...DELETION, cancelled: 'until_responded' },
  key_cancel_left: { ...KEY, ...CANCEL_UNDER_KEY, cancelled: 'once' },
  lookup_cancel_left: { ...LOOKUP, ...DELETION, cancelled: 'once' },
};

export const commandFor = ({ provider, paymentMethod, massGrams }: OrderProfile): PlaceOrderCommand => ({
  offerId: null,
  provider,
  offeringId: null,
  paymentMethod,
  rounding: 'exact',
  mayBePooled: false,
  maxTotal: null,
  mass: grams(massGrams),
  keyId: 'key_test',
  limits: { tenant: NO_LIMITS, key: NO_LIMITS },
  providerAccounts: {},
  hasCallbackSecret: false,
  allowDuplicate: false,
  waitIfPaused: true,
  terms: {
    beneficiary: { name: 'Jane Smith', email: null },
    retirementMessage: 'For 2026',
    description: null,
    reference: null,
    metadata: {},
    labels: {},
    successUrl: 'https://shop.example/paid',
    cancelUrl: 'https://shop.example/back',
    webhookUrl: null,
  },
});
