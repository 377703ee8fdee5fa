import { BREAK_RESOLUTIONS, BREAK_TYPES, SEVERITIES } from '../../../domain/reconciliation/break-types.js';
import { BREAK_ACTS, BREAK_STATUSES } from '../../../domain/reconciliation/break.js';
import { ACCOUNT_NAMES } from '../../../domain/ledger/accounts.js';
import { RULE_NAMES } from '../../../domain/ledger/rules.js';
import { ASSETS } from '../../../domain/ledger/units.js';
import {
  PropBoolean,
  PropCode,
  PropEnum,
  PropInteger,
  PropList,
  PropObject,
  PropText,
  PropTime,
} from '../../openapi/prop.js';
import type { ProblemCode } from '../../problems/problems.js';
import { FactResponse } from '../reconciliation/run.response.js';

export class BreakPersonResponse {
  @PropText('Operator id', { example: 'opr_01m8bvj603esqart4sjcfcrkn2' }) id!: string;
  @PropText('Their name', { example: 'Ann' }) name!: string;
}

export class BreakPostingResponse {
  @PropEnum(RULE_NAMES, 'By which rule: docs/ledger.md') rule!: string;
  @PropEnum(ACCOUNT_NAMES, 'Where it goes to') debit!: string;
  @PropEnum(ACCOUNT_NAMES, 'Where it comes from') credit!: string;
  @PropEnum(ASSETS, 'Of what') asset!: string;
  @PropText('Decimal, above zero', { example: '2.00' }) amount!: string;
}

export class BreakProposalResponse {
  @PropEnum(BREAK_RESOLUTIONS, 'What is to be made of it') resolution!: string;
  @PropText('Why', { example: 'CNaught ticket 4711' }) note!: string;
  @PropText('The order that is named', { nullable: true, example: null }) order_id!: string | null;
  @PropObject(() => BreakPersonResponse, 'Who proposed it: somebody else approves') by!: BreakPersonResponse;
  @PropTime('When') at!: string;
}

export class BreakResponse {
  @PropText('Break id', { example: 'brk_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropEnum(BREAK_TYPES, 'What it is: docs/breaks.md') type!: string;
  @PropEnum(SEVERITIES, '`blocking`: the month is not closed with it') severity!: string;
  @PropEnum(BREAK_STATUSES, '`resolved`: by people. `cleared`: it was not there any more') status!: string;
  @PropText('At which provider', { example: 'cnaught' }) provider!: string;
  @PropText('An order, the provider’s id of a purchase, or a line of a statement', {
    example: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4',
  })
  subject!: string;
  @PropText('The order that it is about', { nullable: true, example: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4' }) order_id!:
    string | null;
  @PropText('The statement that it is about', { nullable: true, example: null }) statement_id!: string | null;
  @PropInteger('The line of it', { nullable: true, example: null }) line!: number | null;
  @PropText('The month in which it was first seen', { example: '2026-11' }) period!: string;
  @PropList(() => FactResponse, 'What disagrees') facts!: FactResponse[];
  @PropObject(() => BreakPersonResponse, 'Who has it in hand', { nullable: true })
  assignee!: BreakPersonResponse | null;
  @PropText('Until which day it waits', { nullable: true, format: 'date', example: null }) waiting_until!:
    string | null;
  @PropEnum(BREAK_RESOLUTIONS, 'What was made of it', { nullable: true }) resolution!: string | null;
  @PropText('The order that a person named', { nullable: true, example: null }) linked_order_id!: string | null;
  @PropObject(() => BreakProposalResponse, 'What waits for a second person', { nullable: true })
  proposal!: BreakProposalResponse | null;
  @PropText('The run that first saw it', { example: 'rec_01jd4v2m0gf5c8q7k3x9w1z2r4' }) first_run!: string;
  @PropText('The latest run that says something of it', { example: 'rec_01jd4v2m0gf5c8q7k3x9w1z2r4' })
  last_run!: string;
  @PropTime('When it was first seen') opened_at!: string;
  @PropTime('When it was resolved or cleared', { nullable: true }) ended_at!: string | null;
}

export class BreakEventResponse {
  @PropInteger('Which of its events', { example: 1 }) sequence!: number;
  @PropEnum(BREAK_ACTS, 'What happened') act!: string;
  @PropText('The run that did it; null for people', { nullable: true, example: 'rec_01jd4v2m0gf5c8q7k3x9w1z2r4' })
  run_id!: string | null;
  @PropText('Who did it; null for a run', { nullable: true, example: null }) operator!: string | null;
  @PropText('Why', { nullable: true, example: null }) note!: string | null;
  @PropEnum(BREAK_RESOLUTIONS, 'What was decided or proposed', { nullable: true }) resolution!: string | null;
  @PropTime('When') at!: string;
}

export class BreakChoiceResponse {
  @PropEnum(BREAK_RESOLUTIONS, 'What may be made of it') resolution!: string;
  @PropList(() => BreakPostingResponse, 'What that would post now; null: nothing in the books that it would settle', {
    nullable: true,
  })
  posts!: BreakPostingResponse[] | null;
}

export const NEAR = ['same_mass_and_day', 'same_amount'] as const;

export class NearOrderResponse {
  @PropText('An order that it may be about', { example: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4' }) order_id!: string;
  @PropEnum(NEAR, 'Why it may') why!: string;
}

export class WholeBreakResponse extends BreakResponse {
  @PropList(() => BreakEventResponse, 'What happened to it, in order') events!: BreakEventResponse[];
  @PropList(() => BreakChoiceResponse, 'What may be decided; empty once it is') choices!: BreakChoiceResponse[];
  @PropList(() => NearOrderResponse, 'Near misses, where it is about no order: suggestions, never applied')
  suggestions!: NearOrderResponse[];
}

export class ResolvedBreakResponse extends BreakResponse {
  @PropList(() => BreakPostingResponse, 'What was posted; of a proposal, or a preview, what would be')
  posted!: BreakPostingResponse[];
}

export class BreakListResponse {
  @PropList(() => BreakResponse, 'Newest first') data!: BreakResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true }) next_cursor!: string | null;
}

export class BulkOutcomeResponse {
  @PropText('Break id', { example: 'brk_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropObject(
    () => ResolvedBreakResponse,
    'The break, resolved or with the proposal, or in a preview as it is; null if it was refused',
    {
      nullable: true,
    },
  )
  break!: ResolvedBreakResponse | null;
  @PropBoolean('Whether another person approves it, because it posts more than one may', { example: false })
  second_person!: boolean;
  @PropCode('ProblemCode', 'Why it was refused', { nullable: true }) refusal!: ProblemCode | null;
}

export class BulkOutcomesResponse {
  @PropList(() => BulkOutcomeResponse, 'In the order in which they were named') data!: BulkOutcomeResponse[];
}
