import type { Example } from '../../openapi/api-responses.decorator.js';
import type { ProviderListResponse, ProviderResponse } from './provider.response.js';

const KILOGRAM = { value: '1', unit: 'kg', grams: 1_000 } as const;

const CARBONMARK: Example<ProviderResponse> = {
  id: 'carbonmark',
  name: 'Carbonmark',
  payment_methods: ['checkout'],
  currency: 'USD',
  mass: { step: KILOGRAM, minimum: KILOGRAM, maximum: null },
  quote: { firmness: 'indicative', valid_for_seconds: 300 },
  cancellation: null,
  checkout: {
    expires_after_seconds: 86_400,
    minimum_total: { amount: '0.50', currency: 'USD' },
    maximum_total: { amount: '999999.99', currency: 'USD' },
  },
  quota: [{ counts: 'all', requests: 60, per_seconds: 60 }],
  evidence: ['retirement_link'],
  health: 'ok',
  checked_at: '2026-11-26T10:42:17.593Z',
  paused: false,
  paused_for: null,
  paused_since: null,
  asked_again_at: null,
  switched_off: [],
};

export const PROVIDERS_PAGE: Example<ProviderListResponse> = {
  data: [
    CARBONMARK,
    {
      ...CARBONMARK,
      id: 'cnaught',
      name: 'CNaught',
      payment_methods: ['account', 'checkout'],
      cancellation: { while: ['placed'], refundable: null },
      evidence: ['certificate'],
      health: 'failing',
      paused: true,
      paused_for: 'credentials',
      paused_since: '2026-11-26T10:40:03.101Z',
      asked_again_at: '2026-11-26T10:55:03.101Z',
      switched_off: [],
    },
  ],
};
