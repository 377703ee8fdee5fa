import type { Order } from '../orders/order.js';
import { ORDER_EVENTS, type EventType } from '../orders/order-event.js';

/** What happens to a webhook endpoint by itself. */
export const ENDPOINT_EVENTS = {
  'webhook_endpoint.disabled': 'nothing is sent to the endpoint any more; its `disabled_reason` says why',
} as const;

export type OrderEventType = `order.${EventType}`;
export type EndpointEventType = keyof typeof ENDPOINT_EVENTS;
export type FeedEventType = OrderEventType | EndpointEventType;

export const ORDER_EVENT_TYPES: readonly OrderEventType[] = (Object.keys(ORDER_EVENTS) as EventType[]).map(
  (type): OrderEventType => `order.${type}`,
);
export const ENDPOINT_EVENT_TYPES = Object.keys(ENDPOINT_EVENTS) as EndpointEventType[];

/** Every type of event that is told, in the feed and by webhooks. */
export const FEED_EVENT_TYPES: readonly FeedEventType[] = [...ORDER_EVENT_TYPES, ...ENDPOINT_EVENT_TYPES];

/**
 * Where an event stands in the feed. Later events have greater positions, whenever their transactions commit; `tx` is
 * larger than a number can hold exactly.
 */
export interface FeedPosition {
  readonly tx: string;
  /** Id of the order or the endpoint. */
  readonly subject: string;
  /** Within the subject: 1, 2, 3 …, without gaps for an order. */
  readonly sequence: number;
}

/** Before every event. */
export const FEED_START: FeedPosition = { tx: '0', subject: '', sequence: 0 };

/** An endpoint as an event left it. */
export interface EndpointState {
  readonly id: string;
  readonly url: string;
  readonly disabledReason: string | null;
}

interface Told {
  /** The same wherever and however often it is told. */
  readonly id: string;
  readonly tenantId: string;
  readonly occurredAt: Date;
  readonly position: FeedPosition;
}

/** What happened, with its subject as it was then. Events of one commit have the same: what the commit left. */
export type FeedEvent = Told &
  (
    | { readonly type: OrderEventType; readonly order: Order }
    | { readonly type: EndpointEventType; readonly endpoint: EndpointState }
  );
