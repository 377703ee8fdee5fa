import { CAUSES_FIRST } from '../../domain/timeline/timeline-kinds.js';
import { Prisma } from '../generated/client.js';
import { IS_ORDER_TASK } from '../tasks/task-rows.js';

/**
 * What is on record of an order `s`, one branch for each thing that is recorded. Every branch finds its rows by the id of
 * the order, in an index, and has the columns at, place, number, key (the position), kind, id, source, operator, address
 * and facts (by the names of `EVIDENCE_FORMS`; null where there is nothing to say).
 */

const place = (of: (typeof CAUSES_FIRST)[number]): Prisma.Sql => Prisma.raw(`${CAUSES_FIRST.indexOf(of)} AS place`);

/** Names a row that has no name of its own which may be told. Not to be chosen by whoever brings the text. */
const nameOf = (text: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`left(encode(sha256(convert_to(${text}, 'UTF8')), 'hex'), 32)`;

/** `more`: further facts, and where they come from. */
const events = (more: Prisma.Sql, from: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT e.occurred_at AS at, ${place('order')}, e.sequence AS number, '' AS key, e.type AS kind, e.id, e.source,
         e.cause ->> 'operator' AS operator, NULL AS address,
         e.evidence || jsonb_strip_nulls(jsonb_build_object(
           'from_status', CASE WHEN e.from_status IS DISTINCT FROM e.to_status THEN e.from_status END,
           'to_status', CASE WHEN e.from_status IS DISTINCT FROM e.to_status THEN e.to_status END,
           'provider_status', e.provider_status, 'why', COALESCE(x.reason, e.evidence ->> 'why'),
           'erased_by', x.chosen_by${more})) AS facts
  FROM order_events e
  LEFT JOIN erasures x ON e.type = 'order.personal_data_erased' AND x.id = e.evidence ->> 'erasure'
  ${from}
  WHERE e.order_id = s.id`;

/** Of a process that has ended for long, its id is left. */
const WITH_PROCESS = [
  Prisma.sql`, 'process', COALESCE(q.name, e.cause ->> 'process')`,
  Prisma.sql`LEFT JOIN processes q ON q.id::text = e.cause ->> 'process'`,
] as const;

const SENDS = Prisma.sql`
  SELECT a.started_at, ${place('send.started')}, a.number, a.operation, 'send.started', a.operation || '_' || a.number,
         'gateway', NULL, f.address,
         jsonb_build_object('operation', a.operation, 'attempt', a.number, 'generation', a.generation)
  FROM attempts a LEFT JOIN far_sides f ON f.id = a.far_side
  WHERE a.order_id = s.id`;

const OUTCOMES = Prisma.sql`
  SELECT a.recorded_at, ${place('send.ended')}, a.number, a.operation, 'send.ended',
         a.operation || '_' || a.number || '_ended', 'gateway', NULL, NULL,
         jsonb_build_object(
           'operation', a.operation, 'attempt', a.number, 'outcome', a.outcome, 'reason', a.reason,
           'upstream_status', a.upstream_status, 'upstream_code', a.upstream_code,
           'duration_ms', (EXTRACT(EPOCH FROM a.recorded_at - a.started_at) * 1000)::bigint)
  FROM attempts a WHERE a.order_id = s.id AND a.recorded_at IS NOT NULL`;

const SESSION = nameOf(Prisma.sql`c.order_id || c.id`);

const CHECKOUTS = Prisma.sql`
  SELECT c.created_at, ${place('checkout.opened')}, 0, ${SESSION}, 'checkout.opened', 'checkout_' || ${SESSION},
         'response', NULL, NULL,
         jsonb_build_object(
           'checkout_session_id', c.session_id, 'checkout_status', c.status, 'expires_at', c.expires_at)
  FROM checkout_sessions c WHERE c.order_id = s.id`;

/** No row says when a page closed: the first event that shows it closed does. Only the page that payers are sent to shows. */
const CLOSED_CHECKOUTS = Prisma.sql`
  SELECT closed.occurred_at, ${place('checkout.closed')}, 0, ${SESSION}, 'checkout.closed',
         'checkout_' || ${SESSION} || '_closed', closed.source, closed.operator, NULL,
         jsonb_build_object('checkout_session_id', c.session_id, 'checkout_status', closed.status)
  FROM checkout_sessions c
  CROSS JOIN LATERAL (
    SELECT e.occurred_at, e.source, e.cause ->> 'operator' AS operator, e.state #>> '{checkout,status}' AS status
    FROM order_events e
    WHERE e.order_id = c.order_id AND e.state #>> '{checkout,url}' = c.url
      AND e.state #>> '{checkout,status}' <> 'open'
    ORDER BY e.sequence LIMIT 1) closed
  WHERE c.order_id = s.id`;

const CALLBACK = nameOf(Prisma.sql`k.order_id || k.id`);

const CALLBACKS = Prisma.sql`
  SELECT k.received_at, ${place('callback.received')}, 0, ${CALLBACK}, 'callback.received', 'callback_' || ${CALLBACK},
         'callback', NULL, NULL, jsonb_build_object('provider_order_id', k.provider_order_id, 'times', k.times)
  FROM callbacks k WHERE k.order_id = s.id`;

const CLAIM = nameOf(Prisma.sql`p.provider_order_id`);
const CLAIM_FACTS = Prisma.sql`jsonb_build_object(
  'provider_order_id', p.provider_order_id, 'named_by', p.source, 'verdict', p.verdict, 'looks', p.looks)`;

const CLAIMS = Prisma.sql`
  SELECT p.claimed_at, ${place('claim.made')}, 0, ${CLAIM}, 'claim.made', 'claim_' || ${CLAIM}, p.source, NULL, NULL,
         ${CLAIM_FACTS}
  FROM purchase_claims p WHERE p.order_id = s.id`;

/** Without a look where what was named was known to be the order's own. */
const VERDICTS = Prisma.sql`
  SELECT COALESCE(p.looked_at, p.claimed_at), ${place('claim.decided')}, 0, ${CLAIM}, 'claim.decided',
         'claim_' || ${CLAIM} || '_decided', 'gateway', NULL, NULL, ${CLAIM_FACTS}
  FROM purchase_claims p WHERE p.order_id = s.id AND p.verdict <> 'claimed'`;

/** The address that came with an order is gone with its personal data. */
const ENDPOINT = Prisma.sql`
  CASE WHEN w.origin = 'order' AND s.personal_data_erased_at IS NOT NULL THEN NULL ELSE w.url END`;
const DELIVERY = Prisma.sql`
  'delivery_id', d.id, 'endpoint_id', d.endpoint_id, 'event_id', d.event_id, 'event_type', v.type`;
const FROM_DELIVERIES = Prisma.sql`
  FROM webhook_deliveries d
  JOIN webhook_endpoints w ON w.id = d.endpoint_id
  LEFT JOIN order_events v ON v.id = d.event_id`;

const DELIVERIES = Prisma.sql`
  SELECT d.created_at, ${place('delivery.queued')}, 0, d.id, 'delivery.queued', d.id, 'gateway', NULL, ${ENDPOINT},
         jsonb_build_object(${DELIVERY}, 'delivery_state', d.state)
  ${FROM_DELIVERIES} WHERE d.order_id = s.id`;

/** Where a try ended: it is recorded then. */
const DELIVERY_TRIES = Prisma.sql`
  SELECT t.started_at + t.duration_ms * interval '1 millisecond', ${place('delivery.attempted')}, t.number, d.id,
         'delivery.attempted', d.id || '_' || t.number, 'gateway', NULL, ${ENDPOINT},
         jsonb_build_object(${DELIVERY}, 'attempt', t.number, 'upstream_status', t.status, 'error', t.error,
                            'duration_ms', t.duration_ms)
  ${FROM_DELIVERIES} JOIN webhook_attempts t ON t.delivery_id = d.id WHERE d.order_id = s.id`;

const DEAD_DELIVERIES = Prisma.sql`
  SELECT d.ended_at, ${place('delivery.dead')}, 0, d.id, 'delivery.dead', d.id || '_dead', 'gateway', NULL, ${ENDPOINT},
         jsonb_build_object(${DELIVERY}, 'attempt', d.attempts)
  ${FROM_DELIVERIES} WHERE d.order_id = s.id AND d.state = 'dead'`;

const NOTES = Prisma.sql`
  SELECT n.at, ${place('note.taken')}, 0, n.id, 'note.taken', n.id, 'operator', p.name, NULL,
         jsonb_build_object('note', n.text)
  FROM order_notes n LEFT JOIN operators p ON p.id = n.operator_id WHERE n.order_id = s.id`;

/** Of a machine the id of its key stands for it. */
const ACTS = Prisma.sql`
  SELECT a.at, ${place('act.recorded')}, 0, a.id, 'act.recorded', a.id, 'operator',
         COALESCE(p.name, a.operator, a.key_id), NULL,
         jsonb_build_object('act', a.act, 'act_outcome', a.outcome, 'problem_code', a.problem_code)
  FROM audit_log a LEFT JOIN operators p ON p.id = a.operator_id WHERE a.subject = s.id`;

const LEASE = nameOf(Prisma.sql`s.id || t.lease_token::text`);

/** Leases that have ended are not kept. */
const LEASES = Prisma.sql`
  SELECT t.leased_until, ${place('lease.held')}, 0, ${LEASE}, 'lease.held', 'lease_' || ${LEASE}, 'gateway', NULL, NULL,
         jsonb_build_object('process', COALESCE(q.name, t.leased_by::text), 'expires_at', t.leased_until)
  FROM tasks t LEFT JOIN processes q ON q.id = t.leased_by
  WHERE t.subject_id = s.id AND ${IS_ORDER_TASK} AND t.leased_until > now()`;

const FOR_ALL = [
  SENDS,
  OUTCOMES,
  CHECKOUTS,
  CLOSED_CHECKOUTS,
  CALLBACKS,
  CLAIMS,
  VERDICTS,
  DELIVERIES,
  DELIVERY_TRIES,
  DEAD_DELIVERIES,
];

/** What each reader is told of. */
export const TIMELINE_BRANCHES = {
  tenant: Prisma.join([events(Prisma.empty, Prisma.empty), ...FOR_ALL], ' UNION ALL '),
  operators: Prisma.join([events(...WITH_PROCESS), ...FOR_ALL, NOTES, ACTS, LEASES], ' UNION ALL '),
} as const;
