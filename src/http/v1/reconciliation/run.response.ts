import { BREAK_TYPES, SEVERITIES } from '../../../domain/reconciliation/break-types.js';
import { COVERAGES, RUN_FAILURES, RUN_STATUSES } from '../../../domain/reconciliation/run.js';
import {
  PropBoolean,
  PropEnum,
  PropInteger,
  PropList,
  PropMap,
  PropObject,
  PropText,
  PropTextList,
  PropTime,
} from '../../openapi/prop.js';

export class RunOrdersResponse {
  @PropInteger('How many orders', { example: 120 }) count!: number;
  @PropText('Their mass in grams', { example: '12000000' }) grams!: string;
}

export class RunListedResponse {
  @PropEnum(
    COVERAGES,
    '`complete`: its list. `known_only`: it lists nothing, so each purchase that we know of was read',
  )
  coverage!: string;
  @PropInteger('How many purchases', { example: 120 }) rows!: number;
  @PropInteger('How many rows could not be read: with any, absence proves nothing, and nothing is cleared', {
    example: 0,
  })
  unread!: number;
}

export class RunStatedResponse {
  @PropTextList('The statements that have lines in it', { example: ['stm_01jd4v2m0gf5c8q7k3x9w1z2r4'] }) ids!: string[];
  @PropInteger('How many lines', { example: 118 }) lines!: number;
}

export class RunLegsResponse {
  @PropObject(() => RunOrdersResponse, 'Our orders') orders!: RunOrdersResponse;
  @PropObject(() => RunListedResponse, "The provider's record of them") provider!: RunListedResponse;
  @PropObject(() => RunStatedResponse, 'Its accepted statements') statements!: RunStatedResponse;
}

export class RunCountsResponse {
  @PropInteger('Orders, purchases and lines on which all agree', { example: 116 }) agreed!: number;
  @PropInteger('Findings that time settles: not invoiced yet, or not retired yet', { example: 2 }) timing!: number;
  @PropInteger('Findings that a rule settles: what differs by at most a cent, and lines that it allocates to orders', {
    example: 1,
  })
  by_rule!: number;
  @PropInteger('All other findings', { example: 2 }) breaks!: number;
  @PropMap('All findings by type', { example: { not_invoiced: '2', charge_for_unbought: '2' } }) types!: Record<
    string,
    string
  >;
}

export class RunProgressResponse {
  @PropInteger('Pages of the list that are read', { example: 3 }) pages!: number;
  @PropInteger('Purchases on them', { example: 120 }) rows!: number;
}

export class ReconciliationResponse {
  @PropText('Run id', { example: 'rec_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropText('Whose list and statements', { example: 'cnaught' }) provider!: string;
  @PropText("An account of a tenant's own there; null: that of the gateway", { nullable: true, example: null })
  account!: string | null;
  @PropText('Of which month', { example: '2026-11' }) period!: string;
  @PropTime('Only what happened before', { example: '2026-12-01T00:00:00.000Z' }) cut_off!: string;
  @PropBoolean('Whether it only finds') dry_run!: boolean;
  @PropEnum(RUN_STATUSES, '`collecting`: the list is read. `matching`: it is compared') status!: string;
  @PropEnum(Object.keys(RUN_FAILURES), 'Why it failed', { nullable: true }) failure!: string | null;
  @PropObject(() => RunProgressResponse, 'How far the list is read; null before the first page', { nullable: true })
  progress!: RunProgressResponse | null;
  @PropObject(() => RunLegsResponse, 'What was compared; null until it is complete', { nullable: true })
  legs!: RunLegsResponse | null;
  @PropObject(() => RunCountsResponse, 'What came of it; null until it is complete', { nullable: true })
  counts!: RunCountsResponse | null;
  @PropText('SHA-256 of what was compared', {
    nullable: true,
    example: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  input_hash!: string | null;
  @PropText('SHA-256 of what was found: the same from the same', {
    nullable: true,
    example: 'sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752',
  })
  result_hash!: string | null;
  @PropText('The run that had compared the same before, and is the answer', { nullable: true, example: null })
  same_as!: string | null;
  @PropTime('When it was started') started_at!: string;
  @PropTime('When it ended', { nullable: true }) ended_at!: string | null;
  @PropTime('Since when its findings are not kept one by one any more, as nothing rests on them', { nullable: true })
  pruned_at!: string | null;
}

export class ReconciliationListResponse {
  @PropList(() => ReconciliationResponse, 'Newest first') data!: ReconciliationResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true }) next_cursor!: string | null;
}

export class FactResponse {
  @PropText('What about', { example: 'net' }) field!: string;
  @PropText('What we say; null for nothing', { nullable: true, example: '2.00' }) ours!: string | null;
  @PropText('What the provider says; null for nothing', { nullable: true, example: '2.10' }) theirs!: string | null;
  @PropText('In which line of a statement: its id and the line', {
    nullable: true,
    example: 'stm_01jd4v2m0gf5c8q7k3x9w1z2r4:2',
  })
  line!: string | null;
}

export class RunFindingResponse {
  @PropEnum(BREAK_TYPES, 'What it is: docs/breaks.md') type!: string;
  @PropEnum(SEVERITIES, 'Whether the month is closed with it') severity!: string;
  @PropText('An order, the provider’s id of a purchase, or a line of a statement', {
    example: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4',
  })
  subject!: string;
  @PropText('The order that it is about', { nullable: true, example: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4' }) order_id!:
    string | null;
  @PropText('The break that it is; null in a dry run that is the first to see it', {
    nullable: true,
    example: 'brk_01jd4v2m0gf5c8q7k3x9w1z2r4',
  })
  break_id!: string | null;
  @PropList(() => FactResponse, 'What disagrees') facts!: FactResponse[];
}

export class RunFindingListResponse {
  @PropList(() => RunFindingResponse, 'By type and what they are about') data!: RunFindingResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true }) next_cursor!: string | null;
}
