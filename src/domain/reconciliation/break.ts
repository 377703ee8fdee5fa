import type { MonthId } from '../periods/month.js';
import type { BreakResolution, BreakType, Severity } from './break-types.js';
import type { Fact } from './finding.js';

export const BREAK_STATUSES = ['open', 'waiting', 'resolved', 'cleared'] as const;
export type BreakStatus = (typeof BREAK_STATUSES)[number];

export const BREAK_ACTS = [
  'opened',
  'changed',
  'reopened',
  'cleared',
  'assigned',
  'waited',
  'proposed',
  'resolved',
  'approved',
] as const;

/** What one person decided, and another has to approve. */
export interface BreakProposal {
  readonly resolution: BreakResolution;
  readonly note: string;
  readonly orderId: string | null;
  readonly by: { readonly id: string; readonly name: string };
  readonly at: Date;
}

/** A difference, known by what it is about: it survives the runs that see it. */
export interface Break {
  readonly id: string;
  readonly type: BreakType;
  readonly severity: Severity;
  readonly provider: string;
  readonly account: string | null;
  readonly subject: string;
  readonly tenantId: string | null;
  readonly orderId: string | null;
  readonly statementId: string | null;
  readonly line: number | null;
  readonly periodId: MonthId;
  readonly facts: readonly Fact[];
  readonly status: BreakStatus;
  /** The operator who has it in hand. */
  readonly assignee: { readonly id: string; readonly name: string } | null;
  /** A day. */
  readonly waitingUntil: string | null;
  readonly resolution: BreakResolution | null;
  readonly linkedOrderId: string | null;
  readonly proposal: BreakProposal | null;
  readonly version: number;
  readonly firstRun: string;
  readonly lastRun: string;
  readonly openedAt: Date;
  readonly endedAt: Date | null;
}

export const isUndecided = ({ status }: Pick<Break, 'status'>): boolean => status === 'open' || status === 'waiting';

/** One thing that happened to a break. */
export interface BreakEvent {
  readonly sequence: number;
  readonly act: (typeof BREAK_ACTS)[number];
  readonly runId: string | null;
  /** The person; null for a run, and for the key of a machine. */
  readonly operator: string | null;
  readonly note: string | null;
  readonly resolution: BreakResolution | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly at: Date;
}
