import type { FailureClass, FailureReason } from '../../domain/provider/provider-error.js';
import type { Operation, ProviderId } from '../../domain/provider/provider.js';

/** One request to a provider, its retries included, after it has ended. Carries no body, no address and no key. */
export interface CallReport {
  readonly provider: ProviderId;
  readonly operation: Operation;
  readonly outcome: 'ok' | FailureClass;
  /** Null with `ok`. */
  readonly reason: FailureReason | null;
  /** Null: no answer, or none was read. */
  readonly upstreamStatus: number | null;
  readonly latencyMs: number;
  readonly correlationId: string;
}

/** Told of every call, to log and count it. What it throws is dropped: it has no say in what became of the call. */
export type OnCall = (report: CallReport) => void;

/** What the composition root gives to every adapter. */
export interface ProviderKit {
  readonly onCall: OnCall;
}
