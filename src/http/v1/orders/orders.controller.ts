import { Get, Headers, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiParam } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../../application/access/principal.js';
import { AwaitChange } from '../../../application/orders/await-change.js';
import { AmbiguousKeyError, FindOrder } from '../../../application/orders/find-order.js';
import { ListOrders } from '../../../application/orders/list-orders.js';
import { RefreshOrder } from '../../../application/orders/refresh-order.js';
import { AppError } from '../../../domain/errors.js';
import type { Order } from '../../../domain/orders/order.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Caller, causeOf, tenantScopeOf } from '../../access/principal.js';
import { noteOutcome } from '../../server/request-log.js';
import { hungUp } from '../../server/hung-up.js';
import { newsWaitFrom } from '../../server/prefer-wait.js';
import { isCurrent, sendTagged } from '../../server/tagged-response.js';
import { ORDER_ID_PIPE } from '../../validation/id.pipe.js';
import { ORDER_ID } from '../../validation/id-patterns.js';
import { askForTenant, OrderByKeyRequest } from './order-by-key.request.js';
import { cursorOfOrder, ListOrdersRequest, orderFilterFrom, orderPositionFrom } from './list-orders.request.js';
import { NoInput, NoQuery } from '../../validation/no-input.guard.js';
import { OrderListResponse, OrderResponse } from './order.response.js';
import { limitFrom, positionFrom } from '../../validation/paging.js';
import { OrderPresenter } from './order.presenter.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse, ApiTaggedResponse } from '../../openapi/api-responses.decorator.js';
import { V1 } from '../v1.decorator.js';
import { COMPLETED_ORDER, DOUBTFUL_ORDER, PLACED_ORDER, UNPAID_ORDER } from './order.examples.js';

@V1('orders', 'Orders')
export class OrdersController {
  constructor(
    private readonly find: FindOrder,
    private readonly list: ListOrders,
    private readonly refresh: RefreshOrder,
    private readonly awaitChange: AwaitChange,
    private readonly presenter: OrderPresenter,
  ) {}

  @Get()
  @ApiEndpoint({
    id: 'listOrders',
    summary: 'List orders',
    description: 'Newest first.',
    access: 'orders:read',
    problems: ['provider_not_enabled'],
  })
  @ApiJsonResponse(200, 'A page of orders', OrderListResponse, {
    page: {
      data: [PLACED_ORDER, UNPAID_ORDER, DOUBTFUL_ORDER],
      next_cursor: 'WyIyMDI2LTExLTI2VDEwOjQyOjE3LjczN1oiLCJvcmRfMDFtOGJxNXZnOGZ2Zzh4NmV6aGR4ejhmZGYiXQ',
    },
  })
  async page(@Query() query: ListOrdersRequest, @Caller() caller: Principal): Promise<OrderListResponse> {
    const after = positionFrom(query.cursor, orderPositionFrom);
    const { orders, next } = await this.list.run(
      orderFilterFrom(query, tenantScopeOf(caller)),
      after,
      limitFrom(query),
    );
    return {
      data: orders.map((order) => this.presenter.present(order)),
      next_cursor: next && cursorOfOrder(next),
    };
  }

  @Get('by-idempotency-key/:key')
  @ApiEndpoint({
    id: 'findOrderByIdempotencyKey',
    summary: 'Find an order by its Idempotency-Key',
    description:
      'With an `ops` key, among the orders of all tenants; `tenant_id` says whose it is where several have used the key.',
    access: 'orders:read',
    problems: ['order_not_found'],
  })
  @ApiParam({
    name: 'key',
    description: 'The Idempotency-Key that the order was placed under',
    schema: { type: 'string', minLength: 1, maxLength: 255, examples: ['5f0b3c1e-7d1a-4c39-9a53-0c9f4f1a2b7c'] },
  })
  @ApiTaggedResponse('The order', OrderResponse, { placed: PLACED_ORDER })
  async byKey(
    @Param('key') key: string,
    @Query() query: OrderByKeyRequest,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // No stored key has other characters, and PostgreSQL refuses some of them.
    if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new AppError('order_not_found', 'There is no such order.');
    const order = await this.find
      .byKey(key, tenantScopeOf(caller), query.tenant_id ?? null)
      .catch((thrown: unknown) => {
        throw thrown instanceof AmbiguousKeyError ? askForTenant(thrown) : thrown;
      });
    noteOutcome(request, { orderId: order.id });
    sendTagged(request, reply, order.version, this.presenter.present(order));
  }

  @Get(':id')
  @NoQuery()
  @ApiEndpoint({
    id: 'getOrder',
    summary: 'Read an order',
    description:
      'With `If-None-Match` and `Prefer: wait=N` the response comes when the order changes, so nobody has to poll.',
    access: 'orders:read',
    problems: ['order_not_found'],
  })
  @ApiIdParam(ORDER_ID, 'Order id')
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description:
      '`wait=N`, N from 0 to 30: how many seconds to wait for a change of the response in `If-None-Match`. Anything else is ignored',
    schema: { type: 'string', examples: ['wait=20'] },
  })
  @ApiTaggedResponse(
    'The order',
    OrderResponse,
    { placed: PLACED_ORDER, completed: COMPLETED_ORDER, in_doubt: DOUBTFUL_ORDER },
    ['Preference-Applied'],
  )
  async read(
    @Param('id', ORDER_ID_PIPE) id: string,
    @Caller() caller: Principal,
    @Headers('prefer') prefer: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { waitMs, applied } = newsWaitFrom(prefer);
    if (applied !== null) void reply.header('preference-applied', applied);
    const isKnown = (order: Order): boolean => isCurrent(request, order.version, this.presenter.present(order));
    const order = await this.awaitChange.run(id, tenantScopeOf(caller), isKnown, { waitMs, gone: hungUp(reply) });
    sendTagged(request, reply, order.version, this.presenter.present(order));
  }

  @Post(':id/refresh')
  @HttpCode(200)
  @NoInput()
  @ApiEndpoint({
    id: 'refreshOrder',
    summary: 'Read the order from the provider now',
    description:
      'Instead of at the next scheduled read. The provider is read at most once per order in 2 seconds, however many requests there are.',
    access: 'orders:read',
    problems: ['order_not_found', 'provider_unavailable', 'order_lost'],
  })
  @ApiIdParam(ORDER_ID, 'Order id')
  @ApiJsonResponse(200, 'The order as it is now', OrderResponse, { completed: COMPLETED_ORDER })
  async readProvider(
    @Param('id', ORDER_ID_PIPE) id: string,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
  ): Promise<OrderResponse> {
    return this.presenter.present(await this.refresh.run(id, tenantScopeOf(caller), causeOf(caller, request)));
  }
}
