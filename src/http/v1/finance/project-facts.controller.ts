import { Body, Get, Put, Query } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { EnterProjectFacts } from '../../../application/projects/enter-project-facts.js';
import { ListProjectFacts } from '../../../application/projects/list-project-facts.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { cursorOf, limitFrom, positionFrom } from '../../validation/paging.js';
import { V1 } from '../v1.decorator.js';
import { ENTER_PROJECT_FACTS_EXAMPLES, PROJECT_FACTS, PROJECT_FACTS_PAGE } from './project-facts.examples.js';
import { presentProjectFacts } from './project-facts.presenter.js';
import {
  EnterProjectFactsRequest,
  ListProjectFactsRequest,
  projectFactsFilterFrom,
  projectFactsFrom,
  projectFactsPositionFrom,
} from './project-facts.request.js';
import { ProjectFactsListResponse, ProjectFactsResponse } from './project-facts.response.js';

/** They are the same for all tenants. */
@V1('finance/project-facts', 'Finance')
export class ProjectFactsController {
  constructor(
    private readonly entering: EnterProjectFacts,
    private readonly listing: ListProjectFacts,
  ) {}

  @Get()
  @ApiEndpoint({
    id: 'listProjectFacts',
    summary: 'List what is known of projects',
    description: 'By registry, project and day. What was entered before about a day is there, too: the latest counts.',
    access: 'finance:read',
  })
  @ApiJsonResponse(200, 'A page of facts', ProjectFactsListResponse, { page: PROJECT_FACTS_PAGE })
  async page(@Query() query: ListProjectFactsRequest): Promise<ProjectFactsListResponse> {
    const after = positionFrom(query.cursor, projectFactsPositionFrom);
    const { facts, next } = await this.listing.run(projectFactsFilterFrom(query), after, limitFrom(query));
    return { data: facts.map(presentProjectFacts), next_cursor: next && cursorOf(next) };
  }

  @Put()
  @NoQuery()
  @ApiEndpoint({
    id: 'enterProjectFacts',
    summary: 'Enter what is known of a project from a day on',
    description:
      'What no provider tells, and disclosure asks for. Leave out what you do not know. Nothing is overwritten: what you enter about a day counts in place of what was entered about it before, all of it, and that stays to be read. A repeat changes nothing.',
    access: 'finance:write',
    beside: 'ops',
    act: 'project_facts.enter',
  })
  @ApiBody({ type: EnterProjectFactsRequest, examples: ENTER_PROJECT_FACTS_EXAMPLES })
  @ApiJsonResponse(200, 'The facts, as they count now', ProjectFactsResponse, { facts: PROJECT_FACTS })
  async enter(@Body() body: EnterProjectFactsRequest, @Acting() by: RequestActor): Promise<ProjectFactsResponse> {
    return presentProjectFacts(await this.entering.run(projectFactsFrom(body), by));
  }
}
