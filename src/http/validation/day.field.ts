import { Check } from './check.decorator.js';
import { Field, type FieldOptions } from './field.js';

/** A day of a calendar. One that does not exist, such as 30 February, is refused instead of moved. */
export const DayField = (options: FieldOptions): PropertyDecorator =>
  Field(
    { type: String, format: 'date' },
    { example: '2026-10-31', ...options },
    Check((value) => (isDay(value) ? null : 'must be a day such as 2026-10-31')),
  );

const isDay = (value: unknown): boolean => {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
};
