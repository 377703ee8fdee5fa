import type { Money } from '../../domain/money.js';
import { compare, type ComparedRates } from '../../domain/quotes/ranking.js';
import type { ComparisonResponse } from './comparison.response.js';
import { presentMoney } from './money.presenter.js';

export const presentComparison = (price: Money, fx: ComparedRates | null): ComparisonResponse => {
  const { code, total, rate, rateDate } = compare(price, fx);
  return { code, total: total && presentMoney(total), rate, rate_date: rateDate };
};
