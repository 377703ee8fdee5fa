import { Body, Post, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../../application/access/principal.js';
import { MakeEndpoint } from '../../../application/webhooks/make-endpoint.js';
import type { Actor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting, Caller } from '../../access/principal.js';
import { fingerprintOf } from '../../idempotency/fingerprint.js';
import { ApiIdempotencyKey, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { V1 } from '../v1.decorator.js';
import { presentNewEndpoint } from './endpoint.presenter.js';
import { CreateWebhookEndpointRequest } from './endpoint.request.js';
import { NewWebhookEndpointResponse } from './endpoint.response.js';
import { CREATE_ENDPOINT_EXAMPLES } from './endpoint-request.examples.js';
import { NEW_ENDPOINT } from './endpoint.examples.js';

@V1('webhook-endpoints', 'Webhooks')
export class CreateWebhookEndpointController {
  constructor(private readonly make: MakeEndpoint) {}

  @Post()
  @NoQuery()
  @ApiEndpoint({
    id: 'createWebhookEndpoint',
    summary: 'Have events sent to an address',
    description:
      'What happens from now on is sent there, signed as Standard Webhooks say. A repeat under the same key makes no second endpoint: it gets the first one, as it is then and without its secret, for as long as the endpoint is there.',
    access: 'webhooks:manage',
    act: 'webhook_endpoint.create',
    problems: [
      'idempotency_key_missing',
      'idempotency_key_invalid',
      'idempotency_key_reused',
      'webhook_endpoint_not_found',
      'target_not_allowed',
      'webhook_endpoint_limit_reached',
      'webhooks_not_enabled',
    ],
  })
  @ApiIdempotencyKey()
  @ApiBody({ type: CreateWebhookEndpointRequest, examples: CREATE_ENDPOINT_EXAMPLES })
  @ApiJsonResponse(201, 'The endpoint, with its secret', NewWebhookEndpointResponse, { made: NEW_ENDPOINT }, [
    'Location',
    'Idempotency-Replayed',
  ])
  async create(
    @IdempotencyKey() idempotencyKey: string,
    @Body() body: CreateWebhookEndpointRequest,
    @Caller() { tenantId }: Principal,
    @Acting() by: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NewWebhookEndpointResponse> {
    const { endpoint, secret } = await this.make.run(
      {
        tenantId,
        url: body.url,
        description: body.description ?? null,
        types: body.types ?? [],
        idempotencyKey,
        fingerprint: fingerprintOf(body),
      },
      by,
    );
    if (secret === null) void reply.header('idempotency-replayed', 'true');
    void reply.header('location', `/v1/webhook-endpoints/${endpoint.id}`);
    return presentNewEndpoint(endpoint, secret);
  }
}
