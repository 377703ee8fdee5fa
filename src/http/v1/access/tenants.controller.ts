import { Body, Get, Post, Query, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CreateTenant } from '../../../application/access/create-tenant.js';
import { ListAccess } from '../../../application/access/list-access.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { fingerprintOf } from '../../idempotency/fingerprint.js';
import { ApiIdempotencyKey, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { TENANT_ID } from '../../validation/id-patterns.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { cursorOf, limitFrom, PagingQuery, positionFrom } from '../../validation/paging.js';
import { V1 } from '../v1.decorator.js';
import { CREATE_TENANT_EXAMPLES, TENANT, TENANTS_PAGE } from './access.examples.js';
import { presentTenant } from './access.presenter.js';
import { CreateTenantRequest, idPositionFrom } from './access.request.js';
import { TenantListResponse, TenantResponse } from './access.response.js';

@V1('ops/tenants', 'Operators')
export class TenantsController {
  constructor(
    private readonly access: ListAccess,
    private readonly make: CreateTenant,
  ) {}

  @Get()
  @ApiEndpoint({ id: 'listTenants', summary: 'List who may call', description: 'Newest first.', access: 'ops:admin' })
  @ApiJsonResponse(200, 'A page of tenants', TenantListResponse, { tenants: TENANTS_PAGE })
  async page(@Query() query: PagingQuery): Promise<TenantListResponse> {
    const before = positionFrom(query.cursor, idPositionFrom(TENANT_ID));
    const { rows, last } = await this.access.tenants(before, limitFrom(query));
    return { data: rows.map(presentTenant), next_cursor: last && cursorOf([last.id]) };
  }

  @Post()
  @NoQuery()
  @ApiEndpoint({
    id: 'createTenant',
    summary: 'Make a tenant',
    description: 'It can do nothing before it has a key. A repeat under the same key makes no second one.',
    access: 'ops:admin',
    act: 'tenant.create',
    problems: ['idempotency_key_missing', 'idempotency_key_invalid', 'idempotency_key_reused'],
  })
  @ApiIdempotencyKey()
  @ApiBody({ type: CreateTenantRequest, examples: CREATE_TENANT_EXAMPLES })
  @ApiJsonResponse(201, 'The tenant', TenantResponse, { made: TENANT }, ['Idempotency-Replayed'])
  async create(
    @IdempotencyKey() idempotencyKey: string,
    @Body() body: CreateTenantRequest,
    @Acting() by: RequestActor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TenantResponse> {
    const wanted = { name: body.name, providerAccounts: body.provider_accounts ?? {} };
    const { tenant, isNew } = await this.make.run(wanted, { idempotencyKey, fingerprint: fingerprintOf(body) }, by);
    if (!isNew) void reply.header('idempotency-replayed', 'true');
    return presentTenant(tenant);
  }
}
