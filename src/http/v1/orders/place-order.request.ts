import type { Rounding } from '../../../application/catalog/choose-offering.js';
import { textReason, type Reason } from '../../validation/checks.js';
import {
  EmailField,
  Field,
  BooleanField,
  PatternField,
  ObjectField,
  TextField,
  MapField,
  UrlField,
  EnumField,
  type Presence,
} from '../../validation/field.js';
import { NOT_A_PROVIDER_ID, OFFER_ID, OFFERING_ID, PROVIDER_ID } from '../../validation/id-patterns.js';
import { MassRequest } from '../mass/mass.request.js';
import { MoneyRequest } from '../money/money.request.js';
import { PAYMENT_SCHEMA, PaymentRequest } from './payment.request.js';

/** The strictest of the providers: Carbonmark prints at most this. */
const MAX_BENEFICIARY = 255;
const MAX_MESSAGE = 500;

/** CNaught prints both in one text of 512 characters, with a few words of its own. */
const MAX_BENEFICIARY_AND_MESSAGE = 490;

/** One Tribe keeps at most this. */
const MAX_DESCRIPTION = 255;

const MAX_REFERENCE = 255;

export const ROUNDINGS = ['exact', 'up'] as const satisfies readonly Rounding[];

const WHILE_PAUSED = ['refuse', 'wait'] as const;

export class BeneficiaryRequest {
  @TextField({ min: 1, max: MAX_BENEFICIARY }, { about: 'Public and permanent on the registry', example: 'Jane Smith' })
  name!: string;

  @EmailField({ about: 'Private', optional: true, example: 'jane@example.com' })
  email?: string;
}

const messageReason = (value: unknown, request: PlaceOrderRequest): Reason => {
  const reason = textReason(value, { min: 1, max: MAX_MESSAGE, lines: true });
  if (reason !== null) return reason;
  // The rest of the request may be anything as yet.
  const name: unknown = (request.beneficiary as BeneficiaryRequest | undefined)?.name;
  const together = String(value).length + (typeof name === 'string' ? name.length : 0);
  return together > MAX_BENEFICIARY_AND_MESSAGE
    ? `must have at most ${MAX_BENEFICIARY_AND_MESSAGE} characters together with beneficiary.name`
    : null;
};

const massOrOffer = ({ offer_id }: PlaceOrderRequest): Presence =>
  offer_id === undefined ? 'required' : { forbidden: 'must not be given with offer_id: an offer has its mass' };

const notWithOffer = ({ offer_id }: PlaceOrderRequest): Presence =>
  offer_id === undefined ? 'optional' : { forbidden: 'must not be given with offer_id: an offer settles it' };

export class PlaceOrderRequest {
  @ObjectField(() => MassRequest, { about: 'How much to buy. Or give offer_id', presence: massOrOffer })
  mass?: MassRequest;

  @PatternField(OFFER_ID, 'must be the id of an offer, such as off_01jd…', {
    about: 'Buys exactly this offer of a quote, never above its price',
    optional: true,
  })
  offer_id?: string;

  @PatternField<PlaceOrderRequest>(PROVIDER_ID, NOT_A_PROVIDER_ID, {
    about: 'Without it, the cheapest provider that can serve is chosen',
    presence: notWithOffer,
    example: 'cnaught',
  })
  provider?: string;

  @PatternField<PlaceOrderRequest>(OFFERING_ID, 'must be the id of an offering; see GET /v1/offerings', {
    about: 'Buys this offering',
    presence: notWithOffer,
  })
  offering_id?: string;

  @ObjectField(() => PaymentRequest, {
    about: 'Who pays, and how',
    schema: PAYMENT_SCHEMA,
    example: { method: 'account' },
  })
  payment!: PaymentRequest;

  @ObjectField(() => BeneficiaryRequest, { about: 'On whose behalf the credits are retired' })
  beneficiary!: BeneficiaryRequest;

  @Field<PlaceOrderRequest>(
    messageReason,
    { type: String, minLength: 1, maxLength: MAX_MESSAGE },
    {
      about: `Public and permanent on the registry. With beneficiary.name at most ${MAX_BENEFICIARY_AND_MESSAGE} characters`,
      optional: true,
      example: 'Team offsite 2026',
    },
  )
  retirement_message?: string;

  @TextField(
    { min: 1, max: MAX_DESCRIPTION, lines: true },
    { about: 'Kept with the order, not printed', optional: true },
  )
  description?: string;

  @TextField(
    { min: 1, max: MAX_REFERENCE },
    { about: 'Your own; searchable, not unique', optional: true, example: 'PO-4711' },
  )
  reference?: string;

  @MapField({ about: 'Yours to use: at most 20 entries, names to 40 and values to 500 characters', optional: true })
  metadata?: Record<string, string>;

  @MapField({
    about: 'Finance dimensions, searchable: at most 20 entries, names to 40 and values to 500 characters',
    optional: true,
    example: { department: 'sales' },
  })
  labels?: Record<string, string>;

  @EnumField<PlaceOrderRequest>(ROUNDINGS, {
    about: 'Default `exact`: refuse rather than deliver more than was asked for',
    presence: notWithOffer,
  })
  rounding?: Rounding;

  @ObjectField(() => MoneyRequest, {
    about: 'Refused before anything is sent when the price is above it',
    optional: true,
  })
  max_total?: MoneyRequest;

  @UrlField({ about: 'Kept with the order. Events are not sent yet', optional: true })
  callback_url?: string;

  @BooleanField({ about: 'Default false: an order that says the same as one made just now is held up', optional: true })
  allow_duplicate?: boolean;

  @EnumField(WHILE_PAUSED, {
    about: 'Default `refuse`. `wait`: accept the order and send it once its provider takes orders again',
    optional: true,
  })
  if_paused?: (typeof WHILE_PAUSED)[number];
}

const BENEFICIARY = { name: 'Jane Smith' };

export const PLACE_ORDER_EXAMPLES = {
  account: {
    summary: '100 kg at CNaught, on account',
    value: {
      mass: { value: '100', unit: 'kg' },
      provider: 'cnaught',
      payment: { method: 'account' },
      beneficiary: BENEFICIARY,
    },
  },
  checkout: {
    summary: 'Half a tonne, paid by the payer on a hosted page',
    value: {
      mass: { value: '0.5', unit: 't' },
      provider: 'carbonmark',
      payment: {
        method: 'checkout',
        success_url: 'https://example.com/paid?order={ORDER_ID}',
        cancel_url: 'https://example.com/basket',
      },
      beneficiary: BENEFICIARY,
      retirement_message: 'Team offsite 2026',
    },
  },
  cheapest: {
    summary: '2 tonnes wherever they are cheapest, with a limit',
    value: {
      mass: { value: '2', unit: 't' },
      payment: { method: 'account' },
      beneficiary: BENEFICIARY,
      max_total: { amount: '60.00', currency: 'USD' },
      reference: 'PO-4711',
      labels: { department: 'sales' },
    },
  },
};
