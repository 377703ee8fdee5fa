import type { Example } from '../../openapi/api-responses.decorator.js';
import type { OfferingListResponse, OfferingResponse } from './offering.response.js';

export const OFFERING: Example<OfferingResponse> = {
  id: 'offering_2s0w7m7xj0h1tbnf09m3wrwe3d',
  provider: 'one_tribe',
  kind: 'project',
  provider_offering_id: '14',
  name: 'High Moor Peatland',
  description: 'Drained moorland is made wet again.',
  country: 'United Kingdom',
  registry: 'Sandbox Registry',
  vintage: 2021,
  category: 'Peatland',
  is_ex_ante: false,
  unit_price_per_tonne: { amount: '18.00', currency: 'GBP' },
  available: { value: '5000', unit: 't', grams: 5_000_000_000 },
  minimum: { value: '1', unit: 't', grams: 1_000_000 },
  step: { value: '1', unit: 't', grams: 1_000_000 },
  payment_methods: ['account'],
  fetched_at: '2026-11-26T10:42:17.582Z',
};

export const OFFERING_PAGE: Example<OfferingListResponse> = {
  data: [OFFERING],
  next_cursor: 'WyJvbmVfdHJpYmUiLCIxNCJd',
  unavailable: [{ provider: 'carbonmark', detail: 'Carbonmark could not be read just now.' }],
};
