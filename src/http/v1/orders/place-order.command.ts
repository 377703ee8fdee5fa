import type { PlaceOrderCommand } from '../../../application/orders/place-order.js';
import type { Principal } from '../../../application/access/principal.js';
import { invalidFields } from '../../problems/http-problem.js';
import { isPlainHttp } from '../../../domain/addresses.js';
import { gramsFrom } from '../../values/mass.request.js';
import { moneyFrom } from '../../values/money.request.js';
import type { PaymentRequest } from './payment.request.js';
import type { PlaceOrderRequest } from './place-order.request.js';

/** Expects a valid request. */
export const placeOrderCommandFrom = (
  request: PlaceOrderRequest,
  { keyId, providerAccounts, limits, hasCallbackSecret }: Principal,
): PlaceOrderCommand => ({
  mass: request.mass ? gramsFrom(request.mass) : null,
  offerId: request.offer_id ?? null,
  provider: request.provider ?? null,
  offeringId: request.offering_id ?? null,
  paymentMethod: request.payment.method,
  rounding: request.rounding ?? 'exact',
  mayBePooled: request.pooling === 'allowed',
  maxTotal: request.max_total ? moneyFrom(request.max_total) : null,
  keyId,
  providerAccounts,
  limits,
  hasCallbackSecret,
  allowDuplicate: request.allow_duplicate ?? false,
  waitIfPaused: request.if_paused === 'wait',
  terms: {
    beneficiary: { name: request.beneficiary.name, email: request.beneficiary.email ?? null },
    retirementMessage: request.retirement_message ?? null,
    description: request.description ?? null,
    reference: request.reference ?? null,
    metadata: request.metadata ?? {},
    labels: request.labels ?? {},
    ...returnUrlsOf(request.payment),
    webhookUrl: request.callback_url ?? null,
  },
});

const returnUrlsOf = (payment: PaymentRequest): Pick<PlaceOrderCommand['terms'], 'successUrl' | 'cancelUrl'> =>
  payment.method === 'checkout'
    ? { successUrl: payment.success_url, cancelUrl: payment.cancel_url }
    : { successUrl: null, cancelUrl: null };

/** For production. Requests may otherwise hold http addresses of this machine. Throws HttpProblem. */
export const refusePlainHttp = ({ payment }: PlaceOrderRequest): void => {
  const { successUrl, cancelUrl } = returnUrlsOf(payment);
  const addresses = { 'payment.success_url': successUrl, 'payment.cancel_url': cancelUrl };
  const plain = Object.entries(addresses).filter(([, address]) => address !== null && isPlainHttp(address));
  if (plain.length > 0) throw invalidFields(Object.fromEntries(plain.map(([path]) => [path, ['must be https']])));
};
