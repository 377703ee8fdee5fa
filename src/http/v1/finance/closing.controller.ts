import { Body, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiParam } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ClosePeriod } from '../../../application/periods/close-period.js';
import { ReadChecklist } from '../../../application/periods/read-checklist.js';
import { ReopenPeriod } from '../../../application/periods/reopen-period.js';
import type { RequestActor } from '../../../domain/orders/cause.js';
import type { Closing } from '../../../domain/periods/closing.js';
import { MONTH_ID, type MonthId } from '../../../domain/periods/month.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Acting } from '../../access/principal.js';
import { fingerprintOf } from '../../idempotency/fingerprint.js';
import { ApiIdempotencyKey, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { V1 } from '../v1.decorator.js';
import { CHECKLIST, CLOSE_EXAMPLES, CLOSED, REOPEN_EXAMPLES, REOPENED } from './closing.examples.js';
import { presentChecklist, presentClosing } from './closing.presenter.js';
import { ClosePeriodRequest, PERIOD_PIPE, ReopenPeriodRequest } from './closing.request.js';
import { ChecklistResponse, ClosingResponse } from './closing.response.js';

const ApiPeriodParam = (): MethodDecorator =>
  ApiParam({
    name: 'id',
    description: 'The month',
    schema: { type: 'string', pattern: MONTH_ID.source, examples: ['2026-11'] },
  });

const KEY_PROBLEMS = ['idempotency_key_missing', 'idempotency_key_invalid', 'idempotency_key_reused'] as const;
const PERSON_PROBLEMS = ['operator_key_required', 'second_person_required'] as const;

@V1('finance/periods', 'Finance')
export class ClosingController {
  constructor(
    private readonly checklist: ReadChecklist,
    private readonly closing: ClosePeriod,
    private readonly reopening: ReopenPeriod,
  ) {}

  @Get(':id/close-checklist')
  @RouteConfig({ takesLong: true })
  @NoQuery()
  @ApiEndpoint({
    id: 'readCloseChecklist',
    summary: 'Read what has to be so before a month is closed',
    description: 'And whether it is, with what to do where not. It looks at the books of every order of the month.',
    access: 'finance:read',
    beside: 'ops',
    problems: ['period_not_found'],
  })
  @ApiPeriodParam()
  @ApiJsonResponse(200, 'The checklist', ChecklistResponse, { waiting: CHECKLIST })
  async read(@Param('id', PERIOD_PIPE) id: MonthId): Promise<ChecklistResponse> {
    return presentChecklist(await this.checklist.run(id));
  }

  @Post(':id/close')
  @RouteConfig({ takesLong: true })
  @HttpCode(200)
  @NoQuery()
  @ApiEndpoint({
    id: 'closePeriod',
    summary: 'Close a month of the books',
    description:
      'For people. Nothing is posted to it any more: what is late goes to the first open month. Its balances and exports are kept as they are now, for good. A repeat under the same key gets the closing again.',
    access: 'finance:write',
    beside: 'ops',
    act: 'period.close',
    problems: ['period_not_found', 'period_closed', 'period_not_closable', ...KEY_PROBLEMS, ...PERSON_PROBLEMS],
  })
  @ApiIdempotencyKey()
  @ApiPeriodParam()
  @ApiBody({ type: ClosePeriodRequest, examples: CLOSE_EXAMPLES })
  @ApiJsonResponse(200, 'The closing', ClosingResponse, { closed: CLOSED }, ['Idempotency-Replayed'])
  async close(
    @Param('id', PERIOD_PIPE) id: MonthId,
    @IdempotencyKey() key: string,
    @Body() { note, waived = [] }: ClosePeriodRequest,
    @Acting() by: RequestActor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClosingResponse> {
    const fingerprint = fingerprintOf({ close: id, note, waived });
    return answered(reply, await this.closing.run(id, { note, key: { key, fingerprint } }, waived, by));
  }

  @Post(':id/reopen')
  @HttpCode(200)
  @NoQuery()
  @ApiEndpoint({
    id: 'reopenPeriod',
    summary: 'Open the latest closed month again',
    description:
      'For people, and within twelve months of its end. What its closing has kept stays to be read; the next closing is another version. A repeat under the same key gets the first response again.',
    access: 'finance:approve',
    beside: 'ops',
    act: 'period.reopen',
    problems: ['period_not_found', 'period_not_latest', 'period_not_reopenable', ...KEY_PROBLEMS, ...PERSON_PROBLEMS],
  })
  @ApiIdempotencyKey()
  @ApiPeriodParam()
  @ApiBody({ type: ReopenPeriodRequest, examples: REOPEN_EXAMPLES })
  @ApiJsonResponse(200, 'The reopening', ClosingResponse, { reopened: REOPENED }, ['Idempotency-Replayed'])
  async reopen(
    @Param('id', PERIOD_PIPE) id: MonthId,
    @IdempotencyKey() key: string,
    @Body() { note }: ReopenPeriodRequest,
    @Acting() by: RequestActor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClosingResponse> {
    const fingerprint = fingerprintOf({ reopen: id, note });
    return answered(reply, await this.reopening.run(id, { note, key: { key, fingerprint } }, by));
  }
}

const answered = (
  reply: FastifyReply,
  { closing, replayed }: { readonly closing: Closing; readonly replayed: boolean },
): ClosingResponse => {
  if (replayed) void reply.header('idempotency-replayed', 'true');
  return presentClosing(closing);
};
