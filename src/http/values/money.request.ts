import { CURRENCIES, InvalidMoneyError, moneyFromJson, type Currency, type Money } from '../../domain/money.js';
import { Check, type Reason } from '../validation/check.decorator.js';
import { EnumField, Field } from '../validation/field.js';

const amountReason = (value: unknown): Reason => {
  if (typeof value !== 'string') return 'must be a decimal text such as "2.00"';
  try {
    return moneyFromJson(value, 'USD').amount.isZero() ? 'must be greater than zero' : null;
  } catch (thrown) {
    if (thrown instanceof InvalidMoneyError) return thrown.message;
    throw thrown;
  }
};

export const AmountField = (): PropertyDecorator =>
  Field(
    { type: String, pattern: '^\\d{1,13}(\\.\\d{1,6})?$' },
    { about: 'Decimal text, greater than zero', example: '2.00' },
    Check(amountReason),
  );

export class MoneyRequest {
  @AmountField()
  amount!: string;

  @EnumField(CURRENCIES, { about: 'ISO 4217', example: 'USD' })
  currency!: Currency;
}

/** Expects a valid request. */
export const moneyFrom = ({ amount, currency }: MoneyRequest): Money => moneyFromJson(amount, currency);
