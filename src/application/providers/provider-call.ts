import { setMaxListeners } from 'node:events';
import type { Order } from '../../domain/orders/order.js';
import type { ProviderCall } from '../../domain/providers/calls.js';
import { CALL_DEADLINE_MS } from '../../domain/purchases/timing.js';

/** A call that starts now and ends by the hard deadline, whatever the provider does. */
export const callFor = (correlationId: string, account: string | null, deadlineMs = CALL_DEADLINE_MS): ProviderCall => {
  const signal = AbortSignal.timeout(deadlineMs);
  // A call may be many reads side by side, and each of them listens: Node would take that for a leak.
  setMaxListeners(0, signal);
  return { signal, correlationId, account };
};

/** A call about an order, in its tenant's turn. */
export const callForOrder = ({ id, providerAccount, tenantId }: Order): ProviderCall => ({
  ...callFor(id, providerAccount),
  tenantId,
});
