import type { FailureClass, FailureReason, ProviderError } from '../../domain/providers/provider-error.js';
import type { Quota } from '../../domain/providers/capabilities.js';
import type { Operation, ProviderCall, ProviderId } from '../../domain/providers/provider.js';

/** One request to a provider, its retries included, after it has ended. Carries no body, no address and no key. */
export interface CallReport {
  readonly provider: ProviderId;
  readonly operation: Operation;
  readonly outcome: 'ok' | FailureClass;
  /** Null with `ok`. */
  readonly reason: FailureReason | null;
  /** Null: no response, or none was read. */
  readonly upstreamStatus: number | null;
  readonly latencyMs: number;
  /** Null: a good response did not say that it was the last one within the provider's quota. */
  readonly quotaBackInMs: number | null;
  readonly correlationId: string;
}

/** Told of every call, to log and count it. What it throws is dropped: it has no say in what became of the call. */
export type OnCall = (report: CallReport) => void;

/** A read that may go. */
export interface AdmittedRead {
  /** Whether the quota has room for another try, right now: one that is repeated counts at the provider as two. */
  mayRepeat(): Promise<boolean>;
  /** Told how it ended: null is a response that was understood. */
  ended(failed: ProviderError | null): Promise<void>;
}

/**
 * Waits until the provider's quota has room for one more read, or rejects with a ReadThrottledError that says when it will;
 * so too while the provider does not respond to reads like this one. Writes are not asked about here: the engine does so
 * before it opens an attempt, so that no attempt waits inside.
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
  /** Without it, reads go at once. */
  readonly admitRead?: AdmitRead;
}
