import type { DayRates } from '../../../application/exports/set-rates.js';
import { CURRENCIES, type Currency } from '../../../domain/money.js';
import { EnumField, Field } from '../../validation/field.js';
import { Check, type Reason } from '../../validation/check.decorator.js';
import { TextField } from '../../validation/text.field.js';

const DAY = /^20\d{2}-\d{2}-\d{2}$/;
const RATE = /^(?=.*[1-9])\d{1,10}(\.\d{1,10})?$/;

const dayReason = (value: unknown): Reason =>
  typeof value === 'string' && DAY.test(value) && isDay(value) ? null : 'must be a day such as 2026-11-30';

const isDay = (day: string): boolean => {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
};

const ratesReason = (value: unknown, request: object): Reason => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'must be an object of rates by currency';
  const entries = Object.entries(value);
  if (entries.length === 0) return 'must have at least one rate';
  const { functional } = request as SetRatesRequest;
  const isGood = ([currency, rate]: [string, unknown]): boolean =>
    CURRENCIES.some((known) => known === currency) &&
    currency !== functional &&
    typeof rate === 'string' &&
    RATE.test(rate);
  return entries.every(isGood)
    ? null
    : `must have rates above zero as decimal strings such as "0.8621", of ${CURRENCIES.join(', ')} but not of functional`;
};

export class SetRatesRequest {
  @EnumField(CURRENCIES, { about: 'The currency of the books', example: 'EUR' })
  functional!: Currency;

  @Field({ type: String, format: 'date' }, { about: 'Of which day', example: '2026-11-30' }, Check(dayReason))
  on_date!: string;

  @Field(
    {
      type: 'object',
      additionalProperties: { type: 'string', pattern: RATE.source },
      propertyNames: { enum: [...CURRENCIES] },
      minProperties: 1,
    } as object,
    { about: 'What a unit of each was in it', example: { USD: '0.8621', GBP: '1.1423' } },
    Check(ratesReason),
  )
  rates!: Partial<Record<Currency, string>>;

  @TextField({ min: 1, max: 100 }, { about: 'Where they are from', example: 'ECB' })
  source!: string;
}

export const ratesFrom = ({ functional, on_date: onDate, rates, source }: SetRatesRequest): DayRates => ({
  functional,
  onDate,
  rates,
  source,
});
