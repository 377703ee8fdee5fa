import type { MonthId } from '../../domain/periods/month.js';
import { BREAK_RESOLUTIONS, BREAK_TYPES, SEVERITIES } from '../../domain/reconciliation/break-types.js';
import {
  BREAK_ACTS,
  BREAK_STATUSES,
  type Break,
  type BreakEvent,
  type BreakProposal,
} from '../../domain/reconciliation/break.js';
import type { Fact } from '../../domain/reconciliation/finding.js';
import {
  readList,
  readObject,
  readObjectOrNull,
  readText,
  readTextOrNull,
  readWord,
  readWordOrNull,
} from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';

export interface BreakRow {
  readonly id: string;
  readonly type: string;
  readonly severity: string;
  readonly provider: string;
  readonly account: string | null;
  readonly subject: string;
  readonly tenant_id: string | null;
  readonly order_id: string | null;
  readonly statement_id: string | null;
  readonly line_no: number | null;
  readonly period_id: string;
  readonly facts: unknown;
  readonly status: string;
  readonly assignee: string | null;
  readonly assignee_name: string | null;
  readonly waiting_until: string | null;
  readonly resolution: string | null;
  readonly linked_order_id: string | null;
  readonly proposal: unknown;
  readonly proposer_name: string | null;
  readonly version: number;
  readonly first_run: string;
  readonly last_run: string;
  readonly opened_at: Date;
  readonly ended_at: Date | null;
}

/** The columns of a break `b`, with the names of its people. */
export const BREAK_COLUMNS = Prisma.sql`
  b.id, b.type, b.severity, b.provider, b.account, b.subject, b.tenant_id, b.order_id, b.statement_id, b.line_no, b.period_id,
  b.facts, b.status, b.assignee, (SELECT p.name FROM operators p WHERE p.id = b.assignee) AS assignee_name,
  b.waiting_until::text, b.resolution, b.linked_order_id, b.proposal,
  (SELECT p.name FROM operators p WHERE p.id = b.proposal ->> 'by') AS proposer_name, b.version, b.first_run, b.last_run,
  b.opened_at, b.ended_at`;

export const readFacts = (value: unknown): readonly Fact[] =>
  readList(readObject({ field: readText, ours: readTextOrNull, theirs: readTextOrNull, line: readTextOrNull }))(
    value,
  ).map(({ line, ...fact }) => ({ ...fact, ...(line !== null && { line }) }));

const readProposal = readObjectOrNull({
  resolution: readWord(BREAK_RESOLUTIONS),
  note: readText,
  order_id: readTextOrNull,
  by: readText,
  at: readText,
});

const proposalFrom = ({ proposal, proposer_name: name }: BreakRow): BreakProposal | null => {
  const read = readProposal(proposal);
  return (
    read && {
      resolution: read.resolution,
      note: read.note,
      orderId: read.order_id,
      by: { id: read.by, name: name ?? '' },
      at: new Date(read.at),
    }
  );
};

export const breakFromRow = (row: BreakRow): Break => ({
  id: row.id,
  type: readWord(BREAK_TYPES)(row.type),
  severity: readWord(SEVERITIES)(row.severity),
  provider: row.provider,
  account: row.account,
  subject: row.subject,
  tenantId: row.tenant_id,
  orderId: row.order_id,
  statementId: row.statement_id,
  line: row.line_no,
  periodId: row.period_id as MonthId,
  facts: readFacts(row.facts),
  status: readWord(BREAK_STATUSES)(row.status),
  assignee: row.assignee === null ? null : { id: row.assignee, name: row.assignee_name ?? '' },
  waitingUntil: row.waiting_until,
  resolution: readWordOrNull(BREAK_RESOLUTIONS)(row.resolution),
  linkedOrderId: row.linked_order_id,
  proposal: proposalFrom(row),
  version: row.version,
  firstRun: row.first_run,
  lastRun: row.last_run,
  openedAt: row.opened_at,
  endedAt: row.ended_at,
});

export interface BreakEventRow {
  readonly sequence: number;
  readonly act: string;
  readonly run_id: string | null;
  readonly operator: string | null;
  readonly note: string | null;
  readonly resolution: string | null;
  readonly detail: unknown;
  readonly at: Date;
}

export const breakEventFromRow = (row: BreakEventRow): BreakEvent => ({
  sequence: row.sequence,
  act: readWord(BREAK_ACTS)(row.act),
  runId: row.run_id,
  operator: row.operator,
  note: row.note,
  resolution: readWordOrNull(BREAK_RESOLUTIONS)(row.resolution),
  detail: (row.detail ?? {}) as Readonly<Record<string, unknown>>,
  at: row.at,
});
