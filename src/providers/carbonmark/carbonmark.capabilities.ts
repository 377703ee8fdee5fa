import { grams } from '../../domain/mass.js';
import { money } from '../../domain/money.js';
import type { Capabilities } from '../../domain/providers/capabilities.js';
import type { ProviderId } from '../../domain/providers/calls.js';

export const CARBONMARK = 'carbonmark' as ProviderId;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const KILOGRAM = grams(1_000);

export const carbonmarkCapabilities = {
  paymentMethods: ['checkout'],
  mass: { step: KILOGRAM, minimum: KILOGRAM, maximum: null },
  textLimits: [
    { texts: ['beneficiaryName'], most: 255, countedAs: 'characters' },
    { texts: ['retirementMessage'], most: 500, countedAs: 'characters' },
  ],
  currency: 'USD',
  quote: { firmness: 'indicative', validForMs: 5 * MINUTE },
  priceFrom: 'quote',
  idempotency: { kind: 'none' },
  callbacks: 'none',
  cancellation: null,
  checkout: {
    expiresAfterMs: 24 * HOUR,
    knownBy: 'return',
    minimumTotal: money('0.50', 'USD'),
    maximumTotal: money('999999.99', 'USD'),
  },
  quota: [{ requests: 60, perMs: MINUTE, counts: 'all' }],
  settlement: { by: 'payer', lines: 'none', timeZone: 'UTC', taxed: false, invoiceDays: 0 },
  catalogMaxAgeMs: MINUTE,
  evidence: ['retirement_link'],
  orderPage: null,
  sources: {
    paymentMethods: 'documented: POST /checkout; account orders of the main API are not used here',
    mass: 'observed: listings fill from 0.001 t; multiples of it assumed',
    textLimits: 'assumed: beneficiary_name 255 and retirement_message 500, from the order of the main API',
    currency: 'assumed: prices of the main API are in dollars, the card page too',
    quote: 'assumed: the page is created for a listing, not for a quote, so a quote is not binding',
    priceFrom: 'assumed: the response to POST /checkout is a link without a price',
    idempotency: 'documented: no key; payments cannot be listed',
    callbacks: 'documented: none',
    cancellation: 'documented: none, a retirement is irreversible',
    checkout:
      'documented: the payment id comes with the return; 24 h, $0.50 and $999,999.99 are the card processor’s defaults, assumed',
    quota: 'assumed: 100 a minute in the last public server code, kept well below',
    settlement: 'documented: the payer pays by card; that no statement of it comes is assumed',
    catalogMaxAgeMs: 'observed: prices were cached for a minute',
    evidence: 'documented: view_retirement_url of a completed order',
    orderPage: 'documented: none but that of the retirement, which the order carries',
  },
} as const satisfies Capabilities;
