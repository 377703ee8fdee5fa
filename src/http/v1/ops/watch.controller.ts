import { Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../../application/access/principal.js';
import { ListAttention } from '../../../application/ops/list-attention.js';
import { ReadActivity } from '../../../application/ops/read-activity.js';
import { ReadSummary } from '../../../application/ops/read-summary.js';
import { ATTENTION_REASONS, type Attention } from '../../../domain/operators/attention.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Caller } from '../../access/principal.js';
import { ApiJsonResponse, ApiTaggedResponse } from '../../openapi/api-responses.decorator.js';
import { etagOf, matches, sendJson } from '../../server/tagged-response.js';
import { NoQuery } from '../../validation/no-input.guard.js';
import { limitFrom, positionFrom } from '../../validation/paging.js';
import { presentTime, presentTimeOrNull } from '../../values/time.presenter.js';
import { ATTENTION_PAGE, SUMMARY } from './watch.examples.js';
import { V1 } from '../v1.decorator.js';
import {
  attentionFilterFrom,
  attentionPositionFrom,
  cursorOfAttention,
  ListAttentionRequest,
} from './attention.request.js';
import { AttentionListResponse, type AttentionResponse } from './attention.response.js';
import { ACTIVITY } from './activity.examples.js';
import { presentHour } from './activity.presenter.js';
import { hoursFrom, ReadActivityRequest } from './activity.request.js';
import { ActivityResponse } from './activity.response.js';
import { presentSlim } from './slim-order.presenter.js';
import { presentSummary } from './summary.presenter.js';
import { SummaryResponse } from './summary.response.js';

@V1('ops', 'Operators')
export class WatchController {
  constructor(
    private readonly summary: ReadSummary,
    private readonly attention: ListAttention,
    private readonly activity: ReadActivity,
  ) {}

  @Get('summary')
  @NoQuery()
  @ApiEndpoint({
    id: 'getOpsSummary',
    summary: 'How things stand',
    description: 'Made to be asked every few seconds: with `If-None-Match`, 304 while nothing has changed.',
    access: 'ops',
  })
  @ApiTaggedResponse('How things stand', SummaryResponse, { summary: SUMMARY })
  async read(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const response = presentSummary(await this.summary.run());
    const { as_of: _, ...told } = response;
    const tag = etagOf(1, JSON.stringify(told));
    void reply.header('etag', tag);
    if (matches(request.headers['if-none-match'], tag)) return void reply.status(304).send();
    sendJson(reply, 200, JSON.stringify(response));
  }

  @Get('attention')
  @ApiEndpoint({
    id: 'listAttention',
    summary: 'List orders that a person may have to look at',
    description: 'Those under review, the most serious reason first and of one reason the oldest; then those in doubt.',
    access: 'ops',
    problems: ['operator_key_required'],
  })
  @ApiJsonResponse(200, 'A page of them', AttentionListResponse, { orders: ATTENTION_PAGE })
  async page(@Query() query: ListAttentionRequest, @Caller() caller: Principal): Promise<AttentionListResponse> {
    const after = positionFrom(query.cursor, attentionPositionFrom);
    const { entries, next } = await this.attention.run(attentionFilterFrom(query, caller), after, limitFrom(query));
    return { data: entries.map(presentAttention), next_cursor: next && cursorOfAttention(next) };
  }

  @Get('activity')
  @ApiEndpoint({
    id: 'getActivity',
    summary: 'What came in and went out, hour by hour',
    description: 'Orders by the hour in which they were accepted, and calls to providers.',
    access: 'ops',
    problems: ['provider_not_enabled'],
  })
  @ApiJsonResponse(200, 'The hours', ActivityResponse, { activity: ACTIVITY })
  async hours(@Query() query: ReadActivityRequest): Promise<ActivityResponse> {
    const { at, hours } = await this.activity.run(hoursFrom(query), query.provider ?? null);
    return { as_of: presentTime(at), data: hours.map(presentHour) };
  }
}

const presentAttention = ({ order, reason, since, owner, proposalId, nextTryAt }: Attention): AttentionResponse => ({
  order: presentSlim(order),
  reason,
  since: presentTime(since),
  severity: ATTENTION_REASONS.indexOf(reason) + 1,
  owner: owner && { id: owner.id, name: owner.name },
  proposal_id: proposalId,
  next_try_at: presentTimeOrNull(nextTryAt),
});
