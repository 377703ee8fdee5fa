import { Injectable, Logger } from '@nestjs/common';
import { ErasuresRepository } from '../../persistence/privacy/erasures.repository.js';
import { RetentionRepository, type Prunable } from '../../persistence/retention/retention.repository.js';
import type { Lease } from '../../persistence/tasks/lease.js';
import { TasksRepository } from '../../persistence/tasks/tasks.repository.js';
import { OrderSettings } from '../orders/order-settings.js';
import { RetentionSettings } from './retention-settings.js';

/** Nothing is due to the hour. */
const EVERY_MS = 3_600_000;

/** A run ends in time for an orderly stop of its process, and leaves the rest to the next one. */
const RUN_MS = 5_000;
const NEXT_MS = 1_000;

/** Rows of one transaction: its locks are gone within milliseconds. An order is erased in several tables. */
const ROWS = 500;
const ORDERS = 20;

/** Nobody asks for the hours of months ago: the metrics have them. */
const CALLS_DAYS = 31;

/** Of statements that came to nothing: longer than any upload takes. */
const UPLOADS_DAYS = 1;

/**
 * Prunes what has been kept for long enough, as a task that comes again every hour. One process has it at a time; two
 * that have it by mistake pass over each other's rows. A run that dies has lost nothing: the next one goes on.
 */
@Injectable()
export class PruneRecords {
  private readonly logger = new Logger('retention');

  constructor(
    private readonly records: RetentionRepository,
    private readonly erasures: ErasuresRepository,
    private readonly tasks: TasksRepository,
    private readonly settings: RetentionSettings,
    private readonly orders: OrderSettings,
  ) {}

  async run(lease: Lease): Promise<void> {
    const isDone = await this.prune();
    await this.tasks.release(lease, isDone ? EVERY_MS : NEXT_MS);
  }

  /** @returns false if time ran out before everything was pruned. */
  async prune(): Promise<boolean> {
    const endMs = performance.now() + RUN_MS;
    const pruned: Record<string, number> = {};
    let isDone = true;
    for (const [what, pruneSome] of this.rules()) {
      let isLeft = true;
      while (isLeft && performance.now() < endMs) {
        const { done, most } = await pruneSome();
        if (done > 0) pruned[what] = (pruned[what] ?? 0) + done;
        isLeft = done === most;
      }
      isDone &&= !isLeft;
    }
    if (Object.keys(pruned).length > 0) this.logger.log({ pruned }, 'what was kept for long enough was pruned');
    return isDone;
  }

  /** What is pruned, and how: each call prunes `most` of it, or all that is left. */
  private rules(): [what: string, pruneSome: () => Promise<{ readonly done: number; readonly most: number }>][] {
    const { quotesDays, recordsDays, personalDataDays, reconciliationDays } = this.settings;
    const rows = (what: Prunable, days: number): ReturnType<PruneRecords['rules']>[number] => [
      what,
      async () => ({ done: await this.records.prune(what, days, ROWS), most: ROWS }),
    ];
    return [
      rows('quotes', quotesDays),
      rows('requests', recordsDays),
      rows('callbacks', recordsDays),
      rows('claims', recordsDays),
      rows('responses', recordsDays),
      rows('answers', recordsDays),
      rows('calls', CALLS_DAYS),
      rows('uploads', UPLOADS_DAYS),
      // A list goes once all that have read it have gone.
      rows('runs', reconciliationDays),
      rows('lists', reconciliationDays),
      ...(personalDataDays === null ? [] : [this.eraseOld(personalDataDays)]),
    ];
  }

  private eraseOld(days: number): ReturnType<PruneRecords['rules']>[number] {
    const erasure = {
      operator: 'retention',
      reason: `RETENTION_PERSONAL_DATA_DAYS=${days}`,
      chosenBy: 'age',
      names: [],
      duplicateWindowMs: this.orders.duplicateWindowMs,
    } as const;
    return [
      'personal_data',
      async () => {
        const ids = await this.erasures.oldest(days, ORDERS);
        const { orders } = ids.length === 0 ? { orders: [] } : await this.erasures.erase(ids, erasure);
        return { done: orders.filter(({ outcome }) => outcome === 'erased').length, most: ORDERS };
      },
    ];
  }
}
