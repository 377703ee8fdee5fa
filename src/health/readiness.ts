import { Injectable } from '@nestjs/common';
import { pendingMigrations } from '../persistence/migrations/migrate.js';
import { Database } from '../persistence/database/database.js';
import { TaskRunner } from '../worker/task-runner.js';

export type Check = 'ok' | 'unreachable' | 'pending' | 'stalled';

/** The worker's loop comes round at least once a second. If it has not for this long, it is stuck. */
const WORKER_ALIVE_MS = 10_000;

@Injectable()
export class Readiness {
  private migrated = false;

  constructor(
    private readonly database: Database,
    private readonly worker: TaskRunner,
  ) {}

  async check(): Promise<{ database: Check; migrations: Check; worker: Check }> {
    const database = await this.database.now().then(
      () => 'ok' as const,
      () => 'unreachable' as const,
    );
    return {
      database,
      migrations: database === 'ok' ? await this.migrations() : 'unreachable',
      worker: this.worker.isAlive(WORKER_ALIVE_MS) ? 'ok' : 'stalled',
    };
  }

  /** Remembers success, because an applied migration is never undone. */
  private async migrations(): Promise<Check> {
    if (this.migrated) return 'ok';
    const pending = await pendingMigrations(async (sql) => (await this.database.pool.query<object>(sql)).rows).catch(
      () => null,
    );
    if (pending === null) return 'unreachable';
    this.migrated = pending.length === 0;
    return this.migrated ? 'ok' : 'pending';
  }
}
