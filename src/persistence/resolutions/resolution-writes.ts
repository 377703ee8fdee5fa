import type { Approval, NewResolution, ResolutionWrite } from '../../domain/resolutions/resolution.js';
import { Prisma } from '../generated/client.js';

/** Inserts a decision for the rows of `source`, which have the id of the order. */
export const insertResolution = (
  resolution: NewResolution,
  outcome: { readonly state: 'proposed'; readonly expiresMs: number } | { readonly state: 'applied' },
  source: Prisma.Sql,
): Prisma.Sql => {
  const isApplied = outcome.state === 'applied';
  return Prisma.sql`
    INSERT INTO resolutions (
      id, order_id, decision, state, steps, order_version, evidence, reason, findings, accepted, proposed_by, proposed_key_id,
      idempotency_key, fingerprint, expires_at, decided_by, decided_at)
    SELECT ${resolution.id}::text, s.id, ${resolution.decision}::text, ${outcome.state}::text, ${resolution.steps}::int,
           ${resolution.orderVersion}::int, ${JSON.stringify(resolution.evidence)}::jsonb, ${resolution.reason}::text,
           ${JSON.stringify(resolution.findings)}::jsonb, ${resolution.accepted && JSON.stringify(resolution.accepted)}::jsonb, ${resolution.operatorId}::text, ${resolution.keyId}::text,
           ${resolution.idempotencyKey}::text, ${resolution.fingerprint}::bytea,
           now() + ${isApplied ? null : outcome.expiresMs}::float8 * interval '1 millisecond',
           ${isApplied ? resolution.operatorId : null}::text, CASE WHEN ${isApplied}::boolean THEN now() END
    FROM ${source} s
    RETURNING order_id AS id`;
};

/**
 * What stands between `held` and the writes of a commit: the decision itself, so that neither is there without the other.
 * A proposal that somebody else has decided on meanwhile leaves no row, and then nothing is written.
 */
export const resolutionPrecondition = (
  write: ResolutionWrite,
): { readonly ctes: Prisma.Sql; readonly columns: Prisma.Sql } => ({
  ctes: Prisma.sql`, go AS (${write.do === 'apply' ? insertResolution(write.resolution, { state: 'applied' }, Prisma.sql`held`) : approve(write.approval)})`,
  columns: Prisma.empty,
});

const approve = ({ id, operatorId, note, findings }: Approval): Prisma.Sql => Prisma.sql`
  UPDATE resolutions r SET
    state = 'applied', decided_by = ${operatorId}::text, decided_at = now(), decided_note = ${note}::text,
    decided_findings = ${JSON.stringify(findings)}::jsonb
  FROM held WHERE r.id = ${id}::text AND r.order_id = held.id AND r.state = 'proposed' AND r.expires_at > now()
    AND may_act(${operatorId}::text, 'ops:approve') AND (r.proposed_by IS NULL OR may_act(r.proposed_by, 'ops:act'))
  RETURNING held.id`;
