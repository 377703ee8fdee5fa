import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Order } from '../../domain/orders/order.js';
import { IdempotencyRepository } from '../../persistence/idempotency/idempotency.repository.js';
import { OrdersRepository } from '../../persistence/orders/orders.repository.js';

@Injectable()
export class FindOrder {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly keys: IdempotencyRepository,
  ) {}

  /** `tenantId` null sees all. Another tenant's order is as missing as one that never was. */
  async run(id: string, tenantId: string | null): Promise<Order> {
    return found(await this.orders.find(id, tenantId));
  }

  /** The order that this tenant's request with this idempotency key made. */
  async byKey(key: string, tenantId: string): Promise<Order> {
    const id = await this.keys.orderIdOf(tenantId, key);
    return found(id === null ? null : await this.orders.find(id, tenantId));
  }
}

const found = (order: Order | null): Order => {
  if (!order) throw new AppError('order_not_found', 'There is no such order.');
  return order;
};
