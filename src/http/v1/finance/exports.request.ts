import { Matches } from 'class-validator';
import type { PipeTransform } from '@nestjs/common';
import { EXPORT_NAMES, type ExportName } from '../../../application/exports/read-export.js';
import { COST_GROUPING, type CostGrouping } from '../../../domain/exports/cost-groups.js';
import { MONTH_ID, type MonthId } from '../../../domain/periods/month.js';
import { HttpProblem } from '../../problems/http-problem.js';
import { Field, PatternField } from '../../validation/field.js';

/** Which export, in a path. */
export const EXPORT_PIPE: PipeTransform<string, ExportName> = {
  transform: (kind) => {
    const known = EXPORT_NAMES.find((name) => name === kind);
    if (known !== undefined) return known;
    throw new HttpProblem('not_found', `Exports are ${EXPORT_NAMES.join(', ')}, and evidence.`);
  },
};

export const YEAR = /^20\d{2}$/;

/** Which year, in a path. */
export const YEAR_PIPE: PipeTransform<string, number> = {
  transform: (year) => {
    if (YEAR.test(year)) return Number(year);
    throw new HttpProblem('not_found', 'A year looks like 2026.');
  },
};

export class ReadExportRequest {
  @PatternField(MONTH_ID, 'must be a month such as 2026-11; see GET /v1/finance/periods', {
    about: 'Of which month',
    example: '2026-11',
  })
  period!: MonthId;

  @Field(
    { type: 'integer', minimum: 1, maximum: 9_999 },
    {
      about: 'Which closing of the month; by default the latest, or the books as they are while it is open',
      optional: true,
      example: 1,
    },
    Matches(/^[1-9]\d{0,3}$/, { message: 'must be a whole number from 1 to 9999' }),
  )
  version?: string;
}

export class GroupCostsRequest extends ReadExportRequest {
  @PatternField(COST_GROUPING, 'must be tenant, or label: and the name of a label', {
    about: 'By what they are summed up: `tenant`, or `label:` and the name of a label',
    example: 'label:department',
  })
  group_by!: CostGrouping;
}

export const versionFrom = ({ version }: ReadExportRequest): number | undefined =>
  version === undefined ? undefined : Number(version);
