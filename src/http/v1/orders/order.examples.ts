import type { Example } from '../../openapi/api-responses.decorator.js';
import type { OrderResponse } from './order.response.js';

const mass = (value: string, unit: 'kg' | 't', grams: number) => ({ value, unit, grams });

/** Accepted for a caller who does not wait: nothing is known of its outcome yet. */
export const CREATED_ORDER: Example<OrderResponse> = {
  id: 'ord_01m8bq5vg8fvg8x6ezhdxz8fdf',
  tenant_id: 'ten_01m8bq5twqfvg8x6e5a8jfdwhc',
  status: 'created',
  status_reason: null,
  status_detail: null,
  provider: 'cnaught',
  provider_order_id: null,
  provider_status: null,
  payment_method: 'account',
  requested_mass: mass('100', 'kg', 100_000),
  ordered_mass: mass('100', 'kg', 100_000),
  over_delivery: null,
  offering: { id: 'offering_298cg80h9hgqerntch0yfaxvqm', name: 'Default portfolio of the account' },
  price: null,
  beneficiary: { name: 'Jane Smith', email: 'jane@example.com' },
  retirement_message: 'Team offsite 2026',
  description: 'Flights of the sales team',
  reference: 'PO-4711',
  metadata: { trip: 'BER-LIS' },
  labels: { department: 'sales' },
  routing: { policy: 'named_by_caller', considered: [] },
  checkout: null,
  retirements: [],
  certificate: null,
  pool: null,
  cancellation: { possible: true, until: null, refundable: true },
  review: null,
  created_at: '2026-11-26T10:42:17.737Z',
  updated_at: '2026-11-26T10:42:17.737Z',
  placed_at: null,
  retired_at: null,
  completed_at: null,
  personal_data_erased_at: null,
  version: 1,
};

/** Its provider has it. */
export const PLACED_ORDER: Example<OrderResponse> = {
  ...CREATED_ORDER,
  status: 'placed',
  provider_order_id: '2UPZXgteIV_sandbox',
  provider_status: 'placed',
  price: { total: { amount: '2.00', currency: 'USD' }, tax: null, source: 'charged' },
  cancellation: { possible: true, until: null, refundable: null },
  updated_at: '2026-11-26T10:42:17.961Z',
  placed_at: '2026-11-26T10:42:17.961Z',
  version: 3,
};

/** Retired, with its proof. */
export const COMPLETED_ORDER: Example<OrderResponse> = {
  ...PLACED_ORDER,
  status: 'completed',
  provider_status: 'fulfilled',
  retirements: [
    {
      project: 'Lagoon Mangroves',
      registry: 'Sandbox Registry',
      vintage: 2021,
      mass: mass('65', 'kg', 65_000),
      serial_number_range: 'SBX-pjMang-2UPZXgteIV_sandbox-1',
      url: 'https://registry.example/retirements/2UPZXgteIV_sandbox-1',
      transaction_hash: null,
    },
    {
      project: 'Old Hill Landfill',
      registry: 'Sandbox Registry',
      vintage: null,
      mass: mass('35', 'kg', 35_000),
      serial_number_range: 'SBX-pjLand-2UPZXgteIV_sandbox-2',
      url: 'https://registry.example/retirements/2UPZXgteIV_sandbox-2',
      transaction_hash: null,
    },
  ],
  certificate: {
    url: 'https://registry.cnaught.com/orders/2UPZXgteIV_sandbox',
    pdf_url: 'https://registry.cnaught.com/api/certificates/2UPZXgteIV_sandbox/pdf',
  },
  cancellation: { possible: false, until: null, refundable: null },
  updated_at: '2026-11-26T10:42:18.501Z',
  retired_at: '2026-11-26T10:42:18.501Z',
  completed_at: '2026-11-26T10:42:18.501Z',
  version: 4,
};

export const CANCELLED_ORDER: Example<OrderResponse> = {
  ...PLACED_ORDER,
  status: 'cancelled',
  status_reason: 'cancelled_by_caller',
  provider_status: 'canceled',
  cancellation: { possible: false, until: null, refundable: null },
  updated_at: '2026-11-26T10:42:19.120Z',
  version: 5,
};

const NO_OFFER = { total: null, ordered_mass: null, comparison: null, nearest: null } as const;

/** The cheapest of those that were asked. */
export const ROUTED_ORDER: Example<OrderResponse> = {
  ...PLACED_ORDER,
  id: 'ord_01m8bq5vsqfvg8x6fywcsbtxdx',
  provider_order_id: 'il8BZu7hIB_sandbox',
  requested_mass: mass('2', 't', 2_000_000),
  ordered_mass: mass('2', 't', 2_000_000),
  price: { total: { amount: '40.00', currency: 'USD' }, tax: null, source: 'charged' },
  routing: {
    policy: 'cheapest',
    considered: [
      {
        provider: 'cnaught',
        total: { amount: '40.00', currency: 'USD' },
        ordered_mass: mass('2', 't', 2_000_000),
        comparison: {
          code: 'same_currency',
          total: { amount: '40.00', currency: 'USD' },
          rate: null,
          rate_date: null,
        },
        reason: 'cheapest',
        detail: null,
        nearest: null,
        numbers: {},
      },
      {
        ...NO_OFFER,
        provider: 'carbonmark',
        reason: 'payment_method_not_supported',
        detail: 'Carbonmark cannot be paid by account; possible: checkout.',
        numbers: { payment_methods: ['checkout'] },
      },
      {
        ...NO_OFFER,
        provider: 'one_tribe',
        reason: 'price_not_comparable',
        detail: 'One Tribe charges GBP; give max_total in GBP.',
        numbers: { currency: 'GBP' },
      },
    ],
  },
};

/** The payer has to be sent to its checkout. */
export const UNPAID_ORDER: Example<OrderResponse> = {
  ...CREATED_ORDER,
  id: 'ord_01m8bq5w05fvg8x6h02g0e2se6',
  status: 'awaiting_payment',
  provider: 'carbonmark',
  provider_status: 'open',
  payment_method: 'checkout',
  requested_mass: mass('500', 'kg', 500_000),
  ordered_mass: mass('500', 'kg', 500_000),
  offering: { id: 'offering_0rb3cbsm4ahq1bw3rzayqgeb3v', name: 'SBX-101-2019' },
  price: { total: { amount: '2.10', currency: 'USD' }, tax: null, source: 'quoted' },
  checkout: {
    url: 'https://checkout.stripe.com/c/pay/cs_test_wWQ5WhKElsCFg3Sq23rNotkG',
    status: 'open',
    expires_at: '2026-11-27T10:42:18.334Z',
  },
  cancellation: { possible: false, until: null, refundable: null },
  updated_at: '2026-11-26T10:42:18.372Z',
  version: 4,
};

/** Sent, and not answered: it may be bought. A person has to look where nothing else can tell. */
export const DOUBTFUL_ORDER: Example<OrderResponse> = {
  ...CREATED_ORDER,
  id: 'ord_01m8bq5wbefvg8x6jxtebqf5nh',
  status: 'in_doubt',
  status_reason: 'timed_out',
  status_detail: 'CNaught did not answer in time.',
  cancellation: { possible: false, until: null, refundable: null },
  review: { reason: 'unproven_outcome', since: '2026-11-26T11:42:18.372Z' },
  updated_at: '2026-11-26T11:42:18.372Z',
  version: 3,
};
