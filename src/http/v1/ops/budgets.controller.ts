import { Body, Get, Param, Put, Query } from '@nestjs/common';
import { ApiBody, ApiParam } from '@nestjs/swagger';
import { ListBudgets } from '../../../application/limits/list-budgets.js';
import { SetBudget } from '../../../application/limits/set-budget.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { TENANT_ID_PIPE } from '../../validation/id.pipe.js';
import { TENANT_ID } from '../../validation/id-patterns.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { cursorOf, limitFrom, positionFrom } from '../../validation/paging.js';
import { V1 } from '../v1.decorator.js';
import { BUDGET, BUDGET_PROPOSED, BUDGETS_PAGE, SET_BUDGET_EXAMPLES } from './budget.examples.js';
import { presentBudget } from './budget.presenter.js';
import {
  budgetFrom,
  budgetPositionFrom,
  ListBudgetsRequest,
  PERIOD,
  PERIOD_PIPE,
  periodFrom,
  SetBudgetRequest,
} from './budget.request.js';
import { BudgetListResponse, BudgetResponse } from './budget.response.js';

const ApiPeriodParam = (): MethodDecorator =>
  ApiParam({
    name: 'period',
    description: 'Which month (UTC)',
    schema: { type: 'string', pattern: PERIOD.source, examples: ['2026-11'] },
  });

@V1('ops/budgets', 'Operators')
export class BudgetsController {
  constructor(
    private readonly list: ListBudgets,
    private readonly setting: SetBudget,
  ) {}

  @Get()
  @ApiEndpoint({
    id: 'listBudgets',
    summary: 'List what tenants may spend in a month, and have spent',
    access: 'ops',
  })
  @ApiJsonResponse(200, 'A page of tenants', BudgetListResponse, { budgets: BUDGETS_PAGE })
  async page(@Query() query: ListBudgetsRequest): Promise<BudgetListResponse> {
    const after = positionFrom(query.cursor, budgetPositionFrom);
    const { budgets, next } = await this.list.page(periodFrom(query, new Date()), after, limitFrom(query));
    return { data: budgets.map(presentBudget), next_cursor: next && cursorOf([next]) };
  }

  @Get(':id/:period')
  @NoQuery()
  @ApiEndpoint({
    id: 'getBudget',
    summary: 'Read what a tenant may spend in a month, and has spent',
    access: 'ops',
    problems: ['tenant_not_found', 'budget_not_possible'],
  })
  @ApiIdParam(TENANT_ID, 'Tenant id')
  @ApiPeriodParam()
  @ApiJsonResponse(200, 'The budget', BudgetResponse, { budget: BUDGET })
  async read(
    @Param('id', TENANT_ID_PIPE) tenantId: string,
    @Param('period', PERIOD_PIPE) period: string,
  ): Promise<BudgetResponse> {
    return presentBudget(await this.list.find(tenantId, period));
  }

  @Put(':id/:period')
  @NoQuery()
  @ApiEndpoint({
    id: 'setBudget',
    summary: 'Set what a tenant may spend in a month',
    description:
      'In place of what it may spend in every month. It holds at once, for every order that is accepted after the answer. One person, or a machine, lowers it; two people raise it: the first call proposes (`proposal`), and another person’s with the same limit within a day sets it.',
    access: 'ops:admin',
    act: 'budget.set',
    problems: ['tenant_not_found', 'budget_not_possible', 'second_person_required', 'operator_key_required'],
  })
  @ApiIdParam(TENANT_ID, 'Tenant id')
  @ApiPeriodParam()
  @ApiBody({ type: SetBudgetRequest, examples: SET_BUDGET_EXAMPLES })
  @ApiJsonResponse(200, 'The budget: set, or as it was with the proposal', BudgetResponse, {
    set: BUDGET,
    proposed: BUDGET_PROPOSED,
  })
  async put(
    @Param('id', TENANT_ID_PIPE) tenantId: string,
    @Param('period', PERIOD_PIPE) period: string,
    @Body() body: SetBudgetRequest,
    @Acting() by: RequestActor,
  ): Promise<BudgetResponse> {
    return presentBudget(await this.setting.run(budgetFrom(tenantId, period, body), by));
  }
}
