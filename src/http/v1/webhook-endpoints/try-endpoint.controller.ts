import { Body, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../../application/access/principal.js';
import { ReplayDeliveries } from '../../../application/webhooks/replay-deliveries.js';
import { TestEndpoint } from '../../../application/webhooks/test-endpoint.js';
import type { Actor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting, Caller } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { ENDPOINT_ID } from '../../validation/id-patterns.js';
import { ENDPOINT_ID_PIPE } from '../../validation/id.pipe.js';
import { NoInput, NoQuery } from '../../validation/no-input.guard.js';
import { V1 } from '../v1.decorator.js';
import { QueuedResponse } from '../webhook-deliveries/delivery.response.js';
import { ReplayRequest, replayWindowFrom } from './replay.request.js';
import { ReplayCountResponse, TestedEndpointResponse } from './try-endpoint.response.js';
import { ApiBody } from '@nestjs/swagger';
import { REPLAY_EXAMPLES } from './endpoint-request.examples.js';
import { TESTED_ENDPOINT } from './endpoint.examples.js';

/** What is sent to an endpoint because its tenant asks for it. */
@V1('webhook-endpoints', 'Webhooks')
export class TryEndpointController {
  constructor(
    private readonly tests: TestEndpoint,
    private readonly replays: ReplayDeliveries,
  ) {}

  @Post(':id/test')
  @HttpCode(200)
  @NoInput()
  @ApiEndpoint({
    id: 'testWebhookEndpoint',
    summary: 'Send a test message to a webhook endpoint now',
    description:
      'One message of the type `webhook_endpoint.test`, signed as every other one. The response says what came of it. It is not repeated, is in no feed, and counts neither for nor against the endpoint.',
    access: 'webhooks:manage',
    act: 'webhook_endpoint.test',
    problems: ['webhook_endpoint_not_found'],
  })
  @ApiIdParam(ENDPOINT_ID, 'Endpoint id')
  @ApiJsonResponse(200, 'What came of it', TestedEndpointResponse, TESTED_ENDPOINT)
  async test(
    @Param('id', ENDPOINT_ID_PIPE) id: string,
    @Caller() caller: Principal,
    @Acting() by: Actor,
  ): Promise<TestedEndpointResponse> {
    const { messageId, status, failure, answer, durationMs } = await this.tests.run(id, caller.tenantId, by);
    return {
      message_id: messageId,
      delivered: failure === null,
      status,
      failure,
      answer,
      duration_ms: durationMs,
    };
  }

  @Post(':id/replay')
  @HttpCode(202)
  @NoQuery()
  @ApiEndpoint({
    id: 'replayWebhooks',
    summary: 'Send webhooks of a window of time again',
    description:
      'Queues events of the window for the endpoint: each with the `webhook-id` it always had. Try it with `dry_run` first, which counts them and queues none.',
    access: 'webhooks:manage',
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
    @Caller() caller: Principal,
    @Acting() by: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<QueuedResponse | ReplayCountResponse> {
    const window = replayWindowFrom(body, new Date());
    const { tenantId } = caller;
    if (body.dry_run !== true) return { queued: await this.replays.window(id, { tenantId }, window, by) };
    void reply.status(200);
    return { would_queue: await this.replays.count(id, { tenantId }, window) };
  }
}
