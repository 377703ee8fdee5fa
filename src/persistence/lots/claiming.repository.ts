import { Injectable } from '@nestjs/common';
import type { Transfer } from '../../domain/ledger/transfer.js';
import type { ProofToKeep } from '../../domain/lots/proof.js';
import type { ToldRetirements } from '../../domain/lots/told-proofs.js';
import { grams, type Grams } from '../../domain/mass.js';
import { Database } from '../database/database.js';
import { newId } from '../database/new-id.js';
import { moveCursor, readCursor } from '../events/feed-cursor.js';
import { EXTENT_OF_PAGE, extentFrom, type ExtentRow, type FeedExtent } from '../events/feed-extent.js';
import { scanFeed } from '../events/feed.repository.js';
import { Prisma } from '../generated/client.js';
import { insertTransfers } from '../ledger/insert-transfers.js';
import { readRetirements } from '../orders/retirement-json.js';
import { proofColumns } from './proof-json.js';

/** An order, and the events that left it with retirements. */
export interface RetiredOrder {
  readonly id: string;
  readonly tenantId: string;
  readonly provider: string;
  readonly orderedMass: Grams;
  readonly events: readonly ToldRetirements[];
  /** The first event that is on the page. */
  readonly claimFrom: number;
}

export interface ClaimingPage extends FeedExtent {
  readonly orders: readonly RetiredOrder[];
}

interface ToldRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly provider: string;
  readonly ordered_grams: string;
  readonly claim_from: number;
  readonly sequence: number;
  readonly occurred_at: Date;
  readonly retirements: unknown;
}

type PageRow = { readonly [K in keyof ToldRow]: ToldRow[K] | null } & ExtentRow;

/** That an event `e` left its order with a retirement. */
export const TELLS_RETIREMENTS = Prisma.sql`e.state -> 'retirements' @> '[{}]'::jsonb`;

/** What a pool has bought is its members', so that the order `o` for it claims nothing. */
export const CAN_CLAIM = Prisma.sql`o.pool_role IS DISTINCT FROM 'purchase'`;

/** Takes in the proofs that the feed tells, in its order, and claims what they prove. */
@Injectable()
export class ClaimingRepository {
  constructor(private readonly database: Database) {}

  nextId(): string {
    return newId('prf');
  }

  /** The next events that the ledger has posted, at most `limit`: what is proven is in the books as retired. */
  async nextPage(limit: number): Promise<ClaimingPage> {
    const from = await readCursor(this.database, 'proofs');
    const rows = await this.database.query<PageRow>(Prisma.sql`
      WITH page AS MATERIALIZED (
        SELECT s.* FROM (${scanFeed({ scope: 'all_tenants' }, from, limit)}) s
        JOIN feed_readers r ON r.name = 'ledger' AND (s.tx, s.subject, s.sequence) <= (r.tx, r.subject, r.sequence)),
      telling AS (
        SELECT e.order_id, min(e.sequence) AS claim_from, max(e.sequence) AS claim_to
        FROM page p JOIN order_events e ON e.id = p.id JOIN orders o ON o.id = e.order_id
        WHERE ${TELLS_RETIREMENTS} AND ${CAN_CLAIM} GROUP BY e.order_id),
      told AS (
        SELECT o.id, o.tenant_id, o.provider, o.ordered_grams, t.claim_from, e.sequence, e.occurred_at,
               e.state -> 'retirements' AS retirements
        FROM telling t JOIN orders o ON o.id = t.order_id
        JOIN order_events e ON e.order_id = o.id AND e.sequence <= t.claim_to AND ${TELLS_RETIREMENTS})
      SELECT extent.*, told.* FROM ${EXTENT_OF_PAGE} LEFT JOIN told ON true
      ORDER BY told.claim_from IS NULL, told.id, told.sequence`);
    const [first] = rows as [PageRow];
    return { ...extentFrom(from, first), orders: ordersFrom(rows.filter(isTold)) };
  }

  /**
   * Keeps the proofs of a page, claims what there is to claim, posts what was claimed, and moves on behind the page.
   * @returns how many claims were made; null if another process moved on.
   */
  async commit(
    { from, to }: ClaimingPage,
    proofs: readonly ProofToKeep[],
    transfers: readonly Transfer[],
  ): Promise<number | null> {
    if (to === null) return 0;
    const [row] = await this.database.query<{ moved: boolean; claimed: number }>(Prisma.sql`
      WITH moved AS (${moveCursor('proofs', from, to)}),
      kept AS MATERIALIZED (
        SELECT k.id, k.outcome
        FROM moved, jsonb_array_elements(${JSON.stringify(proofs.map(proofColumns))}::jsonb) AS proof,
             LATERAL keep_proof(proof, false) k),
      posted AS (${insertTransfers(transfers, Prisma.sql`kept`, POSTS_WHAT_IS_CLAIMED)})
      -- Counted, so that all are kept: without a transfer, nothing else would ask for them.
      SELECT EXISTS (SELECT FROM moved) AS moved,
             (SELECT count(*) FILTER (WHERE k.outcome = 'claimed')::int FROM kept k) AS claimed`);
    return row?.moved ? row.claimed : null;
  }
}

/** Of transfers `t` and the proofs `kept` that they would follow from. */
export const POSTS_WHAT_IS_CLAIMED = Prisma.sql`kept.id = t.source AND kept.outcome = 'claimed'`;

const isTold = (row: PageRow): row is PageRow & ToldRow => row.id !== null;

const ordersFrom = (rows: readonly ToldRow[]): readonly RetiredOrder[] => {
  const orders = new Map<string, RetiredOrder & { readonly events: ToldRetirements[] }>();
  for (const row of rows) {
    const order = orders.get(row.id) ?? {
      id: row.id,
      tenantId: row.tenant_id,
      provider: row.provider,
      orderedMass: grams(Number(row.ordered_grams)),
      claimFrom: row.claim_from,
      events: [],
    };
    orders.set(row.id, order);
    order.events.push({
      sequence: row.sequence,
      occurredAt: row.occurred_at,
      retirements: readRetirements(row.retirements),
    });
  }
  return [...orders.values()];
};
