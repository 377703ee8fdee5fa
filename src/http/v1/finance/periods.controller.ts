import { Get } from '@nestjs/common';
import { ListPeriods } from '../../../application/periods/list-periods.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { V1 } from '../v1.decorator.js';
import { PERIODS } from './finance.examples.js';
import { presentPeriod } from './ledger.presenter.js';
import { PeriodListResponse } from './ledger.response.js';

@V1('finance/periods', 'Finance')
export class PeriodsController {
  constructor(private readonly list: ListPeriods) {}

  @Get()
  @NoQuery()
  @ApiEndpoint({
    id: 'listPeriods',
    summary: 'List the months of the books',
    description: 'Latest first, from the month of the first order to this one. They are the same for all tenants.',
    access: 'finance:read',
  })
  @ApiJsonResponse(200, 'All of them', PeriodListResponse, { periods: PERIODS })
  async all(): Promise<PeriodListResponse> {
    return { data: (await this.list.run()).map(presentPeriod) };
  }
}
