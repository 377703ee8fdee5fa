import { Get, Param, Query } from '@nestjs/common';
import type { Principal } from '../../../application/access/principal.js';
import { ListTransfers } from '../../../application/ledger/list-transfers.js';
import { ReadBalances } from '../../../application/ledger/read-balances.js';
import { ReadOrderLedger } from '../../../application/ledger/read-order-ledger.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Caller, tenantScopeOf } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { ORDER_ID_PIPE } from '../../validation/id.pipe.js';
import { ORDER_ID } from '../../validation/id-patterns.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { cursorOf, limitFrom, positionFrom } from '../../validation/paging.js';
import { V1 } from '../v1.decorator.js';
import { BALANCES_PAGE, ORDER_LEDGER, TRANSFERS_PAGE } from './finance.examples.js';
import { presentBalance, presentOrderLedger, presentTransfer } from './ledger.presenter.js';
import {
  balanceGroupsFrom,
  balancePositionFrom,
  balanceTimeFrom,
  ListTransfersRequest,
  positionOfTransfer,
  ReadBalancesRequest,
  transferFilterFrom,
  transferPositionFrom,
} from './ledger.request.js';
import { BalanceListResponse, OrderLedgerResponse, TransferListResponse } from './ledger.response.js';

const WHOSE = 'Of your own orders; with the scope `ops`, too, of those of all tenants.';

@V1('finance/ledger', 'Finance')
export class LedgerController {
  constructor(
    private readonly list: ListTransfers,
    private readonly balances: ReadBalances,
    private readonly ofOrder: ReadOrderLedger,
  ) {}

  @Get('transfers')
  @ApiEndpoint({
    id: 'listTransfers',
    summary: 'List what was posted to the books',
    description: `Each transfer is a debit and a credit of the same amount, and follows from an event of an order. What was posted never changes. ${WHOSE}`,
    access: 'finance:read',
    problems: ['period_not_found'],
  })
  @ApiJsonResponse(200, 'A page of transfers', TransferListResponse, { page: TRANSFERS_PAGE })
  async transfers(@Query() query: ListTransfersRequest, @Caller() caller: Principal): Promise<TransferListResponse> {
    const after = positionFrom(query.cursor, transferPositionFrom);
    const filter = transferFilterFrom(query, tenantScopeOf(caller));
    const { transfers, next } = await this.list.run(filter, after, limitFrom(query));
    return { data: transfers.map(presentTransfer), next_cursor: next && cursorOf(positionOfTransfer(next)) };
  }

  @Get('balances')
  @ApiEndpoint({
    id: 'readBalances',
    summary: 'Read what is on each account',
    description: `Of a month with what was there before it, or of everything; as of a time, or as of now. ${WHOSE}`,
    access: 'finance:read',
    problems: ['period_not_found'],
  })
  @ApiJsonResponse(200, 'A page of balances', BalanceListResponse, { page: BALANCES_PAGE })
  async read(@Query() query: ReadBalancesRequest, @Caller() caller: Principal): Promise<BalanceListResponse> {
    const after = positionFrom(query.cursor, balancePositionFrom);
    const [time, groups] = [balanceTimeFrom(query), balanceGroupsFrom(query)];
    const { balances, next } = await this.balances.run(tenantScopeOf(caller), time, groups, after, limitFrom(query));
    return { data: balances.map(presentBalance), next_cursor: next && cursorOf(next) };
  }

  @Get('orders/:id')
  @NoQuery()
  @ApiEndpoint({
    id: 'readOrderLedger',
    summary: 'Read what the books have of one order',
    description: 'Empty until the order is bought. Events are posted a moment after they happen.',
    access: 'finance:read',
    problems: ['order_not_found'],
  })
  @ApiIdParam(ORDER_ID, 'Order id')
  @ApiJsonResponse(200, 'Its balances and transfers', OrderLedgerResponse, { retired: ORDER_LEDGER })
  async order(@Param('id', ORDER_ID_PIPE) id: string, @Caller() caller: Principal): Promise<OrderLedgerResponse> {
    return presentOrderLedger(id, await this.ofOrder.run(id, tenantScopeOf(caller)));
  }
}
