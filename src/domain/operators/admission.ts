import type { ActingOperator, Role } from './operator.js';

/** What became of a request to let a machine or a person in. */
export const ADMISSION_STATES = {
  proposed: 'a second admin has to decide on it; until then nothing is opened',
  admitted: 'the key or the operator is there',
  rejected: 'it was refused, or taken back',
  expired: 'nobody decided on it for a day',
} as const;
export type AdmissionState = keyof typeof ADMISSION_STATES;

export const ADMISSION_STATE_NAMES = Object.keys(ADMISSION_STATES) as AdmissionState[];

/** How long a second person has. */
export const ADMISSION_MS = 24 * 3_600_000;

/** The key of a machine. */
export interface KeyWanted {
  readonly kind: 'key';
  readonly name: string;
  readonly tenantId: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | null;
}

/** A person, with a key of their own unless they sign in by the identity provider. */
export interface OperatorWanted {
  readonly kind: 'operator';
  readonly operatorId: string;
  readonly name: string;
  /** In lower case. */
  readonly email: string;
  readonly role: Role;
}

export interface Admission {
  readonly id: string;
  readonly wanted: KeyWanted | OperatorWanted;
  readonly state: AdmissionState;
  readonly keyId: string;
  readonly hasSecret: boolean;
  /** Null for a machine's. */
  readonly proposedBy: Pick<ActingOperator, 'id' | 'name'> | null;
  readonly proposedAt: Date;
  readonly expiresAt: Date | null;
  readonly decidedBy: Pick<ActingOperator, 'id' | 'name'> | null;
  readonly decidedAt: Date | null;
}

/**
 * Operators, and keys that reach beyond one tenant: whoever could make one alone could be the second person of everything
 * that takes two.
 */
export const stepsToAdmit = (wanted: KeyWanted | OperatorWanted): 1 | 2 =>
  wanted.kind === 'operator' || wanted.scopes.some((scope) => scope === 'ops' || scope.startsWith('ops:')) ? 2 : 1;
