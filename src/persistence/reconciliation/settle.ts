import { BY_RULE } from '../../domain/reconciliation/break-types.js';
import { Prisma } from '../generated/client.js';

/** Types `b.type` of breaks that a rule settles. */
export const IS_BY_RULE = Prisma.sql`b.type = ANY (${[...BY_RULE]}::text[])`;

/**
 * CTEs that make of the findings of a run what they are of breaks, behind the CTE `done`, which has a row if the run may
 * write. A dry run changes nothing. A run up to an earlier time than the latest one that saw a break says nothing new
 * about it. What has new facts is open again, whatever was decided on the old ones; what is not found any more is cleared,
 * unless a person has decided on it: then that stands. What a rule has decided of a line does not; of a difference,
 * `settleTolerated` says whether it does.
 */
export const settle = (runId: string, mayClear: boolean): Prisma.Sql => Prisma.sql`
  settling AS MATERIALIZED (
    SELECT c.* FROM reconciliations c, done WHERE c.id = ${runId}::text AND NOT c.dry_run),
  found AS MATERIALIZED (
    SELECT f.*, s.provider, s.account, s.period_id, s.cut_off_at, o.tenant_id
    FROM settling s JOIN findings f ON f.run_id = s.id AND f.try = s.tries LEFT JOIN orders o ON o.id = f.order_id),
  opened AS (
    INSERT INTO breaks (id, break_key, type, severity, provider, account, subject, tenant_id, order_id, statement_id, line_no,
                        period_id, facts, facts_hash, first_run, last_run, cut_off_at)
    SELECT f.new_id, f.break_key, f.type, f.severity, f.provider, f.account, f.subject,
           f.tenant_id, f.order_id, f.statement_id, f.line_no, f.period_id, f.facts, f.facts_hash, f.run_id, f.run_id, f.cut_off_at
    FROM found f WHERE NOT EXISTS (SELECT FROM breaks b WHERE b.break_key = f.break_key)
    RETURNING id, facts),
  known AS MATERIALIZED (
    SELECT b.id, b.status AS was, b.facts AS facts_before, f.facts, f.facts_hash <> b.facts_hash AS is_new, f.severity,
           f.facts_hash, f.run_id, f.cut_off_at
    FROM found f JOIN breaks b ON b.break_key = f.break_key
    WHERE f.cut_off_at >= b.cut_off_at
    FOR UPDATE OF b),
  kept AS (
    UPDATE breaks b SET
      last_run = k.run_id, cut_off_at = k.cut_off_at, facts = k.facts, facts_hash = k.facts_hash, severity = k.severity,
      status = CASE WHEN k.is_new OR k.was = 'cleared' THEN 'open' ELSE b.status END,
      waiting_until = CASE WHEN k.is_new THEN NULL ELSE b.waiting_until END,
      proposal = CASE WHEN k.is_new THEN NULL ELSE b.proposal END,
      resolution = CASE WHEN k.is_new THEN NULL ELSE b.resolution END,
      resolved_by = CASE WHEN k.is_new THEN NULL ELSE b.resolved_by END,
      approved_by = CASE WHEN k.is_new THEN NULL ELSE b.approved_by END,
      ended_at = CASE WHEN k.is_new OR k.was = 'cleared' THEN NULL ELSE b.ended_at END
    FROM known k WHERE b.id = k.id
    RETURNING b.id),
  cleared AS (
    UPDATE breaks b SET status = 'cleared', waiting_until = NULL, proposal = NULL, resolution = NULL, ended_at = now(),
                        last_run = s.id, cut_off_at = s.cut_off_at
    FROM settling s
    WHERE ${mayClear}::boolean AND b.provider = s.provider AND b.account IS NOT DISTINCT FROM s.account
      AND (b.status IN ('open', 'waiting') OR b.status = 'resolved' AND b.type = 'aggregate_allocated') AND b.cut_off_at <= s.cut_off_at
      AND NOT EXISTS (SELECT FROM found f WHERE f.break_key = b.break_key)
    RETURNING b.id, b.type, b.facts),
  told AS (
    SELECT o.id, 'opened' AS act, jsonb_build_object('facts', o.facts) AS detail FROM opened o
    UNION ALL
    SELECT k.id, CASE WHEN k.was IN ('open', 'waiting') THEN 'changed' ELSE 'reopened' END,
           jsonb_build_object('before', k.facts_before, 'facts', k.facts)
    FROM known k WHERE k.is_new OR k.was = 'cleared'
    UNION ALL
    -- Of what a rule settles, that is told with what is taken back.
    SELECT b.id, 'cleared', jsonb_build_object('facts', b.facts) FROM cleared b WHERE NOT ${IS_BY_RULE}),
  noted AS (
    INSERT INTO break_events (break_id, sequence, act, run_id, detail)
    SELECT t.id, 1 + COALESCE((SELECT max(e.sequence) FROM break_events e WHERE e.break_id = t.id), 0), t.act,
           ${runId}::text, t.detail
    FROM told t)`;
