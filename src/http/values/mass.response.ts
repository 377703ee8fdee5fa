import { MASS_UNITS, type MassUnit } from '../../domain/mass.js';
import { PropInteger, PropText, PropEnum } from '../openapi/prop.js';

export class MassResponse {
  @PropText('Decimal, exact', { example: '12.5' }) value!: string;
  @PropEnum(MASS_UNITS, 'CO2e in grams, kilograms or tonnes (1,000 kg)', { example: 'kg' }) unit!: MassUnit;
  @PropInteger('The same mass as whole grams', { example: 12_500 }) grams!: number;
}
