import { Injectable } from '@nestjs/common';
import type { Lease } from '../../persistence/tasks/lease.js';
import { TasksRepository } from '../../persistence/tasks/tasks.repository.js';
import { CheckAudit } from '../ops/check-audit.js';

const EVERY_MS = 3_600_000;

/**
 * Follows the audit once an hour, as a task of whichever process has it, so that a break calls somebody without anybody
 * looking. Where it takes longer than its lease, another process may follow it at the same time: both only read.
 */
@Injectable()
export class WatchAudit {
  constructor(
    private readonly check: CheckAudit,
    private readonly tasks: TasksRepository,
  ) {}

  async run(lease: Lease): Promise<void> {
    await this.check.run();
    await this.tasks.release(lease, EVERY_MS);
  }
}
