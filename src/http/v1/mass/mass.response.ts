import { MASS_UNITS, type MassUnit } from '../../../domain/mass.js';
import { ShownInteger, ShownText, ShownWord } from '../../validation/shown.js';

export class MassResponse {
  @ShownText('Decimal, exact', { example: '12.5' }) value!: string;
  @ShownWord(MASS_UNITS, 'CO2e in grams, kilograms or tonnes (1,000 kg)', { example: 'kg' }) unit!: MassUnit;
  @ShownInteger('The same mass as whole grams', { example: 12_500 }) grams!: number;
}
