import type { MassUnit } from '../mass.js';
import type { NumberFormat, StatementMapping } from './mapping.js';

/** Money is kept in millionths, exact for numeric(20,6). */
export const UNIT_DECIMALS = 6;

const MAX_DIGITS = 12;

const escaped = (character: string): string => (character === '' ? '' : `\\${character}`);

/** Reads a number into a whole count of its smallest part: 1.5 by a scale of 3 is 1500. */
export type NumberReader = (text: string, scale: number) => bigint | 'malformed' | 'too_fine';

/** A reader of numbers that are written like this, and in no other way. Zeros at the end of a fraction count for nothing. */
export const numberReader = ({ decimal, thousands }: NumberFormat): NumberReader => {
  const grouped = thousands === '' ? '' : `|\\d{1,3}(?:${escaped(thousands)}\\d{3})+`;
  const shape = new RegExp(`^(-?)(\\d+${grouped})(?:${escaped(decimal)}(\\d{1,15}))?$`);
  return (text, scale) => {
    const [, minus, whole, fraction = ''] = shape.exec(text) ?? [];
    if (whole === undefined) return 'malformed';
    const digits = thousands === '' ? whole : whole.replaceAll(thousands, '');
    if (digits.length > MAX_DIGITS) return 'malformed';
    const fine = fraction.replace(/0+$/, '');
    if (fine.length > scale) return 'too_fine';
    const size = BigInt(digits + fine.padEnd(scale, '0'));
    return minus === '-' ? -size : size;
  };
};

/** An amount of a file in millionths. */
export const amountReader = (mapping: StatementMapping): ((text: string) => bigint | 'malformed' | 'too_fine') => {
  const read = numberReader(mapping);
  const { isInCents, amountDecimals } = mapping;
  const scale = isInCents ? 0 : amountDecimals;
  const factor = 10n ** BigInt(UNIT_DECIMALS - (isInCents ? 2 : amountDecimals));
  return (text) => {
    const amount = read(text, scale);
    return typeof amount === 'bigint' ? amount * factor : amount;
  };
};

/** The decimals of a unit that make whole grams. */
export const GRAM_DECIMALS: Readonly<Record<MassUnit, number>> = { g: 0, kg: 3, t: 6 };

/** An amount as people declare it: with a point, and up to six decimals. Null for what is none. */
export const unitsFrom = (text: string): bigint | null => {
  const units = readPlain(text, UNIT_DECIMALS);
  return typeof units === 'bigint' ? units : null;
};

const readPlain = numberReader({ decimal: '.', thousands: '' });

/** At least two decimals, more only where there are any: "2.00", "-0.016". */
export const decimalOf = (units: bigint): string => {
  const size = (units < 0n ? -units : units).toString().padStart(UNIT_DECIMALS + 1, '0');
  const fraction = size.slice(-UNIT_DECIMALS).replace(/0{1,4}$/, '');
  return `${units < 0n ? '-' : ''}${size.slice(0, -UNIT_DECIMALS)}.${fraction}`;
};
