import { Injectable } from '@nestjs/common';
import { isTerminal } from '../../domain/orders/lifecycle.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import { PoolsRepository } from '../../persistence/pools/pools.repository.js';
import type { Lease } from '../../persistence/tasks/lease.js';
import { TasksRepository } from '../../persistence/tasks/tasks.repository.js';

const EVERY_MS = 24 * 3_600_000;

/** Sees to it that the pool of an order is attended to. Nothing is ever sent for the order itself. */
@Injectable()
export class WatchMember {
  constructor(
    private readonly pools: PoolsRepository,
    private readonly tasks: TasksRepository,
  ) {}

  async run({ state, lease }: { readonly state: OrderState; readonly lease: Lease }): Promise<void> {
    if (isTerminal(state.order.status)) return this.tasks.end(lease);
    await this.pools.keepAttended(state.order.id);
    await this.tasks.release(lease, EVERY_MS);
  }
}
