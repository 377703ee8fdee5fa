import type { ActingOperator } from '../operators/operator.js';
import type { Disagreement } from '../purchases/integrity.js';
import type { Decision, Evidence, Refusal } from './decisions.js';
import type { Finding } from './permitted.js';

/** What became of a decision. */
export const RESOLUTION_STATES = {
  proposed: 'a second person has to decide on it',
  applied: 'it was carried out',
  rejected: 'a second person did not approve it',
  withdrawn: 'it was taken back',
  expired: 'nobody decided on it for a day',
  overtaken: 'when it was to be approved, it was not permitted any more',
} as const;
export type ResolutionState = keyof typeof RESOLUTION_STATES;

export const RESOLUTION_STATE_NAMES = Object.keys(RESOLUTION_STATES) as ResolutionState[];

/** A decision on an order, and what became of it. */
export interface Resolution {
  readonly id: string;
  readonly orderId: string;
  readonly decision: Decision;
  readonly state: ResolutionState;
  readonly steps: 1 | 2;
  readonly orderVersion: number;
  readonly evidence: Evidence;
  readonly reason: string;
  readonly findings: readonly Finding[];
  /** Null for a machine's. */
  readonly proposedBy: Pick<ActingOperator, 'id' | 'name'> | null;
  readonly proposedKeyId: string;
  readonly proposedAt: Date;
  readonly expiresAt: Date | null;
  readonly decidedBy: Pick<ActingOperator, 'id' | 'name'> | null;
  readonly decidedAt: Date | null;
  readonly decidedNote: string | null;
  readonly decidedFindings: readonly Finding[] | null;
  readonly refusal: Refusal | null;
}

/** A decision as it is written for the first time. */
export interface NewResolution {
  readonly id: string;
  readonly orderId: string;
  readonly decision: Decision;
  readonly steps: 1 | 2;
  readonly orderVersion: number;
  readonly evidence: Evidence;
  readonly reason: string;
  readonly findings: readonly Finding[];
  /** In what the provider may differ from the order from now on; null for nothing new. */
  readonly accepted: readonly Disagreement[] | null;
  /** Null for a machine. */
  readonly operatorId: string | null;
  readonly keyId: string;
  readonly idempotencyKey: string;
  readonly fingerprint: Uint8Array<ArrayBuffer>;
}

/** A decision on a proposal. */
export interface Approval {
  readonly id: string;
  readonly operatorId: string;
  readonly note: string;
  readonly findings: readonly Finding[];
}

/** What is written of a decision with the change that it makes of its order. */
export type ResolutionWrite =
  | { readonly do: 'apply'; readonly resolution: NewResolution }
  | { readonly do: 'approve'; readonly approval: Approval };
