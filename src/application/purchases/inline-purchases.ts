import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { Lease } from '../../persistence/tasks/lease.js';
import { SubmitOrder } from './submit-order.js';

/**
 * Purchases that run inside a request. A caller who hangs up or stops waiting does not stop one: the run goes on, and
 * a shutdown waits for it.
 */
@Injectable()
export class InlineRuns implements OnModuleDestroy {
  private readonly logger = new Logger(InlineRuns.name);
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly submit: SubmitOrder) {}

  /** Resolves when the run is over or `waitMs` have passed. Never rejects: a run that fails is taken on by the worker. */
  async run(lease: Lease, waitMs: number): Promise<void> {
    const run = this.submit.run({ lease, runs: 1 }).catch((thrown: unknown) => {
      this.logger.error({ order_id: lease.subjectId, err: thrown }, 'purchase run failed');
    });
    this.running.add(run);
    void run.finally(() => this.running.delete(run));
    let timer: NodeJS.Timeout | undefined;
    const waited = new Promise<void>((resolve) => (timer = setTimeout(resolve, waitMs)));
    await Promise.race([run, waited]);
    clearTimeout(timer);
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.running);
  }
}
