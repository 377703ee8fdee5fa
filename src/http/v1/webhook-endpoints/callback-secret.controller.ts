import { Body, HttpCode, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { Principal } from '../../../application/access/principal.js';
import { RotateCallbackSecret } from '../../../application/webhooks/rotate-callback-secret.js';
import type { Actor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting, Caller } from '../../access/principal.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { V1 } from '../v1.decorator.js';
import { presentRotation } from './endpoint.presenter.js';
import { overlapHoursFrom, RotateSecretRequest } from './endpoint.request.js';
import { RotatedSecretResponse } from './endpoint.response.js';
import { ROTATE_SECRET_EXAMPLES } from './endpoint-request.examples.js';
import { ROTATED_SECRET } from './endpoint.examples.js';

@V1('callback-secret', 'Webhooks')
export class CallbackSecretController {
  constructor(private readonly rotate: RotateCallbackSecret) {}

  @Post('rotate')
  @HttpCode(200)
  @NoQuery()
  @ApiEndpoint({
    id: 'rotateCallbackSecret',
    summary: 'Make or replace the secret that signs callbacks of orders',
    description:
      'One secret for the `callback_url` of all your orders. The first time makes it; without it, orders with a `callback_url` are refused. Later, both secrets sign until the old one ends.',
    access: 'webhooks:manage',
    act: 'callback_secret.rotate',
    problems: ['webhook_secrets_limit_reached', 'webhooks_not_enabled'],
  })
  @ApiBody({ type: RotateSecretRequest, required: false, examples: ROTATE_SECRET_EXAMPLES })
  @ApiJsonResponse(200, 'The new secret', RotatedSecretResponse, { rotated: ROTATED_SECRET })
  async run(
    @Body() body: RotateSecretRequest,
    @Caller() { tenantId }: Principal,
    @Acting() by: Actor,
  ): Promise<RotatedSecretResponse> {
    return presentRotation(await this.rotate.run(tenantId, overlapHoursFrom(body), by));
  }
}
