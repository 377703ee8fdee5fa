import type { ActRecord } from '../../domain/audit/act.js';
import { AT_COMMIT } from '../../domain/orders/commit-time.js';
import type { Cause } from '../../domain/orders/cause.js';
import { isTerminal } from '../../domain/orders/lifecycle.js';
import type { Order, OrderCheckout } from '../../domain/orders/order.js';
import type { OrderChange } from '../../domain/orders/order-change.js';
import { SWITCHED_AS } from '../../domain/switches/switch.js';
import type { ResolutionWrite } from '../../domain/resolutions/resolution.js';
import { recordAct } from '../audit/record-act.js';
import { Prisma } from '../generated/client.js';
import { poolJson } from '../pools/order-pool-json.js';
import type { KeyLock, StoredResponse } from '../idempotency/idempotency.repository.js';
import { newId } from '../database/new-id.js';
import { attemptOf, checkoutsOf, claimsOf, COMMITTED_AT } from '../purchases/purchase-writes.js';
import { STANDING_SWITCH } from '../switches/switch-rows.js';
import { resolutionPrecondition } from '../resolutions/resolution-writes.js';
import type { Lease } from '../tasks/lease.js';
import { IS_ORDER_TASK, RELEASED_TASK, taskKindOf } from '../tasks/task-rows.js';

export interface CommitOptions {
  readonly cause: Cause;
  /** Id of this process, for the events' cause. */
  readonly process: string;
  readonly guard: CommitGuard;
  readonly task: TaskOutcome;
  /** Stored for the request that waits, unless it has a response already. */
  readonly response?: { readonly lock: KeyLock; readonly response: StoredResponse };
  /** Recorded with the change, where a key or a person has decided it. */
  readonly record?: ActRecord | null | undefined;
  /** The decision of people that makes the change, written with it. */
  readonly resolution?: ResolutionWrite | undefined;
}

export type CommitGuard =
  /** For facts: only the order must be unchanged, whichever run holds it. */
  | { readonly by: 'version' }
  /** Only the run that holds the task's lease. */
  | { readonly by: 'lease'; readonly lease: Lease }
  /** Only under a lease that has not run out: for a send, which must not start on an old decision. */
  | { readonly by: 'running_lease'; readonly lease: Lease }
  /** Only while no run holds the order. */
  | { readonly by: 'no_run' };

export type TaskOutcome =
  | { readonly do: 'keep' }
  /** The run ends; the task is due again after `delayMs`, or at once if it was woken in the meantime. */
  | { readonly do: 'release'; readonly lease: Lease; readonly delayMs: number }
  /** The run goes on with a lease of full length. */
  | { readonly do: 'renew'; readonly lease: Lease; readonly leaseMs: number }
  /** Due now, or right after the run that holds it. */
  | { readonly do: 'wake' };

export interface CommitRow {
  readonly committed_at: Date | null;
  readonly response_status: number | null;
  readonly response_body: string | null;
  readonly attempt_body: string | null;
  readonly attempt_key: string | null;
  readonly switched_off: unknown;
}

/** AT_COMMIT as stored bodies contain it: what `Date.toJSON` returns. */
export const COMMIT_TIME_TEXT = AT_COMMIT.toISOString();

/**
 * The one statement that changes an order: the row, the events that say why, its attempts, checkouts and claims, its
 * task and, where it is known, the response to its caller. Every write depends on `held`, which is empty if the order
 * has changed since it was read or the guard does not hold: then nothing is written.
 *
 * What opens an attempt, and so every send to a provider, stands behind the switches: while one is on, `held` is empty,
 * and `switched_off` says which.
 *
 * Locks are taken in one order everywhere: order, task, attempts, switches, quota, the chain of the audit, spending (by a
 * trigger, where what the order counts has changed).
 *
 * `precondition`: further CTEs between `held` and the writes. The last of them is called `go` and has the order's id,
 * or no row where nothing may be written.
 */
