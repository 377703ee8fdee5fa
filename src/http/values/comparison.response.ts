import { PropCode, PropObject, PropText } from '../openapi/prop.js';
import { MoneyResponse } from './money.response.js';

export class ComparisonResponse {
  @PropCode('ComparisonCode', 'How the total was compared with the others') code!: string;
  @PropObject(() => MoneyResponse, 'What was compared: exact, rounded up to a millionth. Null without a rate', {
    nullable: true,
  })
  total!: MoneyResponse | null;
  @PropText('US dollars per unit of the currency of the price, null if none was used', {
    nullable: true,
    example: '1.25',
  })
  rate!: string | null;
  @PropText('Day of the rate, null if none was used', { nullable: true, format: 'date', example: '2026-11-20' })
  rate_date!: string | null;
}
