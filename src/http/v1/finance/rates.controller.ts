import { Body, HttpCode, Put } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { SetRate } from '../../../application/exports/set-rate.js';
import type { Actor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { ApiEmptyResponse } from '../../openapi/api-responses.decorator.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { V1 } from '../v1.decorator.js';
import { RATE_EXAMPLES } from './exports.examples.js';
import { rateFrom, SetRateRequest } from './rates.request.js';

@V1('finance/rates', 'Finance')
export class RatesController {
  constructor(private readonly rates: SetRate) {}

  @Put()
  @HttpCode(204)
  @NoQuery()
  @ApiEndpoint({
    id: 'setRate',
    summary: 'Enter the exchange rate of a day, for exports',
    description:
      'In place of the one of this currency and day that was entered before. What a closed month has exported stays as it is. The ledger is in the currencies of the orders and posts nothing of it.',
    access: 'finance:write',
    beside: 'ops',
    act: 'finance_rate.set',
    problems: ['rate_not_possible'],
  })
  @ApiBody({ type: SetRateRequest, examples: RATE_EXAMPLES })
  @ApiEmptyResponse(204, 'Entered')
  async put(@Body() body: SetRateRequest, @Acting() by: Actor): Promise<void> {
    await this.rates.run(rateFrom(body), by);
  }
}
