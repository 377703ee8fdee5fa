import { DECISIONS, type Decisions } from './decisions.js';
import { SEND_DEADLINE_TICKS, type Failure } from './purchase-state.js';

/**
 * The protocol's rules, each where it can be broken on its own. What an order becomes is decided by the code's own functions;
 * the rest says what its commits guarantee and in which order its steps come, so a change of one of those belongs here too.
 */
export interface Rules {
  readonly decisions: Decisions;
  /** How a response without a purchase is understood. */
  readonly classify: (failure: Failure) => Failure;

  /** The attempt is committed before a byte leaves. */
  readonly intentBeforeSend: boolean;
  /** Nothing is sent when the call might outlive the lease. */
  readonly guardsBeforeSend: boolean;
  /** From opening the attempt until its call has ended, however late it started. */
  readonly sendDeadlineTicks: number;
  readonly incompleteListProvesNothing: boolean;

  /** A commit on an order that has moved on since it was read writes nothing, and its decision is made again. */
  readonly onNewerVersion: 'decide_again' | 'give_up' | 'overwrite';
  /** No attempt is opened under a lease that has run out, though no other run has taken the task. */
  readonly intentNeedsRunningLease: boolean;
  readonly failureNeedsLease: boolean;
  readonly purchaseNeedsLease: boolean;
  readonly checkoutNeedsLease: boolean;
  readonly absenceNeedsLease: boolean;
  /** Only a final order needs no task. */
  readonly keepsTaskInDoubt: boolean;
}

export const PROTOCOL: Rules = {
  decisions: DECISIONS,
  classify: (failure) => failure,
  intentBeforeSend: true,
  guardsBeforeSend: true,
  sendDeadlineTicks: SEND_DEADLINE_TICKS,
  incompleteListProvesNothing: true,
  onNewerVersion: 'decide_again',
  intentNeedsRunningLease: true,
  failureNeedsLease: true,
  purchaseNeedsLease: false,
  checkoutNeedsLease: true,
  absenceNeedsLease: true,
  keepsTaskInDoubt: true,
};
