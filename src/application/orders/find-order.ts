import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Order } from '../../domain/orders/order.js';
import { OrdersRepository, type TenantScope } from '../../persistence/orders/orders.repository.js';

@Injectable()
export class FindOrder {
  constructor(private readonly orders: OrdersRepository) {}

  /** Throws `order_not_found` for another tenant's order too, so that ids cannot be probed. */
  async run(id: string, scope: TenantScope): Promise<Order> {
    return found(
      await (scope === 'all_tenants' ? this.orders.findAny(id) : this.orders.findForTenant(id, scope.tenantId)),
    );
  }

  /** The order that this tenant placed with this idempotency key. */
  async byKey(key: string, tenantId: string): Promise<Order> {
    return found(await this.orders.findByKey(key, tenantId));
  }
}

const found = (order: Order | null): Order => {
  if (!order) throw new AppError('order_not_found', 'There is no such order.');
  return order;
};
