import type { FailureReason } from '../../domain/providers/provider-error.js';
import type { ProviderId } from '../../domain/providers/calls.js';

/**
 * A provider's own words for failures, as data for `classify`.
 */
export interface ErrorDialect {
  readonly provider: ProviderId;
  /**
   * Reads the provider's own error shape. A null `code` means that the body has the shape, but no word for the failure.
   * @returns null if the body is not from the provider (a proxy's page, a cut response), so that nothing in it is
   * believed.
   */
  readonly read: (body: unknown) => { readonly code: string | null } | null;
  /** What a code means. A code that is not here is judged by its HTTP status. */
  readonly reasons: Readonly<Record<string, FailureReason>>;
  /**
   * Codes of a refusal that proves an earlier, different request of ours under the same key: this send did nothing, but
   * something that we have no record of may have been bought.
   */
  readonly contradictions: readonly string[];
}
