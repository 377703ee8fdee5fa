import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Order } from '../../domain/orders/order.js';
import { OrdersRepository, type TenantScope } from '../../persistence/orders/orders.repository.js';

/** Tenants that are named where several have used a key. */
const MOST_NAMED = 5;

/** Orders of several tenants were placed with the same idempotency key. */
export class AmbiguousKeyError extends Error {
  override readonly name = 'AmbiguousKeyError';

  constructor(readonly tenantIds: readonly string[]) {
    super('orders of several tenants were placed with this idempotency key');
  }
}

@Injectable()
export class FindOrder {
  constructor(private readonly orders: OrdersRepository) {}

  /** Throws `order_not_found` for another tenant's order too, so that ids cannot be probed. */
  async run(id: string, scope: TenantScope): Promise<Order> {
    return found(
      await (scope === 'all_tenants' ? this.orders.findAny(id) : this.orders.findForTenant(id, scope.tenantId)),
    );
  }

  /**
   * The order that was placed with this idempotency key. For all tenants it must be clear whose: `tenantId` says it where
   * several have used the key, and AmbiguousKeyError asks for it.
   */
  async byKey(key: string, scope: TenantScope, tenantId: string | null): Promise<Order> {
    if (scope !== 'all_tenants') {
      if (tenantId !== null && tenantId !== scope.tenantId) return found(null);
      return found(await this.orders.findByKey(key, scope.tenantId));
    }
    if (tenantId !== null) return found(await this.orders.findByKey(key, tenantId));
    const [only, ...others] = await this.orders.tenantsOfKey(key, MOST_NAMED);
    if (only !== undefined && others.length > 0) throw new AmbiguousKeyError([only, ...others]);
    return found(only === undefined ? null : await this.orders.findByKey(key, only));
  }
}

const found = (order: Order | null): Order => {
  if (!order) throw new AppError('order_not_found', 'There is no such order.');
  return order;
};
