import { Matches } from 'class-validator';
import type { PipeTransform } from '@nestjs/common';
import { EXPORT_NAMES, type ExportName } from '../../../application/exports/read-export.js';
import { MONTH_ID, type MonthId } from '../../../domain/periods/month.js';
import { HttpProblem, invalidFields } from '../../problems/http-problem.js';
import { Field, PatternField } from '../../validation/field.js';

/** Which export, in a path. */
export const EXPORT_PIPE: PipeTransform<string, ExportName> = {
  transform: (kind) => {
    const known = EXPORT_NAMES.find((name) => name === kind);
    if (known !== undefined) return known;
    throw new HttpProblem('not_found', `Exports are ${EXPORT_NAMES.join(', ')}.`);
  },
};

const YEAR = /^20\d{2}$/;
const NOT_A_YEAR = 'must be a year such as 2026';

export class ReadExportRequest {
  @PatternField(MONTH_ID, 'must be a month such as 2026-11; see GET /v1/finance/periods', {
    about: 'Of this month',
    optional: true,
    example: '2026-11',
  })
  period?: MonthId;

  @PatternField(YEAR, NOT_A_YEAR, {
    about: 'Of `retirements`: what was retired in this year',
    optional: true,
    example: '2026',
  })
  year?: string;

  @Field(
    { type: 'integer', minimum: 1, maximum: 9_999 },
    {
      about: 'Which closing of the month; by default the latest, or the books as they are while it is open',
      optional: true,
      example: '1',
    },
    Matches(/^[1-9]\d{0,3}$/, { message: 'must be a whole number from 1 to 9999' }),
  )
  version?: string;
}

/** Of a month or of a year. Throws HttpProblem where both or neither are given, and for a year of another export. */
export const exportedFrom = (
  kind: ExportName,
  { period, year, version }: ReadExportRequest,
): { readonly period: MonthId; readonly version: number | undefined } | { readonly year: number } => {
  if (period !== undefined && year !== undefined) throw invalidFields({ year: ['must not be given with period'] });
  if (period !== undefined) return { period, version: version === undefined ? undefined : Number(version) };
  if (kind !== 'retirements' || year === undefined) throw invalidFields({ period: ['is required'] });
  if (version !== undefined) throw invalidFields({ version: ['must not be given with year: a year is not closed'] });
  return { year: Number(year) };
};

export class DiscloseYearRequest {
  @PatternField(YEAR, NOT_A_YEAR, { about: 'Which year, in the time zone of finance', example: '2026' })
  year!: string;
}
