import { MONTH_ID } from '../../domain/periods/month.js';
import { PatternField, type FieldOptions } from './field.js';

export const PeriodField = (options: FieldOptions): PropertyDecorator =>
  PatternField(MONTH_ID, 'must be a month such as 2026-11; see GET /v1/finance/periods', {
    example: '2026-11',
    ...options,
  });
