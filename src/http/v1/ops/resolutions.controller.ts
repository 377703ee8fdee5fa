import { Body, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { ApproveResolution } from '../../../application/resolutions/approve-resolution.js';
import { ListResolutions } from '../../../application/resolutions/list-resolutions.js';
import { RejectResolution } from '../../../application/resolutions/reject-resolution.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { RESOLUTION_ID_PIPE } from '../../validation/id.pipe.js';
import { RESOLUTION_ID } from '../../validation/id-patterns.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { cursorOf, limitFrom, positionFrom } from '../../validation/paging.js';
import { APPLIED, PROPOSED, REJECTED, RESOLUTIONS_PAGE, WITHDRAWN } from './resolution.examples.js';
import { APPROVE_EXAMPLES, DECIDE_EXAMPLES } from './ops-request.examples.js';
import { V1 } from '../v1.decorator.js';
import { presentResolution } from './resolution.presenter.js';
import { ApproveRequest, DecideRequest, ListResolutionsRequest, resolutionPositionFrom } from './resolution.request.js';
import { ResolutionListResponse, ResolutionResponse } from './resolution.response.js';

@V1('ops/resolutions', 'Operators')
export class ResolutionsController {
  constructor(
    private readonly list: ListResolutions,
    private readonly approval: ApproveResolution,
    private readonly rejection: RejectResolution,
  ) {}

  @Get()
  @ApiEndpoint({
    id: 'listResolutions',
    summary: 'List decisions on orders',
    description: 'Newest first; by default those that wait for a second person.',
    access: 'ops',
  })
  @ApiJsonResponse(200, 'A page of decisions', ResolutionListResponse, { open: RESOLUTIONS_PAGE })
  async page(@Query() query: ListResolutionsRequest): Promise<ResolutionListResponse> {
    const before = positionFrom(query.cursor, resolutionPositionFrom);
    const { resolutions, next } = await this.list.page(query.state ?? 'proposed', before, limitFrom(query));
    return { data: resolutions.map(presentResolution), next_cursor: next && cursorOf([next]) };
  }

  @Get(':id')
  @NoQuery()
  @ApiEndpoint({
    id: 'getResolution',
    summary: 'Read a decision on an order',
    access: 'ops',
    problems: ['resolution_not_found'],
  })
  @ApiIdParam(RESOLUTION_ID, 'Resolution id')
  @ApiJsonResponse(200, 'The decision', ResolutionResponse, { proposed: PROPOSED })
  async read(@Param('id', RESOLUTION_ID_PIPE) id: string): Promise<ResolutionResponse> {
    return presentResolution(await this.list.find(id));
  }

  @Post(':id/approve')
  @HttpCode(200)
  @NoQuery()
  @ApiEndpoint({
    id: 'approveResolution',
    summary: 'Approve what another person has proposed',
    description:
      'The provider is read and everything checked again, and then it is carried out. What is not permitted any more is `overtaken`, and nothing is done. A repeat finds it closed.',
    access: 'ops:approve',
    act: 'resolution.approve',
    problems: [
      'resolution_not_found',
      'resolution_closed',
      'resolution_refused',
      'order_not_cancellable',
      'version_changed',
      'second_person_required',
      'operator_key_required',
      'provider_unavailable',
      'provider_paused',
      'tenant_paused',
      'order_lost',
    ],
  })
  @ApiIdParam(RESOLUTION_ID, 'Resolution id')
  @ApiBody({ type: ApproveRequest, examples: APPROVE_EXAMPLES })
  @ApiJsonResponse(200, 'The decision, applied', ResolutionResponse, { applied: APPLIED })
  async approve(
    @Param('id', RESOLUTION_ID_PIPE) id: string,
    @Body() { note, expected_version: expectedVersion }: ApproveRequest,
    @Acting() by: RequestActor,
  ): Promise<ResolutionResponse> {
    return presentResolution(await this.approval.run(id, note, expectedVersion, by));
  }

  @Post(':id/reject')
  @HttpCode(200)
  @NoQuery()
  @ApiEndpoint({
    id: 'rejectResolution',
    summary: 'Reject what another person has proposed',
    access: 'ops:approve',
    act: 'resolution.reject',
    problems: ['resolution_not_found', 'resolution_closed', 'second_person_required', 'operator_key_required'],
  })
  @ApiIdParam(RESOLUTION_ID, 'Resolution id')
  @ApiBody({ type: DecideRequest, examples: DECIDE_EXAMPLES })
  @ApiJsonResponse(200, 'The decision, rejected', ResolutionResponse, { rejected: REJECTED })
  async reject(
    @Param('id', RESOLUTION_ID_PIPE) id: string,
    @Body() { note }: DecideRequest,
    @Acting() by: RequestActor,
  ): Promise<ResolutionResponse> {
    return presentResolution(await this.rejection.reject(id, note, by));
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @NoQuery()
  @ApiEndpoint({
    id: 'withdrawResolution',
    summary: 'Take back what you have proposed',
    access: 'ops:act',
    act: 'resolution.withdraw',
    problems: ['resolution_not_found', 'resolution_closed', 'second_person_required'],
  })
  @ApiIdParam(RESOLUTION_ID, 'Resolution id')
  @ApiBody({ type: DecideRequest, examples: DECIDE_EXAMPLES })
  @ApiJsonResponse(200, 'The decision, withdrawn', ResolutionResponse, { withdrawn: WITHDRAWN })
  async withdraw(
    @Param('id', RESOLUTION_ID_PIPE) id: string,
    @Body() { note }: DecideRequest,
    @Acting() by: RequestActor,
  ): Promise<ResolutionResponse> {
    return presentResolution(await this.rejection.withdraw(id, note, by));
  }
}
