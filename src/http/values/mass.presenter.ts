import { massIn, readableUnit, type Grams } from '../../domain/mass.js';
import type { MassResponse } from './mass.response.js';

export const presentMass = (mass: Grams): MassResponse => {
  const unit = readableUnit(mass);
  return { value: massIn(mass, unit), unit, grams: mass };
};

/** What is ordered beyond what was asked for; null: nothing. */
export const presentOverDelivery = (requested: Grams, ordered: Grams): MassResponse | null =>
  ordered > requested ? presentMass((ordered - requested) as Grams) : null;
