import type { ApiPropertyOptions } from '@nestjs/swagger';
import { PAYMENT_METHODS, type PaymentMethod } from '../../../domain/providers/capabilities.js';
import { UrlField, EnumField, type Presence } from '../../validation/field.js';

const withCheckoutOnly = ({ method }: PaymentRequest): Presence =>
  method === 'checkout' ? 'required' : { forbidden: 'belongs to payment by checkout' };

export class PaymentRequest {
  @EnumField(PAYMENT_METHODS, { about: 'On account, or by the payer on a hosted page' })
  method!: PaymentMethod;

  @UrlField<PaymentRequest>({
    about: 'Where the payer is sent after paying; {ORDER_ID} and {CHECKOUT_SESSION_ID} are filled in',
    presence: withCheckoutOnly,
  })
  success_url?: string;

  @UrlField<PaymentRequest>({ about: 'Where the payer is sent without paying', presence: withCheckoutOnly })
  cancel_url?: string;
}

const ADDRESS = { type: 'string', format: 'uri', maxLength: 2048 } as const;

/** The same as two alternatives, which decorators cannot say. */
export const PAYMENT_SCHEMA: ApiPropertyOptions = {
  oneOf: [
    {
      title: 'On account',
      type: 'object',
      required: ['method'],
      properties: { method: { type: 'string', enum: ['account'] } },
      additionalProperties: false,
    },
    {
      title: 'By hosted checkout',
      type: 'object',
      required: ['method', 'success_url', 'cancel_url'],
      properties: {
        method: { type: 'string', enum: ['checkout'] },
        success_url: {
          ...ADDRESS,
          description: 'Where the payer is sent after paying; {ORDER_ID} and {CHECKOUT_SESSION_ID} are filled in',
        },
        cancel_url: { ...ADDRESS, description: 'Where the payer is sent without paying' },
      },
      additionalProperties: false,
    },
  ],
} as ApiPropertyOptions;
