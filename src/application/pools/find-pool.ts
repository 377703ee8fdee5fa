import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { PoolMember, PoolRecord } from '../../domain/pools/pool-record.js';
import { PoolListRepository, type PoolFilter } from '../../persistence/pools/pool-list.repository.js';

export type { PoolFilter };

/** Pools are of the whole gateway: their members are of any tenant. */
@Injectable()
export class FindPool {
  constructor(private readonly pools: PoolListRepository) {}

  async run(id: string): Promise<PoolRecord> {
    const found = await this.pools.find(id);
    if (!found) throw new AppError('pool_not_found', 'There is no such pool.');
    return found;
  }

  /** Newest first. `next`: the id before which the next page goes on. */
  async page(
    filter: PoolFilter,
    before: string | null,
    limit: number,
  ): Promise<{ readonly pools: readonly PoolRecord[]; readonly next: string | null }> {
    const found = await this.pools.list(filter, before, limit + 1);
    const pools = found.slice(0, limit);
    return { pools, next: found.length > limit ? (pools.at(-1)?.pool.id ?? null) : null };
  }

  /** By order id. `next`: the one behind which the next page goes on. */
  async members(
    id: string,
    after: string | null,
    limit: number,
  ): Promise<{ readonly members: readonly PoolMember[]; readonly next: string | null }> {
    await this.run(id);
    const found = await this.pools.members(id, after, limit + 1);
    const members = found.slice(0, limit);
    return { members, next: found.length > limit ? (members.at(-1)?.orderId ?? null) : null };
  }
}
