import { Decimal } from 'decimal.js';
import type { FieldReader } from './field-reader.js';

/** Masses from activities. The factors are what the provider's own sandbox answers with, as far as that is known. */

const CAR_KG_PER_KM = '0.25';

/** Known of `school_bus` only. */
const VEHICLES: ReadonlyMap<unknown, string> = new Map([
  ['passenger_car_van_or_suv', CAR_KG_PER_KM],
  ['small_bus', '0.5'],
  ['school_bus', '0.745'],
  ['coach_bus', '0.9'],
]);

/** Whole kilograms, rounded up: the product of what is asked for and its factor. */
const massOf = (fields: FieldReader, names: readonly string[], kgPerUnit: string): number =>
  names
    .reduce((product, name) => product.times(fields.positiveNumber(name)), new Decimal(kgPerUnit))
    .ceil()
    .toNumber();

const byVehicle = (fields: FieldReader): number => {
  const factor = VEHICLES.get(fields.optionalText('vehicle_type', 512));
  if (factor === undefined)
    fields.refuse('vehicle_type', `The vehicle_type is one of: ${[...VEHICLES.keys()].join(', ')}.`);
  return massOf(fields, ['distance_km'], factor ?? '0');
};

export const rideKg = (fields: FieldReader): number => massOf(fields, ['distance_km'], CAR_KG_PER_KM);

/** By the last part of the quote's path: a mass in kilograms from the fields of a request. */
export const ACTIVITIES: Readonly<Record<string, (fields: FieldReader) => number>> = {
  'air-freight': (fields) => massOf(fields, ['freight_mass_kg', 'distance_km'], '0.002'),
  flight: (fields) => massOf(fields, ['distance_km'], '0.1'),
  'ground-freight': (fields) => massOf(fields, ['freight_mass_kg', 'distance_km'], '0.00014'),
  'ground-transport': byVehicle,
  'office-space': (fields) => massOf(fields, ['square_footage'], '8.6'),
  train: (fields) => massOf(fields, ['distance_km'], '0.038'),
};
