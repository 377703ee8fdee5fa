import { ProviderError, type FailureReason } from '../../domain/providers/provider-error.js';
import type { Operation, ProviderId } from '../../domain/providers/provider.js';

/** A request that is known to be refused, and so is not sent. The message completes a sentence for the caller. */
export const refusal = (
  at: { readonly provider: ProviderId; readonly operation: Operation },
  reason: FailureReason,
  message: string,
): ProviderError => new ProviderError('rejected', reason, message, at);

/** `text`, refused above the length that the provider takes: what becomes public is never cut silently. */
export const atMost = (
  length: number,
  text: string,
  field: string,
  at: { readonly provider: ProviderId; readonly operation: Operation },
): string => {
  if (text.length <= length) return text;
  throw refusal(at, 'invalid_request', `${field} must be at most ${length} characters together`);
};
