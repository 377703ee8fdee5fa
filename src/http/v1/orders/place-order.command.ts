import type { PlaceOrderCommand } from '../../../application/orders/place-order.js';
import type { Principal } from '../../../application/access/authenticate.js';
import { invalidFields } from '../../problems/http-problem.js';
import { isPlainHttp } from '../../validation/checks.js';
import { gramsFrom } from '../mass/mass.request.js';
import { moneyFrom } from '../money/money.request.js';
import type { PlaceOrderRequest } from './place-order.request.js';

/** What the caller wants, in the words of the application. */
export const placeOrderCommandFrom = (
  request: PlaceOrderRequest,
  { providerAccounts }: Principal,
): PlaceOrderCommand => ({
  mass: request.mass ? gramsFrom(request.mass) : null,
  offerId: request.offer_id ?? null,
  provider: request.provider ?? null,
  offeringId: request.offering_id ?? null,
  paymentMethod: request.payment.method,
  rounding: request.rounding ?? 'exact',
  maxTotal: request.max_total ? moneyFrom(request.max_total) : null,
  providerAccounts,
  allowDuplicate: request.allow_duplicate ?? false,
  waitIfPaused: request.if_paused === 'wait',
  terms: {
    beneficiary: { name: request.beneficiary.name, email: request.beneficiary.email ?? null },
    retirementMessage: request.retirement_message ?? null,
    description: request.description ?? null,
    reference: request.reference ?? null,
    metadata: request.metadata ?? {},
    labels: request.labels ?? {},
    successUrl: request.payment.success_url ?? null,
    cancelUrl: request.payment.cancel_url ?? null,
    webhookUrl: request.callback_url ?? null,
  },
});

/** Addresses of this machine over http are for development. Throws HttpProblem. */
export const refusePlainHttp = ({ payment, callback_url }: PlaceOrderRequest): void => {
  const addresses = {
    'payment.success_url': payment.success_url,
    'payment.cancel_url': payment.cancel_url,
    callback_url,
  };
  const plain = Object.entries(addresses).filter(([, address]) => address !== undefined && isPlainHttp(address));
  if (plain.length > 0) throw invalidFields(Object.fromEntries(plain.map(([path]) => [path, ['must be https']])));
};
