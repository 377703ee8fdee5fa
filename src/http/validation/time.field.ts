import { Check, type Reason } from './check.decorator.js';
import { Field, type FieldOptions } from './field.js';

/** RFC 3339. A date that does not exist, such as 30 February, is refused instead of moved. */
export const TimeField = (options: FieldOptions): PropertyDecorator =>
  Field({ type: String, format: 'date-time' }, { example: '2026-11-20T09:30:00Z', ...options }, Check(timeReason));

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;
const NOT_A_TIME = 'must be a time such as 2026-11-20T09:30:00Z (write + as %2B in an address)';
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const NOT_ONLY_A_DAY = 'must be a time, not only a day: add T00:00:00Z for the beginning of the day in UTC';
const EARLIEST_YEAR = 1970;

const timeReason = (value: unknown): Reason => {
  if (typeof value === 'string' && DAY.test(value)) return NOT_ONLY_A_DAY;
  if (typeof value !== 'string' || !TIME.test(value)) return NOT_A_TIME;
  const time = new Date(value);
  const day = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(time.getTime()) || Number.isNaN(day.getTime())) return NOT_A_TIME;
  if (day.toISOString().slice(0, 10) !== value.slice(0, 10)) return 'must be a day that exists';
  return time.getUTCFullYear() < EARLIEST_YEAR ? `must not be before ${EARLIEST_YEAR}` : null;
};
