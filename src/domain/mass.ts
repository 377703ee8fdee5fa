import { Decimal } from 'decimal.js';

/**
 * A quantity of CO2e as a whole number of grams: positive, at most MAX_GRAMS. Made by `grams` or `gramsFromMass` only.
 */
export type Grams = number & { readonly unit: 'g CO2e' };

export const MASS_UNITS = ['g', 'kg', 't'] as const;
export type MassUnit = (typeof MASS_UNITS)[number];

/** A billion tonnes: far above any order, and the sum of a few of them is still an exact JavaScript integer. */
export const MAX_GRAMS = 1e15;

const GRAMS_PER: Readonly<Record<MassUnit, number>> = { g: 1, kg: 1_000, t: 1_000_000 };

export class InvalidMassError extends Error {}

/** Throws InvalidMassError unless `value` is a whole number of grams in (0, MAX_GRAMS]. */
export const grams = (value: number): Grams => {
  if (!Number.isSafeInteger(value)) throw new InvalidMassError('must be a whole number of grams');
  if (value <= 0) throw new InvalidMassError('must be greater than zero');
  if (value > MAX_GRAMS) throw new InvalidMassError('must be at most a billion tonnes');
  return value as Grams;
};

/** Enough digits for any text that MASS_TEXT lets through times a unit: nothing is rounded on the way. */
const Exact = Decimal.clone({ precision: 60 });

/** How a mass is written. MAX_GRAMS in grams has sixteen digits. */
export const MASS_TEXT = /^\d{1,16}(\.\d{1,15})?$/;

/** Parses a decimal string such as "12.5" in `unit`. Throws InvalidMassError, whose message completes "mass …". */
export const gramsFromMass = (value: string, unit: MassUnit): Grams => {
  if (value.startsWith('-')) throw new InvalidMassError('must be greater than zero');
  if (!MASS_TEXT.test(value)) throw new InvalidMassError('must be a plain decimal number such as "12.5"');
  return grams(wholeNumber(new Exact(value).times(GRAMS_PER[unit])));
};

const wholeNumber = (value: Decimal): number => (value.isInteger() ? value.toNumber() : Number.NaN);

/** Exact decimal string of the mass in `unit`, without trailing zeros: 12500 g is "12.5" kg. */
export const massIn = (mass: Grams, unit: MassUnit): string => new Decimal(mass).div(GRAMS_PER[unit]).toFixed();

/** The largest unit of which the mass is at least one, for people to read: 1.2 kg rather than 1200 g. */
export const readableUnit = (mass: Grams): MassUnit => (mass >= GRAMS_PER.t ? 't' : mass >= GRAMS_PER.kg ? 'kg' : 'g');

/** In that unit: "1.2 kg". */
export const readableMass = (mass: Grams): string => `${massIn(mass, readableUnit(mass))} ${readableUnit(mass)}`;

/** Null is no bound. */
export const smallerMass = (a: Grams | null, b: Grams | null): Grams | null =>
  a === null ? b : b === null ? a : (Math.min(a, b) as Grams);

/** Null is nothing. */
export const largerMass = (a: Grams | null, b: Grams | null): Grams | null =>
  a === null ? b : b === null ? a : (Math.max(a, b) as Grams);

export interface MassRule {
  /** Orders are a whole multiple of this. */
  readonly step: Grams;
  readonly minimum: Grams;
  readonly maximum: Grams | null;
}

/** Whether `rule` lets exactly this mass be ordered. */
export const isOrderable = (mass: Grams, rule: MassRule): boolean =>
  mass % rule.step === 0 && mass >= rule.minimum && (rule.maximum === null || mass <= rule.maximum);

/**
 * The orderable masses nearest to `mass`: `below` is at most it, `above` at least it; null where the rule allows none.
 */
export const nearestOrderable = (mass: Grams, rule: MassRule): { below: Grams | null; above: Grams | null } => {
  const smallest = Math.ceil(rule.minimum / rule.step) * rule.step;
  const largest = Math.floor((rule.maximum ?? MAX_GRAMS) / rule.step) * rule.step;
  if (smallest > largest) return { below: null, above: null };
  const below = Math.min(Math.floor(mass / rule.step) * rule.step, largest);
  const above = Math.max(Math.ceil(mass / rule.step) * rule.step, smallest);
  return {
    below: below >= smallest ? (below as Grams) : null,
    above: above <= largest ? (above as Grams) : null,
  };
};
