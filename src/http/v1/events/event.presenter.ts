import type { FeedEvent } from '../../../domain/events/feed-event.js';
import { presentTime } from '../../values/time.presenter.js';
import type { OrderPresenter } from '../orders/order.presenter.js';
import type { EventResponse } from './event.response.js';

/** An event as it is told: in the feed, and as the body of a webhook. */
export const presentEvent = (event: FeedEvent, orders: OrderPresenter): EventResponse => ({
  id: event.id,
  type: event.type,
  created_at: presentTime(event.occurredAt),
  sequence: event.position.sequence,
  data:
    'order' in event
      ? { order: orders.present(event.order) }
      : {
          webhook_endpoint: {
            id: event.endpoint.id,
            url: event.endpoint.url,
            disabled_reason: event.endpoint.disabledReason,
          },
        },
});
