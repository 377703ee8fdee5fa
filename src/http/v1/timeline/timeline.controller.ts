import { Get, Param, Query } from '@nestjs/common';
import type { Principal } from '../../../application/access/principal.js';
import { ReadTimeline } from '../../../application/timeline/read-timeline.js';
import { ApiEndpoint } from '../../access/endpoint.decorator.js';
import { Caller, tenantScopeOf } from '../../access/principal.js';
import { ApiIdParam } from '../../openapi/api-id-param.decorator.js';
import { ApiJsonResponse } from '../../openapi/api-responses.decorator.js';
import { ORDER_ID_PIPE } from '../../validation/id.pipe.js';
import { ORDER_ID } from '../../validation/id-patterns.js';
import { limitFrom, positionFrom } from '../../validation/paging.js';
import { V1 } from '../v1.decorator.js';
import { cursorOfEntry, ReadTimelineRequest, timelinePositionFrom } from './read-timeline.request.js';
import { TIMELINE_EXAMPLE } from './timeline.examples.js';
import { presentEntry } from './timeline.presenter.js';
import { TimelineResponse } from './timeline.response.js';

@V1('orders', 'Orders')
export class TimelineController {
  constructor(private readonly timeline: ReadTimeline) {}

  @Get(':id/timeline')
  @ApiEndpoint({
    id: 'readTimeline',
    summary: 'Read everything that happened to an order',
    description:
      'In one list, oldest first: its moves and facts with their evidence, the calls to its provider, hosted checkouts, callbacks, what browsers brought back and what became of that, deliveries of its events, and acts of people. What was sent or received is never shown itself. Entries are as things stand now; to be told of what happens next, read `GET /v1/events`.',
    access: 'orders:read',
    problems: ['order_not_found'],
  })
  @ApiIdParam(ORDER_ID, 'Order id')
  @ApiJsonResponse(200, 'A page of its timeline', TimelineResponse, { placed: TIMELINE_EXAMPLE })
  async page(
    @Param('id', ORDER_ID_PIPE) id: string,
    @Query() query: ReadTimelineRequest,
    @Caller() caller: Principal,
  ): Promise<TimelineResponse> {
    const after = positionFrom(query.after, timelinePositionFrom, { parameter: 'after', field: 'next_cursor' });
    const { entries, next } = await this.timeline.run(id, tenantScopeOf(caller), after, limitFrom(query));
    return { data: entries.map(presentEntry), next_cursor: next && cursorOfEntry(next) };
  }
}
