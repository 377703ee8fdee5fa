import { Body, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { FindBreak } from '../../../application/breaks/find-break.js';
import { FollowBreak } from '../../../application/breaks/follow-break.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { BREAK_ID_PIPE } from '../../validation/id.pipe.js';
import { BREAK_ID } from '../../validation/id-patterns.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { cursorOf, limitFrom, positionFrom } from '../../validation/paging.js';
import { V1 } from '../v1.decorator.js';
import {
  ASSIGN_EXAMPLES,
  ASSIGNED,
  BREAK,
  UNKNOWN_LINE,
  WAIT_EXAMPLES,
  WAITING,
  WHOLE_BREAK,
} from './break.examples.js';
import { presentBreak, presentWholeBreak } from './break.presenter.js';
import {
  AssignBreakRequest,
  breakFilterFrom,
  breakPositionFrom,
  ListBreaksRequest,
  WaitForBreakRequest,
} from './break.request.js';
import { BreakListResponse, BreakResponse, WholeBreakResponse } from './break.response.js';

const READING = { access: 'finance:read', beside: 'ops' } as const;
const WRITING = { access: 'finance:write', beside: 'ops' } as const;

/** Breaks are of the whole gateway: what a provider lists and invoices is of all tenants. */
@V1('finance/breaks', 'Finance')
export class BreaksController {
  constructor(
    private readonly find: FindBreak,
    private readonly follow: FollowBreak,
  ) {}

  @Get()
  @ApiEndpoint({ id: 'listBreaks', summary: 'List differences', description: 'Newest first.', ...READING })
  @ApiJsonResponse(200, 'A page of breaks', BreakListResponse, {
    page: { data: [BREAK], next_cursor: 'WyJicmtfMDFqZDR2Mm0wZ2Y1YzhxN2szeDl3MXoycjQiXQ' },
  })
  async page(@Query() query: ListBreaksRequest): Promise<BreakListResponse> {
    const before = positionFrom(query.cursor, breakPositionFrom);
    const { breaks, next } = await this.find.page(breakFilterFrom(query), before, limitFrom(query));
    return { data: breaks.map(presentBreak), next_cursor: next && cursorOf([next]) };
  }

  @Get(':id')
  @NoQuery()
  @ApiEndpoint({
    id: 'getBreak',
    summary: 'Read a difference, and what may be made of it',
    description: 'With its history, what each resolution would post now, and orders that it may be about.',
    ...READING,
    problems: ['break_not_found'],
  })
  @ApiIdParam(BREAK_ID, 'Break id')
  @ApiJsonResponse(200, 'The break', WholeBreakResponse, { order: WHOLE_BREAK, line: UNKNOWN_LINE })
  async read(@Param('id', BREAK_ID_PIPE) id: string): Promise<WholeBreakResponse> {
    return presentWholeBreak(await this.find.whole(id));
  }

  @Post(':id/assign')
  @HttpCode(200)
  @NoQuery()
  @ApiEndpoint({
    id: 'assignBreak',
    summary: 'Take a difference in hand, or give it to somebody',
    ...WRITING,
    act: 'break.assign',
    problems: ['break_not_found', 'break_not_open', 'operator_not_found', 'operator_key_required'],
  })
  @ApiIdParam(BREAK_ID, 'Break id')
  @ApiBody({ type: AssignBreakRequest, examples: ASSIGN_EXAMPLES })
  @ApiJsonResponse(200, 'The break', BreakResponse, { assigned: ASSIGNED })
  async assign(
    @Param('id', BREAK_ID_PIPE) id: string,
    @Body() { operator_id: operatorId }: AssignBreakRequest,
    @Acting() by: RequestActor,
  ): Promise<BreakResponse> {
    return presentBreak(await this.follow.assign(id, operatorId ?? null, by));
  }

  @Post(':id/wait')
  @HttpCode(200)
  @NoQuery()
  @ApiEndpoint({
    id: 'waitForBreak',
    summary: 'Let a difference wait for somebody, until a day',
    description: 'It blocks what it blocked. New facts open it again.',
    ...WRITING,
    act: 'break.wait',
    problems: ['break_not_found', 'break_not_open', 'operator_key_required'],
  })
  @ApiIdParam(BREAK_ID, 'Break id')
  @ApiBody({ type: WaitForBreakRequest, examples: WAIT_EXAMPLES })
  @ApiJsonResponse(200, 'The break', BreakResponse, { waiting: WAITING })
  async wait(
    @Param('id', BREAK_ID_PIPE) id: string,
    @Body() { until, note }: WaitForBreakRequest,
    @Acting() by: RequestActor,
  ): Promise<BreakResponse> {
    return presentBreak(await this.follow.wait(id, until, note, by));
  }
}
