import { PROOF_FIELDS, PROOF_OUTCOME_NAMES, type KeptProof, type Proof } from '../../domain/lots/proof.js';
import { grams } from '../../domain/mass.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';

export interface KeptProofRow {
  readonly id: string;
  readonly order_id: string;
  readonly event_sequence: number | null;
  readonly part: number | null;
  readonly outcome: string;
  /** A bigint, as node-postgres gives it, or a number within JSON. */
  readonly grams: string | number | null;
  /** Within JSON, times are texts. */
  readonly effective_at: Date | string;
  readonly released_at: Date | string | null;
}

export interface ProofRow extends KeptProofRow {
  readonly registry: string;
  readonly serial: string;
  readonly registry_project_id: string | null;
  readonly room_grams: string | null;
  readonly disagreeing: readonly string[];
  readonly document_sha256: string | null;
  readonly operator_id: string | null;
  readonly operator: string | null;
  readonly created_at: Date;
}

/** Of proofs `f`: what the books need of them. */
export const keptProofs = (where: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT f.id, f.order_id, f.event_sequence, f.part, f.outcome, f.grams, f.effective_at, r.at AS released_at
  FROM proofs f LEFT JOIN lot_releases r ON r.proof_id = f.id WHERE ${where}`;

/** Of proofs `f`, their orders `o`: all that is told of them. */
export const proofs = (where: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT f.id, f.order_id, f.event_sequence, f.part, f.outcome, f.grams, f.effective_at, f.registry, f.serial,
         f.registry_project_id, f.room_grams, f.disagreeing, encode(f.document_sha256, 'hex') AS document_sha256,
         f.created_at, f.operator_id, COALESCE(r.at, parts.released_at) AS released_at, p.name AS operator
  FROM proofs f
  JOIN orders o ON o.id = f.order_id
  LEFT JOIN lot_releases r ON r.proof_id = f.id
  LEFT JOIN operators p ON p.id = f.operator_id
  -- What was entered for a pool is given up once all of it is.
  LEFT JOIN LATERAL (
    SELECT CASE WHEN bool_and(x.at IS NOT NULL) THEN max(x.at) END AS released_at
    FROM proofs g LEFT JOIN lot_releases x ON x.proof_id = g.id WHERE g.of_proof_id = f.id) parts ON true
  WHERE ${where}`;

export const keptProofFromRow = (row: KeptProofRow): KeptProof => ({
  id: row.id,
  orderId: row.order_id,
  outcome: readWord(PROOF_OUTCOME_NAMES)(row.outcome),
  mass: row.grams === null ? null : grams(Number(row.grams)),
  effectiveAt: new Date(row.effective_at),
  releasedAt: row.released_at === null ? null : new Date(row.released_at),
  told: row.event_sequence === null || row.part === null ? null : { sequence: row.event_sequence, part: row.part },
});

export const proofFromRow = (row: ProofRow): Proof => ({
  ...keptProofFromRow(row),
  registry: row.registry,
  serial: row.serial,
  registryProjectId: row.registry_project_id,
  roomGrams: row.room_grams === null ? null : Number(row.room_grams),
  disagreeing: row.disagreeing.map(readWord(PROOF_FIELDS)),
  documentSha256: row.document_sha256,
  enteredById: row.operator_id,
  enteredBy: row.operator,
  keptAt: row.created_at,
});
