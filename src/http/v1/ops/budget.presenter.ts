import { Decimal } from 'decimal.js';
import type { Budget } from '../../../domain/limits/budget.js';
import { plainMoney } from '../../../domain/refusal-numbers.js';
import type { MoneyResponse } from '../../values/money.response.js';
import { presentPlainMoney } from '../../values/refusal.presenter.js';
import { presentTime } from '../../values/time.presenter.js';
import type { BudgetResponse } from './budget.response.js';

export const presentBudget = (budget: Budget): BudgetResponse => {
  const { limitUsd, spentUsd, set, proposal } = budget;
  return {
    tenant_id: budget.tenantId,
    period: budget.period,
    limit: limitUsd && usd(limitUsd),
    source: budget.source,
    spent: usd(spentUsd),
    reserved: usd(budget.reservedUsd),
    left: limitUsd && usd(Decimal.max(0, limitUsd.minus(spentUsd))),
    set: set && {
      by: set.by && { id: set.by.id, name: set.by.name },
      at: presentTime(set.at),
      reason: set.reason,
    },
    proposal: proposal && {
      limit: usd(proposal.limitUsd),
      by: { id: proposal.by.id, name: proposal.by.name },
      at: presentTime(proposal.at),
      reason: proposal.reason,
    },
  };
};

const usd = (amount: Decimal): MoneyResponse => presentPlainMoney(plainMoney({ amount, currency: 'USD' }));
