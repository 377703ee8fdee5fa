import { Injectable } from '@nestjs/common';
import { ProviderError } from '../../domain/providers/provider-error.js';
import type { ClaimedTask } from '../../persistence/tasks/tasks.repository.js';
import { TasksRepository } from '../../persistence/tasks/tasks.repository.js';
import { delayOf, EngineSettings } from '../purchases/engine-settings.js';
import { ObserveOrder } from './observe-order.js';

/** One scheduled look at an order that its provider has. Looks get rarer the longer nothing happens. */
@Injectable()
export class FollowOrder {
  constructor(
    private readonly observe: ObserveOrder,
    private readonly tasks: TasksRepository,
    private readonly settings: EngineSettings,
  ) {}

  async run({ subjectId, lease, runs }: ClaimedTask): Promise<void> {
    const delayMs = delayOf(this.settings.pollDelaysMs, runs);
    const look = await this.observe.run(subjectId).catch((thrown: unknown) => {
      if (thrown instanceof ProviderError) return thrown;
      throw thrown;
    });
    if (look === false) return this.tasks.end(lease);
    const askedToWaitMs = look === true ? 0 : (look.at.retryAfterMs ?? 0);
    await this.tasks.release(lease, Math.max(delayMs, askedToWaitMs));
  }
}
