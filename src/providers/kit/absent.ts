import { ProviderError } from '../../domain/providers/provider-error.js';

/** @returns null if the provider itself says that there is no such thing. Rejects with every other failure. */
export const absentAsNull = (thrown: unknown): null => {
  if (thrown instanceof ProviderError && thrown.reason === 'order_not_found') return null;
  throw thrown;
};

/** @returns null if a thing has left the catalog since it was listed. Rejects with every other failure. */
export const notOnSaleAsNull = (thrown: unknown): null => {
  if (thrown instanceof ProviderError && thrown.reason === 'offering_not_found') return null;
  throw thrown;
};
