import { Get, Headers, Query, Res } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../../application/access/principal.js';
import { ReadFeed } from '../../../application/events/read-feed.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Caller, tenantScopeOf } from '../../access/principal.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { hungUp } from '../../server/hung-up.js';
import { newsWaitFrom } from '../../server/prefer-wait.js';
import { OrderPresenter } from '../orders/order.presenter.js';
import { V1 } from '../v1.decorator.js';
import { presentEvent } from './event.presenter.js';
import { EventListResponse } from './event.response.js';
import { afterOf, feedAfterFrom, feedFilterFrom, feedLimitFrom, ReadFeedRequest } from './read-feed.request.js';
import { EVENT_PAGE } from './event.examples.js';

@V1('events', 'Events')
export class EventsController {
  constructor(
    private readonly feed: ReadFeed,
    private readonly orders: OrderPresenter,
  ) {}

  @Get()
  @ApiEndpoint({
    id: 'listEvents',
    summary: 'Read what happened',
    description:
      'Everything that happened to your orders, once and in order, oldest first. Keep `next_after` and go on from it, after a second or a week: nothing is missed. A page may be short or empty while `has_more` says that there is more to look through.',
    access: 'events:read',
    problems: ['event_not_found'],
  })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description:
      '`wait=N`, N from 0 to 30: how many seconds to wait for an event if there is none. Anything else is ignored',
    schema: { type: 'string', examples: ['wait=20'] },
  })
  @ApiJsonResponse(200, 'A page of events', EventListResponse, { page: EVENT_PAGE }, ['Preference-Applied'])
  async page(
    @Query() query: ReadFeedRequest,
    @Caller() caller: Principal,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventListResponse> {
    const { waitMs, applied } = newsWaitFrom(prefer);
    if (applied !== null) void reply.header('preference-applied', applied);
    const after = feedAfterFrom(query);
    const filter = feedFilterFrom(query, tenantScopeOf(caller));
    if (filter === null) return { data: [], next_after: query.after ?? null, has_more: false };
    const { events, next, hasMore } = await this.feed.run(filter, after, feedLimitFrom(query), {
      waitMs,
      gone: hungUp(reply),
    });
    return {
      data: events.map((event) => presentEvent(event, this.orders)),
      next_after: afterOf(next),
      has_more: hasMore,
    };
  }
}
