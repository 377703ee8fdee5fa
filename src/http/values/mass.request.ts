import { Decimal } from 'decimal.js';
import {
  gramsFromMass,
  InvalidMassError,
  MASS_TEXT,
  MASS_UNITS,
  type Grams,
  type MassUnit,
} from '../../domain/mass.js';
import { Check, type Reason } from '../validation/check.decorator.js';
import { EnumField, Field } from '../validation/field.js';

/** A double keeps at most this many digits of what the caller wrote. */
const MAX_NUMBER_DIGITS = 15;

/** Decimal places down to one gram. */
const PLACES: Readonly<Record<MassUnit, number>> = { g: 0, kg: 3, t: 6 };

const valueReason = (value: unknown, { unit }: MassRequest): Reason => {
  const text = decimalTextOf(value);
  if (text === null)
    return typeof value === 'number'
      ? `must have at most ${MAX_NUMBER_DIGITS} significant digits as a number; send it as a text`
      : 'must be a decimal text such as "12.5"';
  // A wrong unit is refused by its own rule.
  if (!MASS_UNITS.includes(unit)) return null;
  try {
    gramsFromMass(text, unit);
  } catch (thrown) {
    if (thrown instanceof InvalidMassError) return thrown.message;
    throw thrown;
  }
  const places = /\.(\d*?)0*$/.exec(text)?.[1]?.length ?? 0;
  return places > PLACES[unit] ? 'must be a whole number of grams' : null;
};

/** @returns null if the value is not a decimal, or a number with more digits than a double keeps */
const decimalTextOf = (value: unknown): string | null => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  const decimal = new Decimal(value);
  return decimal.precision() <= MAX_NUMBER_DIGITS ? decimal.toFixed() : null;
};

export class MassRequest {
  @Field(
    {
      oneOf: [
        { type: 'string', pattern: MASS_TEXT.source },
        { type: 'number', exclusiveMinimum: 0 },
      ],
    } as object,
    {
      about: 'Greater than zero and a whole number of grams. A number may have 15 significant digits',
      example: '12.5',
    },
    Check(valueReason),
  )
  value!: string | number;

  @EnumField(MASS_UNITS, { about: 'CO2e in grams, kilograms or tonnes (1,000 kg)', example: 'kg' })
  unit!: MassUnit;
}

/** Expects a valid request. */
export const gramsFrom = ({ value, unit }: MassRequest): Grams => gramsFromMass(decimalTextOf(value) ?? '', unit);
