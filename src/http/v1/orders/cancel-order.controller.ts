import { HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../../application/access/authenticate.js';
import { IdempotentExecutor, type IdempotentAct } from '../../../application/idempotency/idempotent-executor.js';
import { CancelOrder } from '../../../application/orders/cancel-order.js';
import { FindOrder } from '../../../application/orders/find-order.js';
import type { Order } from '../../../domain/orders/order.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Caller } from '../../access/principal.js';
import { ORDER_ID_PIPE } from '../../validation/id.pipe.js';
import { ORDER_ID } from '../../validation/id-patterns.js';
import { NoInput } from '../../validation/no-input.guard.js';
import { OrderResponse } from './order.response.js';
import { HttpSettings } from '../../server/http-settings.js';
import { finalRefusal } from '../../idempotency/final-refusal.js';
import { fingerprintOf } from '../../idempotency/fingerprint.js';
import { ApiIdempotencyKey, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { sendKept } from '../../idempotency/send-kept.js';
import { OrderPresenter } from './order.presenter.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { V1 } from '../v1.decorator.js';

@V1('orders', 'Orders')
export class CancelOrderController {
  constructor(
    private readonly answers: IdempotentExecutor,
    private readonly find: FindOrder,
    private readonly cancel: CancelOrder,
    private readonly presenter: OrderPresenter,
    private readonly settings: HttpSettings,
  ) {}

  @Post(':id/cancel')
  @HttpCode(200)
  @NoInput()
  @ApiEndpoint({
    summary: 'Cancel an order before it is fulfilled',
    description: 'Answers `cancelled` only once the provider says so. A retirement cannot be undone.',
    access: 'orders:write',
    problems: [
      'idempotency_key_missing',
      'idempotency_key_invalid',
      'idempotency_key_reused',
      'request_in_progress',
      'order_not_found',
      'order_not_cancellable',
      'provider_unavailable',
    ],
  })
  @ApiIdempotencyKey()
  @ApiIdParam(ORDER_ID, 'Order id')
  @ApiJsonResponse(200, 'The order, cancelled', OrderResponse, {
    'Idempotency-Replayed': '`true` when this is the first answer again',
  })
  async run(
    @IdempotencyKey() key: string,
    @Param('id', ORDER_ID_PIPE) id: string,
    @Caller() { tenantId }: Principal,
    @Req() { id: requestId, url }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const request = { tenantId, operation: 'cancel_order', key, fingerprint: fingerprintOf({ order_id: id }) } as const;
    const act: IdempotentAct<Order> = {
      execute: async () => {
        await this.find.run(id, tenantId);
        return (await this.answers.take(request, id)) ? this.cancel.run(id, tenantId) : null;
      },
      recover: () => this.cancel.run(id, tenantId),
      render: (order) => ({ status: 200, body: JSON.stringify(this.presenter.present(order)) }),
      renderError: (thrown) => finalRefusal(thrown, { requestId, url, publicUrl: this.settings.publicUrl }),
    };
    sendKept(reply, await this.answers.run(request, act));
  }
}
