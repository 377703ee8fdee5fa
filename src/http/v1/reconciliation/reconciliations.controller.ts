import { Body, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { FindRun } from '../../../application/reconciliation/find-run.js';
import { StartRun } from '../../../application/reconciliation/start-run.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { RUN_ID_PIPE } from '../../validation/id.pipe.js';
import { RUN_ID } from '../../validation/id-patterns.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { cursorOf, limitFrom, PagingQuery, positionFrom } from '../../validation/paging.js';
import { V1 } from '../v1.decorator.js';
import { FINDING, RUN_COMPLETED, RUN_STARTED, START_RUN_EXAMPLES } from './run.examples.js';
import { presentFinding, presentRun } from './run.presenter.js';
import {
  findingPositionFrom,
  ListRunsRequest,
  runFilterFrom,
  runPositionFrom,
  StartRunRequest,
  wantedRunFrom,
} from './run.request.js';
import { RunFindingListResponse, ReconciliationListResponse, ReconciliationResponse } from './run.response.js';

const READING = { access: 'finance:read', beside: 'ops' } as const;

/** Runs are of the whole gateway: what a provider lists and invoices is of all tenants. */
@V1('finance/reconciliations', 'Finance')
export class ReconciliationsController {
  constructor(
    private readonly find: FindRun,
    private readonly start: StartRun,
  ) {}

  @Post()
  @HttpCode(202)
  @NoQuery()
  @ApiEndpoint({
    id: 'startReconciliation',
    summary: "Compare our orders with a provider's list and statements",
    description:
      'Workers read the list, which takes as long as the quota of the provider makes it, and then compare: follow `Location`. What differs becomes breaks, or is added to those that are known. The same to compare as before is answered by the run before (`same_as`). A repeat while it is at work is refused with `reconciliation_running`.',
    access: 'finance:write',
    beside: 'ops',
    act: 'reconciliation.start',
    problems: ['period_not_found', 'provider_not_enabled', 'cut_off_not_possible', 'reconciliation_running'],
  })
  @ApiBody({ type: StartRunRequest, examples: START_RUN_EXAMPLES })
  @ApiJsonResponse(202, 'The run, begun', ReconciliationResponse, { started: RUN_STARTED }, ['Location'])
  async begin(
    @Body() body: StartRunRequest,
    @Acting() by: RequestActor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReconciliationResponse> {
    const run = await this.start.run(wantedRunFrom(body), by);
    void reply.header('location', `/v1/finance/reconciliations/${run.id}`);
    return presentRun(run);
  }

  @Get()
  @ApiEndpoint({ id: 'listReconciliations', summary: 'List reconciliations', description: 'Newest first.', ...READING })
  @ApiJsonResponse(200, 'A page of runs', ReconciliationListResponse, {
    page: { data: [RUN_COMPLETED], next_cursor: 'WyJyZWNfMDFqZDR2Mm0wZ2Y1YzhxN2szeDl3MXoycjQiXQ' },
  })
  async page(@Query() query: ListRunsRequest): Promise<ReconciliationListResponse> {
    const before = positionFrom(query.cursor, runPositionFrom);
    const { runs, next } = await this.find.page(runFilterFrom(query), before, limitFrom(query));
    return { data: runs.map(presentRun), next_cursor: next && cursorOf([next]) };
  }

  @Get(':id')
  @NoQuery()
  @ApiEndpoint({
    id: 'getReconciliation',
    summary: 'Read what a reconciliation came to',
    ...READING,
    problems: ['reconciliation_not_found'],
  })
  @ApiIdParam(RUN_ID, 'Run id')
  @ApiJsonResponse(200, 'The run', ReconciliationResponse, { completed: RUN_COMPLETED })
  async read(@Param('id', RUN_ID_PIPE) id: string): Promise<ReconciliationResponse> {
    return presentRun(await this.find.run(id));
  }

  @Get(':id/findings')
  @ApiEndpoint({
    id: 'listFindings',
    summary: 'List what a reconciliation found',
    description: 'As it saw it: what has become of it since, the break says.',
    ...READING,
    problems: ['reconciliation_not_found'],
  })
  @ApiIdParam(RUN_ID, 'Run id')
  @ApiJsonResponse(200, 'A page of findings', RunFindingListResponse, {
    page: { data: [FINDING], next_cursor: 'WyJhbW91bnRfZGlmZmVycyIsIm9yZF8wMWpkNHYybTBnZjVjOHE3azN4OXcxejJyNCJd' },
  })
  async findings(@Param('id', RUN_ID_PIPE) id: string, @Query() query: PagingQuery): Promise<RunFindingListResponse> {
    const after = positionFrom(query.cursor, findingPositionFrom);
    const { findings, next } = await this.find.findings(id, after, limitFrom(query));
    return { data: findings.map(presentFinding), next_cursor: next && cursorOf(next) };
  }
}
