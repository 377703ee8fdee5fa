import type { DayRate } from '../../../application/exports/set-rate.js';
import { CURRENCIES, type Currency } from '../../../domain/money.js';
import { DayField } from '../../validation/day.field.js';
import { EnumField, PatternField } from '../../validation/field.js';
import { TextField } from '../../validation/text.field.js';

/** Above zero: numeric(20, 10). */
const RATE = /^([1-9]\d{0,9}(\.\d{1,10})?|0\.\d{0,9}[1-9]0{0,9})$/;

export class SetRateRequest {
  @EnumField(CURRENCIES, { about: 'The currency of the books', example: 'EUR' })
  functional!: Currency;

  @EnumField(CURRENCIES, { about: 'Another one', example: 'USD' })
  currency!: Currency;

  @DayField({ about: 'Of which day', example: '2026-11-30' })
  on_date!: string;

  @PatternField(RATE, 'must be a decimal above zero, as a text such as "0.8621"', {
    about: 'What a unit of `currency` was in `functional`',
    example: '0.8621',
  })
  rate!: string;

  @TextField({ min: 1, max: 100 }, { about: 'Where it is from', example: 'ECB' })
  source!: string;
}

export const rateFrom = ({ on_date: onDate, ...rate }: SetRateRequest): DayRate => ({ ...rate, onDate });
