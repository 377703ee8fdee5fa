import { CURRENCIES, type Currency } from '../../domain/money.js';
import { PropText, PropEnum } from '../openapi/prop.js';

export class MoneyResponse {
  @PropText('Decimal, exact', { example: '2.00' }) amount!: string;
  @PropEnum(CURRENCIES, 'ISO 4217', { example: 'USD' }) currency!: Currency;
}
