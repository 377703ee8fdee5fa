import type { PipeTransform } from '@nestjs/common';
import type { WantedBudget } from '../../../application/limits/set-budget.js';
import { AppError } from '../../../domain/errors.js';
import { periodAt } from '../../../domain/limits/budget.js';
import { EnumField, ObjectField, PatternField } from '../../validation/field.js';
import { TENANT_ID } from '../../validation/id-patterns.js';
import { PagingQuery } from '../../validation/paging.js';
import { TextField } from '../../validation/text.field.js';
import { AmountField, moneyFrom } from '../../values/money.request.js';

export const PERIOD = /^20\d{2}-(0[1-9]|1[0-2])$/;
const NOT_A_PERIOD = 'must be a month such as 2026-11';

/** The month in a path. */
export const PERIOD_PIPE: PipeTransform<string, string> = {
  transform: (period) => {
    if (PERIOD.test(period)) return period;
    throw new AppError('budget_not_possible', `The period ${NOT_A_PERIOD}.`, { errors: { period: [NOT_A_PERIOD] } });
  },
};

/** Spending in every currency is counted in US dollars. */
export class UsdRequest {
  @AmountField()
  amount!: string;

  @EnumField(['USD'], { about: 'US dollars: spending in every currency is counted in them', example: 'USD' })
  currency!: 'USD';
}

export class SetBudgetRequest {
  @ObjectField(() => UsdRequest, { about: 'What may be spent in the month, in USD' })
  limit!: UsdRequest;

  @TextField({ min: 3, max: 300 }, { about: 'Why. Kept: it names nobody', example: 'Agreed for the year-end campaign' })
  reason!: string;
}

export class ListBudgetsRequest extends PagingQuery {
  @PatternField(PERIOD, NOT_A_PERIOD, {
    about: 'Of which month (UTC); by default of this one',
    optional: true,
    example: '2026-11',
  })
  period?: string;
}

export const periodFrom = ({ period }: ListBudgetsRequest, now: Date): string => period ?? periodAt(now);

export const budgetFrom = (tenantId: string, period: string, { limit, reason }: SetBudgetRequest): WantedBudget => ({
  tenantId,
  period,
  limitUsd: moneyFrom(limit).amount,
  reason,
});

/** @returns null if the parts are not a position */
export const budgetPositionFrom = ([id]: readonly string[]): string | null =>
  id !== undefined && TENANT_ID.test(id) ? id : null;
