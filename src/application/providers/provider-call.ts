import type { Order } from '../../domain/orders/order.js';
import type { ProviderCall } from '../../domain/providers/calls.js';
import { CALL_DEADLINE_MS } from '../../domain/purchases/timing.js';

/** A call that starts now and ends by the hard deadline, whatever the provider does. */
export const callFor = (
  correlationId: string,
  account: string | null,
  deadlineMs = CALL_DEADLINE_MS,
): ProviderCall => ({
  signal: AbortSignal.timeout(deadlineMs),
  correlationId,
  account,
});

/** A call about an order, in its tenant's turn. */
export const callForOrder = ({ id, providerAccount, tenantId }: Order): ProviderCall => ({
  ...callFor(id, providerAccount),
  tenantId,
});
