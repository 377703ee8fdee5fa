import { HttpCode, Param, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiParam } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ReceiveCallback } from '../../../application/callbacks/receive-callback.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { ApiEmptyResponse } from '../../openapi/api-responses.decorator.js';
import { ApiTokenParam } from '../../openapi/api-token-param.decorator.js';
import { PROVIDER_ID } from '../../validation/id-patterns.js';
import { TokenHolders } from '../../throttling/token-holders.js';
import { V1 } from '../v1.decorator.js';

/** Receives callbacks of providers. A callback only prompts us to read the order again, so its body may be anything. */
@V1('provider-callbacks', 'Called by providers and browsers')
export class ProviderCallbacksController {
  constructor(
    private readonly receive: ReceiveCallback,
    private readonly holders: TokenHolders,
  ) {}

  /** Responds exactly 200, because a provider may take any other status for a failure and repeat the callback for a day. */
  @Post(':provider/:token')
  @HttpCode(200)
  @RouteConfig({ anyBody: true })
  @ApiEndpoint({
    id: 'receiveCallback',
    summary: 'Receive a callback about an order',
    access: 'public',
    problems: ['callback_token_unknown'],
  })
  @ApiConsumes('application/json', '*/*')
  @ApiBody({ required: false, schema: {} })
  @ApiParam({
    name: 'provider',
    description: 'Provider id',
    schema: { type: 'string', pattern: PROVIDER_ID.source, examples: ['cnaught'] },
  })
  @ApiTokenParam()
  @ApiEmptyResponse(200, 'The callback is stored, and the order will be read from the provider')
  async take(
    @Param('provider') provider: string,
    @Param('token') token: string,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const body = bytesOf(request.body);
    await this.holders.admit(request, token, async () => (await this.receive.run(provider, token, body)) || null);
  }
}

const bytesOf = (body: unknown): Uint8Array<ArrayBuffer> =>
  body instanceof Uint8Array ? new Uint8Array(body) : new Uint8Array();
