import { Injectable } from '@nestjs/common';
import { postProof } from '../../domain/ledger/post-proof.js';
import type { Transfer } from '../../domain/ledger/transfer.js';
import type { ProofToKeep } from '../../domain/lots/proof.js';
import { toldProofs } from '../../domain/lots/told-proofs.js';
import { ClaimingRepository, type RetiredOrder } from '../../persistence/lots/claiming.repository.js';
import { OpenMonths } from '../periods/open-months.js';

/** What a page of events claims is one short statement. */
const PAGE = 500;

export interface Claimed {
  readonly events: number;
  readonly claims: number;
  /** `more`: there may be more at once. `none`: all that is posted is read. `elsewhere`: another process does it. */
  readonly next: 'more' | 'none' | 'elsewhere';
}

/**
 * Reads the feed on behind the ledger, and claims what its retirements prove: each lot for as much as it has, whoever
 * comes first. Beside the purchases and beside the ledger: neither waits or fails for what is wrong here.
 */
@Injectable()
export class ClaimLots {
  constructor(
    private readonly claiming: ClaimingRepository,
    private readonly months: OpenMonths,
  ) {}

  async run(): Promise<Claimed> {
    const page = await this.claiming.nextPage(PAGE);
    const proven = page.orders.flatMap((order) => this.proofsOf(order).map((proof) => ({ order, proof })));
    const proofs = proven.map(({ proof }) => proof);
    await this.months.run([page.readAt, ...proofs.map(({ effectiveAt }) => effectiveAt)]);
    const transfers = proven.flatMap(({ order, proof }) => transfersOf(order, proof));
    const claims = await this.claiming.commit(page, proofs, transfers);
    if (claims === null) return { events: 0, claims: 0, next: 'elsewhere' };
    return { events: page.events, claims, next: page.events === PAGE ? 'more' : 'none' };
  }

  private proofsOf({ id, orderedMass, events, claimFrom }: RetiredOrder): readonly ProofToKeep[] {
    return toldProofs(orderedMass, events)
      .filter(({ sequence }) => sequence >= claimFrom)
      .map(({ sequence, part, toldAt, ...wanted }) => ({
        ...wanted,
        id: this.claiming.nextId(),
        orderId: id,
        told: { sequence, part },
        effectiveAt: toldAt,
        outcome: null,
        disagreeing: [],
        entered: null,
      }));
  }
}

/** What a proof posts if its claim is made. */
export const transfersOf = (
  { id: orderId, tenantId, provider }: Pick<RetiredOrder, 'id' | 'tenantId' | 'provider'>,
  { id: source, mass, effectiveAt }: Pick<ProofToKeep, 'id' | 'mass' | 'effectiveAt'>,
): readonly Transfer[] =>
  postProof({ mass, effectiveAt, outcome: 'claimed', releasedAt: null }).map((posting) => ({
    ...posting,
    source,
    tenantId,
    provider,
    orderId,
  }));
