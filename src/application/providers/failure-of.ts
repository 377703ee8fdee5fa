import type { Operation } from '../../domain/providers/calls.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { NotAdmittedError, type ProviderError } from '../../domain/providers/provider-error.js';

/** How a call to the provider failed. What is not the provider's failure is thrown on. */
export const failureOf = (provider: OffsetProvider, thrown: unknown, operation: Operation): ProviderError => {
  if (thrown instanceof NotAdmittedError) throw thrown;
  return provider.classifyError(thrown, operation);
};
