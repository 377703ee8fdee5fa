import { ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import {
  ENDPOINT_EVENT_TYPES,
  ORDER_EVENT_TYPES,
  type EndpointEventType,
  type OrderEventType,
} from '../../../domain/events/feed-event.js';
import { PropBoolean, PropEnum, PropInteger, PropListOf, PropObject, PropText, PropTime } from '../../openapi/prop.js';
import { OrderResponse } from '../orders/order.response.js';

export class OrderEventData {
  @PropObject(() => OrderResponse, 'The order as the event left it. Events that happened together have the same')
  order!: OrderResponse;
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

class ToldEvent {
  @PropText('Event id: the same in the feed and in every delivery', { example: 'evt_01jd4v2m0gf5c8q7k3x9w1z2r4' })
  id!: string;
  @PropTime('When it happened') created_at!: string;
  @PropInteger('Its number among the events of its subject: 1, 2, 3 …; of an order without gaps', { example: 3 })
  sequence!: number;
}

export class OrderEventResponse extends ToldEvent {
  @PropEnum(ORDER_EVENT_TYPES, 'What happened: docs/events.md', { example: 'order.placed' }) type!: OrderEventType;
  @PropObject(() => OrderEventData, 'The order as it was then') data!: OrderEventData;
}

export class WebhookEndpointEventResponse extends ToldEvent {
  @PropEnum(ENDPOINT_EVENT_TYPES, 'What happened: docs/events.md') type!: EndpointEventType;
  @PropObject(() => EndpointEventData, 'The endpoint as it was then') data!: EndpointEventData;
}

export type EventResponse = OrderEventResponse | WebhookEndpointEventResponse;

/** Of a type there is no class, so the OpenAPI document has this component by name. */
export const EVENT_SCHEMA = {
  Event: {
    description: 'What happened, and to what. `type` says which: `switch` over it',
    oneOf: [OrderEventResponse, WebhookEndpointEventResponse].map((shape) => ({ $ref: getSchemaPath(shape) })),
  },
};

@ApiExtraModels(OrderEventResponse, WebhookEndpointEventResponse)
export class EventListResponse {
  @PropListOf('Event', 'Oldest first') data!: EventResponse[];
  @PropText('Send it as `after` to go on from here. Keep it: it holds for ever', { nullable: true })
  next_after!: string | null;
  @PropBoolean('Whether there may be more to read now') has_more!: boolean;
}
