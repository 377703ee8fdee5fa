import { Get, Param, Query } from '@nestjs/common';
import { FindPool } from '../../../application/pools/find-pool.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { POOL_ID } from '../../validation/id-patterns.js';
import { POOL_ID_PIPE } from '../../validation/id.pipe.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { cursorOf, limitFrom, PagingQuery, positionFrom } from '../../validation/paging.js';
import { V1 } from '../v1.decorator.js';
import { ALLOCATED_POOL, OPEN_POOL, POOL_MEMBER } from './pool.examples.js';
import { presentPool, presentPoolMember } from './pool.presenter.js';
import { ListPoolsRequest, memberPositionFrom, poolFilterFrom, poolPositionFrom } from './pool.request.js';
import { PoolListResponse, PoolMemberListResponse, PoolResponse } from './pool.response.js';

const READING = { access: 'finance:read', beside: 'ops' } as const;

@V1('finance/pools', 'Finance')
export class PoolsController {
  constructor(private readonly find: FindPool) {}

  @Get()
  @ApiEndpoint({
    id: 'listPools',
    summary: 'List pools',
    description: 'Newest first. A pool buys for small orders together, and gives each exactly what it has ordered.',
    ...READING,
  })
  @ApiJsonResponse(200, 'A page of pools', PoolListResponse, {
    page: { data: [OPEN_POOL, ALLOCATED_POOL], next_cursor: 'WyJwb29sXzAxamQ0djJtMGdmNWM4cTdrM3g5dzF6MnI0Il0' },
  })
  async page(@Query() query: ListPoolsRequest): Promise<PoolListResponse> {
    const before = positionFrom(query.cursor, poolPositionFrom);
    const { pools, next } = await this.find.page(poolFilterFrom(query), before, limitFrom(query));
    return { data: pools.map(presentPool), next_cursor: next && cursorOf([next]) };
  }

  @Get(':id')
  @NoQuery()
  @ApiEndpoint({ id: 'getPool', summary: 'Read a pool', ...READING, problems: ['pool_not_found'] })
  @ApiIdParam(POOL_ID, 'Pool id')
  @ApiJsonResponse(200, 'The pool', PoolResponse, { open: OPEN_POOL, allocated: ALLOCATED_POOL })
  async read(@Param('id', POOL_ID_PIPE) id: string): Promise<PoolResponse> {
    return presentPool(await this.find.run(id));
  }

  @Get(':id/members')
  @ApiEndpoint({
    id: 'listPoolMembers',
    summary: 'List the orders in a pool',
    description: 'By order id, those that are in it now.',
    ...READING,
    problems: ['pool_not_found'],
  })
  @ApiIdParam(POOL_ID, 'Pool id')
  @ApiJsonResponse(200, 'A page of members', PoolMemberListResponse, {
    page: { data: [POOL_MEMBER], next_cursor: 'WyJvcmRfMDFtOGJxN2Qya2UwdjlhazRyMGdxNmU3YWEiXQ' },
  })
  async members(@Param('id', POOL_ID_PIPE) id: string, @Query() query: PagingQuery): Promise<PoolMemberListResponse> {
    const after = positionFrom(query.cursor, memberPositionFrom);
    const { members, next } = await this.find.members(id, after, limitFrom(query));
    return { data: members.map(presentPoolMember), next_cursor: next && cursorOf([next]) };
  }
}
