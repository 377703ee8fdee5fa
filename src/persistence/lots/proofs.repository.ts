import { Injectable } from '@nestjs/common';
import type { ActRecord } from '../../domain/audit/act.js';
import type { Transfer } from '../../domain/ledger/transfer.js';
import { PROOF_OUTCOME_NAMES, type Proof, type ProofOutcome, type ProofToKeep } from '../../domain/lots/proof.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';
import { insertTransfers } from '../ledger/insert-transfers.js';
import type { TenantScope } from '../orders/order-list.js';
import { POSTS_WHAT_IS_CLAIMED } from './claiming.repository.js';
import { proofColumns } from './proof-json.js';
import { proofFromRow, proofs, type ProofRow } from './proof-rows.js';

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
    const [row] = await this.database.query<{ id: string; outcome: string; room_grams: string | null }>(Prisma.sql`
      WITH kept AS MATERIALIZED (
        SELECT k.id, k.outcome, k.room_grams, k.id = ${proof.id}::text AND (k.outcome = 'claimed' OR NOT ${orNothing}::boolean) AS is_new
        FROM keep_proof(${JSON.stringify(proofColumns(proof))}::jsonb, ${orNothing}::boolean) k),
      posted AS (${insertTransfers(transfers, Prisma.sql`kept`, POSTS_WHAT_IS_CLAIMED)})
      SELECT k.id, k.outcome, k.room_grams, CASE WHEN k.is_new THEN ${recordAct(record)} END AS recorded FROM kept k`);
    if (!row) throw new Error('keep_proof returned no row');
    return {
      id: row.id,
      outcome: readWord(PROOF_OUTCOME_NAMES)(row.outcome),
      roomGrams: row.room_grams === null ? null : Number(row.room_grams),
    };
  }

  /** Gives up the claim of a proof, and posts that. @returns false if it was given up, or there was none. */
  async release(
    proofId: string,
    by: { readonly operatorId: string; readonly reason: string; readonly at: Date },
    transfers: readonly Transfer[],
    record: ActRecord,
  ): Promise<boolean> {
    const recorded = await this.database.query(Prisma.sql`
      WITH released AS (
        INSERT INTO lot_releases (proof_id, operator_id, reason, at)
        SELECT c.proof_id, ${by.operatorId}::text, ${by.reason}::text, ${by.at}::timestamptz FROM lot_claims c
        WHERE c.proof_id = ${proofId}::text AND may_act(${by.operatorId}::text, 'finance:approve')
        ON CONFLICT DO NOTHING RETURNING proof_id),
      posted AS (${insertTransfers(transfers, Prisma.sql`released`)})
      SELECT ${recordAct(record)} AS recorded FROM released`);
    return recorded.length === 1;
  }
}

const isIn = (scope: TenantScope): Prisma.Sql =>
  scope === 'all_tenants' ? Prisma.sql`true` : Prisma.sql`o.tenant_id = ${scope.tenantId}::text`;
