import type { Grams } from '../mass.js';
import type { Lot } from './lot.js';

/** What became of something that is to prove a retirement. But for the first two, these are types of breaks, too. */
export const PROOF_OUTCOMES = {
  claimed: 'its credits count for the order, and for no other',
  for_members: 'of what a pool has bought: its credits count for the members, each of whom has a proof of its own',
  serial_overclaimed: 'the serial numbers, or the certificate, have less left than it claims',
  serial_overlap: 'its range of serial numbers overlaps another one, and is not the same',
  serial_unverified: 'nobody tells how much of them is for the order',
  proof_disagrees: 'beneficiary, mass or project are not those of the order',
} as const;
export type ProofOutcome = keyof typeof PROOF_OUTCOMES;
export const PROOF_OUTCOME_NAMES = Object.keys(PROOF_OUTCOMES) as ProofOutcome[];

/** In what a proof can be another than the order's. */
export const PROOF_FIELDS = ['beneficiary', 'mass', 'project'] as const;
export type ProofField = (typeof PROOF_FIELDS)[number];

/** What is to be claimed for an order. */
export interface WantedProof {
  readonly lot: Lot;
  /** As it was told. */
  readonly serial: string;
  /** What of the order it proves; null: nobody told, so nothing can be claimed. */
  readonly mass: Grams | null;
  readonly capacityGrams: bigint | null;
}

/** What is tried: to claim it, if there is something to claim. */
export const wantedOutcome = ({ mass, capacityGrams }: WantedProof): ProofOutcome =>
  mass === null || capacityGrams === null ? 'serial_unverified' : 'claimed';

/** One that is to be kept: whose it is and where it is from, beside what is to be claimed. */
export interface ProofToKeep extends WantedProof {
  readonly id: string;
  readonly orderId: string;
  readonly effectiveAt: Date;
  readonly told: { readonly sequence: number; readonly part: number } | null;
  /** Null: as much is claimed as can be. */
  readonly outcome: ProofOutcome | null;
  readonly disagreeing: readonly ProofField[];
  /** Null: an event told it. */
  readonly entered: {
    readonly documentSha256: string;
    readonly operatorId: string | null;
    readonly keyId: string;
    readonly idempotencyKey: string;
    readonly fingerprint: Uint8Array;
  } | null;
}

/** One that is kept, as far as it has to do with the books. */
export interface KeptProof {
  readonly id: string;
  readonly orderId: string;
  readonly outcome: ProofOutcome;
  readonly mass: Grams | null;
  /** Since when it proves what it proves. */
  readonly effectiveAt: Date;
  /** When its claim was given up; null: it stands, or there was none. */
  readonly releasedAt: Date | null;
  /** The event that told it, and which of those that it told; null: a person entered it. */
  readonly told: { readonly sequence: number; readonly part: number } | null;
}

/** One that is kept, with all that is told of it. */
export interface Proof extends KeptProof {
  readonly registry: string;
  readonly serial: string;
  readonly registryProjectId: string | null;
  /** Where more was to be claimed: what was left of the lot, or of the order. */
  readonly roomGrams: number | null;
  readonly disagreeing: readonly ProofField[];
  /** Of what a person entered; null: an event told it. */
  readonly documentSha256: string | null;
  /** Who entered it: the operator; null for a machine, or an event. */
  readonly enteredById: string | null;
  readonly enteredBy: string | null;
  readonly keptAt: Date;
}

/** That it proves nothing: somebody has to settle it. */
export const isRefused = (outcome: ProofOutcome): boolean => outcome !== 'claimed' && outcome !== 'for_members';

/** What stands of the claims of an order, in grams. */
export const claimedMass = (proofs: readonly KeptProof[]): number =>
  proofs
    .filter(({ outcome, releasedAt }) => outcome === 'claimed' && releasedAt === null)
    .reduce((sum, { mass }) => sum + (mass ?? 0), 0);
