import { CURRENCIES, type Currency } from '../../../domain/money.js';
import { ShownText, ShownWord } from '../../validation/shown.js';

export class MoneyResponse {
  @ShownText('Decimal, exact', { example: '2.00' }) amount!: string;
  @ShownWord(CURRENCIES, 'ISO 4217', { example: 'USD' }) currency!: Currency;
}
