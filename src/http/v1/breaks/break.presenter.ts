import type { WholeBreak } from '../../../application/breaks/find-break.js';
import type { Resolved } from '../../../application/breaks/resolve-break.js';
import type { BulkOutcome } from '../../../application/breaks/resolve-breaks.js';
import type { Entered } from '../../../domain/ledger/rules.js';
import { amountText } from '../../../domain/ledger/units.js';
import type { Break, BreakEvent, BreakProposal } from '../../../domain/reconciliation/break.js';
import { presentTime } from '../../values/time.presenter.js';
import { presentFact } from '../reconciliation/run.presenter.js';
import type {
  BreakEventResponse,
  BreakPersonResponse,
  BreakPostingResponse,
  BreakProposalResponse,
  BreakResponse,
  BulkOutcomeResponse,
  ResolvedBreakResponse,
  WholeBreakResponse,
} from './break.response.js';

const fieldsOf = (found: Break) => ({
  id: found.id,
  type: found.type,
  severity: found.severity,
  status: found.status,
  provider: found.provider,
  subject: found.subject,
  order_id: found.orderId,
  statement_id: found.statementId,
  line: found.line,
  period: found.periodId,
  facts: found.facts.map(presentFact),
  assignee: found.assignee && presentPerson(found.assignee),
  waiting_until: found.waitingUntil,
  resolution: found.resolution,
  linked_order_id: found.linkedOrderId,
  proposal: found.proposal && presentProposal(found.proposal),
  first_run: found.firstRun,
  last_run: found.lastRun,
  opened_at: presentTime(found.openedAt),
  ended_at: found.endedAt && presentTime(found.endedAt),
});

export const presentBreak = (found: Break): BreakResponse => fieldsOf(found);

export const presentWholeBreak = ({ found, events, choices, near }: WholeBreak): WholeBreakResponse => ({
  ...fieldsOf(found),
  events: events.map(presentEvent),
  choices: choices.map(({ resolution, posts }) => ({ resolution, posts: posts && posts.map(presentPosting) })),
  suggestions: near.map(({ orderId, why }) => ({ order_id: orderId, why })),
});

export const presentResolved = ({ found, posted }: Resolved): ResolvedBreakResponse => ({
  ...fieldsOf(found),
  posted: posted.map(presentPosting),
});

export const presentOutcome = ({ id, resolved, takesTwo, refusal }: BulkOutcome): BulkOutcomeResponse => ({
  id,
  break: resolved && presentResolved(resolved),
  second_person: takesTwo,
  refusal,
});

const presentPerson = ({ id, name }: { readonly id: string; readonly name: string }): BreakPersonResponse => ({
  id,
  name,
});

const presentProposal = ({ resolution, note, orderId, by, at }: BreakProposal): BreakProposalResponse => ({
  resolution,
  note,
  order_id: orderId,
  by: presentPerson(by),
  at: presentTime(at),
});

const presentEvent = (event: BreakEvent): BreakEventResponse => ({
  sequence: event.sequence,
  act: event.act,
  run_id: event.runId,
  operator: event.operator,
  note: event.note,
  resolution: event.resolution,
  at: presentTime(event.at),
});

const presentPosting = (entry: Entered): BreakPostingResponse => ({
  rule: entry.rule,
  debit: entry.debit,
  credit: entry.credit,
  asset: entry.asset,
  amount: amountText(entry),
});
