import { Body, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../../application/access/principal.js';
import { ChangeEndpoint } from '../../../application/webhooks/change-endpoint.js';
import { DeleteEndpoint } from '../../../application/webhooks/delete-endpoint.js';
import { FindEndpoint } from '../../../application/webhooks/find-endpoint.js';
import { ListEndpoints } from '../../../application/webhooks/list-endpoints.js';
import { RotateEndpointSecret } from '../../../application/webhooks/rotate-endpoint-secret.js';
import type { Actor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting, Caller } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiEmptyResponse, ApiJsonResponse, ApiTaggedResponse } from '../../openapi/api-responses.decorator.js';
import { sendTagged } from '../../server/tagged-response.js';
import { ENDPOINT_ID_PIPE } from '../../validation/id.pipe.js';
import { ENDPOINT_ID } from '../../validation/id-patterns.js';
import { NoInput, NoQuery } from '../../validation/no-input.guard.js';
import { limitFrom, positionFrom } from '../../validation/paging.js';
import { V1 } from '../v1.decorator.js';
import { presentEndpoint, presentRotation } from './endpoint.presenter.js';
import {
  cursorOfEndpoint,
  endpointPositionFrom,
  endpointSettingsFrom,
  ListWebhookEndpointsRequest,
  overlapHoursFrom,
  RotateSecretRequest,
  UpdateWebhookEndpointRequest,
} from './endpoint.request.js';
import { RotatedSecretResponse, WebhookEndpointListResponse, WebhookEndpointResponse } from './endpoint.response.js';
import { ROTATE_SECRET_EXAMPLES, UPDATE_ENDPOINT_EXAMPLES } from './endpoint-request.examples.js';
import { DISABLED_ENDPOINT, ENDPOINT, ROTATED_SECRET } from './endpoint.examples.js';

@V1('webhook-endpoints', 'Webhooks')
export class WebhookEndpointsController {
  constructor(
    private readonly list: ListEndpoints,
    private readonly find: FindEndpoint,
    private readonly change: ChangeEndpoint,
    private readonly remove: DeleteEndpoint,
    private readonly rotate: RotateEndpointSecret,
  ) {}

  @Get()
  @ApiEndpoint({
    id: 'listWebhookEndpoints',
    summary: 'List webhook endpoints',
    description: 'Newest first.',
    access: 'webhooks:manage',
  })
  @ApiJsonResponse(200, 'A page of endpoints', WebhookEndpointListResponse, {
    page: {
      data: [ENDPOINT, DISABLED_ENDPOINT],
      next_cursor: 'WyIyMDI2LTExLTI2VDEwOjQyOjIxLjY3OFoiLCJ3aGVfMDFtOGJxNXpiNmZ2Zzh4Nm5iODlyYXpmbngiXQ',
    },
  })
  async page(
    @Query() query: ListWebhookEndpointsRequest,
    @Caller() { tenantId }: Principal,
  ): Promise<WebhookEndpointListResponse> {
    const after = positionFrom(query.cursor, endpointPositionFrom);
    const { endpoints, next } = await this.list.run(
      { tenantId, origin: query.origin ?? null },
      after,
      limitFrom(query),
    );
    return { data: endpoints.map(presentEndpoint), next_cursor: next && cursorOfEndpoint(next) };
  }

  @Get(':id')
  @NoQuery()
  @ApiEndpoint({
    id: 'getWebhookEndpoint',
    summary: 'Read a webhook endpoint',
    access: 'webhooks:manage',
    problems: ['webhook_endpoint_not_found'],
  })
  @ApiIdParam(ENDPOINT_ID, 'Endpoint id')
  @ApiTaggedResponse('The endpoint', WebhookEndpointResponse, {
    enabled: ENDPOINT,
    disabled: DISABLED_ENDPOINT,
  })
  async read(
    @Param('id', ENDPOINT_ID_PIPE) id: string,
    @Caller() { tenantId }: Principal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const endpoint = await this.find.run(id, { tenantId });
    sendTagged(request, reply, endpoint.version, presentEndpoint(endpoint));
  }

  @Patch(':id')
  @NoQuery()
  @ApiEndpoint({
    id: 'updateWebhookEndpoint',
    summary: 'Change, disable or enable a webhook endpoint',
    description: 'What is left out stays as it is.',
    access: 'webhooks:manage',
    act: 'webhook_endpoint.update',
    problems: ['webhook_endpoint_not_found', 'target_not_allowed', 'webhook_endpoint_read_only'],
  })
  @ApiIdParam(ENDPOINT_ID, 'Endpoint id')
  @ApiBody({ type: UpdateWebhookEndpointRequest, examples: UPDATE_ENDPOINT_EXAMPLES })
  @ApiJsonResponse(200, 'The endpoint as it is now', WebhookEndpointResponse, { enabled: ENDPOINT })
  async update(
    @Param('id', ENDPOINT_ID_PIPE) id: string,
    @Body() body: UpdateWebhookEndpointRequest,
    @Caller() { tenantId }: Principal,
    @Acting() by: Actor,
  ): Promise<WebhookEndpointResponse> {
    return presentEndpoint(await this.change.run(id, tenantId, endpointSettingsFrom(body), by));
  }

  @Delete(':id')
  @HttpCode(204)
  @NoInput()
  @ApiEndpoint({
    id: 'deleteWebhookEndpoint',
    summary: 'Delete a webhook endpoint',
    description: 'Nothing more is sent there, and what waited for it never is. What was sent is kept.',
    access: 'webhooks:manage',
    act: 'webhook_endpoint.delete',
    problems: ['webhook_endpoint_not_found', 'webhook_endpoint_read_only'],
  })
  @ApiIdParam(ENDPOINT_ID, 'Endpoint id')
  @ApiEmptyResponse(204, 'It is deleted')
  async delete(
    @Param('id', ENDPOINT_ID_PIPE) id: string,
    @Caller() { tenantId }: Principal,
    @Acting() by: Actor,
  ): Promise<void> {
    await this.remove.run(id, tenantId, by);
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @NoQuery()
  @ApiEndpoint({
    id: 'rotateWebhookSecret',
    summary: 'Give a webhook endpoint a new secret',
    description:
      'Events are signed with both secrets until the old one ends. Without a response, ask again: secrets that receivers may know go on signing.',
    access: 'webhooks:manage',
    act: 'webhook_endpoint.rotate_secret',
    problems: [
      'webhook_endpoint_not_found',
      'webhook_endpoint_read_only',
      'webhook_secrets_limit_reached',
      'webhooks_not_enabled',
    ],
  })
  @ApiIdParam(ENDPOINT_ID, 'Endpoint id')
  @ApiBody({ type: RotateSecretRequest, required: false, examples: ROTATE_SECRET_EXAMPLES })
  @ApiJsonResponse(200, 'The new secret', RotatedSecretResponse, { rotated: ROTATED_SECRET })
  async rotateSecret(
    @Param('id', ENDPOINT_ID_PIPE) id: string,
    @Body() body: RotateSecretRequest,
    @Caller() { tenantId }: Principal,
    @Acting() by: Actor,
  ): Promise<RotatedSecretResponse> {
    return presentRotation(await this.rotate.run(id, tenantId, overlapHoursFrom(body), by));
  }
}
