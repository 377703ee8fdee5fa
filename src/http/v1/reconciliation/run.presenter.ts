import type { ReadFinding } from '../../../application/reconciliation/find-run.js';
import type { Fact } from '../../../domain/reconciliation/finding.js';
import type { Run } from '../../../domain/reconciliation/run.js';
import { presentTime } from '../../values/time.presenter.js';
import type { FactResponse, RunFindingResponse, ReconciliationResponse } from './run.response.js';

const sha256 = (hex: string | null): string | null => hex && `sha256:${hex}`;

export const presentRun = (run: Run): ReconciliationResponse => ({
  id: run.id,
  provider: run.provider,
  account: run.account,
  period: run.periodId,
  cut_off: presentTime(run.cutOffAt),
  dry_run: run.dryRun,
  status: run.status,
  failure: run.failure,
  progress: run.progress && { pages: run.progress.pages, rows: run.progress.rows },
  legs: run.legs && {
    orders: { count: run.legs.orders.count, grams: run.legs.orders.grams },
    provider: {
      coverage: run.legs.provider.coverage,
      rows: run.legs.provider.rows,
      unread: run.legs.provider.unread,
    },
    statements: { ids: [...run.legs.statements.ids], lines: run.legs.statements.lines },
  },
  counts: run.counts && {
    agreed: run.counts.agreed,
    timing: run.counts.timing,
    by_rule: run.counts.byRule,
    breaks: run.counts.breaks,
    types: Object.fromEntries(Object.entries(run.counts.types).map(([type, found]) => [type, String(found)])),
  },
  input_hash: sha256(run.inputHash),
  result_hash: sha256(run.resultHash),
  same_as: run.sameAs,
  started_at: presentTime(run.startedAt),
  ended_at: run.endedAt && presentTime(run.endedAt),
  pruned_at: run.prunedAt && presentTime(run.prunedAt),
});

export const presentFact = ({ field, ours, theirs, line }: Fact): FactResponse => ({
  field,
  ours,
  theirs,
  line: line ?? null,
});

export const presentFinding = (found: ReadFinding): RunFindingResponse => ({
  type: found.type,
  severity: found.severity,
  subject: found.subject,
  order_id: found.orderId,
  break_id: found.breakId,
  facts: found.facts.map(presentFact),
});
