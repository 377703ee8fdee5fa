import type { Order } from '../../domain/orders/order.js';
import type { OffsetProvider, PurchaseRequest } from '../../domain/providers/provider.js';
import { ProviderError } from '../../domain/providers/provider-error.js';
import type { Prepared } from '../../persistence/purchases/purchases.repository.js';
import { PublicAddresses } from './public-addresses.js';
import { newReturnToken, returnTokenHash } from '../callbacks/return-token.js';

/** The exact bytes, with a fresh token in the addresses inside them; or why the provider could not take them. */
export const preparePurchase = (
  order: Order,
  provider: OffsetProvider,
  addresses: PublicAddresses,
): Prepared | ProviderError => {
  const token = newReturnToken();
  const listens = provider.capabilities.callbacks !== 'none';
  const request: PurchaseRequest = {
    orderReference: order.id,
    mass: order.orderedMass,
    providerOfferingId: order.providerOfferingId,
    beneficiaryName: order.beneficiary.name,
    retirementMessage: order.retirementMessage,
    description: order.description,
    providerCallbackUrl: listens ? addresses.callback(provider.id, token) : null,
  };
  const back = addresses.checkoutReturn(token);
  try {
    const body =
      order.paymentMethod === 'checkout'
        ? provider.prepareCheckout?.(request, { successUrl: back, cancelUrl: back })
        : provider.prepareOrder?.(request);
    if (body === undefined) throw new Error(`${provider.id} cannot be paid by ${order.paymentMethod}`);
    return { body, tokenHash: returnTokenHash(token) };
  } catch (thrown) {
    if (thrown instanceof ProviderError) return thrown;
    throw thrown;
  }
};
