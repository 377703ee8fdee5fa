import type { PipeTransform } from '@nestjs/common';
import { ArrayMaxSize, IsArray, Matches } from 'class-validator';
import { AppError } from '../../../domain/errors.js';
import { MONTH_ID, type MonthId } from '../../../domain/periods/month.js';
import { Field } from '../../validation/field.js';
import { PROVIDER_ID } from '../../validation/id-patterns.js';
import { TextField } from '../../validation/text.field.js';

const MOST_WAIVED = 20;

/** The month in a path. */
export const PERIOD_PIPE: PipeTransform<string, MonthId> = {
  transform: (id) => {
    if (MONTH_ID.test(id)) return id as MonthId;
    throw new AppError('period_not_found', 'There is no such period.');
  },
};

const NOTE = { min: 3, max: 500, lines: true };

export class ClosePeriodRequest {
  @TextField(NOTE, { about: 'Why now. Kept: it names nobody', example: 'Statements of all providers are in' })
  note!: string;

  @Field(
    { type: 'array', items: { type: 'string', pattern: PROVIDER_ID.source }, maxItems: MOST_WAIVED },
    { about: 'Providers of which no statement is waited for; `note` says why', optional: true, example: ['one_tribe'] },
    ArrayMaxSize(MOST_WAIVED, { message: `must have at most ${MOST_WAIVED} providers` }),
    Matches(PROVIDER_ID, { each: true, message: 'must be a list of ids of providers' }),
    IsArray({ message: 'must be a list of ids of providers' }),
  )
  waived?: string[];
}

export class ReopenPeriodRequest {
  @TextField(NOTE, { about: 'Why. Kept: it names nobody', example: 'An invoice was wrong' })
  note!: string;
}
