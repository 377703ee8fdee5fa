import { Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '../../../application/access/principal.js';
import { FindDelivery } from '../../../application/webhooks/find-delivery.js';
import { ListDeliveries } from '../../../application/webhooks/list-deliveries.js';
import { ReplayDeliveries } from '../../../application/webhooks/replay-deliveries.js';
import type { Actor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting, Caller, tenantScopeOf } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { DELIVERY_ID } from '../../validation/id-patterns.js';
import { DELIVERY_ID_PIPE } from '../../validation/id.pipe.js';
import { NoInput, NoQuery } from '../../validation/no-input.guard.js';
import { cursorOf, limitFrom, positionFrom } from '../../validation/paging.js';
import { V1 } from '../v1.decorator.js';
import { presentDelivery, presentRequest } from './delivery.presenter.js';
import { DeliveryListResponse, DeliveryWithRequestsResponse, QueuedResponse } from './delivery.response.js';
import { deliveryFilterFrom, deliveryPositionFrom, ListDeliveriesRequest } from './list-deliveries.request.js';
import { DELIVERED, DELIVERY } from './delivery.examples.js';

@V1('webhook-deliveries', 'Webhooks')
export class WebhookDeliveriesController {
  constructor(
    private readonly list: ListDeliveries,
    private readonly find: FindDelivery,
    private readonly replays: ReplayDeliveries,
  ) {}

  @Get()
  @ApiEndpoint({
    id: 'listWebhookDeliveries',
    summary: 'List webhook deliveries',
    description: 'One for each event and endpoint, newest first. Those that were given up are kept: `state=dead`.',
    access: 'webhooks:manage',
  })
  @ApiJsonResponse(200, 'A page of deliveries', DeliveryListResponse, {
    page: { data: [DELIVERY], next_cursor: 'WyJkbHZfMDFtOGJxNXpwamZ2Zzh4NnNzZHdmMnJmN20iXQ' },
  })
  async page(@Query() query: ListDeliveriesRequest, @Caller() caller: Principal): Promise<DeliveryListResponse> {
    const filter = deliveryFilterFrom(query, tenantScopeOf(caller));
    const after = positionFrom(query.cursor, deliveryPositionFrom);
    const { deliveries, next } = await this.list.run(filter, after, limitFrom(query));
    return { data: deliveries.map(presentDelivery), next_cursor: next && cursorOf([next]) };
  }

  @Get(':id')
  @NoQuery()
  @ApiEndpoint({
    id: 'getWebhookDelivery',
    summary: 'Read a webhook delivery with its requests',
    access: 'webhooks:manage',
    problems: ['webhook_delivery_not_found'],
  })
  @ApiIdParam(DELIVERY_ID, 'Delivery id')
  @ApiJsonResponse(200, 'The delivery', DeliveryWithRequestsResponse, { delivered: DELIVERED })
  async read(
    @Param('id', DELIVERY_ID_PIPE) id: string,
    @Caller() caller: Principal,
  ): Promise<DeliveryWithRequestsResponse> {
    const delivery = await this.find.run(id, tenantScopeOf(caller));
    return Object.assign(presentDelivery(delivery), { requests: delivery.requests.map(presentRequest) });
  }

  @Post(':id/replay')
  @HttpCode(202)
  @NoInput()
  @ApiEndpoint({
    id: 'replayWebhookDelivery',
    summary: 'Send a webhook again',
    description:
      'Queues the delivery anew, whatever became of it: the same event with the same `webhook-id`, and a schedule of its own.',
    access: 'webhooks:manage',
    act: 'webhook_delivery.replay',
    problems: ['webhook_delivery_not_found', 'webhook_endpoint_disabled'],
  })
  @ApiIdParam(DELIVERY_ID, 'Delivery id')
  @ApiJsonResponse(202, 'It is queued', QueuedResponse, { queued: { queued: 1 } })
  async replay(
    @Param('id', DELIVERY_ID_PIPE) id: string,
    @Caller() caller: Principal,
    @Acting() by: Actor,
  ): Promise<QueuedResponse> {
    return { queued: await this.replays.one(id, { tenantId: caller.tenantId }, by) };
  }
}
