import { untilOf, type Examined } from '../../../application/resolutions/examine-case.js';
import type { Choice } from '../../../application/resolutions/list-resolutions.js';
import { DECISIONS, EVIDENCE_ASKED } from '../../../domain/resolutions/decisions.js';
import type { Finding } from '../../../domain/resolutions/permitted.js';
import type { Resolution } from '../../../domain/resolutions/resolution.js';
import { presentTime, presentTimeOrNull } from '../../values/time.presenter.js';
import {
  EVIDENCE_NAMES,
  type ChoiceResponse,
  type DryRunResponse,
  type FindingResponse,
  type ResolutionResponse,
} from './resolution.response.js';

export const presentResolution = (resolution: Resolution): ResolutionResponse => {
  const { evidence, proposedBy, decidedBy } = resolution;
  return {
    id: resolution.id,
    order_id: resolution.orderId,
    decision: resolution.decision,
    state: resolution.state,
    steps: resolution.steps,
    evidence: {
      provider_order_id: evidence.providerOrderId,
      cancelled: evidence.cancelled,
      refunded: evidence.refunded,
      kept: evidence.kept,
      statement: evidence.statement && {
        from: evidence.statement.from,
        received_at: evidence.statement.receivedAt,
        quote: evidence.statement.quote,
        ticket: evidence.statement.ticket,
        file_sha256: evidence.statement.fileSha256,
      },
    },
    reason: resolution.reason,
    findings: resolution.findings.map(presentFinding),
    proposed_by: proposedBy && { id: proposedBy.id, name: proposedBy.name },
    proposed_at: presentTime(resolution.proposedAt),
    expires_at: presentTimeOrNull(resolution.expiresAt),
    decided_by: decidedBy && { id: decidedBy.id, name: decidedBy.name },
    decided_at: presentTimeOrNull(resolution.decidedAt),
    decided_note: resolution.decidedNote,
    decided_findings: (resolution.decidedFindings ?? []).map(presentFinding),
    refusal: resolution.refusal,
  };
};

export const presentChoice = ({ decision, refused }: Choice): ChoiceResponse => ({
  decision,
  means: DECISIONS[decision],
  evidence: EVIDENCE_ASKED[decision].map((field) => EVIDENCE_NAMES[field]),
  refused: refused && { code: refused.refusal, until: presentTimeOrNull(refused.until) },
});

export const presentDryRun = ({
  verdict,
  findings,
  times,
  steps,
}: Examined & { steps: 1 | 2 | null }): DryRunResponse => ({
  allowed: verdict.allowed,
  steps,
  refused: verdict.allowed
    ? null
    : { code: verdict.refusal, until: presentTimeOrNull(untilOf(verdict.refusal, times)) },
  findings: findings.map(presentFinding),
});

const presentFinding = ({ check, wants, ok }: Finding): FindingResponse => ({ check, wants, ok });
