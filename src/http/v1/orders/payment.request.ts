import { EnumField } from '../../validation/field.js';
import { UrlTemplateField } from '../../validation/url.field.js';

export class AccountPaymentRequest {
  @EnumField(['account'], { about: 'On account' })
  method!: 'account';
}

export class CheckoutPaymentRequest {
  @EnumField(['checkout'], { about: 'By the payer, at a hosted checkout' })
  method!: 'checkout';

  @UrlTemplateField({
    about: 'Where the payer is sent after paying; {ORDER_ID} and {CHECKOUT_SESSION_ID} are filled in',
  })
  success_url!: string;

  @UrlTemplateField({ about: 'Where the payer is sent without paying' })
  cancel_url!: string;
}

export type PaymentRequest = AccountPaymentRequest | CheckoutPaymentRequest;

/** A request class for every payment method. */
export const PAYMENT_REQUESTS = {
  account: AccountPaymentRequest,
  checkout: CheckoutPaymentRequest,
} as const satisfies { readonly [M in PaymentRequest['method']]: new () => PaymentRequest & { method: M } };
