import { Injectable } from '@nestjs/common';
import { drawFrom } from '../../domain/pools/draw.js';
import type { Pool } from '../../domain/pools/pool.js';
import { PoolLeftRepository } from '../../persistence/pools/pool-left.repository.js';
import { PoolMovesRepository } from '../../persistence/pools/pool-moves.repository.js';

/** Gives members of an open pool what is left of earlier ones, oldest first, so that nothing is bought for them. */
@Injectable()
export class DrawLeft {
  constructor(
    private readonly left: PoolLeftRepository,
    private readonly moves: PoolMovesRepository,
  ) {}

  /** @returns whether the pool is not any more as it was read. */
  async run(pool: Pool): Promise<boolean> {
    for (const earlier of await this.left.of(pool)) {
      const allocation = drawFrom(earlier.bought, await this.left.waiting(pool.id));
      if (allocation === null) continue;
      await this.moves.give(pool.id, earlier, allocation);
      return true;
    }
    return false;
  }
}
