import type { Case } from '../../../application/ops/read-case.js';
import type { Note } from '../../../application/ops/take-note.js';
import { presentTime } from '../../values/time.presenter.js';
import type { OrderResponse } from '../orders/order.response.js';
import type { CaseResponse, NoteResponse } from './case.response.js';

export const presentCase = (found: Case, order: OrderResponse): CaseResponse => {
  const { details, owner, notes, acts, providerLinks, differences } = found;
  const { tenantId } = found.order;
  const { tenantName, task, attempts, sessions, claims, proposalId } = details;
  return {
    order,
    tenant: { id: tenantId, name: tenantName },
    owner: owner && { id: owner.id, name: owner.name, since: presentTime(owner.since) },
    task: task && {
      kind: task.kind,
      run_at: sameTime(task.run_at),
      leased_until: sameTimeOrNull(task.leased_until),
      held_by: task.held_by,
    },
    attempts: attempts.map((attempt) => ({
      operation: attempt.operation,
      number: attempt.number ?? 0,
      generation: attempt.generation ?? 0,
      started_at: sameTime(attempt.started_at),
      send_deadline_at: sameTime(attempt.send_deadline_at),
      outcome: attempt.outcome,
      reason: attempt.reason,
      upstream_status: attempt.upstream_status,
      upstream_code: attempt.upstream_code,
      recorded_at: sameTimeOrNull(attempt.recorded_at),
    })),
    sessions: sessions.map((session) => ({
      session_id: session.session_id,
      status: session.status,
      expires_at: sameTimeOrNull(session.expires_at),
    })),
    claims: claims.map((claim) => ({
      provider_order_id: claim.provider_order_id,
      source: claim.source,
      verdict: claim.verdict,
      looks: claim.looks ?? 0,
      claimed_at: sameTime(claim.claimed_at),
    })),
    notes: notes.map(presentNote),
    proposal_id: proposalId,
    acts: acts.map(({ act, whyNot }) => ({ act, allowed: whyNot === null, why_not: whyNot })),
    provider_links: providerLinks.map((url) => ({ url })),
    differences: differences.map(({ field, ours, theirs, isAccepted: accepted }) => ({
      field,
      ours,
      theirs,
      accepted,
    })),
  };
};

export const presentNote = ({ id, at, operator, text }: Note): NoteResponse => ({
  id,
  at: presentTime(at),
  operator,
  text,
});

/** A time inside JSON of the database, as this API writes times. */
const sameTime = (text: string): string => presentTime(new Date(text));
const sameTimeOrNull = (text: string | null): string | null => (text === null ? null : sameTime(text));
