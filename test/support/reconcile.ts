import type { INestApplicationContext } from '@nestjs/common';
import { StartRun } from '../../src/application/reconciliation/start-run.js';
import type { MonthId } from '../../src/domain/periods/month.js';
import { LEASE_MS } from '../../src/domain/purchases/timing.js';
import { TasksRepository } from '../../src/persistence/tasks/tasks.repository.js';
import { BY_TESTER } from './launcher.js';
import { taskHandlersOf } from './task-handlers.js';

interface Gateway {
  readonly app: Pick<INestApplicationContext, 'get'>;
}

/** Reads lists of providers and compares, as a worker does, until no run is at work. */
export const reconcile = async ({ app }: Gateway): Promise<void> => {
  const handlers = taskHandlersOf(app);
  for (;;) {
    const tasks = await app.get(TasksRepository).claimDue(['collect', 'match'], 100, LEASE_MS);
    if (tasks.length === 0) return;
    for (const task of tasks) await handlers.run(task);
  }
};

/** What a month is closed after: a run of it for each of these providers. */
export const compareMonth = async (gateway: Gateway, month: string, ...providers: readonly string[]): Promise<void> => {
  const periodId = month as MonthId;
  for (const provider of providers)
    await gateway.app
      .get(StartRun)
      .run({ provider, account: null, periodId, cutOffAt: null, dryRun: false, fresh: false }, BY_TESTER);
  await reconcile(gateway);
};
