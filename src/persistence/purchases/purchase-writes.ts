import type { CheckoutChange, OrderChange } from '../../domain/orders/order-change.js';
import { purchaseOperation } from '../../domain/purchases/attempt.js';
import { SEND_DEADLINE_MS } from '../../domain/purchases/timing.js';
import { Prisma } from '../generated/client.js';

/**
 * What a change writes of the attempts, hosted checkouts and payments of its order: CTEs that hang on `go`, which has the
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
               ${farSide}::text, now(), now() + ${SEND_DEADLINE_MS}::float8 * interval '1 millisecond'
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
          outcome = ${outcome}::text, reason = ${error?.reason ?? null}::text, recorded_at = now(),
          upstream_status = ${error?.at.upstreamStatus ?? null}::int, upstream_code = ${error?.at.upstreamCode ?? null}::text
        FROM go WHERE a.order_id = go.id AND a.operation = ${operation}::text AND a.number = ${number}::int
          AND a.outcome IS NULL
        RETURNING a.id)`;
    }
    case 'resolve':
      return Prisma.sql`, attempt AS (
        UPDATE attempts a SET outcome = ${attempt.outcome}::text, recorded_at = now()
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
      INSERT INTO checkout_sessions (order_id, provider, session_id, url, status, expires_at)
      SELECT o.id, o.provider, ${sessionId}::text, ${url}::text, ${status}::text, ${expiresAt}::timestamptz
      FROM go JOIN orders o ON o.id = go.id)`;
  }
  const which =
    checkout.sessionId === null
      ? Prisma.sql`s.status = 'open'`
      : Prisma.sql`s.session_id = ${checkout.sessionId}::text`;
  return Prisma.sql`, ${name} AS (
    UPDATE checkout_sessions s SET status = ${checkout.status}::text FROM go WHERE s.order_id = go.id AND ${which})`;
};

export const paymentsOf = ({ payments }: OrderChange): Prisma.Sql => {
  if (payments.length === 0) return Prisma.empty;
  const ids = payments.map(({ paymentId }) => paymentId);
  const confirmations = payments.map(({ confirmation }) => confirmation);
  return Prisma.sql`, payment AS (
    UPDATE checkout_returns r SET confirmation = u.confirmation
    FROM go, unnest(${ids}::text[], ${confirmations}::text[]) AS u(payment_id, confirmation)
    WHERE r.order_id = go.id AND r.payment_id = u.payment_id)`;
};
