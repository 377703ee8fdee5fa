import type { CheckoutChange, OrderChange } from '../../domain/orders/order-change.js';
import { purchaseOperation } from '../../domain/purchases/attempt.js';
import { SEND_DEADLINE_MS } from '../../domain/purchases/timing.js';
import { Prisma } from '../generated/client.js';

/**
 * The time of this commit as all of its rows have it. Cut off here, because a column would round it: then what an event
 * came from could be later than the event.
 */
export const COMMITTED_AT = Prisma.sql`date_trunc('milliseconds', now())`;

/**
 * What a change writes of the attempts, hosted checkouts and claims of its order: CTEs that hang on `go`, which has the
 * order's id, or no row where nothing may be written.
 */

export const attemptOf = ({ base, attempt }: OrderChange): Prisma.Sql => {
  if (attempt === null) return Prisma.empty;
  const { id, paymentMethod } = base.order;
  switch (attempt.do) {
    case 'open': {
      const { operation, number, generation, farSide, prepared } = attempt;
      // One key per generation, never per attempt, and never the caller's own. A repeat uses the stored key and bytes.
      const isCancel = operation === 'cancel';
      const key = isCancel ? `${id}-cancel` : `${id}-${generation}`;
      const body = isCancel ? '' : (prepared?.body ?? null);
      return Prisma.sql`, attempt AS (
        INSERT INTO attempts (order_id, operation, number, generation, idempotency_key, body, far_side, started_at, send_deadline_at)
        SELECT go.id, ${operation}::text, ${number}::int, ${generation}::int,
               COALESCE(stored.idempotency_key, ${key}::text), COALESCE(stored.body, ${body}::text),
               ${farSide}::text, ${COMMITTED_AT}, now() + ${SEND_DEADLINE_MS}::float8 * interval '1 millisecond'
        FROM go LEFT JOIN LATERAL (
          SELECT a.idempotency_key, a.body FROM attempts a
          WHERE a.order_id = go.id AND a.operation = ${operation}::text AND a.generation = ${generation}::int
          ORDER BY a.number LIMIT 1) stored ON true
        RETURNING body, idempotency_key)`;
    }
    case 'record': {
      const { operation, number, outcome, error } = attempt;
      return Prisma.sql`, attempt AS (
        UPDATE attempts a SET
          outcome = ${outcome}::text, reason = ${error?.reason ?? null}::text, recorded_at = ${COMMITTED_AT},
          upstream_status = ${error?.at.upstreamStatus ?? null}::int, upstream_code = ${error?.at.upstreamCode ?? null}::text
        FROM go WHERE a.order_id = go.id AND a.operation = ${operation}::text AND a.number = ${number}::int
          AND a.outcome IS NULL
        RETURNING a.id)`;
    }
    case 'resolve':
      return Prisma.sql`, attempt AS (
        UPDATE attempts a SET outcome = ${attempt.outcome}::text, recorded_at = ${COMMITTED_AT}
        FROM go WHERE a.order_id = go.id AND a.operation = ${purchaseOperation(paymentMethod)}::text
          AND (a.outcome IS NULL OR a.outcome = 'ambiguous')
        RETURNING a.id)`;
  }
};

export const checkoutsOf = ({ checkouts }: OrderChange): Prisma.Sql =>
  Prisma.join([Prisma.empty, ...checkouts.map(checkoutOf)], '');

const checkoutOf = (checkout: CheckoutChange, index: number): Prisma.Sql => {
  const name = Prisma.raw(`checkout_${index}`);
  if (checkout.do === 'open') {
    const { sessionId, url, status, expiresAt } = checkout;
    return Prisma.sql`, ${name} AS (
      INSERT INTO checkout_sessions (order_id, provider, session_id, url, status, expires_at, created_at)
      SELECT o.id, o.provider, ${sessionId}::text, ${url}::text, ${status}::text, ${expiresAt}::timestamptz, ${COMMITTED_AT}
      FROM go JOIN orders o ON o.id = go.id)`;
  }
  const which =
    checkout.sessionId === null
      ? Prisma.sql`s.status = 'open'`
      : Prisma.sql`s.session_id = ${checkout.sessionId}::text`;
  return Prisma.sql`, ${name} AS (
    UPDATE checkout_sessions s SET status = ${checkout.status}::text FROM go WHERE s.order_id = go.id AND ${which})`;
};

export const claimsOf = ({ claims }: OrderChange): Prisma.Sql => {
  if (claims.length === 0) return Prisma.empty;
  const ids = claims.map(({ providerOrderId }) => providerOrderId);
  const verdicts = claims.map(({ verdict }) => verdict);
  const delaysMs = claims.map(({ lookAgainMs }) => lookAgainMs ?? 0);
  return Prisma.sql`, claimed AS (
    UPDATE purchase_claims c SET
      verdict = u.verdict, looked_at = ${COMMITTED_AT}, due_at = now() + u.delay_ms * interval '1 millisecond',
      looks = c.looks + CASE WHEN u.verdict IN ('claimed', 'unknown') THEN 1 ELSE 0 END
    FROM go, unnest(${ids}::text[], ${verdicts}::text[], ${delaysMs}::float8[]) AS u(provider_order_id, verdict, delay_ms)
    WHERE c.order_id = go.id AND c.provider_order_id = u.provider_order_id)`;
};
