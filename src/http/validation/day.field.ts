import { dayFrom } from '../../domain/statements/days.js';
import { Check } from './check.decorator.js';
import { Field, type FieldOptions } from './field.js';

/** A day of a calendar. One that does not exist, such as 30 February, is refused instead of moved. */
export const DayField = (options: FieldOptions): PropertyDecorator =>
  Field(
    { type: String, format: 'date' },
    { example: '2026-10-31', ...options },
    Check((value) =>
      typeof value === 'string' && dayFrom(value, 'YYYY-MM-DD') !== null ? null : 'must be a day such as 2026-10-31',
    ),
  );
