import type { FailureReason } from '../../domain/providers/provider-error.js';
import type { ProviderId } from '../../domain/providers/provider.js';

/**
 * A provider's own words for failures, as data. The provider describes; `classify` judges.
 */
export interface ErrorDialect {
  readonly provider: ProviderId;
  /**
   * Reads the provider's own error shape. Null: this body is not from the provider (a proxy's page, a cut response), so
   * nothing it seems to say is believed. A null `code` means its shape, without a word for what went wrong.
   */
  readonly read: (body: unknown) => { readonly code: string | null } | null;
  /** What a code means. A code that is not here is judged by its HTTP status. */
  readonly reasons: Readonly<Record<string, FailureReason>>;
  /**
   * Codes of a refusal that proves an earlier, different request of ours under the same key: this sending did
   * nothing, but something that we have no record of may have been bought.
   */
  readonly contradictions: readonly string[];
}
