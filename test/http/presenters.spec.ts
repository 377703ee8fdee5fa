import { grams } from '../../src/domain/mass.js';
import { money } from '../../src/domain/money.js';
import type { Order } from '../../src/domain/orders/order.js';
import type { ProviderId } from '../../src/domain/providers/calls.js';
import { presentMass, presentOverDelivery } from '../../src/http/values/mass.presenter.js';
import { presentOrder } from '../../src/http/v1/orders/order.presenter.js';

const AT = new Date('2026-11-20T09:30:00.000Z');
const AT_TEXT = '2026-11-20T09:30:00.000Z';

const ORDER: Order = {
  id: 'ord_1',
  keyId: 'key_secret',
  providerAccount: null,
  spending: null,
  poolRole: null,
  pool: null,
  lookups: { count: 0, lastAt: null },
  tenantId: 'ten_1',
  status: 'completed',
  statusReason: null,
  statusDetail: null,
  provider: 'one_tribe' as ProviderId,
  providerOfferingId: 'p-1',
  offeringName: 'Forest',
  providerOrderId: 'tx-1',
  providerStatus: 'completed',
  paymentMethod: 'account',
  requestedMass: grams(1_200_000),
  orderedMass: grams(2_000_000),
  price: { total: money('12', 'GBP'), source: 'computed' },
  priceTax: money('2', 'GBP'),
  laterPrice: null,
  providerRetiredAt: null,
  quoted: money('12', 'GBP'),
  maxTotal: money('99', 'GBP'),
  beneficiary: { name: 'Jane Smith', email: null },
  retirementMessage: null,
  description: null,
  reference: 'PO-1',
  metadata: { a: 'b' },
  labels: {},
  routing: {
    policy: 'cheapest',
    fx: { date: '2026-11-20', rates: { GBP: '1.25' } },
    considered: [
      {
        provider: 'one_tribe',
        total: { amount: '12.00', currency: 'GBP' },
        orderedMass: grams(2_000_000),
        reason: 'cheapest',
        detail: null,
        nearest: null,
        numbers: {},
      },
      {
        provider: 'cnaught',
        total: null,
        orderedMass: null,
        reason: 'timed_out',
        detail: 'CNaught named no price within 8 s.',
        nearest: null,
        numbers: { waitedSeconds: 8 },
      },
    ],
  },
  offerId: null,
  successUrl: 'https://secret.example/',
  cancelUrl: null,
  webhookUrl: 'https://secret.example/',
  checkout: { sessionId: 's1', url: 'https://pay.example/1', status: 'expired', expiresAt: AT },
  retirements: [
    {
      project: 'Forest',
      registry: 'Verra',
      vintage: 2020,
      mass: grams(2_000_000),
      serialNumberRange: '1-2',
      url: null,
      transactionHash: null,
    },
  ],
  certificate: { url: 'https://proof.example/', pdfUrl: null },
  review: { reason: 'bought_twice', since: AT },
  createdAt: AT,
  updatedAt: AT,
  placedAt: AT,
  retiredAt: AT,
  completedAt: null,
  personalDataErasedAt: null,
  version: 7,
};

describe('the response for an order', () => {
  it('has exactly the fields of the contract', () => {
    expect(presentOrder(ORDER, { possible: false, refundable: null })).toEqual({
      id: 'ord_1',
      tenant_id: 'ten_1',
      status: 'completed',
      status_reason: null,
      status_detail: null,
      provider: 'one_tribe',
      provider_order_id: 'tx-1',
      provider_status: 'completed',
      payment_method: 'account',
      requested_mass: { value: '1.2', unit: 't', grams: 1_200_000 },
      ordered_mass: { value: '2', unit: 't', grams: 2_000_000 },
      over_delivery: { value: '800', unit: 'kg', grams: 800_000 },
      offering: { id: expect.stringMatching(/^offering_[0-9a-z]{26}$/), name: 'Forest' },
      price: {
        total: { amount: '12.00', currency: 'GBP' },
        tax: { amount: '2.00', currency: 'GBP' },
        source: 'computed',
      },
      beneficiary: { name: 'Jane Smith', email: null },
      retirement_message: null,
      description: null,
      reference: 'PO-1',
      metadata: { a: 'b' },
      labels: {},
      routing: {
        policy: 'cheapest',
        considered: [
          {
            provider: 'one_tribe',
            total: { amount: '12.00', currency: 'GBP' },
            ordered_mass: { value: '2', unit: 't', grams: 2_000_000 },
            comparison: {
              code: 'converted',
              total: { amount: '15.00', currency: 'USD' },
              rate: '1.25',
              rate_date: '2026-11-20',
            },
            reason: 'cheapest',
            detail: null,
            nearest: null,
            numbers: {},
          },
          {
            provider: 'cnaught',
            total: null,
            ordered_mass: null,
            comparison: null,
            reason: 'timed_out',
            detail: 'CNaught named no price within 8 s.',
            nearest: null,
            numbers: { waited_seconds: 8 },
          },
        ],
      },
      checkout: { url: 'https://pay.example/1', status: 'expired', expires_at: AT_TEXT },
      retirements: [
        {
          project: 'Forest',
          registry: 'Verra',
          vintage: 2020,
          mass: { value: '2', unit: 't', grams: 2_000_000 },
          serial_number_range: '1-2',
          url: null,
          transaction_hash: null,
        },
      ],
      certificate: { url: 'https://proof.example/', pdf_url: null },
      cancellation: { possible: false, until: null, refundable: null },
      review: { reason: 'bought_twice', since: AT_TEXT },
      created_at: AT_TEXT,
      updated_at: AT_TEXT,
      placed_at: AT_TEXT,
      retired_at: AT_TEXT,
      completed_at: null,
      personal_data_erased_at: null,
      pool: null,
      version: 7,
    });
  });

  it('has no field that was only added to the order', () => {
    const widened = {
      ...ORDER,
      beneficiary: { ...ORDER.beneficiary, ssn: '1' },
      certificate: { url: 'u', pdfUrl: null, key: '1' },
      secret: '1',
    };
    const response = JSON.stringify(presentOrder(widened, { possible: true, refundable: true }));
    expect(response).not.toMatch(/secret|ssn|"key"/);
  });
});

describe('the response for a mass', () => {
  it.each([
    [1, '1', 'g'],
    [1_000, '1', 'kg'],
    [1_500, '1.5', 'kg'],
    [2_000_000, '2', 't'],
    [1e15, '1000000000', 't'],
  ])('shows %d grams as %s %s', (mass, value, unit) => {
    expect(presentMass(grams(mass))).toEqual({ value, unit, grams: mass });
  });

  it('shows an over-delivery only when more is ordered than requested', () => {
    expect(presentOverDelivery(grams(5), grams(5))).toBeNull();
    expect(presentOverDelivery(grams(5), grams(7))).toEqual({ value: '2', unit: 'g', grams: 2 });
  });
});