export const commitStatement = (
  change: OrderChange,
  options: CommitOptions,
  precondition: { readonly ctes: Prisma.Sql; readonly columns: Prisma.Sql } = options.resolution
    ? resolutionPrecondition(options.resolution)
    : NO_PRECONDITION,
): Prisma.Sql => Prisma.sql`
  WITH ${heldOf(change, options.guard)}
  ${precondition.ctes}
  ${attemptOf(change)}
  ${checkoutsOf(change)}
  ${claimsOf(change)}
  ${orderOf(change)}
  ${eventsOf(change, options)}
  ${taskOf(change, options.task)}
  ${responseOf(options)}
  SELECT (SELECT ${COMMITTED_AT} FROM go) AS committed_at,
         ${options.response ? Prisma.sql`(SELECT response_status FROM responded)` : NULL_INT} AS response_status,
         ${options.response ? Prisma.sql`(SELECT response_body FROM responded)` : NULL_TEXT} AS response_body,
         ${opens(change) ? Prisma.sql`(SELECT body FROM attempt)` : NULL_TEXT} AS attempt_body,
         ${opens(change) ? Prisma.sql`(SELECT idempotency_key FROM attempt)` : NULL_TEXT} AS attempt_key,
         ${opens(change) ? Prisma.sql`(SELECT ${STANDING_SWITCH} FROM stop s)` : Prisma.sql`NULL::jsonb`} AS switched_off
         ${options.record ? Prisma.sql`, (SELECT ${recordAct(options.record)} FROM changed) AS recorded` : Prisma.empty}
         ${precondition.columns}`;

const NO_PRECONDITION = { ctes: Prisma.sql`, go AS (SELECT id FROM held)`, columns: Prisma.empty };
const NULL_TEXT = Prisma.sql`NULL::text`;
const NULL_INT = Prisma.sql`NULL::int`;

const opens = ({ attempt }: OrderChange): boolean => attempt?.do === 'open';

const heldOf = (change: OrderChange, guard: CommitGuard): Prisma.Sql => {
  const { attempt, base } = change;
  if (attempt?.do !== 'open') return Prisma.sql`held AS MATERIALIZED (${lockedBy(change, guard)})`;
  const { provider, tenantId } = base.order;
  return Prisma.sql`
    locked AS MATERIALIZED (${lockedBy(change, guard)}),
    stop AS MATERIALIZED (
      SELECT s.* FROM locked CROSS JOIN LATERAL switch_before_send(
        ${provider}::text, ${tenantId}::text, ${SWITCHED_AS[attempt.operation]}::text) s),
    held AS MATERIALIZED (SELECT id FROM locked WHERE NOT EXISTS (SELECT FROM stop))`;
};

const lockedBy = ({ base, claims }: OrderChange, guard: CommitGuard): Prisma.Sql => {
  const { id, version } = base.order;
  const order = Prisma.sql`o.id = ${id}::text AND o.version = ${version}::int ${notTaken(claims)}`;
  switch (guard.by) {
    case 'version':
      return Prisma.sql`SELECT o.id FROM orders o WHERE ${order} FOR NO KEY UPDATE OF o`;
    case 'lease':
      return Prisma.sql`
        SELECT o.id FROM orders o JOIN tasks t ON t.subject_id = o.id AND ${IS_ORDER_TASK}
        WHERE ${order} AND t.lease_token = ${guard.lease.token}::uuid FOR NO KEY UPDATE OF o, t`;
    case 'running_lease':
      return Prisma.sql`
        SELECT o.id FROM orders o JOIN tasks t ON t.subject_id = o.id AND ${IS_ORDER_TASK}
        WHERE ${order} AND t.lease_token = ${guard.lease.token}::uuid AND t.leased_until > now()
        FOR NO KEY UPDATE OF o, t`;
    case 'no_run':
      return Prisma.sql`
        SELECT o.id FROM orders o JOIN tasks t ON t.subject_id = o.id AND ${IS_ORDER_TASK}
        WHERE ${order} AND (t.leased_until IS NULL OR t.leased_until <= now()) FOR NO KEY UPDATE OF o, t`;
  }
};

