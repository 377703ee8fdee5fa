import type { PipeTransform } from '@nestjs/common';
import { AppError } from '../../../domain/errors.js';
import { MONTH_ID, type MonthId } from '../../../domain/periods/month.js';
import { TextField } from '../../validation/text.field.js';

/** The month in a path. */
export const PERIOD_PIPE: PipeTransform<string, MonthId> = {
  transform: (id) => {
    if (MONTH_ID.test(id)) return id as MonthId;
    throw new AppError('period_not_found', 'There is no such period.');
  },
};

export class ClosePeriodRequest {
  @TextField(
    { min: 3, max: 500, lines: true },
    { about: 'Why it is closed, or reopened. Kept: it names nobody', example: 'Statements of all providers are in' },
  )
  note!: string;
}
