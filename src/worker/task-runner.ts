import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PurchaseThrottle } from '../application/providers/purchase-throttle.js';
import { LEASE_MS } from '../domain/purchases/timing.js';
import { TaskNotices } from '../persistence/tasks/task-notices.js';
import { TasksRepository, type ClaimedTask } from '../persistence/tasks/tasks.repository.js';
import { Metrics } from '../telemetry/metrics.js';
import { Loop } from './loop.js';
import { RECURRING, TaskHandlers } from './task-handlers.js';

export class WorkerSettings {
  constructor(
    readonly enabled: boolean,
    /** How many tasks run at once. */
    readonly concurrency: number,
  ) {}
}

/** Without a notice, a due task is found after at most this long. */
const POLL_MS = 1_000;

/** Tasks are claimed when at least this share of the slots is free. */
const CLAIM_SHARE = 0.25;

const SWEEP_MS = 15_000;

/**
 * Claims due tasks and runs them, several at a time, until the process is asked to stop; then it claims no more and
 * waits for those that run. A run that fails unexpectedly keeps its lease; when the lease ends, the task is claimed
 * again.
 */
@Injectable()
export class TaskRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(TaskRunner.name);
  private readonly running = new Set<Promise<void>>();
  private readonly loop = new Loop(
    () => this.round(),
    (thrown) => this.logger.warn({ err: thrown }, 'tasks could not be claimed; trying again in a second'),
  );
  private sweeper: NodeJS.Timeout | undefined;
  private lastRoundAtMs = 0;

  constructor(
    private readonly settings: WorkerSettings,
    private readonly tasks: TasksRepository,
    private readonly handlers: TaskHandlers,
    private readonly throttle: PurchaseThrottle,
    private readonly notices: TaskNotices,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.settings.enabled) return;
    this.notices.listen(() => this.loop.wake());
    this.loop.start();
    this.sweeper = setInterval(() => void this.sweep(), SWEEP_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.sweeper);
    await this.loop.stop();
    await Promise.all(this.running);
  }

  /** Whether the loop has come round lately. Always true in a process without a worker. */
  isAlive(withinMs: number): boolean {
    return !this.settings.enabled || performance.now() - this.lastRoundAtMs < withinMs;
  }

  /** Starts what is due, as far as there is room. @returns how long there is nothing to do. */
  private async round(): Promise<number> {
    this.lastRoundAtMs = performance.now();
    const room = this.settings.concurrency - this.running.size;
    // A claim for every single run that ends would cost as much as the run itself.
    if (room < this.settings.concurrency * CLAIM_SHARE) return POLL_MS;
    const claimed = await this.tasks.claimDue(this.handlers.kinds, room, LEASE_MS);
    for (const task of claimed) this.start(task);
    if (claimed.length === room) return POLL_MS;
    return this.tasks.msUntilNext(this.handlers.kinds, POLL_MS);
  }

  private start(task: ClaimedTask): void {
    const run = this.handlers
      .run(task)
      .catch((thrown: unknown) =>
        this.logger.error(
          { task: task.kind, subject: task.subjectId, err: thrown },
          'a task failed unexpectedly; it runs again when its lease ends',
        ),
      )
      .finally(() => {
        this.running.delete(run);
        this.loop.wake();
      });
    this.running.add(run);
  }

  private async sweep(): Promise<void> {
    await this.throttle.probePaused().catch(() => undefined);
    await this.tasks.keepRecurring(RECURRING).catch(() => undefined);
    const repaired = await this.tasks.repairLost().catch(() => 0);
    if (repaired === 0) return;
    this.metrics.ordersRepaired.inc(repaired);
    this.logger.error({ repaired }, 'open orders without a task were given one; this is a bug');
  }
}