/** A purchase belongs to one order. It must not be confirmed for this one if another has adopted it in the meantime. */
const notTaken = (claims: OrderChange['claims']): Prisma.Sql => {
  const confirmed = claims.flatMap(({ providerOrderId, verdict }) => (verdict === 'confirmed' ? providerOrderId : []));
  if (confirmed.length === 0) return Prisma.empty;
  return Prisma.sql`AND NOT EXISTS (
    SELECT FROM orders x WHERE x.provider = o.provider AND x.provider_order_id = ANY (${confirmed}::text[]) AND x.id <> o.id)`;
};

/**
 * The whole row as the decision leaves it. Written after the attempt, because the triggers on a move read the attempts.
 */
const orderOf = (change: OrderChange): Prisma.Sql => {
  const { order, attempt, events } = change;
  if (events.length === 0) return Prisma.sql`, changed AS (SELECT id FROM go)`;
  const after = attempt === null ? Prisma.empty : Prisma.sql`CROSS JOIN (SELECT count(*) FROM attempt) AS recorded`;
  const tokens = attempt?.do === 'open' ? attempt.prepared : null;
  return Prisma.sql`, changed AS (
    UPDATE orders o SET
      status = ${order.status}::text, status_reason = ${order.statusReason}::text,
      status_detail = ${order.statusDetail}::text,
      provider_order_id = ${order.providerOrderId}::text, provider_status = ${order.providerStatus}::text,
      offering_name = ${order.offeringName}::text,
      price_amount = ${amount(order.price?.total)}::numeric, price_currency = ${order.price?.total.currency ?? null}::text,
      price_source = ${order.price?.source ?? null}::text, price_tax_amount = ${amount(order.priceTax)}::numeric,
      later_price_amount = ${amount(order.laterPrice)}::numeric,
      quoted_amount = ${amount(order.quoted)}::numeric, quoted_currency = ${order.quoted?.currency ?? null}::text,
      spending_usd = ${order.spending?.usd.toFixed() ?? null}::numeric,
      retirements = ${JSON.stringify(order.retirements)}::jsonb,
      certificate = ${order.certificate && JSON.stringify(order.certificate)}::jsonb,
      review_reason = ${order.review?.reason ?? null}::text, review_since = ${time(order.review?.since)},
      lookup_count = ${order.lookups.count}::int, last_lookup_at = ${time(order.lookups.lastAt)},
      placed_at = ${time(order.placedAt)}, retired_at = ${time(order.retiredAt)}, completed_at = ${time(order.completedAt)},
      provider_retired_at = ${time(order.providerRetiredAt)},
      callback_token_hash = COALESCE(${tokens?.callbackTokenHash ?? null}::bytea, o.callback_token_hash),
      return_token_hash = COALESCE(${tokens?.returnTokenHash ?? null}::bytea, o.return_token_hash),
      version = ${order.version}::int, updated_at = ${COMMITTED_AT}
    FROM go ${after} WHERE o.id = go.id
    RETURNING o.id, o.tenant_id, order_state(o) AS state)`;
};

const amount = (money: { readonly amount: { toFixed(): string } } | null | undefined): string | null =>
  money?.amount.toFixed() ?? null;

/** The time of this commit, or a known one. */
const time = (at: Date | null | undefined): Prisma.Sql =>
  Prisma.sql`CASE WHEN ${at === AT_COMMIT}::boolean THEN ${COMMITTED_AT}
             ELSE ${at === AT_COMMIT ? null : (at ?? null)}::timestamptz END`;

/** Events of one commit keep the order as the commit left it. */
const eventsOf = ({ base, events, order }: OrderChange, { cause, process }: CommitOptions): Prisma.Sql => {
  if (events.length === 0) return Prisma.empty;
  const rows = events.map((event, index) => ({
    id: newId('evt'),
    sequence: base.order.version + index + 1,
    type: `order.${event.type}`,
    from_status: event.from,
    to_status: event.to,
    source: event.source,
    provider_status: event.providerStatus,
    evidence: event.evidence,
  }));
  return Prisma.sql`, event AS (
    INSERT INTO order_events (
      id, order_id, tenant_id, sequence, type, from_status, to_status, source, provider_status, evidence, cause,
      occurred_at, state)
    SELECT e.id, changed.id, changed.tenant_id, e.sequence, e.type, e.from_status, e.to_status, e.source,
           e.provider_status, e.evidence, ${causeJson(cause, process)}::jsonb, ${COMMITTED_AT},
           changed.state || ${JSON.stringify(toldBeside(order))}::jsonb
    FROM changed, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e(
      id text, sequence int, type text, from_status text, to_status text, source text, provider_status text, evidence jsonb))`;
};

