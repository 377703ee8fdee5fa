import { ArrayMaxSize, ArrayMinSize, IsArray, Matches } from 'class-validator';
import type { BreakFilter } from '../../../application/breaks/find-break.js';
import type { WantedResolution } from '../../../application/breaks/resolve-break.js';
import type { MonthId } from '../../../domain/periods/month.js';
import {
  BREAK_RESOLUTIONS,
  BREAK_TYPES,
  SEVERITIES,
  type BreakResolution,
  type BreakType,
  type Severity,
} from '../../../domain/reconciliation/break-types.js';
import { BREAK_STATUSES, type BreakStatus } from '../../../domain/reconciliation/break.js';
import { DayField } from '../../validation/day.field.js';
import { EnumField, Field, PatternField } from '../../validation/field.js';
import { OrderIdField, ProviderIdField } from '../../validation/id.field.js';
import { BREAK_ID, OPERATOR_ID } from '../../validation/id-patterns.js';
import { PagingQuery } from '../../validation/paging.js';
import { PeriodField } from '../../validation/period.field.js';
import { TextField } from '../../validation/text.field.js';

const NOTE = { min: 3, max: 2_000, lines: true };
const MOST = 500;

export class ListBreaksRequest extends PagingQuery {
  @EnumField(BREAK_STATUSES, { about: 'Only those in this state', optional: true }) status?: BreakStatus;
  @EnumField(BREAK_TYPES, { about: 'Only those of this type', optional: true }) type?: BreakType;
  @EnumField(SEVERITIES, { about: 'Only those of this severity', optional: true }) severity?: Severity;
  @ProviderIdField({ about: 'Only those at this provider', optional: true }) provider?: string;
  @PeriodField({ about: 'Only those that were first seen in this month', optional: true }) period?: MonthId;
}

export const breakFilterFrom = ({ status, type, severity, provider, period }: ListBreaksRequest): BreakFilter => ({
  ...(status !== undefined && { status }),
  ...(type !== undefined && { type }),
  ...(severity !== undefined && { severity }),
  ...(provider !== undefined && { provider }),
  ...(period !== undefined && { periodId: period }),
});

/** @returns null if the parts are not a position */
export const breakPositionFrom = ([id]: readonly string[]): string | null =>
  id !== undefined && BREAK_ID.test(id) ? id : null;

export class AssignBreakRequest {
  @PatternField(OPERATOR_ID, 'must be the id of an operator', {
    about: 'The operator who takes it in hand; left out, nobody has it',
    optional: true,
    example: 'opr_01m8bvj603esqart4sjcfcrkn2',
  })
  operator_id?: string;
}

export class WaitForBreakRequest {
  @DayField({ about: 'Until this day', example: '2026-12-15' }) until!: string;
  @TextField(NOTE, { about: 'For what', example: 'CNaught corrects its invoice, ticket 4711' }) note!: string;
}

export class ResolveBreakRequest {
  @EnumField(BREAK_RESOLUTIONS, { about: 'What is made of it: docs/breaks.md', example: 'claim_refund' })
  resolution!: BreakResolution;

  @TextField(NOTE, { about: 'Why, for those who ask in a year', example: 'CNaught ticket 4711' }) note!: string;

  @OrderIdField({ about: 'With link_order and link_line: the order that it is about', optional: true })
  order_id?: string;
}

export const wantedResolutionFrom = (body: ResolveBreakRequest): WantedResolution => ({
  resolution: body.resolution,
  note: body.note,
  orderId: body.order_id ?? null,
});

/** What would come of it is asked with this much. */
export class PreviewBreaksRequest {
  @Field(
    {
      type: 'array',
      items: { type: 'string', pattern: BREAK_ID.source },
      minItems: 1,
      maxItems: MOST,
    },
    { about: 'Breaks of one type', example: ['brk_01jd4v2m0gf5c8q7k3x9w1z2r4'] },
    IsArray({ message: 'must be a list' }),
    ArrayMinSize(1, { message: 'must name one' }),
    ArrayMaxSize(MOST, { message: `must name at most ${MOST}` }),
    Matches(BREAK_ID, { each: true, message: 'must be ids of breaks' }),
  )
  breaks!: string[];

  @EnumField(BREAK_RESOLUTIONS, { about: 'What is made of each: docs/breaks.md', example: 'expense_line' })
  resolution!: BreakResolution;
}

export class ResolveBreaksRequest extends PreviewBreaksRequest {
  @TextField(NOTE, { about: 'Why, for those who ask in a year', example: 'Monthly fees of the platform' })
  note!: string;
}
