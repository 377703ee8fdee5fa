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