/** What an event keeps of an order beside its row. */
const toldBeside = ({ checkout, pool }: Order): object => ({
  ...(checkout && { checkout: checkoutJson(checkout) }),
  ...(pool && { pool: poolJson(pool) }),
});

const checkoutJson = ({ sessionId, url, status, expiresAt }: OrderCheckout): object => ({
  session_id: sessionId,
  url,
  status,
  expires_at: expiresAt,
});

export const causeJson = (cause: Cause, process: string): string => {
  switch (cause.by) {
    case 'request':
      return JSON.stringify({
        request_id: cause.requestId,
        key_id: cause.keyId,
        ...(cause.operator && { operator: cause.operator.name, operator_id: cause.operator.id }),
        process,
      });
    case 'task':
      return JSON.stringify({ process });
    case 'operator':
      return JSON.stringify({ operator: cause.name, process });
  }
};

/**
 * An order that has ended needs no task, once nothing that was claimed of it is left to be read. One that was woken since
 * the order was read stays: it is due before its lease ends, or now.
 */
const taskOf = (change: OrderChange, outcome: TaskOutcome): Prisma.Sql => {
  const assignments = taskAssignments(change, outcome);
  if (assignments === null) return Prisma.empty;
  const isItsTask = Prisma.sql`t.subject_id = changed.id AND ${IS_ORDER_TASK}`;
  const update = Prisma.sql`UPDATE tasks t SET ${assignments} FROM changed WHERE ${isItsTask}`;
  if (!change.hasMoved || !isTerminal(change.order.status) || change.hasUndecidedClaims)
    return Prisma.sql`, task AS (${update})`;
  return Prisma.sql`, ended AS (
    DELETE FROM tasks t USING changed WHERE ${isItsTask} AND t.run_at >= COALESCE(t.leased_until, now())
    RETURNING t.subject_id),
  task AS (${update} AND NOT EXISTS (SELECT FROM ended))`;
};

/** A move starts the delays of the new status from the beginning. @returns null if the task stays as it is. */
const taskAssignments = ({ order, hasMoved }: OrderChange, outcome: TaskOutcome): Prisma.Sql | null => {
  const moved = hasMoved ? Prisma.sql`kind = ${taskKindOf(order)}::text, runs = 0,` : Prisma.empty;
  const due = hasMoved
    ? Prisma.sql`CASE WHEN t.lease_token IS NULL THEN now() ELSE t.run_at END`
    : Prisma.sql`t.run_at`;
  switch (outcome.do) {
    case 'keep':
      return hasMoved ? Prisma.sql`${moved} run_at = ${due}` : null;
    case 'wake':
      return Prisma.sql`${moved} run_at = LEAST(t.run_at, now())`;
    case 'release':
      return Prisma.sql`${moved} ${RELEASED_TASK(outcome.lease, outcome.delayMs, due)}`;
    case 'renew':
      return Prisma.sql`${moved}
        leased_until = now() + ${outcome.leaseMs}::float8 * interval '1 millisecond',
        run_at = CASE WHEN t.run_at < t.leased_until THEN t.run_at
                      ELSE now() + ${outcome.leaseMs}::float8 * interval '1 millisecond' END`;
  }
};

const responseOf = ({ response: stored }: CommitOptions): Prisma.Sql => {
  if (!stored) return Prisma.empty;
  const { lock, response } = stored;
  return Prisma.sql`, responded AS (
    UPDATE idempotency_records r SET
      response_status = ${response.status}::int,
      response_body = replace(${response.body}::text, ${COMMIT_TIME_TEXT}::text,
        to_char(${COMMITTED_AT} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    FROM changed
    WHERE r.tenant_id = ${lock.tenantId}::text AND r.operation = ${lock.operation}::text AND r.key = ${lock.key}::text
      AND r.lock_owner = ${lock.owner}::uuid AND r.response_status IS NULL
    RETURNING r.response_status, r.response_body)`;
};
