import { HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../../application/access/principal.js';
import { IdempotentExecutor } from '../../../application/idempotency/idempotent-executor.js';
import { CancelOrder } from '../../../application/orders/cancel-order.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Caller, causeOf } from '../../access/principal.js';
import { ORDER_ID_PIPE } from '../../validation/id.pipe.js';
import { ORDER_ID } from '../../validation/id-patterns.js';
import { NoInput } from '../../validation/no-input.guard.js';
import { OrderResponse } from './order.response.js';
import { HttpSettings } from '../../server/http-settings.js';
import { fingerprintOf } from '../../idempotency/fingerprint.js';
import { ApiIdempotencyKey, IDEMPOTENCY_PROBLEMS, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { sendExecuted } from '../../idempotency/send-executed.js';
import { problemSubject } from '../../problems/problem-document.js';
import { OrderRenderer } from './order-renderer.js';
import { OrderPresenter } from './order.presenter.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { V1 } from '../v1.decorator.js';
import { CANCELLED_ORDER } from './order.examples.js';

@V1('orders', 'Orders')
export class CancelOrderController {
  constructor(
    private readonly executor: IdempotentExecutor,
    private readonly cancel: CancelOrder,
    private readonly presenter: OrderPresenter,
    private readonly settings: HttpSettings,
  ) {}

  @Post(':id/cancel')
  @HttpCode(200)
  @NoInput()
  @ApiEndpoint({
    id: 'cancelOrder',
    summary: 'Cancel an order before it is fulfilled',
    description: 'Responds with `cancelled` only once the provider says so. A retirement cannot be undone.',
    access: 'orders:write',
    act: 'order.cancel',
    problems: [
      ...IDEMPOTENCY_PROBLEMS,
      'order_not_found',
      'order_not_cancellable',
      'pool_sealed',
      'provider_paused',
      'tenant_paused',
      'provider_unavailable',
      'order_lost',
    ],
  })
  @ApiIdempotencyKey()
  @ApiIdParam(ORDER_ID, 'Order id')
  @ApiJsonResponse(200, 'The order, cancelled', OrderResponse, { cancelled: CANCELLED_ORDER }, ['Idempotency-Replayed'])
  async run(
    @IdempotencyKey() key: string,
    @Param('id', ORDER_ID_PIPE) id: string,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { tenantId } = caller;
    const renderer = new OrderRenderer(this.presenter, problemSubject(request, this.settings), () => 200);
    const scope = { tenantId, operation: 'cancel_order', key, fingerprint: fingerprintOf({ order_id: id }) } as const;
    const act = this.cancel.act(id, tenantId, causeOf(caller, request));
    sendExecuted(reply, await this.executor.run(scope, act, renderer));
  }
}
