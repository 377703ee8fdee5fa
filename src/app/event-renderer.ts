import { CancellationTerms } from '../application/orders/cancellation-terms.js';
import { EventRenderer } from '../application/webhooks/event-renderer.js';
import { presentEvent } from '../http/v1/events/event.presenter.js';
import { OrderPresenter } from '../http/v1/orders/order.presenter.js';
import { presentTest } from '../http/v1/webhook-endpoints/test-message.presenter.js';

/** A webhook says what the feed says, to the byte. */
export const EVENT_RENDERER = {
  provide: EventRenderer,
  inject: [CancellationTerms],
  useFactory: (cancellations: CancellationTerms): EventRenderer => {
    const orders = new OrderPresenter(cancellations);
    return new EventRenderer(
      (event) => JSON.stringify(presentEvent(event, orders)),
      (message) => JSON.stringify(presentTest(message)),
    );
  },
};
