import type { FailureClass, FailureReason, ProviderError } from '../../domain/providers/provider-error.js';
import type { Quota } from '../../domain/providers/capabilities.js';
import type { Operation, ProviderCall, ProviderId } from '../../domain/providers/calls.js';

/** One request to a provider, its retries included, after it has ended. Carries no body, no address and no key. */
export interface CallReport {
  readonly provider: ProviderId;
  readonly operation: Operation;
  readonly outcome: 'ok' | FailureClass;
  /** Null for `ok`. */
  readonly reason: FailureReason | null;
  /** Null if there was no response, or none was read. */
  readonly upstreamStatus: number | null;
  readonly latencyMs: number;
  /** Rows and parts of the response that could not be read and were passed over: which, and what they must be. */
  readonly unread: readonly string[];
  /** Set if a successful response said that the provider's quota is used up. */
  readonly quotaBackInMs: number | null;
  readonly correlationId: string;
}

/** Called after every call, to log and count it. What it throws is ignored, so that it cannot change the outcome. */
export type OnCall = (report: CallReport) => void;

/** A read that has a slot in the quota. */
export interface AdmittedRead {
  /** Whether the quota has room for another try right now, because the provider counts a repeated read twice. */
  mayRepeat(): Promise<boolean>;
  /** Called when the read has ended; null if its response was understood. */
  ended(failed: ProviderError | null): Promise<void>;
}

/**
 * Waits until the provider's quota has room for one more read. Rejects with a ReadThrottledError, which says when to
 * try again, if that takes too long or reads of this class are paused. Writes do not come here: the engine takes their
 * slot when it opens the attempt, so that no attempt waits for one.
 */
export type AdmitRead = (read: {
  readonly provider: ProviderId;
  readonly operation: Operation;
  readonly quota: readonly Quota[];
  readonly call: ProviderCall;
}) => Promise<AdmittedRead>;

/** What the composition root gives to every adapter. */
export interface ProviderKit {
  readonly onCall: OnCall;
  /** If it is missing, reads are sent at once. */
  readonly admitRead?: AdmitRead;
}
