import { Body, HttpCode, Put } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { SetRates } from '../../../application/exports/set-rates.js';
import type { Actor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { ApiEmptyResponse } from '../../openapi/api-responses.decorator.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { V1 } from '../v1.decorator.js';
import { RATES_EXAMPLES } from './exports.examples.js';
import { ratesFrom, SetRatesRequest } from './rates.request.js';

@V1('finance/rates', 'Finance')
export class RatesController {
  constructor(private readonly rates: SetRates) {}

  @Put()
  @HttpCode(204)
  @NoQuery()
  @ApiEndpoint({
    id: 'setRates',
    summary: 'Enter exchange rates of a day, for exports',
    description:
      'In place of those of the same day that were entered before. What a closed month has exported stays as it is. The ledger is in the currencies of the orders and posts nothing of it.',
    access: 'finance:write',
    beside: 'ops',
    act: 'finance_rates.set',
  })
  @ApiBody({ type: SetRatesRequest, examples: RATES_EXAMPLES })
  @ApiEmptyResponse(204, 'Entered')
  async put(@Body() body: SetRatesRequest, @Acting() by: Actor): Promise<void> {
    await this.rates.run(ratesFrom(body), by);
  }
}
