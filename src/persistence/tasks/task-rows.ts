import { isOutcomePending } from '../../domain/orders/lifecycle.js';
import type { Order } from '../../domain/orders/order.js';
import { FREE_WAKES, WAKE_SPACING_MS } from '../../domain/purchases/timing.js';
import { Prisma } from '../generated/client.js';
import type { Lease } from './lease.js';

/**
 * An order that has not ended has one task. `purchase`: the outcome of its purchase is pending. `follow`: the provider
 * has it. `pooled`: its pool brings it on, and it is never sent.
 */
type OrderTaskKind = 'purchase' | 'follow' | 'pooled';

export const taskKindOf = ({ status, poolRole }: Pick<Order, 'status' | 'poolRole'>): OrderTaskKind => {
  if (poolRole === 'member') return 'pooled';
  return isOutcomePending(status) ? 'purchase' : 'follow';
};

/** Whether a task `t` is the one of its order: other kinds of task may have an order for their subject, too. */
export const IS_ORDER_TASK = Prisma.sql`t.kind IN ('purchase', 'follow', 'pooled')`;

/**
 * Assignments that release a task `t` from `lease`: due after `delayMs`, or at once if it was woken in the meantime. If
 * another run holds the task, its lease stays and the task is due as `otherwise` says.
 */
export const RELEASED_TASK = (lease: Lease, delayMs: number, otherwise: Prisma.Sql): Prisma.Sql => {
  const isOurs = Prisma.sql`t.lease_token = ${lease.token}::uuid`;
  return Prisma.sql`
    run_at = CASE WHEN ${isOurs}
      THEN LEAST(now() + ${delayMs}::float8 * interval '1 millisecond', CASE WHEN t.run_at < t.leased_until THEN t.run_at END)
      ELSE ${otherwise} END,
    leased_by = CASE WHEN ${isOurs} THEN NULL ELSE t.leased_by END,
    leased_until = CASE WHEN ${isOurs} THEN NULL ELSE t.leased_until END,
    lease_token = CASE WHEN ${isOurs} THEN NULL ELSE t.lease_token END`;
};

/** When a look is due that a stranger asks for now. */
const ASKED_FOR = Prisma.sql`
  CASE WHEN t.wakes < ${Prisma.raw(String(FREE_WAKES))} THEN now()
       ELSE GREATEST(now(), t.woken_for + ${Prisma.raw(String(WAKE_SPACING_MS))} * interval '1 millisecond') END`;

/**
 * CTEs that make the task of each order in the CTE `subject` due, at once or right after the run that holds it, because a
 * stranger says that there is news. Such looks are spaced, and do not count as runs: otherwise strangers could spend the
 * provider's quota, or make the scheduled looks rare. An order that has ended has no task: it gets one if the CTE `news`
 * has a row for it, because that claim must be looked at.
 */
export const WOKEN_TASKS = Prisma.sql`
  woken AS (
    UPDATE tasks t SET
      run_at = LEAST(t.run_at, ${ASKED_FOR}),
      woken_for = CASE WHEN t.run_at > ${ASKED_FOR} THEN ${ASKED_FOR} ELSE t.woken_for END,
      wakes = CASE WHEN t.run_at > ${ASKED_FOR} THEN t.wakes + 1 ELSE t.wakes END,
      runs = CASE WHEN t.run_at > ${ASKED_FOR} THEN GREATEST(t.runs - 1, 0) ELSE t.runs END
    FROM subject WHERE t.subject_id = subject.id AND ${IS_ORDER_TASK}
    RETURNING t.subject_id),
  followed AS (
    INSERT INTO tasks (subject_id, kind)
    SELECT news.order_id, 'follow' FROM news WHERE NOT EXISTS (SELECT FROM woken)
    ON CONFLICT (subject_id, kind) DO UPDATE SET run_at = LEAST(tasks.run_at, now()))`;
