import type { ProviderCall, ProviderId } from '../../domain/provider/provider.js';
import { ProviderError } from '../../domain/provider/provider-error.js';
import { CALL_DEADLINE_MS } from './engine-settings.js';

/** A call that starts now and is over by the hard deadline, whatever the provider does. */
export const callFor = (
  correlationId: string,
  account: string | null,
  deadlineMs = CALL_DEADLINE_MS,
): ProviderCall => ({
  signal: AbortSignal.timeout(deadlineMs),
  correlationId,
  account,
});

/** What is recorded of a purchase that was not sent because its call might have outlived the lease. */
export const tooLateFor = (provider: ProviderId): ProviderError =>
  new ProviderError('not_sent', 'timed_out', 'the lease would not have outlasted the call', {
    provider,
    operation: 'placeOrder',
  });
