import { BREAK_ACTS, type Break } from '../reconciliation/break.js';
import type { BreakResolution } from '../reconciliation/break-types.js';
import { plain, text, type ExportKind } from './export-kind.js';

/** A break as it stands, and who decided on it. */
export interface BreakRow extends Break {
  readonly statementNumber: string | null;
  /** Ids of operators; the first is null at the command line, too. */
  readonly resolvedBy: string | null;
  readonly approvedBy: string | null;
}

export const BREAK_LIST: ExportKind<BreakRow> = {
  means:
    'where orders, lists and statements disagreed: first seen in the month, or before and not settled when it began',
  isOfGateway: true,
  columns: [
    text('break_id', 'the break', ({ id }) => id),
    text('period', 'the month in which it was first seen', ({ periodId }) => periodId),
    text('type', 'what it is: [breaks](breaks.md)', ({ type }) => type),
    text('severity', '`blocking`, `warning` or `info`', ({ severity }) => severity),
    text('status', '`open`, `waiting`, `resolved` by people, or `cleared` by new facts', ({ status }) => status),
    text('provider', 'at whom', ({ provider }) => provider),
    text('account', 'the account there; empty for that of the gateway', ({ account }) => account),
    text('tenant', 'whose order', ({ tenantId }) => tenantId),
    text('order_id', 'the order', ({ orderId }) => orderId),
    text('statement_number', 'number of the statement', ({ statementNumber }) => statementNumber),
    plain('line', 'and which line of it', ({ line }) => (line === null ? null : String(line))),
    text('subject', 'what it is about: an order, a purchase there, or a line', ({ subject }) => subject),
    text('facts', 'ours and theirs, as JSON', ({ facts }) => JSON.stringify(facts)),
    text('resolution', 'what people made of it', ({ resolution }) => resolution),
    text('linked_order_id', 'the order that they named', ({ linkedOrderId }) => linkedOrderId),
    text('resolved_by', 'the operator who decided', ({ resolvedBy }) => resolvedBy),
    text('approved_by', 'the operator who approved', ({ approvedBy }) => approvedBy),
    plain('waiting_until', 'the day until which somebody is waited for', ({ waitingUntil }) => waitingUntil),
    text('first_run', 'the run that found it', ({ firstRun }) => firstRun),
    text('last_run', 'the latest that did', ({ lastRun }) => lastRun),
    plain('opened_at', 'when it was found', ({ openedAt }) => openedAt.toISOString()),
    plain('ended_at', 'when it was settled', ({ endedAt }) => endedAt?.toISOString() ?? null),
  ],
  missingOf: () => [],
};

export interface BreakEventRow {
  readonly breakId: string;
  readonly sequence: number;
  readonly act: (typeof BREAK_ACTS)[number];
  readonly runId: string | null;
  readonly operatorId: string | null;
  /** At the command line. */
  readonly operator: string | null;
  readonly keyId: string | null;
  readonly resolution: BreakResolution | null;
  readonly note: string | null;
  /** As JSON. */
  readonly detail: string;
  readonly at: Date;
}

export const BREAK_HISTORY: ExportKind<BreakEventRow> = {
  means: 'what runs and people have made of those breaks',
  isOfGateway: true,
  columns: [
    text('break_id', 'the break', ({ breakId }) => breakId),
    plain('sequence', 'which event of it', ({ sequence }) => String(sequence)),
    plain('at', 'when', ({ at }) => at.toISOString()),
    text('act', `what: ${BREAK_ACTS.map((act) => `\`${act}\``).join(', ')}`, ({ act }) => act),
    text('run_id', 'the run that did it', ({ runId }) => runId),
    text(
      'by',
      'the operator who did it; at the command line a name',
      ({ operatorId, operator }) => operatorId ?? operator,
    ),
    text('key_id', 'under which key', ({ keyId }) => keyId),
    text('resolution', 'what was decided or proposed', ({ resolution }) => resolution),
    text('note', 'why', ({ note }) => note),
    text('detail', 'what is left of it, as JSON: facts before and after, what was posted', ({ detail }) => detail),
  ],
  missingOf: () => [],
};
