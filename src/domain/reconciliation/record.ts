import { moneyAmount } from '../ledger/units.js';
import type { ObservedStatus, ProviderOrder } from '../providers/calls.js';
import type { ProviderLeg } from './legs.js';

const STATES: Readonly<Record<ObservedStatus, ProviderLeg['state'] | null>> = {
  // A page that nobody has paid is no purchase.
  awaiting_payment: null,
  placed: 'open',
  accepted: 'open',
  retired: 'retired',
  completed: 'retired',
  cancelled: 'undone',
  expired: 'undone',
  failed: 'undone',
};

/** A purchase of a provider's list, as it is compared; none for what is none. */
export const recordOf = (
  order: ProviderOrder,
): readonly (ProviderLeg & { readonly providerState: string; readonly createdAt: Date | null })[] => {
  const state = STATES[order.status];
  if (state === null) return [];
  return [
    {
      providerOrderId: order.providerOrderId,
      reference: order.orderReference,
      state,
      providerState: order.providerStatus,
      grams: order.mass === null ? null : BigInt(order.mass),
      grossUnits: order.price && moneyAmount(order.price).units,
      currency: order.price && order.price.currency,
      createdAt: order.createdAt,
    },
  ];
};
