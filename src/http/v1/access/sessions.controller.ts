import { Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { EndAccess } from '../../../application/access/end-access.js';
import { ListAccess } from '../../../application/access/list-access.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiEmptyResponse, ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { SESSION_ID_PIPE } from '../../validation/id.pipe.js';
import { SESSION_ID } from '../../validation/id-patterns.js';
import { NoInput } from '../../validation/no-input.guard.js';
import { cursorOf, limitFrom, PagingQuery, positionFrom } from '../../validation/paging.js';
import { V1 } from '../v1.decorator.js';
import { SESSIONS_PAGE } from './access.examples.js';
import { presentListedSession } from './access.presenter.js';
import { idPositionFrom } from './access.request.js';
import { SessionListResponse } from './access.response.js';

@V1('ops/sessions', 'Operators')
export class SessionsController {
  constructor(
    private readonly access: ListAccess,
    private readonly ending: EndAccess,
  ) {}

  @Get()
  @ApiEndpoint({
    id: 'listSessions',
    summary: 'List the sessions of operators’ browsers',
    description: 'Those that have not ended, newest first.',
    access: 'ops:admin',
  })
  @ApiJsonResponse(200, 'A page of sessions', SessionListResponse, { sessions: SESSIONS_PAGE })
  async page(@Query() query: PagingQuery): Promise<SessionListResponse> {
    const before = positionFrom(query.cursor, idPositionFrom(SESSION_ID));
    const { rows, last } = await this.access.sessions(before, limitFrom(query));
    return { data: rows.map(presentListedSession), next_cursor: last && cursorOf([last.id]) };
  }

  @Post(':id/end')
  @HttpCode(204)
  @NoInput()
  @ApiEndpoint({
    id: 'endSessionOf',
    summary: 'End a session of an operator',
    description: 'Within 5 seconds. They can sign in again; who must not is disabled, or their key ended.',
    access: 'ops:admin',
    act: 'session.end',
    problems: ['session_not_found'],
  })
  @ApiIdParam(SESSION_ID, 'Session id')
  @ApiEmptyResponse(204, 'It has ended')
  async end(@Param('id', SESSION_ID_PIPE) id: string, @Acting() by: RequestActor): Promise<void> {
    await this.ending.ofSession(id, by);
  }
}
