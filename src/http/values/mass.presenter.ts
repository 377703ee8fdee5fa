import { massIn, readableUnit, type Grams } from '../../domain/mass.js';
import type { MassResponse } from './mass.response.js';

export const presentMass = (mass: Grams): MassResponse => {
  const unit = readableUnit(mass);
  return { value: massIn(mass, unit), unit, grams: mass };
};

/** @returns null if no more is ordered than was requested */
export const presentOverDelivery = (requested: Grams, ordered: Grams): MassResponse | null =>
  ordered > requested ? presentMass((ordered - requested) as Grams) : null;
