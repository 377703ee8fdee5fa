import { Injectable } from '@nestjs/common';
import { Lease, monotonicMs } from './lease.js';
import { PrismaService } from '../prisma/prisma.service.js';
import { ProcessHeartbeat } from './process-heartbeat.js';
import { releaseTask, wakeTask, type TaskKind } from './task-rows.js';

export interface ClaimedTask {
  readonly kind: TaskKind;
  readonly subjectId: string;
  /** Runs since the subject last moved, this one included. */
  readonly runs: number;
  readonly lease: Lease;
}

/**
 * What is due and who is at it. A task is claimable when it is due and nobody's lease on it is running; so a crashed
 * run needs no recovery of its own, its lease just ends.
 */
@Injectable()
export class TasksRepository {
  constructor(
    private readonly prisma: PrismaService,
    private readonly presence: ProcessHeartbeat,
  ) {}

  /** Takes up to `limit` due tasks, oldest first, each for one claimant. Empty: nothing is due. */
  async claimDue(limit: number, leaseMs: number): Promise<ClaimedTask[]> {
    const askedAtMs = monotonicMs();
    const rows = await this.prisma.$queryRaw<
      { subject_id: string; kind: TaskKind; runs: number; lease_token: string }[]
    >`
      UPDATE tasks SET
        lease_token = gen_random_uuid(),
        leased_by = ${this.presence.id}::uuid,
        leased_until = now() + ${leaseMs} * interval '1 millisecond',
        run_at = now() + ${leaseMs} * interval '1 millisecond',
        runs = runs + 1
      WHERE subject_id IN (
        SELECT subject_id FROM tasks
        WHERE run_at <= now() AND (leased_until IS NULL OR leased_until <= now())
        ORDER BY run_at
        FOR UPDATE SKIP LOCKED
        LIMIT ${limit})
      RETURNING subject_id, kind, runs, lease_token`;
    return rows.map((row) => ({
      kind: row.kind,
      subjectId: row.subject_id,
      runs: row.runs,
      lease: Lease.granted(row.subject_id, row.lease_token, askedAtMs, leaseMs),
    }));
  }

  async release(lease: Lease, delayMs: number): Promise<void> {
    await releaseTask(this.prisma, lease, delayMs);
  }

  /** The subject has ended and needs nobody; unless somebody asked for another look meanwhile. */
  async end(lease: Lease): Promise<void> {
    await this.prisma.$executeRaw`
      DELETE FROM tasks WHERE subject_id = ${lease.subjectId} AND lease_token = ${lease.token}::uuid AND run_at >= leased_until`;
    await this.release(lease, 0);
  }

  async wake(subjectId: string): Promise<void> {
    await wakeTask(this.prisma, subjectId);
  }

  /** How long until the next task is due, at most `limitMs`. */
  async msUntilNext(limitMs: number): Promise<number> {
    const [row] = await this.prisma.$queryRaw<[{ ms: number | null }]>`
      SELECT (EXTRACT(EPOCH FROM min(run_at) - now()) * 1000)::float8 AS ms FROM tasks`;
    return Math.min(Math.max(row.ms ?? limitMs, 0), limitMs);
  }

  /** An open order without a task is a bug: gives it one, and says how many there were. */
  async repairLost(): Promise<number> {
    return this.prisma.$executeRaw`
      INSERT INTO tasks (subject_id, kind)
      SELECT o.id, CASE WHEN o.status IN ('created', 'submitting', 'in_doubt') THEN 'purchase' ELSE 'follow' END
      FROM orders o LEFT JOIN tasks t ON t.subject_id = o.id
      WHERE o.status NOT IN ('completed', 'cancelled', 'failed', 'expired') AND t.subject_id IS NULL
      ON CONFLICT DO NOTHING`;
  }

  /** Due now, and due for longer than `lateMs` without anybody at it. */
  async counts(lateMs: number): Promise<{ due: number; overdue: number }> {
    const [row] = await this.prisma.$queryRaw<[{ due: bigint; overdue: bigint }]>`
      SELECT count(*) FILTER (WHERE run_at <= now()) AS due,
             count(*) FILTER (WHERE run_at <= now() - ${lateMs} * interval '1 millisecond') AS overdue
      FROM tasks`;
    return { due: Number(row.due), overdue: Number(row.overdue) };
  }
}
