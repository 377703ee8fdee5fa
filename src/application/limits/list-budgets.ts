import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Budget } from '../../domain/limits/budget.js';
import type { PurchaseLimits } from '../../domain/limits/purchase-limits.js';
import { BudgetsRepository, type KeptBudget } from '../../persistence/limits/budgets.repository.js';
import { DefaultLimits } from './default-limits.js';

/** A budget with the limit that holds: its own, else the tenant's for every month, else the default. */
export const budgetFrom = (kept: KeptBudget, defaults: PurchaseLimits): Budget => ({
  ...kept,
  limitUsd: kept.budgetUsd ?? kept.everyMonthUsd ?? defaults.monthUsd,
  source: kept.budgetUsd === null ? 'every_month' : 'budget',
});

@Injectable()
export class ListBudgets {
  constructor(
    private readonly budgets: BudgetsRepository,
    private readonly defaults: DefaultLimits,
  ) {}

  /** Of one tenant. Throws `tenant_not_found`. */
  async find(tenantId: string, period: string): Promise<Budget> {
    const kept = await this.budgets.find(tenantId, period);
    if (!kept) throw new AppError('tenant_not_found', 'There is no such tenant.');
    return budgetFrom(kept, this.defaults.limits);
  }

  /** Of every tenant, by id. `next`: the tenant after which the next page goes on. */
  async page(
    period: string,
    after: string | null,
    limit: number,
  ): Promise<{ readonly budgets: readonly Budget[]; readonly next: string | null }> {
    const found = await this.budgets.page(period, null, after, limit + 1);
    const budgets = found.slice(0, limit).map((kept) => budgetFrom(kept, this.defaults.limits));
    return { budgets, next: found.length > limit ? (budgets.at(-1)?.tenantId ?? null) : null };
  }
}
