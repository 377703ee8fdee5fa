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
import { KEY_ID_PIPE } from '../../validation/id.pipe.js';
import { KEY_ID } from '../../validation/id-patterns.js';
import { NoInput, NoQuery } from '../../validation/no-input.guard.js';
import { limitFrom, positionFrom } from '../../validation/paging.js';
import { V1 } from '../v1.decorator.js';
import { CREATE_KEY_EXAMPLES, KEYS_PAGE, NEW_KEY, NEW_OPS_KEY, REVOKED_KEY } from './access.examples.js';
import { presentKey, presentNewAdmission } from './access.presenter.js';
import { CreateKeyRequest, cursorOfKey, keyPositionFrom, ListKeysRequest, scopesOf } from './access.request.js';
import { KeyListResponse, KeyResponse, NewAdmissionResponse } from './access.response.js';

@V1('ops/keys', 'Operators')
export class KeysController {
  constructor(
    private readonly access: ListAccess,
    private readonly ending: EndAccess,
    private readonly admit: RequestAdmission,
    private readonly settings: HttpSettings,
  ) {}

  @Get()
  @ApiEndpoint({
    id: 'listKeys',
    summary: 'List API keys',
    description: 'Of machines and of operators, newest first, without their secrets.',
    access: 'ops:admin',
  })
  @ApiJsonResponse(200, 'A page of keys', KeyListResponse, { keys: KEYS_PAGE })
  async page(@Query() query: ListKeysRequest): Promise<KeyListResponse> {
    const after = positionFrom(query.cursor, keyPositionFrom);
    const { rows, last } = await this.access.keys(query.tenant_id ?? null, after, limitFrom(query));
    return { data: rows.map(presentKey), next_cursor: last && cursorOfKey(last) };
  }

  @Post()
  @NoQuery()
  @ApiEndpoint({
    id: 'createKey',
    summary: 'Make an API key',
    description:
      'Its text is shown this once. With any scope of `ops` it is proposed, and opens nothing until a second admin has approved it: `POST /v1/ops/admissions/{id}/approve`. A repeat under the same key makes no second one, and shows no text.',
    access: 'ops:admin',
    act: 'key.create',
    problems: [
      'idempotency_key_missing',
      'idempotency_key_invalid',
      'idempotency_key_reused',
      'tenant_not_found',
      'expiry_past',
      'operator_key_required',
    ],
  })
  @ApiIdempotencyKey()
  @ApiBody({ type: CreateKeyRequest, examples: CREATE_KEY_EXAMPLES })
  @ApiJsonResponse(201, 'The key, with its text', NewAdmissionResponse, { admitted: NEW_KEY, proposed: NEW_OPS_KEY }, [
    'Location',
    'Idempotency-Replayed',
  ])
  async create(
    @IdempotencyKey() idempotencyKey: string,
    @Body() body: CreateKeyRequest,
    @Acting() by: RequestActor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NewAdmissionResponse> {
    const { tenant_id: tenantId, name, expires_at: expiresAt } = body;
    const made = await this.admit.run(
      {
        wanted: {
          kind: 'key',
          tenantId,
          name,
          scopes: scopesOf(body),
          expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
        },
        environment: this.settings.keyEnvironment,
        idempotencyKey,
        fingerprint: fingerprintOf({ key: body }),
      },
      by,
    );
    if (!made.isNew) void reply.header('idempotency-replayed', 'true');
    void reply.header('location', `/v1/ops/admissions/${made.admission.id}`);
    return presentNewAdmission(made);
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @NoInput()
  @ApiEndpoint({
    id: 'revokeKey',
    summary: 'End an API key',
    description: 'For good, within 5 seconds, with the sessions that were opened with it.',
    access: 'ops:admin',
    act: 'key.revoke',
    problems: ['key_not_found'],
  })
  @ApiIdParam(KEY_ID, 'Key id')
  @ApiJsonResponse(200, 'The key, which has ended', KeyResponse, { revoked: REVOKED_KEY })
  async revoke(@Param('id', KEY_ID_PIPE) id: string, @Acting() by: RequestActor): Promise<KeyResponse> {
    return presentKey(await this.ending.ofKey(id, by));
  }
}
