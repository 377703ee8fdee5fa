import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { FEED_EVENT_TYPES, type FeedEventType } from '../../../domain/events/feed-event.js';
import { PropBoolean, PropEnum, PropInteger, PropList, PropObject, PropText, PropTime } from '../../openapi/prop.js';
import { OrderResponse } from '../orders/order.response.js';

export class OrderEventData {
  @PropObject(() => OrderResponse, 'The order as the event left it') order!: OrderResponse;
}

export class ToldEndpoint {
  @PropText('Endpoint id', { example: 'whe_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropText('Where events were sent') url!: string;
  @PropText('Why nothing is sent there any more', { nullable: true, example: 'failing' })
  disabled_reason!: string | null;
}

export class EndpointEventData {
  @PropObject(() => ToldEndpoint, 'The endpoint as the event left it') webhook_endpoint!: ToldEndpoint;
}

@ApiExtraModels(OrderEventData, EndpointEventData)
export class EventResponse {
  @PropText('Event id: the same in the feed and in every delivery', { example: 'evt_01jd4v2m0gf5c8q7k3x9w1z2r4' })
  id!: string;
  @PropEnum(FEED_EVENT_TYPES, 'What happened: docs/events.md', { example: 'order.placed' }) type!: FeedEventType;
  @PropTime('When it happened') created_at!: string;
  @PropInteger('Its number among the events of its order: 1, 2, 3 …, without gaps', { example: 3 }) sequence!: number;
  @ApiProperty({
    description: 'The order, or the endpoint, as it was then. Events that happened together have the same',
    oneOf: [{ $ref: getSchemaPath(OrderEventData) }, { $ref: getSchemaPath(EndpointEventData) }],
  })
  data!: OrderEventData | EndpointEventData;
}

export class EventListResponse {
  @PropList(() => EventResponse, 'Oldest first') data!: EventResponse[];
  @PropText('Send it as `after` to go on from here. Keep it: it holds for ever', { nullable: true })
  next_after!: string | null;
  @PropBoolean('Whether there may be more to read now') has_more!: boolean;
}
