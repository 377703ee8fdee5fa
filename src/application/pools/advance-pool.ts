import { Injectable, Logger } from '@nestjs/common';
import { allocatePurchase } from '../../domain/pools/allocation.js';
import { poolStep, type Pool, type PoolStep } from '../../domain/pools/pool.js';
import { fateOf, purchaseTerms } from '../../domain/pools/purchase.js';
import { PoolMovesRepository } from '../../persistence/pools/pool-moves.repository.js';
import { PoolsRepository } from '../../persistence/pools/pools.repository.js';
import { DrawLeft } from './draw-left.js';
import type { Lease } from '../../persistence/tasks/lease.js';
import { TasksRepository } from '../../persistence/tasks/tasks.repository.js';

/** What a pool waits for wakes it. This is for when it did not. */
const LOOK_MS = 600_000;

/** After what may be over soon: the house is switched off, say. */
const AGAIN_MS = 60_000;

/**
 * Brings a pool one step further. Any number of runs may try at once, and any may die: each step is one transaction, and is
 * made of a pool that stands as it was read, or not at all.
 */
@Injectable()
export class AdvancePool {
  private readonly logger = new Logger('pools');

  constructor(
    private readonly pools: PoolsRepository,
    private readonly moves: PoolMovesRepository,
    private readonly drawing: DrawLeft,
    private readonly tasks: TasksRepository,
  ) {}

  async run(lease: Lease): Promise<void> {
    const found = await this.pools.find(lease.subjectId);
    if (!found) return this.tasks.end(lease);
    const { pool, now } = found;
    if (pool.status === 'open' && pool.members > 0 && (await this.drawing.run(pool)))
      return this.tasks.release(lease, 0);
    const step = poolStep(pool, now);
    if (step.do === 'end') return this.tasks.end(lease);
    if (step.do === 'wait')
      return this.tasks.release(
        lease,
        step.until === null ? LOOK_MS : Math.min(LOOK_MS, step.until.getTime() - now.getTime()),
      );
    const outcome = await this.take(step, pool);
    this.logger.log(
      { pool_id: pool.id, step: step.do, outcome, members: pool.members, grams: pool.sum },
      'pool moved on',
    );
    return this.tasks.release(lease, outcome === 'done' || outcome === 'moved' ? 0 : AGAIN_MS);
  }

  /** @returns `moved` where somebody was faster, or why it could not be done now. */
  private async take(step: Exclude<PoolStep, { do: 'wait' | 'end' }>, pool: Pool): Promise<string> {
    switch (step.do) {
      case 'dissolve':
        return this.pools.dissolve(pool);
      case 'seal':
        return this.pools.seal(pool, purchaseTerms(pool, step.mass, await this.pools.tightestLimit(pool.id)));
      case 'allocate':
        return this.moves.allocate(pool.id, allocatePurchase);
      case 'return':
        return this.moves.returnMembers(pool, fateOf);
      case 'complete':
        return this.moves.complete(pool.id);
    }
  }
}
