import { ProviderError } from '../../domain/providers/provider-error.js';
import type { Operation, ProviderId } from '../../domain/providers/calls.js';
import { isIdentifier } from './decode.js';

/** An id as one segment of a path. Some ids come from a stranger's browser, so what cannot be an id is refused. */
export const pathSegment = (id: string, at: { provider: ProviderId; operation: Operation }): string => {
  if (isIdentifier(id)) return encodeURIComponent(id);
  throw new ProviderError('rejected', 'invalid_request', 'the id must be 1 to 128 visible characters', at);
};
