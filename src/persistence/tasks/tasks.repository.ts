import { Injectable } from '@nestjs/common';
import { isOutcomePending, ORDER_STATUSES } from '../../domain/orders/lifecycle.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import {
  IS_OPEN,
  ORDER_SENDS,
  ORDER_STATE_COLUMNS,
  orderStateFromRow,
  type OrderStateRow,
} from '../orders/order-rows.js';
import { Lease, monotonicMs } from './lease.js';
import { ProcessHeartbeat } from './process-heartbeat.js';
import { TaskNotices } from './task-notices.js';
import { IS_ORDER_TASK, RELEASED_TASK } from './task-rows.js';

export interface ClaimedTask {
  readonly kind: string;
  readonly subjectId: string;
  /** Runs since the subject last moved, this one included. */
  readonly runs: number;
  readonly lease: Lease;
  /** The state of the order when it was claimed; null if the subject is no order. */
  readonly state: OrderState | null;
}

type ClaimRow = { readonly [K in keyof OrderStateRow]: OrderStateRow[K] | null } & {
  readonly kind: string;
  readonly subject_id: string;
  readonly runs: number;
  readonly token: string;
};

/**
 * The tasks and their leases. A task can be claimed when it is due and has no running lease, so a crashed run needs no
 * recovery: its lease just ends.
 */
@Injectable()
export class TasksRepository {
  constructor(
    private readonly database: Database,
    private readonly heartbeat: ProcessHeartbeat,
    private readonly notices: TaskNotices,
  ) {}

  /**
   * Leases up to `limit` due tasks of these kinds, oldest first, and reads their orders in the same statement. Times are
   * kept in milliseconds, rounded: beside a finer clock, what was made due this moment might be due in half of one.
   */
  async claimDue(kinds: readonly string[], limit: number, leaseMs: number): Promise<ClaimedTask[]> {
    const askedAtMs = monotonicMs();
    const until = Prisma.sql`now() + ${leaseMs}::float8 * interval '1 millisecond'`;
    const rows = await this.database.query<ClaimRow>(Prisma.sql`
      WITH due AS MATERIALIZED (
        SELECT d.subject_id, d.kind FROM unnest(${kinds}::text[]) AS k(kind) CROSS JOIN LATERAL (
          SELECT t.subject_id, t.kind, t.run_at FROM tasks t
          WHERE t.kind = k.kind AND t.run_at <= CURRENT_TIMESTAMP(3) AND (t.leased_until IS NULL OR t.leased_until <= CURRENT_TIMESTAMP(3))
          ORDER BY t.run_at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED) d
        ORDER BY d.run_at LIMIT ${limit}::int),
      claimed AS (
        UPDATE tasks t SET
          lease_token = gen_random_uuid(), leased_by = ${this.heartbeat.id}::uuid, leased_until = ${until}, run_at = ${until},
          runs = t.runs + 1
        FROM due WHERE t.subject_id = due.subject_id AND t.kind = due.kind
        RETURNING t.subject_id, t.kind, t.runs, t.lease_token, t.leased_until)
      SELECT t.kind, t.subject_id, t.runs, t.lease_token AS token, found.*
      FROM claimed t LEFT JOIN LATERAL (
        SELECT ${ORDER_STATE_COLUMNS} FROM orders o ${ORDER_SENDS} WHERE o.id = t.subject_id) found ON true`);
    return rows.map((row) => ({
      kind: row.kind,
      subjectId: row.subject_id,
      runs: row.runs,
      lease: Lease.granted(row.subject_id, row.token, askedAtMs, leaseMs),
      state: row.id === null ? null : orderStateFromRow(row as unknown as OrderStateRow),
    }));
  }

  /**
   * Ends a run that changed nothing: the task is due again after `delayMs`, or at once if it was woken in the meantime.
   */
  async release(lease: Lease, delayMs: number): Promise<void> {
    await this.database.execute(Prisma.sql`
      UPDATE tasks t SET ${RELEASED_TASK(lease, delayMs, Prisma.sql`t.run_at`)} WHERE t.subject_id = ${lease.subjectId}::text`);
  }

  /** Deletes the task, because its subject has ended, unless it was woken in the meantime. */
  async end(lease: Lease): Promise<void> {
    await this.database.execute(Prisma.sql`
      WITH ended AS (
        DELETE FROM tasks t
        WHERE t.subject_id = ${lease.subjectId}::text AND t.lease_token = ${lease.token}::uuid AND t.run_at >= t.leased_until
        RETURNING t.subject_id)
      UPDATE tasks t SET ${RELEASED_TASK(lease, 0, Prisma.sql`t.run_at`)}
      WHERE t.subject_id = ${lease.subjectId}::text AND NOT EXISTS (SELECT FROM ended)`);
  }

  /** Makes the task due now, or right after the run that holds it. */
  async wake(subjectId: string): Promise<void> {
    await this.database.execute(Prisma.sql`
      UPDATE tasks t SET run_at = LEAST(t.run_at, now()) WHERE t.subject_id = ${subjectId}::text AND ${IS_ORDER_TASK}`);
    this.notices.announce();
  }

  /** How long until the next task of these kinds is due, at most `limitMs`. */
  async msUntilNext(kinds: readonly string[], limitMs: number): Promise<number> {
    const [row] = await this.database.query<{ ms: number | null }>(Prisma.sql`
      SELECT (EXTRACT(EPOCH FROM min(next.run_at) - now()) * 1000)::float8 AS ms
      FROM unnest(${kinds}::text[]) AS k(kind) CROSS JOIN LATERAL (
        SELECT t.run_at FROM tasks t WHERE t.kind = k.kind ORDER BY t.run_at LIMIT 1) next`);
    return Math.min(Math.max(row?.ms ?? limitMs, 0), limitMs);
  }

  /** Makes sure that there is one task of each of these kinds, which are about no order. A new one is due at once. */
  async keepRecurring(kinds: readonly string[]): Promise<void> {
    await this.database.execute(Prisma.sql`
      INSERT INTO tasks (subject_id, kind) SELECT k.kind, k.kind FROM unnest(${kinds}::text[]) AS k(kind)
      ON CONFLICT DO NOTHING`);
  }

  /** Gives a task to open orders that have none, which would be a bug. @returns how many there were. */
  async repairLost(): Promise<number> {
    return this.database.execute(Prisma.sql`
      INSERT INTO tasks (subject_id, kind)
      SELECT o.id, CASE WHEN o.pool_role = 'member' THEN 'pooled'
                        WHEN o.status = ANY (${PENDING}::text[]) THEN 'purchase' ELSE 'follow' END
      FROM orders o LEFT JOIN tasks t ON t.subject_id = o.id AND ${IS_ORDER_TASK}
      WHERE ${IS_OPEN} AND t.subject_id IS NULL
      ORDER BY o.id
      ON CONFLICT DO NOTHING`);
  }
}

const PENDING = ORDER_STATUSES.filter(isOutcomePending);
