import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { StoredResponse } from '../../persistence/idempotency/idempotency.repository.js';
import { within } from '../within.js';
import type { PurchaseRun } from './purchase-run.js';
import { SubmitOrder } from './submit-order.js';

/**
 * Purchases that run inside a request. The run goes on when the caller hangs up or stops waiting, and a shutdown waits
 * for it.
 */
@Injectable()
export class InlinePurchases implements OnModuleDestroy {
  private readonly logger = new Logger(InlinePurchases.name);
  private readonly running = new Set<Promise<unknown>>();

  constructor(private readonly submit: SubmitOrder) {}

  /**
   * Resolves when the run is over or `waitMs` have passed, with the response that was stored with the outcome; null if
   * none was. Never rejects: the worker takes over a run that fails.
   */
  async run(run: PurchaseRun, waitMs: number): Promise<StoredResponse | null> {
    const running = this.submit.run(run).catch((thrown: unknown) => {
      this.logger.error(
        { order_id: run.lease.subjectId, err: thrown },
        'the run of a purchase failed unexpectedly; a worker takes the order over when its lease ends',
      );
      return null;
    });
    this.running.add(running);
    void running.finally(() => this.running.delete(running));
    return within(waitMs, running, () => null);
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.running);
  }
}
