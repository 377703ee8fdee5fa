import { Injectable } from '@nestjs/common';
import type { ActRecord } from '../../domain/audit/act.js';
import type { Transfer } from '../../domain/ledger/transfer.js';
import {
  PROOF_OUTCOME_NAMES,
  type KeptProof,
  type Proof,
  type ProofOutcome,
  type ProofToKeep,
} from '../../domain/lots/proof.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';
import { insertTransfers } from '../ledger/insert-transfers.js';
import type { TenantScope } from '../orders/order-list.js';
import { POSTS_WHAT_IS_CLAIMED } from './claiming.repository.js';
import { proofColumns } from './proof-json.js';
import { keptProofFromRow, keptProofs, proofFromRow, proofs, type KeptProofRow, type ProofRow } from './proof-rows.js';

export interface ProofFilter {
  readonly scope: TenantScope;
  readonly orderId?: string;
  readonly outcome?: ProofOutcome;
}

/** What became of one that was to be kept. */
export interface Kept {
  /** Another one where the key was used before. */
  readonly id: string;
  readonly outcome: ProofOutcome;
  readonly roomGrams: number | null;
}

/** A claim that was not given up. */
export type StandingClaim = KeptProof & { readonly tenantId: string; readonly provider: string };

export interface KeptRow {
  readonly id: string;
  readonly outcome: string;
  readonly room_grams: string | null;
}

export const keptFromRow = (row: KeptRow | undefined): Kept => {
  if (!row) throw new Error('a proof was to be kept, and there is no row of it');
  return {
    id: row.id,
    outcome: readWord(PROOF_OUTCOME_NAMES)(row.outcome),
    roomGrams: row.room_grams === null ? null : Number(row.room_grams),
  };
};

/** Proofs, and the claims of those that people entered. */
@Injectable()
export class ProofsRepository {
  constructor(private readonly database: Database) {}

  nextId(): string {
    return newId('prf');
  }

  /** What a caller entered under a key, and the database's time. */
  async findByKey(
    keyId: string,
    idempotencyKey: string,
  ): Promise<{ readonly id: string | null; readonly fingerprint: Uint8Array | null; readonly now: Date }> {
    const [row] = await this.database.query<{
      id: string | null;
      fingerprint: Uint8Array | null;
      now: Date;
    }>(Prisma.sql`
      SELECT f.id, f.fingerprint, date_trunc('milliseconds', now()) AS now FROM (SELECT) one
      LEFT JOIN proofs f ON f.key_id = ${keyId}::text AND f.idempotency_key = ${idempotencyKey}::text`);
    if (!row) throw new Error('a row was expected, whether there is a proof or not');
    return row;
  }

  /** Throws nothing: @returns null if there is none in the scope. */
  async find(id: string, scope: TenantScope): Promise<{ readonly proof: Proof; readonly now: Date } | null> {
    const [row] = await this.database.query<ProofRow & { readonly now: Date }>(Prisma.sql`
      SELECT x.*, date_trunc('milliseconds', now()) AS now FROM (${proofs(Prisma.sql`f.id = ${id}::text AND ${isIn(scope)}`)}) x`);
    return row ? { proof: proofFromRow(row), now: row.now } : null;
  }

  /** Newest first, before the one of this id, at most `limit`. */
  async list({ scope, orderId, outcome }: ProofFilter, before: string | null, limit: number): Promise<Proof[]> {
    const where = Prisma.join(
      [
        isIn(scope),
        ...(orderId === undefined ? [] : [Prisma.sql`f.order_id = ${orderId}::text`]),
        ...(outcome === undefined ? [] : [Prisma.sql`f.outcome = ${outcome}::text`]),
        ...(before === null ? [] : [Prisma.sql`f.id < ${before}::text`]),
      ],
      ' AND ',
    );
    const rows = await this.database.queryUnprepared<ProofRow>(
      Prisma.sql`${proofs(where)} ORDER BY f.id DESC LIMIT ${limit}::int`,
    );
    return rows.map(proofFromRow);
  }

  /**
   * Keeps what a person entered, claims what it proves and posts it, if there is as much. `orNothing`: what cannot be
   * claimed is not kept either. Under a key that was used before nothing is written.
   */
  async enter(
    proof: ProofToKeep,
    transfers: readonly Transfer[],
    orNothing: boolean,
    record: ActRecord,
  ): Promise<Kept> {
    const [row] = await this.database.query<KeptRow>(Prisma.sql`
      WITH kept AS MATERIALIZED (
        SELECT k.id, k.outcome, k.room_grams, k.id = ${proof.id}::text AND (k.outcome = 'claimed' OR NOT ${orNothing}::boolean) AS is_new
        FROM keep_proof(${JSON.stringify(proofColumns(proof))}::jsonb, ${orNothing}::boolean) k),
      posted AS (${insertTransfers(transfers, Prisma.sql`kept`, POSTS_WHAT_IS_CLAIMED)})
      SELECT k.id, k.outcome, k.room_grams, CASE WHEN k.is_new THEN ${recordAct(record)} END AS recorded FROM kept k`);
    return keptFromRow(row);
  }

  /** The claims that stand by a proof: its own, or those of the members of a pool for whose purchase it was entered. */
  async claimsOf(proofId: string): Promise<readonly StandingClaim[]> {
    const rows = await this.database.query<KeptProofRow & { tenant_id: string; provider: string }>(Prisma.sql`
      SELECT x.*, o.tenant_id, o.provider FROM (
        ${keptProofs(Prisma.sql`(f.id = ${proofId}::text OR f.of_proof_id = ${proofId}::text) AND f.outcome = 'claimed' AND r.at IS NULL`)}) x
      JOIN orders o ON o.id = x.order_id ORDER BY x.id`);
    return rows.map((row) => ({ ...keptProofFromRow(row), tenantId: row.tenant_id, provider: row.provider }));
  }

  /** Gives up claims, by the ids of their proofs, and posts that. @returns false if they were given up, or there were none. */
  async release(
    proofIds: readonly string[],
    by: { readonly operatorId: string; readonly reason: string; readonly at: Date },
    transfers: readonly Transfer[],
    record: ActRecord,
  ): Promise<boolean> {
    const recorded = await this.database.query(Prisma.sql`
      WITH released AS (
        INSERT INTO lot_releases (proof_id, operator_id, reason, at)
        SELECT c.proof_id, ${by.operatorId}::text, ${by.reason}::text, ${by.at}::timestamptz FROM lot_claims c
        WHERE c.proof_id = ANY (${[...proofIds]}::text[]) AND may_act(${by.operatorId}::text, 'finance:approve')
        ON CONFLICT DO NOTHING RETURNING proof_id),
      posted AS (${insertTransfers(transfers, Prisma.sql`released`, Prisma.sql`released.proof_id = t.source`)})
      SELECT ${recordAct(record)} AS recorded WHERE EXISTS (SELECT FROM released)`);
    return recorded.length === 1;
  }
}

const isIn = (scope: TenantScope): Prisma.Sql =>
  scope === 'all_tenants' ? Prisma.sql`true` : Prisma.sql`o.tenant_id = ${scope.tenantId}::text`;
