import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Attempt, Delivery } from '../../domain/webhooks/delivery.js';
import type { TenantScope } from '../../persistence/orders/orders.repository.js';
import { DeliveriesRepository } from '../../persistence/webhooks/deliveries.repository.js';

@Injectable()
export class FindDelivery {
  constructor(private readonly deliveries: DeliveriesRepository) {}

  /** With every request that was made for it, oldest first. Throws `webhook_delivery_not_found`. */
  async run(id: string, scope: TenantScope): Promise<Delivery & { readonly requests: readonly Attempt[] }> {
    const delivery = await this.deliveries.find(id, scope);
    if (!delivery) throw deliveryNotFound();
    return { ...delivery, requests: await this.deliveries.requestsOf(id) };
  }
}

export const deliveryNotFound = (): AppError =>
  new AppError('webhook_delivery_not_found', 'There is no such webhook delivery.');
