import type { RunScope } from '../reconciliation/run.js';
import type { BreakResolution } from '../reconciliation/break-types.js';
import type { BreakStatus } from '../reconciliation/break.js';
import type { Act } from './act.js';

export const reconciliationStarted = (
  subject: string,
  { provider, periodId, cutOffAt, dryRun }: RunScope,
): Act<'reconciliation.start'> => ({
  type: 'reconciliation.start',
  subject,
  before: null,
  after: { provider, period: periodId, cut_off: cutOffAt.toISOString(), dry_run: dryRun },
});

export const breakAssigned = (subject: string, before: string | null, after: string | null): Act<'break.assign'> => ({
  type: 'break.assign',
  subject,
  before: { owner: before },
  after: { owner: after },
});

export const breakWaits = (subject: string, status: BreakStatus): Act<'break.wait'> => ({
  type: 'break.wait',
  subject,
  before: { status, resolution: null },
  after: { status: 'waiting', resolution: null },
});

export const breakDecided = <T extends 'break.propose' | 'break.resolve' | 'break.approve'>(
  type: T,
  subject: string,
  status: BreakStatus,
  resolution: BreakResolution,
): Act<'break.propose' | 'break.resolve' | 'break.approve'> => ({
  type,
  subject,
  before: { status, resolution: null },
  after: { status: type === 'break.propose' ? status : 'resolved', resolution },
});
