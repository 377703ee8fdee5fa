import { Get, Param, Query } from '@nestjs/common';
import type { Principal } from '../../../application/access/principal.js';
import { ReadCase } from '../../../application/ops/read-case.js';
import { ListOrders } from '../../../application/orders/list-orders.js';
import { ReadTimeline } from '../../../application/timeline/read-timeline.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Caller } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { ORDER_ID_PIPE } from '../../validation/id.pipe.js';
import { ORDER_ID } from '../../validation/id-patterns.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { limitFrom, positionFrom } from '../../validation/paging.js';
import { cursorOfOrder, orderPositionFrom } from '../orders/list-orders.request.js';
import { OrderPresenter } from '../orders/order.presenter.js';
import { cursorOfEntry, ReadTimelineRequest, timelinePositionFrom } from '../timeline/read-timeline.request.js';
import { presentEntry } from '../timeline/timeline.presenter.js';
import { CaseTimelineResponse } from '../timeline/timeline.response.js';
import { CASE, CASE_TIMELINE, SLIM_ORDERS } from './case.examples.js';
import { V1 } from '../v1.decorator.js';
import { presentCase } from './case.presenter.js';
import { CaseResponse, SlimOrderListResponse } from './case.response.js';
import { SearchOrdersRequest, searchFilterFrom } from './ops-orders.request.js';
import { presentSlim } from './slim-order.presenter.js';

@V1('ops/orders', 'Operators')
export class OpsOrdersController {
  constructor(
    private readonly list: ListOrders,
    private readonly cases: ReadCase,
    private readonly timeline: ReadTimeline,
    private readonly presenter: OrderPresenter,
  ) {}

  @Get()
  @ApiEndpoint({
    id: 'searchOrders',
    summary: 'List or search the orders of all tenants',
    description: 'Newest first. `q` finds by any id that people come with.',
    access: 'ops',
    problems: ['provider_not_enabled'],
  })
  @ApiJsonResponse(200, 'A page of orders', SlimOrderListResponse, { orders: SLIM_ORDERS })
  async page(@Query() query: SearchOrdersRequest): Promise<SlimOrderListResponse> {
    const after = positionFrom(query.cursor, orderPositionFrom);
    const { orders, next } = await this.list.run(searchFilterFrom(query), after, limitFrom(query));
    return { data: orders.map(presentSlim), next_cursor: next && cursorOfOrder(next) };
  }

  @Get(':id')
  @NoQuery()
  @ApiEndpoint({
    id: 'getCase',
    summary: 'Read an order with all that is kept about it',
    description:
      'What was sent and what became of it, what the gateway does next, hosted checkouts, what was named for it, notes, and who has it in hand.',
    access: 'ops',
    problems: ['order_not_found', 'order_lost'],
  })
  @ApiIdParam(ORDER_ID, 'Order id')
  @ApiJsonResponse(200, 'The order', CaseResponse, { case: CASE })
  async read(@Param('id', ORDER_ID_PIPE) id: string, @Caller() caller: Principal): Promise<CaseResponse> {
    const found = await this.cases.run(id, caller);
    return presentCase(found, this.presenter.present(found.order));
  }

  @Get(':id/timeline')
  @ApiEndpoint({
    id: 'readCaseTimeline',
    summary: 'Read everything that happened to an order, with what operators did',
    description:
      'As `GET /v1/orders/{id}/timeline`, and what is told to operators alone: notes, and acts of the audit.',
    access: 'ops',
    problems: ['order_not_found'],
  })
  @ApiIdParam(ORDER_ID, 'Order id')
  @ApiJsonResponse(200, 'A page of its timeline', CaseTimelineResponse, { timeline: CASE_TIMELINE })
  async entries(
    @Param('id', ORDER_ID_PIPE) id: string,
    @Query() query: ReadTimelineRequest,
  ): Promise<CaseTimelineResponse> {
    const after = positionFrom(query.after, timelinePositionFrom, { parameter: 'after', field: 'next_cursor' });
    const { entries, next } = await this.timeline.forOperators(id, after, limitFrom(query));
    return { data: entries.map(presentEntry), next_cursor: next && cursorOfEntry(next) };
  }
}
