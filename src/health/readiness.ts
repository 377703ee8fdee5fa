import { Injectable } from '@nestjs/common';
import { pendingMigrations } from '../persistence/migrations/migrate.js';
import { Database } from '../persistence/database/database.js';
import { ProcessHeartbeat } from '../persistence/tasks/process-heartbeat.js';
import { TaskRunner } from '../worker/task-runner.js';

export type Check = 'ok' | 'unreachable' | 'read_only' | 'not_committing' | 'pending' | 'stalled';

/** The worker's loop comes round at least once a second. If it has not for this long, it is stuck. */
const WORKER_ALIVE_MS = 10_000;

@Injectable()
export class Readiness {
  private migrated = false;

  constructor(
    private readonly database: Database,
    private readonly heartbeat: ProcessHeartbeat,
    private readonly worker: TaskRunner,
  ) {}

  async check(): Promise<{ database: Check; migrations: Check; worker: Check }> {
    const database = await this.databaseCheck();
    return {
      database,
      migrations: database === 'unreachable' ? 'unreachable' : await this.migrations(),
      worker: this.worker.isAlive(WORKER_ALIVE_MS) ? 'ok' : 'stalled',
    };
  }

  /** Ready means: can write. A commit that waits for a standby that is away is not confirmed to anybody. */
  private async databaseCheck(): Promise<Check> {
    const isReadOnly = await this.database.isReadOnly().catch(() => null);
    if (isReadOnly === null) return 'unreachable';
    if (isReadOnly) return 'read_only';
    return this.heartbeat.isCommitted ? 'ok' : 'not_committing';
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
