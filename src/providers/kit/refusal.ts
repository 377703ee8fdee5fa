import { ProviderError, type FailureReason } from '../../domain/providers/provider-error.js';
import type { Operation, ProviderId } from '../../domain/providers/calls.js';
import { explainExcess, textExcess, type OrderTexts, type TextLimit } from '../../domain/providers/text-limits.js';

/**
 * A request that the provider is known to refuse, so it is not sent. The message completes a sentence for the caller.
 */
export const refusal = (
  at: { readonly provider: ProviderId; readonly operation: Operation },
  reason: FailureReason,
  message: string,
): ProviderError => new ProviderError('rejected', reason, message, at);

/** Refuses texts that the provider would cut, because public text must not be cut silently. */
export const assertTextsFit = (
  limits: readonly TextLimit[],
  texts: OrderTexts,
  at: { readonly provider: ProviderId; readonly operation: Operation },
): void => {
  const excess = textExcess(limits, texts);
  if (excess) throw refusal(at, 'invalid_request', `the provider takes ${explainExcess(excess)}`);
};
