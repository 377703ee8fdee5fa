import { Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { InspectDelivery } from '../../../application/ops/inspect-delivery.js';
import { ListDeliveries } from '../../../application/webhooks/list-deliveries.js';
import { ReplayDeliveries } from '../../../application/webhooks/replay-deliveries.js';
import type { Actor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { DELIVERY_ID } from '../../validation/id-patterns.js';
import { DELIVERY_ID_PIPE } from '../../validation/id.pipe.js';
import { NoInput, NoQuery } from '../../validation/no-input.guard.js';
import { cursorOf, limitFrom, positionFrom } from '../../validation/paging.js';
import { DELIVERY } from '../webhook-deliveries/delivery.examples.js';
import { presentDelivery } from '../webhook-deliveries/delivery.presenter.js';
import { DeliveryListResponse, QueuedResponse } from '../webhook-deliveries/delivery.response.js';
import { deliveryFilterFrom, deliveryPositionFrom } from '../webhook-deliveries/list-deliveries.request.js';
import { V1 } from '../v1.decorator.js';
import { OPS_DELIVERY } from './ops-webhooks.examples.js';
import { presentOpsDelivery } from './ops-webhooks.presenter.js';
import { SearchDeliveriesRequest } from './ops-webhooks.request.js';
import { OpsDeliveryResponse } from './ops-webhooks.response.js';

@V1('ops/webhook-deliveries', 'Operators')
export class OpsDeliveriesController {
  constructor(
    private readonly list: ListDeliveries,
    private readonly inspect: InspectDelivery,
    private readonly replays: ReplayDeliveries,
  ) {}

  @Get()
  @ApiEndpoint({
    id: 'searchWebhookDeliveries',
    summary: 'List webhook deliveries of all tenants',
    description: 'One for each event and endpoint, newest first. Those that were given up are kept: `state=dead`.',
    access: 'ops',
  })
  @ApiJsonResponse(200, 'A page of deliveries', DeliveryListResponse, {
    page: { data: [DELIVERY], next_cursor: 'WyJkbHZfMDFtOGJxNXpwamZ2Zzh4NnNzZHdmMnJmN20iXQ' },
  })
  async page(@Query() query: SearchDeliveriesRequest): Promise<DeliveryListResponse> {
    const scope = query.tenant_id === undefined ? 'all_tenants' : { tenantId: query.tenant_id };
    const after = positionFrom(query.cursor, deliveryPositionFrom);
    const { deliveries, next } = await this.list.run(deliveryFilterFrom(query, scope), after, limitFrom(query));
    return { data: deliveries.map(presentDelivery), next_cursor: next && cursorOf([next]) };
  }

  @Get(':id')
  @NoQuery()
  @ApiEndpoint({
    id: 'inspectWebhookDelivery',
    summary: 'Read a webhook delivery with what is sent and what was answered',
    description: 'Without secrets, and without the person the order is for.',
    access: 'ops',
    problems: ['webhook_delivery_not_found'],
  })
  @ApiIdParam(DELIVERY_ID, 'Delivery id')
  @ApiJsonResponse(200, 'The delivery', OpsDeliveryResponse, { delivered: OPS_DELIVERY })
  async read(@Param('id', DELIVERY_ID_PIPE) id: string): Promise<OpsDeliveryResponse> {
    return presentOpsDelivery(await this.inspect.run(id));
  }

  @Post(':id/replay')
  @HttpCode(202)
  @NoInput()
  @ApiEndpoint({
    id: 'replayAnyWebhookDelivery',
    summary: 'Send a webhook of any tenant again',
    description: 'As `POST /v1/webhook-deliveries/{id}/replay`: queued anew, under the same `webhook-id`.',
    access: 'ops:act',
    act: 'webhook_delivery.replay',
    problems: ['webhook_delivery_not_found', 'webhook_endpoint_disabled'],
  })
  @ApiIdParam(DELIVERY_ID, 'Delivery id')
  @ApiJsonResponse(202, 'It is queued', QueuedResponse, { queued: { queued: 1 } })
  async replay(@Param('id', DELIVERY_ID_PIPE) id: string, @Acting() by: Actor): Promise<QueuedResponse> {
    return { queued: await this.replays.one(id, 'all_tenants', by) };
  }
}
