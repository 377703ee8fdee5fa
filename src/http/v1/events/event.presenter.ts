import type { FeedEvent } from '../../../domain/events/feed-event.js';
import { presentTime } from '../../values/time.presenter.js';
import type { OrderPresenter } from '../orders/order.presenter.js';
import type { EventResponse } from './event.response.js';

/** An event as it is told: in the feed, and as the body of a webhook. */
export const presentEvent = (event: FeedEvent, orders: OrderPresenter): EventResponse => {
  const { id, occurredAt, position } = event;
  const told = { created_at: presentTime(occurredAt), sequence: position.sequence };
  if ('order' in event) return { id, type: event.type, ...told, data: { order: orders.present(event.order) } };
  const { id: endpointId, url, disabledReason } = event.endpoint;
  return {
    id,
    type: event.type,
    ...told,
    data: { webhook_endpoint: { id: endpointId, url, disabled_reason: disabledReason } },
  };
};
