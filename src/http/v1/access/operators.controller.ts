import { Body, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { EndAccess } from '../../../application/access/end-access.js';
import { ListAccess } from '../../../application/access/list-access.js';
import { RequestAdmission } from '../../../application/access/request-admission.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { fingerprintOf } from '../../idempotency/fingerprint.js';
import { ApiIdempotencyKey, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { HttpSettings } from '../../server/http-settings.js';
import { OPERATOR_ID_PIPE } from '../../validation/id.pipe.js';
import { OPERATOR_ID } from '../../validation/id-patterns.js';
import { NoInput, NoQuery } from '../../validation/no-input.guard.js';
import { cursorOf, limitFrom, PagingQuery, positionFrom } from '../../validation/paging.js';
import { V1 } from '../v1.decorator.js';
import { CREATE_OPERATOR_EXAMPLES, DISABLED_OPERATOR, NEW_OPERATOR, OPERATORS_PAGE } from './access.examples.js';
import { presentNewAdmission, presentOperator } from './access.presenter.js';
import { CreateOperatorRequest, idPositionFrom } from './access.request.js';
import { ListedOperatorResponse, NewAdmissionResponse, OperatorListResponse } from './access.response.js';

@V1('ops/operators', 'Operators')
export class OperatorsController {
  constructor(
    private readonly access: ListAccess,
    private readonly ending: EndAccess,
    private readonly admit: RequestAdmission,
    private readonly settings: HttpSettings,
  ) {}

  @Get()
  @ApiEndpoint({
    id: 'listOperators',
    summary: 'List operators',
    description: 'Newest first, those disabled included.',
    access: 'ops:admin',
  })
  @ApiJsonResponse(200, 'A page of operators', OperatorListResponse, { operators: OPERATORS_PAGE })
  async page(@Query() query: PagingQuery): Promise<OperatorListResponse> {
    const before = positionFrom(query.cursor, idPositionFrom(OPERATOR_ID));
    const { rows, last } = await this.access.operators(before, limitFrom(query));
    return { data: rows.map(presentOperator), next_cursor: last && cursorOf([last.id]) };
  }

  @Post()
  @NoQuery()
  @ApiEndpoint({
    id: 'createOperator',
    summary: 'Ask for an operator',
    description:
      'They are one once a second admin has approved it. Their key is shown this once, and opens nothing before; where operators sign in by the identity provider alone they get none, and come in with their account there. A repeat under the same key asks for no second one, and shows no key.',
    access: 'ops:admin',
    act: 'admission.propose',
    problems: [
      'idempotency_key_missing',
      'idempotency_key_invalid',
      'idempotency_key_reused',
      'operator_exists',
      'operator_key_required',
    ],
  })
  @ApiIdempotencyKey()
  @ApiBody({ type: CreateOperatorRequest, examples: CREATE_OPERATOR_EXAMPLES })
  @ApiJsonResponse(201, 'What waits for a second admin', NewAdmissionResponse, { proposed: NEW_OPERATOR }, [
    'Location',
    'Idempotency-Replayed',
  ])
  async create(
    @IdempotencyKey() idempotencyKey: string,
    @Body() { name, email, role }: CreateOperatorRequest,
    @Acting() by: RequestActor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NewAdmissionResponse> {
    const made = await this.admit.run(
      {
        wanted: { kind: 'operator', name, email: email.toLowerCase(), role },
        environment: this.settings.signIn.byKey ? this.settings.keyEnvironment : null,
        idempotencyKey,
        fingerprint: fingerprintOf({ operator: { name, email, role } }),
      },
      by,
    );
    if (!made.isNew) void reply.header('idempotency-replayed', 'true');
    void reply.header('location', `/v1/ops/admissions/${made.admission.id}`);
    return presentNewAdmission(made);
  }

  @Post(':id/disable')
  @HttpCode(200)
  @NoInput()
  @ApiEndpoint({
    id: 'disableOperator',
    summary: 'End all access of an operator',
    description:
      'For good, within 5 seconds: their keys and sessions end, and what they have proposed cannot be approved any more.',
    access: 'ops:admin',
    act: 'operator.disable',
    problems: ['operator_not_found'],
  })
  @ApiIdParam(OPERATOR_ID, 'Operator id')
  @ApiJsonResponse(200, 'The operator, disabled', ListedOperatorResponse, { disabled: DISABLED_OPERATOR })
  async disable(
    @Param('id', OPERATOR_ID_PIPE) id: string,
    @Acting() by: RequestActor,
  ): Promise<ListedOperatorResponse> {
    return presentOperator(await this.ending.ofOperator(id, by));
  }
}
