import { Body, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ListFailingEndpoints } from '../../../application/ops/list-failing-endpoints.js';
import { FindEndpoint } from '../../../application/webhooks/find-endpoint.js';
import { ReplayDeliveries } from '../../../application/webhooks/replay-deliveries.js';
import type { Actor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { ENDPOINT_ID } from '../../validation/id-patterns.js';
import { ENDPOINT_ID_PIPE } from '../../validation/id.pipe.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { limitFrom, PagingQuery, positionFrom } from '../../validation/paging.js';
import { QueuedResponse } from '../webhook-deliveries/delivery.response.js';
import { REPLAY_EXAMPLES } from '../webhook-endpoints/endpoint-request.examples.js';
import { ReplayRequest, replayWindowFrom } from '../webhook-endpoints/replay.request.js';
import { ReplayCountResponse } from '../webhook-endpoints/try-endpoint.response.js';
import { V1 } from '../v1.decorator.js';
import { OPS_ENDPOINT } from './ops-webhooks.examples.js';
import { presentOpsEndpoint } from './ops-webhooks.presenter.js';
import { cursorOfFailing, failingPositionFrom } from './ops-webhooks.request.js';
import { OpsEndpointListResponse, OpsEndpointResponse } from './ops-webhooks.response.js';

@V1('ops/webhook-endpoints', 'Operators')
export class OpsEndpointsController {
  constructor(
    private readonly failing: ListFailingEndpoints,
    private readonly find: FindEndpoint,
    private readonly replays: ReplayDeliveries,
  ) {}

  @Get()
  @ApiEndpoint({
    id: 'listFailingWebhookEndpoints',
    summary: 'List webhook endpoints at which nothing comes through',
    description: 'Of all tenants, those first where it has been so for longest; those that were disabled for it, too.',
    access: 'ops',
  })
  @ApiJsonResponse(200, 'A page of endpoints', OpsEndpointListResponse, {
    failing: {
      data: [OPS_ENDPOINT],
      next_cursor: 'WyIyMDI2LTExLTI2VDEwOjQyOjIxLjY3OFoiLCJ3aGVfMDFtOGJxNXpiNmZ2Zzh4Nm5iODlyYXpmbngiXQ',
    },
  })
  async page(@Query() query: PagingQuery): Promise<OpsEndpointListResponse> {
    const after = positionFrom(query.cursor, failingPositionFrom);
    const { endpoints, next } = await this.failing.run(after, limitFrom(query));
    return { data: endpoints.map(presentOpsEndpoint), next_cursor: next && cursorOfFailing(next) };
  }

  @Get(':id')
  @NoQuery()
  @ApiEndpoint({
    id: 'inspectWebhookEndpoint',
    summary: 'Read a webhook endpoint of any tenant',
    description: 'Of its address the host alone.',
    access: 'ops',
    problems: ['webhook_endpoint_not_found'],
  })
  @ApiIdParam(ENDPOINT_ID, 'Endpoint id')
  @ApiJsonResponse(200, 'The endpoint', OpsEndpointResponse, { failing: OPS_ENDPOINT })
  async read(@Param('id', ENDPOINT_ID_PIPE) id: string): Promise<OpsEndpointResponse> {
    return presentOpsEndpoint(await this.find.run(id, 'all_tenants'));
  }

  @Post(':id/replay')
  @HttpCode(202)
  @NoQuery()
  @ApiEndpoint({
    id: 'replayAnyWebhooks',
    summary: 'Send webhooks of a window of time again, for any tenant',
    description:
      'As `POST /v1/webhook-endpoints/{id}/replay`. Try it with `dry_run` first, which counts them and queues none.',
    access: 'ops:act',
    act: 'webhook_endpoint.replay',
    problems: ['webhook_endpoint_not_found', 'webhook_endpoint_disabled', 'replay_too_large'],
  })
  @ApiIdParam(ENDPOINT_ID, 'Endpoint id')
  @ApiBody({ type: ReplayRequest, examples: REPLAY_EXAMPLES })
  @ApiJsonResponse(202, 'They are queued', QueuedResponse, { queued: { queued: 13 } })
  @ApiJsonResponse(200, 'With `dry_run`: how many there are', ReplayCountResponse, { counted: { would_queue: 13 } })
  async replay(
    @Param('id', ENDPOINT_ID_PIPE) id: string,
    @Body() body: ReplayRequest,
    @Acting() by: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<QueuedResponse | ReplayCountResponse> {
    const window = replayWindowFrom(body, new Date());
    if (body.dry_run !== true) return { queued: await this.replays.window(id, 'all_tenants', window, by) };
    void reply.status(200);
    return { would_queue: await this.replays.count(id, 'all_tenants', window) };
  }
}
