import { Lease } from './lease.js';
import type { Transaction } from '../prisma/prisma.service.js';

/** `purchase`: nobody knows yet what the provider made of the order. `follow`: the provider has it. */
export const TASK_KINDS = ['purchase', 'follow'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** The channel on which a task that is due at once is announced. Losing a notice costs one poll interval. */
export const TASKS_CHANNEL = 'offset_gateway_tasks';

/** Whether the run still holds its task; locks the task until the transaction ends. Call after locking the order. */
export const holdsLease = async (tx: Transaction, lease: Lease): Promise<boolean> => {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT FROM tasks WHERE subject_id = ${lease.subjectId} AND lease_token = ${lease.token}::uuid FOR UPDATE`;
  return rows.length === 1;
};

/** The same, and the lease has not run out: for what must not be begun on a decision that may have grown old. */
export const holdsRunningLease = async (tx: Transaction, lease: Lease): Promise<boolean> => {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT FROM tasks WHERE subject_id = ${lease.subjectId} AND lease_token = ${lease.token}::uuid AND leased_until > now()
    FOR UPDATE`;
  return rows.length === 1;
};

/**
 * Makes a lease that still runs `leaseMs` long again, as of when the database was asked. A look that somebody asked for
 * meanwhile stays asked for.
 */
export const renewLease = async (
  tx: Transaction,
  { subjectId, token }: Lease,
  askedAtMs: number,
  leaseMs: number,
): Promise<Lease> => {
  await tx.$executeRaw`
    UPDATE tasks SET leased_until = now() + ${leaseMs} * interval '1 millisecond',
      run_at = CASE WHEN run_at < leased_until THEN run_at ELSE now() + ${leaseMs} * interval '1 millisecond' END
    WHERE subject_id = ${subjectId}`;
  return Lease.granted(subjectId, token, askedAtMs, leaseMs);
};

/** Ends the run: the task is free again, due after `delayMs`, or at once where somebody asked for it meanwhile. */
export const releaseTask = async (tx: Transaction, lease: Lease, delayMs: number): Promise<void> => {
  await tx.$executeRaw`
    UPDATE tasks SET
      run_at = LEAST(now() + ${delayMs} * interval '1 millisecond', CASE WHEN run_at < leased_until THEN run_at END),
      lease_token = NULL, leased_by = NULL, leased_until = NULL
    WHERE subject_id = ${lease.subjectId} AND lease_token = ${lease.token}::uuid`;
};

/** Makes the task due now, or right after the run that holds it. */
export const wakeTask = async (tx: Transaction, subjectId: string): Promise<void> => {
  await tx.$executeRaw`UPDATE tasks SET run_at = LEAST(run_at, now()) WHERE subject_id = ${subjectId}`;
  await tx.$executeRaw`SELECT pg_notify(${TASKS_CHANNEL}, '')`;
};

/** The same for an order that may have ended, and has no task then: something was said that has to be looked at. */
export const wakeOrFollow = async (tx: Transaction, subjectId: string): Promise<void> => {
  await tx.$executeRaw`INSERT INTO tasks (subject_id, kind) VALUES (${subjectId}, 'follow') ON CONFLICT DO NOTHING`;
  await wakeTask(tx, subjectId);
};

/** Turns the task to its subject's new stage, at the start of that stage's delays. A run that holds it keeps it. */
export const moveTask = async (tx: Transaction, subjectId: string, kind: TaskKind): Promise<void> => {
  await tx.$executeRaw`
    UPDATE tasks SET kind = ${kind}, runs = 0, run_at = CASE WHEN lease_token IS NULL THEN now() ELSE run_at END
    WHERE subject_id = ${subjectId}`;
};

export const endTask = async (tx: Transaction, subjectId: string): Promise<void> => {
  await tx.$executeRaw`DELETE FROM tasks WHERE subject_id = ${subjectId}`;
};
