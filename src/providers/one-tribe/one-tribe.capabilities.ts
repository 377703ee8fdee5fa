import { grams } from '../../domain/mass.js';
import type { Capabilities } from '../../domain/providers/capabilities.js';
import type { ProviderId } from '../../domain/providers/calls.js';
import type { OneTribeEnv } from './one-tribe.env.js';

export const ONE_TRIBE = 'one_tribe' as ProviderId;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const TONNE = grams(1_000_000);

/** The metadata of a transaction with nothing in it but an order reference, which is 30 characters long. */
const AROUND_TEXTS = JSON.stringify({
  order_reference: 'x'.repeat(30),
  beneficiary_name: '',
  retirement_message: '',
  description: '',
}).length;

/** Longer metadata might be cut, and with a cut reference an order could not be found again. */
export const oneTribeTextLimits = [
  {
    texts: ['beneficiaryName', 'retirementMessage', 'description'],
    most: 1_024 - AROUND_TEXTS,
    countedAs: 'json',
  },
] as const satisfies Capabilities['textLimits'];

export const oneTribeCapabilities = (env: Pick<OneTribeEnv, 'ONE_TRIBE_SETTLE_SECONDS'>) =>
  ({
    paymentMethods: ['account'],
    mass: { step: TONNE, minimum: TONNE, maximum: null },
    textLimits: oneTribeTextLimits,
    currency: 'GBP',
    quote: { firmness: 'computed', validForMs: 15 * MINUTE },
    priceFrom: 'quote',
    idempotency: { kind: 'lookup', visibilityDelayMs: env.ONE_TRIBE_SETTLE_SECONDS * SECOND },
    callbacks: 'none',
    cancellation: { while: ['placed'], refundable: null },
    checkout: null,
    quota: [
      { requests: 180, perMs: MINUTE, counts: 'all' },
      { requests: 10_800, perMs: HOUR, counts: 'all' },
      { requests: 120_000, perMs: 24 * HOUR, counts: 'all' },
    ],
    settlement: { by: 'invoice', lines: 'aggregate', timeZone: 'Europe/London', taxed: true, invoiceDays: 15 },
    catalogMaxAgeMs: 15 * MINUTE,
    evidence: ['status_only'],
    orderPage: null,
    sources: {
      paymentMethods: 'documented: transactions are billed by hand at the end of the month',
      mass: 'documented: quantity is an integer of tonnes; a project may ask for more (min_volume)',
      textLimits: 'assumed: 1,024 characters of metadata, whose size is not documented',
      currency: 'assumed: prices are given in pounds and no currency is ever named',
      quote: 'assumed: computed from the price of the project, which is refreshed hourly',
      priceFrom: 'documented: a transaction carries no price',
      idempotency: 'documented: no key of any kind; that the list may lag is assumed',
      callbacks: 'documented: none',
      cancellation: 'documented: DELETE; that it works only while ordered, and that nothing is billed, is assumed',
      checkout: 'documented: none',
      quota: 'documented: 180 a minute, 10,800 an hour, 120,000 a day',
      settlement:
        'documented: billed by hand at the end of the month; lines per project, British days, VAT and when it comes are assumed',
      catalogMaxAgeMs: 'documented: refreshed hourly, and the terms forbid storing; the very age is assumed',
      evidence: 'documented: no certificate and no serial numbers',
      orderPage: 'documented: none',
    },
  }) as const satisfies Capabilities;
