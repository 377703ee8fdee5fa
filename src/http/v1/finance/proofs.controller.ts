import { Body, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../../application/access/principal.js';
import { EnterProof } from '../../../application/lots/enter-proof.js';
import { ListProofs } from '../../../application/lots/list-proofs.js';
import { ReleaseClaim } from '../../../application/lots/release-claim.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting, Caller, tenantScopeOf } from '../../access/principal.js';
import { fingerprintOf } from '../../idempotency/fingerprint.js';
import { ApiIdempotencyKey, IDEMPOTENCY_PROBLEMS, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { ORDER_ID, PROOF_ID } from '../../validation/id-patterns.js';
import { ORDER_ID_PIPE, PROOF_ID_PIPE } from '../../validation/id.pipe.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { cursorOf, limitFrom, positionFrom } from '../../validation/paging.js';
import { V1 } from '../v1.decorator.js';
import {
  ENTER_PROOF_EXAMPLES,
  ENTERED_PROOF,
  PROOFS_PAGE,
  RELEASE_EXAMPLES,
  RELEASED_PROOF,
} from './proof.examples.js';
import { presentProof } from './proof.presenter.js';
import {
  EnterProofRequest,
  ListProofsRequest,
  proofFilterFrom,
  proofPositionFrom,
  ReleaseClaimRequest,
  statedFrom,
} from './proof.request.js';
import { ProofListResponse, ProofResponse } from './proof.response.js';

@V1('finance', 'Finance')
export class ProofsController {
  constructor(
    private readonly entering: EnterProof,
    private readonly listing: ListProofs,
    private readonly releasing: ReleaseClaim,
  ) {}

  @Post('orders/:id/evidence')
  @HttpCode(201)
  @NoQuery()
  @ApiEndpoint({
    id: 'enterProof',
    summary: 'Enter a document that proves what was retired for an order',
    description:
      'What a certificate or the public entry of a registry says, typed from it. It is held against the order, and its serial numbers count for no other order from then on: together, orders never have more of a range than there is. Entered with what a pool has bought, for all of it, it proves what each of its members has.',
    access: 'finance:write',
    act: 'proof.enter',
    problems: [
      ...IDEMPOTENCY_PROBLEMS,
      'order_not_found',
      'order_not_retired',
      'proof_disagrees',
      'serial_overclaimed',
      'serial_overlap',
    ],
  })
  @ApiIdempotencyKey()
  @ApiIdParam(ORDER_ID, 'Order id')
  @ApiBody({ type: EnterProofRequest, examples: ENTER_PROOF_EXAMPLES })
  @ApiJsonResponse(201, 'The proof', ProofResponse, { claimed: ENTERED_PROOF }, ['Idempotency-Replayed'])
  async enter(
    @Param('id', ORDER_ID_PIPE) id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Body() body: EnterProofRequest,
    @Caller() caller: Principal,
    @Acting() by: RequestActor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProofResponse> {
    const entered = {
      stated: statedFrom(body),
      recordAnyway: body.record_anyway ?? false,
      idempotencyKey,
      fingerprint: fingerprintOf({ id, body }),
    };
    const { proof, replayed } = await this.entering.run(id, tenantScopeOf(caller), entered, by);
    if (replayed) void reply.header('idempotency-replayed', 'true');
    return presentProof(proof);
  }

  @Get('proofs')
  @ApiEndpoint({
    id: 'listProofs',
    summary: 'List what proves retirements, and what came of it',
    description:
      'Serial numbers and transactions that providers tell with a retirement are taken in a moment after it; documents are entered. What is not `claimed` proves nothing until somebody has settled it. Of your own orders; with the scope `ops`, too, of those of all tenants.',
    access: 'finance:read',
  })
  @ApiJsonResponse(200, 'A page of proofs', ProofListResponse, { page: PROOFS_PAGE })
  async page(@Query() query: ListProofsRequest, @Caller() caller: Principal): Promise<ProofListResponse> {
    const before = positionFrom(query.cursor, proofPositionFrom);
    const { proofs, next } = await this.listing.run(
      proofFilterFrom(query, tenantScopeOf(caller)),
      before,
      limitFrom(query),
    );
    return { data: proofs.map(presentProof), next_cursor: next && cursorOf([next]) };
  }

  @Post('proofs/:id/release')
  @HttpCode(200)
  @NoQuery()
  @ApiEndpoint({
    id: 'releaseClaim',
    summary: 'Give up what an order has claimed of serial numbers',
    description:
      'So that another order can have them. The proof stays to be read; what it proved is not proven any more. For an approver who has not entered it. A repeat finds it given up, and changes nothing.',
    access: 'finance:approve',
    beside: 'ops',
    act: 'proof.release',
    problems: [
      'proof_not_found',
      'proof_not_releasable',
      'order_not_found',
      'second_person_required',
      'operator_key_required',
    ],
  })
  @ApiIdParam(PROOF_ID, 'Proof id')
  @ApiBody({ type: ReleaseClaimRequest, examples: RELEASE_EXAMPLES })
  @ApiJsonResponse(200, 'The proof, without its claim', ProofResponse, { released: RELEASED_PROOF })
  async release(
    @Param('id', PROOF_ID_PIPE) id: string,
    @Body() { reason }: ReleaseClaimRequest,
    @Acting() by: RequestActor,
  ): Promise<ProofResponse> {
    return presentProof(await this.releasing.run(id, reason, by));
  }
}
