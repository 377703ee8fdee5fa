import type { OffsetProvider } from '../../domain/providers/provider.js';
import type { ProviderError } from '../../domain/providers/provider-error.js';
import { PROBE_DEADLINE_MS } from '../../domain/providers/throttle.js';
import { failureOf } from './failure-of.js';
import { callFor } from './provider-call.js';

/** Asks for an order that there cannot be. @returns null if the provider says so to our key: it is there. */
export const probe = (provider: OffsetProvider): Promise<ProviderError | null> =>
  provider.fetchStatus('probe', callFor('probe', null, PROBE_DEADLINE_MS)).then(
    () => null,
    (thrown: unknown) => failureOf(provider, thrown, 'fetchStatus'),
  );
