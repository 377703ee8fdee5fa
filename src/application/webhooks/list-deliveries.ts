import { Injectable } from '@nestjs/common';
import type { Delivery } from '../../domain/webhooks/delivery.js';
import { DeliveriesRepository, type DeliveryFilter } from '../../persistence/webhooks/deliveries.repository.js';

export type { DeliveryFilter };

export interface DeliveryPage {
  readonly deliveries: readonly Delivery[];
  /** The id after which the next page begins; null if there is none. */
  readonly next: string | null;
}

/** Deliveries, newest first. */
@Injectable()
export class ListDeliveries {
  constructor(private readonly deliveries: DeliveriesRepository) {}

  async run(filter: DeliveryFilter, after: string | null, limit: number): Promise<DeliveryPage> {
    const found = await this.deliveries.list(filter, after, limit + 1);
    const deliveries = found.slice(0, limit);
    return { deliveries, next: found.length > limit ? (deliveries.at(-1)?.id ?? null) : null };
  }
}
