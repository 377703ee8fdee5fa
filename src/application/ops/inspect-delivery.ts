import { Injectable } from '@nestjs/common';
import type { Attempt, Delivery } from '../../domain/webhooks/delivery.js';
import { hostOf, type Endpoint } from '../../domain/webhooks/endpoint.js';
import { maskedEvent } from '../../domain/webhooks/masked-event.js';
import { FeedRepository } from '../../persistence/events/feed.repository.js';
import { EndpointsRepository } from '../../persistence/webhooks/endpoints.repository.js';
import { EventRenderer } from '../webhooks/event-renderer.js';
import { FindDelivery } from '../webhooks/find-delivery.js';

export interface InspectedDelivery {
  readonly delivery: Delivery & { readonly requests: readonly Attempt[] };
  /** Null once it is deleted. */
  readonly endpoint: Endpoint | null;
  /** What every request for it says. */
  readonly message: { readonly host: string | null; readonly body: string };
}

/** A delivery of any tenant with what is sent for it: without secrets, and without the person the order is for. */
@Injectable()
export class InspectDelivery {
  constructor(
    private readonly find: FindDelivery,
    private readonly endpoints: EndpointsRepository,
    private readonly feed: FeedRepository,
    private readonly renderer: EventRenderer,
  ) {}

  /** Throws `webhook_delivery_not_found`. */
  async run(id: string): Promise<InspectedDelivery> {
    const delivery = await this.find.run(id, 'all_tenants');
    const [endpoint, [event]] = await Promise.all([
      this.endpoints.find(delivery.endpointId, 'all_tenants'),
      this.feed.find([delivery.eventId]),
    ]);
    if (!event) throw new Error('the event of a delivery is missing');
    const body = this.renderer.render(maskedEvent(event));
    return { delivery, endpoint, message: { host: endpoint && hostOf(endpoint.url), body } };
  }
}
