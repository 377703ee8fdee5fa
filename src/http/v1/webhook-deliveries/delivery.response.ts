import { FEED_EVENT_TYPES } from '../../../domain/events/feed-event.js';
import { DELIVERY_STATES } from '../../../domain/webhooks/delivery.js';
import { PropCode, PropEnum, PropInteger, PropList, PropText, PropTime } from '../../openapi/prop.js';

export class DeliveryResponse {
  @PropText('Delivery id', { example: 'dlv_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropText('Tenant id') tenant_id!: string;
  @PropText('Where it is sent: the endpoint') endpoint_id!: string;
  @PropText('What is sent: the event, and the `webhook-id` of every request') event_id!: string;
  @PropEnum(FEED_EVENT_TYPES, 'Type of the event') event_type!: string;
  @PropText('The order of the event; null for an event of an endpoint', { nullable: true }) order_id!: string | null;
  @PropEnum(DELIVERY_STATES, '`pending`: to be sent, or sent again. `dead`: given up; replay it') state!: string;
  @PropInteger('Requests so far') attempts!: number;
  @PropTime('When it is sent next; null while it is sent, and once it has ended', { nullable: true })
  next_attempt_at!: string | null;
  @PropTime('When it was queued first') created_at!: string;
  @PropTime('When it was delivered, or given up', { nullable: true }) ended_at!: string | null;
}

export class DeliveryRequestResponse {
  @PropInteger('1, 2, 3 … within the delivery') number!: number;
  @PropTime('When it began') started_at!: string;
  @PropInteger('From resolving the name to the end of the answer, in milliseconds') duration_ms!: number;
  @PropInteger('HTTP status; null if there was no answer', { nullable: true }) status!: number | null;
  @PropCode('SendFailure', 'Why it does not count as delivered; null if it does', { nullable: true }) failure!:
    string | null;
  @PropText('The first 4 KiB of the body; null if there was no answer', { nullable: true }) answer!: string | null;
}

export class DeliveryWithRequestsResponse extends DeliveryResponse {
  @PropList(() => DeliveryRequestResponse, 'Every request that was made for it, oldest first')
  requests!: DeliveryRequestResponse[];
}

export class DeliveryListResponse {
  @PropList(() => DeliveryResponse, 'Newest first') data!: DeliveryResponse[];
  @PropText('Send it as `cursor` for the next page; null if this is the last one', { nullable: true })
  next_cursor!: string | null;
}

export class QueuedResponse {
  @PropInteger('How many were queued. Whether they are delivered, GET /v1/webhook-deliveries tells') queued!: number;
}
