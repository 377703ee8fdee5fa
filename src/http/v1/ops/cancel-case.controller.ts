import { Body, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../../application/access/principal.js';
import { ReadCase } from '../../../application/ops/read-case.js';
import { ProposeResolution } from '../../../application/resolutions/propose-resolution.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { NO_EVIDENCE } from '../../../domain/resolutions/decisions.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting, Caller } from '../../access/principal.js';
import { fingerprintOf } from '../../idempotency/fingerprint.js';
import { ApiIdempotencyKey, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { ORDER_ID_PIPE } from '../../validation/id.pipe.js';
import { ORDER_ID } from '../../validation/id-patterns.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { OrderPresenter } from '../orders/order.presenter.js';
import { V1 } from '../v1.decorator.js';
import { presentCase } from './case.presenter.js';
import { CaseResponse } from './case.response.js';
import { CancelCaseRequest } from './casework.request.js';
import { CANCELLED_CASE } from './case.examples.js';
import { PROPOSED_CANCELLATION } from './resolution.examples.js';
import { CANCEL_CASE_EXAMPLES } from './ops-request.examples.js';
import { presentResolution } from './resolution.presenter.js';
import { ResolutionResponse } from './resolution.response.js';

@V1('ops/orders', 'Operators')
export class CancelCaseController {
  constructor(
    private readonly propose: ProposeResolution,
    private readonly cases: ReadCase,
    private readonly presenter: OrderPresenter,
  ) {}

  @Post(':id/cancel')
  @HttpCode(200)
  @NoQuery()
  @ApiEndpoint({
    id: 'cancelCase',
    summary: 'Cancel an order of any tenant before it is fulfilled',
    description:
      'The decision `cancel` of docs/resolutions.md, carried out as `POST /v1/orders/{id}/cancel` is: the order is `cancelled` only once the provider says so. What takes a second person is proposed (202). A repeat of what the provider has not confirmed asks it again.',
    access: 'ops:act',
    act: 'order.cancel',
    problems: [
      'idempotency_key_missing',
      'idempotency_key_invalid',
      'idempotency_key_reused',
      'order_not_found',
      'version_changed',
      'order_not_cancellable',
      'resolution_refused',
      'provider_unavailable',
      'provider_paused',
      'tenant_paused',
      'order_lost',
    ],
  })
  @ApiIdempotencyKey()
  @ApiIdParam(ORDER_ID, 'Order id')
  @ApiBody({ type: CancelCaseRequest, examples: CANCEL_CASE_EXAMPLES })
  @ApiJsonResponse(200, 'The order, cancelled', CaseResponse, { cancelled: CANCELLED_CASE })
  @ApiJsonResponse(202, 'It waits for a second person', ResolutionResponse, { proposed: PROPOSED_CANCELLATION }, [
    'Location',
  ])
  async run(
    @Param('id', ORDER_ID_PIPE) orderId: string,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { reason, expected_version: expectedVersion }: CancelCaseRequest,
    @Caller() caller: Principal,
    @Acting() by: RequestActor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseResponse | ResolutionResponse> {
    const fingerprint = fingerprintOf({ cancel: orderId, reason, expected_version: expectedVersion });
    const wanted = { orderId, decision: 'cancel', evidence: NO_EVIDENCE, reason, expectedVersion } as const;
    const made = await this.propose.run({ ...wanted, idempotencyKey, fingerprint }, by);
    if (made.state !== 'applied') {
      void reply.status(202).header('location', `/v1/ops/resolutions/${made.id}`);
      return presentResolution(made);
    }
    const found = await this.cases.run(orderId, caller);
    return presentCase(found, this.presenter.present(found.order));
  }
}
