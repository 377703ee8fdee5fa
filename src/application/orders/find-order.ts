import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Order } from '../../domain/orders/order.js';
import { OrdersRepository, type TenantScope } from '../../persistence/orders/orders.repository.js';

@Injectable()
export class FindOrder {
  constructor(private readonly orders: OrdersRepository) {}

  /** Another tenant's order is as missing as one that never was. */
  async run(id: string, scope: TenantScope): Promise<Order> {
    return found(
      await (scope === 'all_tenants' ? this.orders.findAny(id) : this.orders.findForTenant(id, scope.tenantId)),
    );
  }

  /** The order that this tenant's request with this idempotency key made. */
  async byKey(key: string, tenantId: string): Promise<Order> {
    return found(await this.orders.findByKey(key, tenantId));
  }
}

const found = (order: Order | null): Order => {
  if (!order) throw new AppError('order_not_found', 'There is no such order.');
  return order;
};
