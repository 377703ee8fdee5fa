import { Injectable } from '@nestjs/common';
import type { Decimal } from 'decimal.js';
import { applied } from '../../domain/audit/act.js';
import { budgetProposed, budgetSet } from '../../domain/audit/guard-acts.js';
import { AppError } from '../../domain/errors.js';
import { budgetStepOf, periodReason, type Budget } from '../../domain/limits/budget.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import { OperatorsRepository } from '../../persistence/access/operators.repository.js';
import { BudgetsRepository, type KeptBudget } from '../../persistence/limits/budgets.repository.js';
import { requireStill, stands } from '../operators/still-may.js';
import { DefaultLimits } from './default-limits.js';
import { budgetFrom } from './list-budgets.js';

/** Two people at the same budget at once are rare; this many in a row are a bug. */
const MAX_TRIES = 5;

export interface WantedBudget {
  readonly tenantId: string;
  readonly period: string;
  readonly limitUsd: Decimal;
  readonly reason: string;
}

/** Sets what a tenant may spend in a month, or proposes it where that takes two people. It holds for every order at once. */
@Injectable()
export class SetBudget {
  constructor(
    private readonly budgets: BudgetsRepository,
    private readonly operators: OperatorsRepository,
    private readonly defaults: DefaultLimits,
  ) {}

  /** @returns the budget as it is then: set, or with the proposal. */
  async run(wanted: WantedBudget, by: RequestActor): Promise<Budget> {
    const why = periodReason(wanted.period, new Date());
    if (why !== null) throw new AppError('budget_not_possible', `The period ${why}.`, { errors: { period: [why] } });
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      if (by.operator) await requireStill(this.operators, by.operator.id, 'ops:admin');
      const kept = await this.read(wanted);
      const proposal = (await stands(this.operators, kept.proposal, 'ops:admin')) ? kept.proposal : null;
      if (await this.take({ ...kept, proposal }, wanted, by))
        return budgetFrom(await this.read(wanted), this.defaults.limits);
    }
    throw new Error('the budget changed too often while a decision on it was made');
  }

  /** @returns false if somebody else was faster. Throws AppError where it takes another person. */
  private take(kept: KeptBudget, wanted: WantedBudget, by: RequestActor): Promise<boolean> {
    const { limitUsd, reason } = wanted;
    const operatorId = by.operator?.id ?? null;
    const found = budgetFrom(kept, this.defaults.limits);
    const step = budgetStepOf(found, limitUsd, operatorId, kept.now);
    switch (step.do) {
      case 'refuse':
        throw new AppError(step.code, WHY[step.code]);
      case 'propose':
        return this.budgets.propose(
          kept,
          { limitUsd, reason, operatorId },
          applied(by, budgetProposed(found, limitUsd)),
        );
      case 'set': {
        const { proposedBy } = step;
        return this.budgets.set(
          kept,
          { limitUsd, reason, operatorId, proposedBy },
          applied(by, budgetSet(found, limitUsd)),
        );
      }
    }
  }

  private async read({ tenantId, period }: WantedBudget): Promise<KeptBudget> {
    const kept = await this.budgets.find(tenantId, period);
    if (!kept) throw new AppError('tenant_not_found', 'There is no such tenant.');
    return kept;
  }
}

const WHY = {
  operator_key_required: 'Only people raise a budget; a machine can lower one.',
  second_person_required: 'Somebody else has to send the same limit: you have proposed it.',
} as const;
