import { grams } from '../../domain/mass.js';
import { money } from '../../domain/money.js';
import type { Capabilities } from '../../domain/providers/capabilities.js';
import type { ProviderId } from '../../domain/providers/calls.js';

export const CNAUGHT = 'cnaught' as ProviderId;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What stands around name and message in the description: see `publicText`. */
const AROUND_TEXTS = 'on behalf of . '.length;

const KILOGRAM = grams(1_000);

export const cnaughtCapabilities = {
  paymentMethods: ['account', 'checkout'],
  mass: { step: KILOGRAM, minimum: KILOGRAM, maximum: null },
  textLimits: [{ texts: ['beneficiaryName', 'retirementMessage'], most: 512 - AROUND_TEXTS, countedAs: 'characters' }],
  currency: 'USD',
  quote: { firmness: 'indicative', validForMs: 10 * MINUTE },
  priceFrom: 'response',
  idempotency: { kind: 'key', retentionMs: 24 * HOUR, visibilityDelayMs: 5 * MINUTE },
  callbacks: 'unsigned',
  cancellation: { while: ['placed'], refundable: null },
  checkout: {
    expiresAfterMs: 24 * HOUR,
    knownBy: 'session',
    minimumTotal: money('0.50', 'USD'),
    maximumTotal: null,
  },
  quota: [
    { requests: 100, perMs: SECOND, counts: 'writes' },
    { requests: 100, perMs: SECOND, counts: 'reads' },
  ],
  settlement: { by: 'invoice', lines: 'order', timeZone: 'UTC', taxed: false, invoiceDays: 10 },
  catalogMaxAgeMs: HOUR,
  evidence: ['certificate'],
  orderPage: 'https://registry.cnaught.com/orders/{id}',
  sources: {
    paymentMethods: 'documented: POST /orders, POST /checkout/sessions',
    mass: 'documented: positive whole kilograms on POST /orders; the documentation contradicts itself on fractions',
    textLimits: 'documented: description of at most 512 characters, which holds both texts',
    currency: 'documented: price_usd_cents',
    quote: 'assumed: a quote has neither an id nor an expiry',
    priceFrom: 'documented: the order and the session carry price_usd_cents',
    idempotency: 'documented: Idempotency-Key, kept 24 h; visibility delay of the order list assumed',
    callbacks: 'documented: notification_config; no signature is documented',
    cancellation: 'documented: POST /orders/{id}/cancel while placed; the refund is not documented',
    checkout: 'documented: minimum of $0.50; 24 h taken from the documented example',
    quota: 'documented: 100 writes and 100 reads per second',
    settlement: 'documented: the account is billed for its orders; that it is by invoice, and how it looks, is assumed',
    catalogMaxAgeMs: 'assumed: nothing is said on how often prices change',
    evidence: 'documented: certificate_public_url; serial numbers may be missing',
    orderPage: 'documented: certificate_public_url, which a cancelled order does not have',
  },
} satisfies Capabilities;
