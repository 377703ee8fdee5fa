import { ProviderError } from '../../domain/providers/provider-error.js';

/** @returns null if the provider itself says that there is no such thing. Rejects with every other failure. */
export const absentAsNull = (thrown: unknown): null => {
  if (thrown instanceof ProviderError && thrown.reason === 'order_not_found') return null;
  throw thrown;
};
