import { Injectable } from '@nestjs/common';
import { BY_TASK } from '../../domain/orders/cause.js';
import { isTerminal } from '../../domain/orders/lifecycle.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import { delayOf } from '../../domain/purchases/timing.js';
import type { Lease } from '../../persistence/tasks/lease.js';
import { TasksRepository } from '../../persistence/tasks/tasks.repository.js';
import { OrderSettings } from './order-settings.js';
import { ObserveOrder } from './observe-order.js';

/** One scheduled poll of an order that its provider has. Polls get rarer the longer nothing happens. */
@Injectable()
export class FollowOrder {
  constructor(
    private readonly observe: ObserveOrder,
    private readonly tasks: TasksRepository,
    private readonly settings: OrderSettings,
  ) {}

  /**
   * What was seen is committed without a lease. The same commit releases the task, if this run still holds its lease.
   */
  async run({ state, lease, runs }: { state: OrderState; lease: Lease; runs: number }): Promise<void> {
    const look = await this.observe.look(state);
    const options = { cause: BY_TASK, guard: { by: 'version' } } as const;
    if (isTerminal(state.order.status)) {
      await this.observe.commit(state, look, { ...options, task: { do: 'keep' } });
      if (look.failure) return this.tasks.release(lease, this.delayMs(runs, look.failure.at.retryAfterMs));
      return look.nextClaimMs === null ? this.tasks.end(lease) : this.tasks.release(lease, look.nextClaimMs);
    }
    const pollMs = this.delayMs(runs, look.failure?.at.retryAfterMs);
    const delayMs = look.failure ? pollMs : Math.min(pollMs, look.nextClaimMs ?? Infinity);
    await this.observe.commit(state, look, { ...options, task: { do: 'release', lease, delayMs } });
  }

  private delayMs(runs: number, askedToWaitMs = 0): number {
    return Math.max(delayOf(this.settings.pollDelaysMs, runs), askedToWaitMs);
  }
}
