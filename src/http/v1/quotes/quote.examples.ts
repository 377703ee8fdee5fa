import type { Example } from '../../openapi/api-responses.decorator.js';
import type { QuoteResponse } from './quote.response.js';

/** 1.2 kg with `"rounding": "up"`: every offer says what it would deliver beyond that. */
export const QUOTE: Example<QuoteResponse> = {
  id: 'quo_01m8bq5yxefvg8x6mc4jq1rhq1',
  created_at: '2026-11-26T10:42:21.193Z',
  expires_at: '2026-11-26T10:52:21.193Z',
  requested_mass: { value: '1.2', unit: 'kg', grams: 1_200 },
  offers: [
    {
      id: 'off_01m8bq5yxefvg8x6mk7y5rmj8k',
      rank: 1,
      provider: 'cnaught',
      offering: { id: 'offering_298cg80h9hgqerntch0yfaxvqm', name: 'Default portfolio of the account' },
      payment_method: 'account',
      ordered_mass: { value: '2', unit: 'kg', grams: 2_000 },
      over_delivery: { value: '800', unit: 'g', grams: 800 },
      price: {
        total: { amount: '0.04', currency: 'USD' },
        per_tonne: { amount: '20.00', currency: 'USD' },
        tax: null,
      },
      firmness: 'indicative',
      expires_at: '2026-11-26T10:52:21.193Z',
    },
    {
      id: 'off_01m8bq5yxefvg8x6n2ne90bakf',
      rank: 2,
      provider: 'one_tribe',
      offering: { id: 'offering_7yh881m1rgh7ts6pbscwesxy7y', name: 'Long Bay Wind' },
      payment_method: 'account',
      ordered_mass: { value: '5', unit: 't', grams: 5_000_000 },
      over_delivery: { value: '4.9988', unit: 't', grams: 4_998_800 },
      price: {
        total: { amount: '38.40', currency: 'GBP' },
        per_tonne: { amount: '7.68', currency: 'GBP' },
        tax: { amount: '6.40', currency: 'GBP' },
      },
      firmness: 'computed',
      expires_at: '2026-11-26T10:57:21.193Z',
    },
  ],
  unavailable: [{ provider: 'carbonmark', code: 'timed_out', detail: 'Carbonmark did not name a price within 8 s.' }],
  fx: { date: '2026-11-20', usd_per: { GBP: '1.25', USD: '1' } },
};
