import type { Example } from '../../openapi/api-responses.decorator.js';
import type { QuoteResponse } from './quote.response.js';

/** 1.5 t on account, rounded up, at the simulated providers. */
export const QUOTE: Example<QuoteResponse> = {
  id: 'quo_01m8brpspcfettr0yvby84jgy2',
  created_at: '2026-11-26T11:09:01.469Z',
  expires_at: '2026-11-26T11:19:01.469Z',
  requested_mass: {
    value: '1.5',
    unit: 't',
    grams: 1500000,
  },
  offers: [
    {
      id: 'off_01m8brpspcfettr0z687ejm0vc',
      rank: 1,
      provider: 'cnaught',
      offering: {
        id: 'offering_298cg80h9hgqerntch0yfaxvqm',
        name: 'Default portfolio of the account',
      },
      payment_method: 'account',
      ordered_mass: {
        value: '1.5',
        unit: 't',
        grams: 1500000,
      },
      over_delivery: null,
      price: {
        total: {
          amount: '30.00',
          currency: 'USD',
        },
        per_tonne: {
          amount: '20.00',
          currency: 'USD',
        },
        tax: null,
        over_delivery: null,
      },
      comparison: {
        code: 'converted',
        total: {
          amount: '30.00',
          currency: 'USD',
        },
        rate: '1',
        rate_date: '2000-01-01',
      },
      firmness: 'indicative',
      expires_at: '2026-11-26T11:19:01.469Z',
    },
    {
      id: 'off_01m8brpspcfettr0z823snmpdn',
      rank: 2,
      provider: 'one_tribe',
      offering: {
        id: 'offering_7yh881m1rgh7ts6pbscwesxy7y',
        name: 'Long Bay Wind',
      },
      payment_method: 'account',
      ordered_mass: {
        value: '5',
        unit: 't',
        grams: 5000000,
      },
      over_delivery: {
        value: '3.5',
        unit: 't',
        grams: 3500000,
      },
      price: {
        total: {
          amount: '38.40',
          currency: 'GBP',
        },
        per_tonne: {
          amount: '7.68',
          currency: 'GBP',
        },
        tax: {
          amount: '6.40',
          currency: 'GBP',
        },
        over_delivery: {
          amount: '26.88',
          currency: 'GBP',
        },
      },
      comparison: {
        code: 'converted',
        total: {
          amount: '48.00',
          currency: 'USD',
        },
        rate: '1.25',
        rate_date: '2000-01-01',
      },
      firmness: 'computed',
      expires_at: '2026-11-26T11:24:01.469Z',
    },
  ],
  unavailable: [
    {
      provider: 'carbonmark',
      payment_method: 'account',
      code: 'payment_method_not_supported',
      detail: 'Carbonmark cannot be paid by account; possible: checkout.',
      nearest: null,
      numbers: {
        payment_methods: ['checkout'],
      },
    },
  ],
  fx: {
    date: '2000-01-01',
    usd_per: {
      GBP: '1.25',
      USD: '1',
    },
  },
};
