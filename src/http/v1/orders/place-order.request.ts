import { ROUNDINGS, type Rounding } from '../../../application/catalog/choose-offering.js';
import { BooleanField, EnumField, ObjectField, OneOfField } from '../../validation/field.js';
import { OfferIdField, OfferingIdField, ProviderIdField } from '../../validation/id.field.js';
import { MapField } from '../../validation/map.field.js';
import { EmailField, TextField } from '../../validation/text.field.js';
import { UrlField } from '../../validation/url.field.js';
import { MassRequest } from '../../values/mass.request.js';
import { MoneyRequest } from '../../values/money.request.js';
import { PAYMENT_REQUESTS, type PaymentRequest } from './payment.request.js';

/** What the gateway keeps. A provider may take less: its text limits count when the order is routed. */
const MAX_BENEFICIARY = 255;
const MAX_MESSAGE = 500;
const MAX_DESCRIPTION = 255;
const MAX_REFERENCE = 255;

const WHILE_PAUSED = ['refuse', 'wait'] as const;
const POOLING = ['allowed'] as const;

export class BeneficiaryRequest {
  @TextField({ min: 1, max: MAX_BENEFICIARY }, { about: 'Public and permanent on the registry', example: 'Jane Smith' })
  name!: string;

  @EmailField({ about: 'Private', optional: true, example: 'jane@example.com' })
  email?: string;
}

/** Buys a mass, or an offer of a quote, which has a mass, a provider and an offering already. */
export class PlaceOrderRequest {
  @ObjectField(() => MassRequest, { about: 'How much to buy. Or give offer_id', decidedBy: 'offer_id' })
  mass?: MassRequest;

  @OfferIdField({ about: 'Buys exactly this offer of a quote: once, and never above its price', optional: true })
  offer_id?: string;

  @ProviderIdField({
    about: 'Without it, the cheapest provider that can serve is chosen',
    optional: true,
    decidedBy: 'offer_id',
    example: 'cnaught',
  })
  provider?: string;

  @OfferingIdField({ about: 'Buys this offering', optional: true, decidedBy: 'offer_id' })
  offering_id?: string;

  @OneOfField('method', PAYMENT_REQUESTS, { about: 'Who pays, and how', example: { method: 'account' } })
  payment!: PaymentRequest;

  @ObjectField(() => BeneficiaryRequest, { about: 'On whose behalf the credits are retired' })
  beneficiary!: BeneficiaryRequest;

  @TextField(
    { min: 1, max: MAX_MESSAGE, lines: true },
    { about: 'Public and permanent on the registry', optional: true, example: 'Team offsite 2026' },
  )
  retirement_message?: string;

  @TextField(
    { min: 1, max: MAX_DESCRIPTION, lines: true },
    { about: 'Stored with the order, not published', optional: true, example: 'Flights of the sales team' },
  )
  description?: string;

  @TextField(
    { min: 1, max: MAX_REFERENCE },
    { about: 'Your own id for the order; searchable, need not be unique', optional: true, example: 'PO-4711' },
  )
  reference?: string;

  @MapField({
    about: 'For your own use: at most 20 entries, names to 40 and values to 500 characters',
    optional: true,
    example: { trip: 'BER-LIS' },
  })
  metadata?: Record<string, string>;

  @MapField({
    about: 'Finance dimensions, searchable: at most 20 entries, names to 40 and values to 500 characters',
    optional: true,
    example: { department: 'sales' },
  })
  labels?: Record<string, string>;

  @EnumField(ROUNDINGS, {
    about: 'Default `exact`: refuse rather than deliver more than was asked for',
    optional: true,
    decidedBy: 'offer_id',
  })
  rounding?: Rounding;

  @EnumField(POOLING, {
    about:
      'Where the mass cannot be bought by itself, it may be bought together with that of others, with a provider or an offering named: exactly as much, some days later, and with the beneficiary of the gateway on the registry. `pool` in the order says what was bought',
    optional: true,
    decidedBy: 'offer_id',
  })
  pooling?: (typeof POOLING)[number];

  @ObjectField(() => MoneyRequest, {
    about:
      'Refused before anything is sent when the price is above it. In the currency of the provider. With `offer_id` it can only be lower than the offer',
    optional: true,
  })
  max_total?: MoneyRequest;

  @UrlField({
    about:
      'Where the events of this order are sent, too, signed with the secret of POST /v1/callback-secret/rotate. https on port 443 or 8443; no personal data, please',
    optional: true,
    example: 'https://shop.example/offset-events',
  })
  callback_url?: string;

  @BooleanField({
    about:
      'By default an order with the reference, provider, mass and beneficiary of a recent one is refused; without a reference, only one for the same offer is',
    optional: true,
  })
  allow_duplicate?: boolean;

  @EnumField(WHILE_PAUSED, {
    about: 'Default `refuse`. `wait`: accept the order and send it once its provider takes orders again',
    optional: true,
  })
  if_paused?: (typeof WHILE_PAUSED)[number];
}
