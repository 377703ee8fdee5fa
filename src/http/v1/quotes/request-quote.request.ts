import { ArrayMaxSize, ArrayMinSize, ArrayUnique, Matches } from 'class-validator';
import { ROUNDINGS, type Rounding } from '../../../application/catalog/choose-offering.js';
import type { QuoteCommand } from '../../../application/quotes/request-quote.js';
import { PAYMENT_METHODS, type PaymentMethod } from '../../../domain/providers/capabilities.js';
import { EnumField, Field, ObjectField } from '../../validation/field.js';
import { NOT_A_PROVIDER_ID, OfferingIdField } from '../../validation/id.field.js';
import { PROVIDER_ID } from '../../validation/id-patterns.js';
import { gramsFrom, MassRequest } from '../../values/mass.request.js';

const MAX_PROVIDERS = 20;

const NOT_A_LIST = { message: `must be a list of 1 to ${MAX_PROVIDERS} provider ids` };

export class RequestQuoteRequest {
  @ObjectField(() => MassRequest, { about: 'How much to buy' })
  mass!: MassRequest;

  @Field(
    {
      type: 'array',
      items: { type: 'string', pattern: PROVIDER_ID.source },
      minItems: 1,
      maxItems: MAX_PROVIDERS,
      uniqueItems: true,
    },
    {
      about: 'Ask only these providers. By default every enabled one is asked',
      optional: true,
      example: ['cnaught', 'one_tribe'],
    },
    ArrayMinSize(1, NOT_A_LIST),
    ArrayMaxSize(MAX_PROVIDERS, NOT_A_LIST),
    Matches(PROVIDER_ID, { each: true, message: `each ${NOT_A_PROVIDER_ID}` }),
    ArrayUnique({ message: 'must not name a provider twice' }),
  )
  providers?: string[];

  @OfferingIdField({ about: 'Ask for this offering only', optional: true })
  offering_id?: string;

  @EnumField(PAYMENT_METHODS, { about: 'By default what each provider prefers', optional: true })
  payment_method?: PaymentMethod;

  @EnumField(ROUNDINGS, { about: 'Default `exact`: no offer of more than was asked for', optional: true })
  rounding?: Rounding;
}

export const quoteCommandFrom = (request: RequestQuoteRequest, waitMs: number): QuoteCommand => ({
  waitMs,
  mass: gramsFrom(request.mass),
  providers: request.providers ?? null,
  offeringId: request.offering_id ?? null,
  paymentMethod: request.payment_method ?? null,
  rounding: request.rounding ?? 'exact',
});
