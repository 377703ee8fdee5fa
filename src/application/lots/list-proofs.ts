import { Injectable } from '@nestjs/common';
import type { Proof } from '../../domain/lots/proof.js';
import { ProofsRepository, type ProofFilter } from '../../persistence/lots/proofs.repository.js';

export type { ProofFilter };

/** What was told or entered to prove retirements, and what came of it. */
@Injectable()
export class ListProofs {
  constructor(private readonly proofs: ProofsRepository) {}

  /** Newest first. `next`: the id before which the next page goes on. */
  async run(
    filter: ProofFilter,
    before: string | null,
    limit: number,
  ): Promise<{ readonly proofs: readonly Proof[]; readonly next: string | null }> {
    const found = await this.proofs.list(filter, before, limit + 1);
    const proofs = found.slice(0, limit);
    return { proofs, next: found.length > limit ? (proofs.at(-1)?.id ?? null) : null };
  }
}
