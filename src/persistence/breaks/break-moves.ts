import type { Entered } from '../../domain/ledger/rules.js';
import type { Actor } from '../../domain/orders/cause.js';
import type { BreakResolution } from '../../domain/reconciliation/break-types.js';
import type { BREAK_ACTS } from '../../domain/reconciliation/break.js';
import { Prisma } from '../generated/client.js';

/** An act on a break, as its event keeps it. */
export interface BreakEventToKeep {
  readonly act: (typeof BREAK_ACTS)[number];
  readonly note: string | null;
  readonly resolution: BreakResolution | null;
  readonly detail: object;
}

/** What a person does to a break beside deciding on it. */
export interface BreakMove extends BreakEventToKeep {
  readonly set: Prisma.Sql;
}

export interface ProposedResolution {
  readonly resolution: BreakResolution;
  readonly note: string;
  readonly orderId: string | null;
  /** Whose proposal it is. */
  readonly operatorId: string;
}

export const assignedTo = (operatorId: string | null): BreakMove => ({
  act: 'assigned',
  set: Prisma.sql`assignee = ${operatorId}::text`,
  note: null,
  resolution: null,
  detail: { assignee: operatorId },
});

export const waitingUntil = (day: string, note: string): BreakMove => ({
  act: 'waited',
  set: Prisma.sql`status = 'waiting', waiting_until = ${day}::date`,
  note,
  resolution: null,
  detail: { until: day },
});

export const proposed = (
  { resolution, note, orderId, operatorId }: ProposedResolution,
  posts: readonly Entered[],
): BreakMove => ({
  act: 'proposed',
  set: Prisma.sql`proposal = jsonb_build_object(
    'resolution', ${resolution}::text, 'note', ${note}::text, 'order_id', ${orderId}::text, 'by', ${operatorId}::text, 'at', now())`,
  note,
  resolution,
  detail: { ...(orderId !== null && { order_id: orderId }), posts: posts.map(keptEntry) },
});

export const keptEntry = ({ rule, debit, credit, asset, units }: Entered): object => ({
  rule,
  debit,
  credit,
  asset,
  units: String(units),
});

/** For the columns key_id, operator_id and operator of an event. */
export const whoDid = (by: Actor): Prisma.Sql => Prisma.sql`
  ${by.by === 'request' ? by.keyId : null}::text, ${by.by === 'request' ? (by.operator?.id ?? null) : null}::text,
  ${by.by === 'operator' ? by.name : null}::text`;

/** The event of an act on the break in the CTE `moved`. */
export const insertEvent = ({ act, note, resolution, detail }: BreakEventToKeep, by: Actor): Prisma.Sql => Prisma.sql`
  INSERT INTO break_events (break_id, sequence, act, key_id, operator_id, operator, note, resolution, detail)
  SELECT m.id, 1 + COALESCE((SELECT max(e.sequence) FROM break_events e WHERE e.break_id = m.id), 0), ${act}::text,
         ${whoDid(by)}, ${note}::text, ${resolution}::text, ${JSON.stringify(detail)}::jsonb
  FROM moved m RETURNING sequence`;
