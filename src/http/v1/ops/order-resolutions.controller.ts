import { Body, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ListResolutions } from '../../../application/resolutions/list-resolutions.js';
import { ProposeResolution } from '../../../application/resolutions/propose-resolution.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { fingerprintOf } from '../../idempotency/fingerprint.js';
import { ApiIdempotencyKey, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { ORDER_ID_PIPE } from '../../validation/id.pipe.js';
import { ORDER_ID } from '../../validation/id-patterns.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { APPLIED, CHOICES, DRY_RUN, PROPOSED } from './resolution.examples.js';
import { PROPOSE_RESOLUTION_EXAMPLES } from './ops-request.examples.js';
import { V1 } from '../v1.decorator.js';
import { presentChoice, presentDryRun, presentResolution } from './resolution.presenter.js';
import { DryRunQuery, evidenceFrom, ProposeResolutionRequest } from './resolution.request.js';
import { DryRunResponse, OrderResolutionsResponse, ResolutionResponse } from './resolution.response.js';

@V1('ops/orders', 'Operators')
export class OrderResolutionsController {
  constructor(
    private readonly list: ListResolutions,
    private readonly propose: ProposeResolution,
  ) {}

  @Get(':id/resolutions')
  @NoQuery()
  @ApiEndpoint({
    id: 'listOrderResolutions',
    summary: 'What can be decided about an order, and what was',
    description:
      'Every decision, with what stands in its way on record; what the provider has to say is read when one is tried.',
    access: 'ops',
    problems: ['order_not_found'],
  })
  @ApiIdParam(ORDER_ID, 'Order id')
  @ApiJsonResponse(200, 'The decisions', OrderResolutionsResponse, { decisions: CHOICES })
  async read(@Param('id', ORDER_ID_PIPE) id: string): Promise<OrderResolutionsResponse> {
    const { version, choices, history } = await this.list.ofOrder(id);
    return { version, choices: choices.map(presentChoice), history: history.map(presentResolution) };
  }

  @Post(':id/resolutions')
  @HttpCode(201)
  @ApiEndpoint({
    id: 'proposeResolution',
    summary: 'Decide on an order',
    description:
      'The gateway reads the provider itself and refuses what that does not carry. What one person may decide is carried out at once (`applied`); for the rest a second person is needed (`proposed`). With the key of a machine it is always proposed, and what takes two people is refused. With `dry_run` (200) nothing is done.',
    access: 'ops:act',
    act: 'resolution.propose',
    problems: [
      'idempotency_key_missing',
      'idempotency_key_invalid',
      'idempotency_key_reused',
      'order_not_found',
      'version_changed',
      'resolution_refused',
      'order_not_cancellable',
      'operator_key_required',
      'provider_unavailable',
      'provider_paused',
      'tenant_paused',
      'order_lost',
    ],
  })
  @ApiIdempotencyKey()
  @ApiIdParam(ORDER_ID, 'Order id')
  @ApiBody({ type: ProposeResolutionRequest, examples: PROPOSE_RESOLUTION_EXAMPLES })
  @ApiJsonResponse(201, 'The decision', ResolutionResponse, { proposed: PROPOSED, applied: APPLIED }, ['Location'])
  @ApiJsonResponse(200, 'With `dry_run`: what would come of it', DryRunResponse, { permitted: DRY_RUN })
  async decide(
    @Param('id', ORDER_ID_PIPE) orderId: string,
    @IdempotencyKey() idempotencyKey: string,
    @Query() query: DryRunQuery,
    @Body() body: ProposeResolutionRequest,
    @Acting() by: RequestActor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ResolutionResponse | DryRunResponse> {
    const { decision, reason, expected_version: expectedVersion } = body;
    const wanted = { orderId, decision, evidence: evidenceFrom(body), expectedVersion };
    if (query.dry_run === 'true') {
      void reply.status(200);
      return presentDryRun(await this.propose.dryRun(wanted, by));
    }
    const fingerprint = fingerprintOf({
      order_id: orderId,
      decision,
      evidence: body.evidence,
      reason,
      expected_version: expectedVersion,
    });
    const made = await this.propose.run({ ...wanted, reason, idempotencyKey, fingerprint }, by);
    void reply.header('location', `/v1/ops/resolutions/${made.id}`);
    return presentResolution(made);
  }
}
