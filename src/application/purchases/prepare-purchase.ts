import type { Order } from '../../domain/orders/order.js';
import type { Prepared } from '../../domain/orders/order-change.js';
import type { PurchaseRequest } from '../../domain/providers/calls.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ProviderError } from '../../domain/providers/provider-error.js';
import { newAddressToken, tokenHash } from '../callbacks/address-token.js';
import { PublicAddresses } from '../callbacks/public-addresses.js';

/**
 * The exact bytes of the purchase. The addresses in them carry fresh tokens: one for the provider's callbacks, another
 * for the payer's browser.
 * @returns a ProviderError if the provider would refuse such an order.
 */
export const preparePurchase = (
  order: Order,
  provider: OffsetProvider,
  addresses: PublicAddresses,
): Prepared | ProviderError => {
  const callbackToken = newAddressToken();
  const returnToken = newAddressToken();
  const listens = provider.capabilities.callbacks !== 'none';
  const request: PurchaseRequest = {
    orderReference: order.id,
    mass: order.orderedMass,
    providerOfferingId: order.providerOfferingId,
    beneficiaryName: order.beneficiary.name,
    retirementMessage: order.retirementMessage,
    description: order.description,
    providerCallbackUrl: listens ? addresses.callback(provider.id, callbackToken) : null,
  };
  const back = addresses.checkoutReturn(returnToken);
  try {
    const body =
      order.paymentMethod === 'checkout'
        ? provider.prepareCheckout?.(request, { successUrl: back, cancelUrl: back })
        : provider.prepareOrder?.(request);
    if (body === undefined) throw new Error(`${provider.id} cannot be paid by ${order.paymentMethod}`);
    return { body, callbackTokenHash: tokenHash(callbackToken), returnTokenHash: tokenHash(returnToken) };
  } catch (thrown) {
    if (thrown instanceof ProviderError) return thrown;
    throw thrown;
  }
};
