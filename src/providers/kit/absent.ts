import { ProviderError } from '../../domain/providers/provider-error.js';

/** Null for the provider's own statement that there is no such thing; every other failure goes on. */
export const absentAsNull = (thrown: unknown): null => {
  if (thrown instanceof ProviderError && thrown.reason === 'order_not_found') return null;
  throw thrown;
};
