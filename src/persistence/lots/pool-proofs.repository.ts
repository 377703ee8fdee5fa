import { Injectable } from '@nestjs/common';
import type { ActRecord } from '../../domain/audit/act.js';
import type { Transfer } from '../../domain/ledger/transfer.js';
import type { ProofToKeep } from '../../domain/lots/proof.js';
import { grams, type Grams } from '../../domain/mass.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';
import { insertTransfers } from '../ledger/insert-transfers.js';
import { proofColumns } from './proof-json.js';
import { keptFromRow, type Kept, type KeptRow } from './proofs.repository.js';

/** Who has something of what a pool has bought that nothing proves yet, and how much; and the id of the proof to come. */
export interface UnprovenMember {
  readonly proofId: string;
  readonly orderId: string;
  readonly tenantId: string;
  readonly mass: Grams;
}

/** Proofs of what pools have bought. */
@Injectable()
export class PoolProofsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Keeps what was entered for the purchase of a pool, with a proof and a claim for each of its members, and for the house
   * as far as it has kept what was left; and posts `transfersOf` each. All of it or, where the lot has not as much, nothing.
   */
  enter(
    proof: ProofToKeep,
    transfersOf: (member: UnprovenMember) => readonly Transfer[],
    record: ActRecord,
  ): Promise<Kept> {
    return this.database.transaction('READ COMMITTED', async (transaction) => {
      // As `keep_pool_proof` does: nobody claims anything for them meanwhile.
      await transaction.query(Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended('lot_claims', 0))::text`);
      const rows = await transaction.query<{ order_id: string; tenant_id: string; grams: string }>(Prisma.sql`
        SELECT h.order_id, o.tenant_id, (h.grams - open_claims(h.order_id))::text AS grams
        FROM (
          SELECT m.order_id, m.grams FROM pools p JOIN pool_members m ON m.pool_id = p.id WHERE p.order_id = ${proof.orderId}::text
          UNION ALL
          SELECT t.order_id, t.units FROM ledger_transfers t
          WHERE t.order_id = ${proof.orderId}::text AND t.rule = 'keep_left' AND t.debit = 'retired') h
        JOIN orders o ON o.id = h.order_id
        WHERE h.grams > open_claims(h.order_id) ORDER BY h.order_id`);
      const members = rows.map((row): UnprovenMember => ({
        proofId: newId('prf'),
        orderId: row.order_id,
        tenantId: row.tenant_id,
        mass: grams(Number(row.grams)),
      }));
      const columns = members.map(({ proofId, orderId, mass }) => ({ id: proofId, order_id: orderId, grams: mass }));
      const isNew = Prisma.sql`k.id = ${proof.id}::text AND k.outcome = 'for_members'`;
      const [row] = await transaction.query<KeptRow>(Prisma.sql`
        WITH kept AS MATERIALIZED (
          SELECT k.id, k.outcome, k.room_grams, ${isNew} AS is_new
          FROM keep_pool_proof(${JSON.stringify(proofColumns(proof))}::jsonb, ${JSON.stringify(columns)}::jsonb) k),
        posted AS (${insertTransfers(members.flatMap(transfersOf), Prisma.sql`kept`, Prisma.sql`kept.is_new`)})
        SELECT k.id, k.outcome, k.room_grams, CASE WHEN k.is_new THEN ${recordAct(record)} END AS recorded FROM kept k`);
      return keptFromRow(row);
    });
  }
}
