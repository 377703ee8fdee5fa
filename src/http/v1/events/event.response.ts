import { ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import { type EndpointEventType, type OrderEventType } from '../../../domain/events/feed-event.js';
import {
  PropBoolean,
  PropCode,
  PropEnum,
  PropInteger,
  PropListOf,
  PropObject,
  PropText,
  PropTime,
} from '../../openapi/prop.js';
import { OrderResponse } from '../orders/order.response.js';

const TEST_TYPE = 'webhook_endpoint.test';

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
  @PropCode('OrderEventType', 'What happened: docs/events.md') type!: OrderEventType;
  @PropObject(() => OrderEventData, 'The order as it was then') data!: OrderEventData;
}

export class WebhookEndpointEventResponse extends ToldEvent {
  @PropCode('WebhookEndpointEventType', 'What happened: docs/events.md') type!: EndpointEventType;
  @PropObject(() => EndpointEventData, 'The endpoint as it was then') data!: EndpointEventData;
}

/** Sent on demand, to see whether an endpoint hears. It is in no feed. */
export class TestMessageResponse extends ToldEvent {
  @PropEnum([TEST_TYPE], 'That this is a test') type!: typeof TEST_TYPE;
  @PropObject(() => EndpointEventData, 'The endpoint that is tested') data!: EndpointEventData;
}

export type EventResponse = OrderEventResponse | WebhookEndpointEventResponse;

const anyOf = (shapes: readonly (new () => object)[]) => shapes.map((shape) => ({ $ref: getSchemaPath(shape) }));

/** Of a type there is no class, so the OpenAPI document has these components by name. */
export const EVENT_SCHEMAS = {
  Event: {
    description: 'What happened, and to what. `type` says which: `switch` over it',
    oneOf: anyOf([OrderEventResponse, WebhookEndpointEventResponse]),
  },
  WebhookMessage: {
    description: 'What is sent to an endpoint: an event, or the test of the endpoint',
    oneOf: anyOf([OrderEventResponse, WebhookEndpointEventResponse, TestMessageResponse]),
  },
};

@ApiExtraModels(OrderEventResponse, WebhookEndpointEventResponse, TestMessageResponse)
export class EventListResponse {
  @PropListOf('Event', 'Oldest first') data!: EventResponse[];
  @PropText('Send it as `after` to go on from here. Keep it: it holds for ever', { nullable: true })
  next_after!: string | null;
  @PropBoolean('Whether there may be more to read now') has_more!: boolean;
}
