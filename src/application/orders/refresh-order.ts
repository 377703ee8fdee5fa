import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import { isTerminal, isOutcomePending } from '../../domain/orders/lifecycle.js';
import type { Order } from '../../domain/orders/order.js';
import { ProviderError } from '../../domain/providers/provider-error.js';
import { ObservationsRepository } from '../../persistence/orders/observations.repository.js';
import { OrdersRepository } from '../../persistence/orders/orders.repository.js';
import { TasksRepository } from '../../persistence/tasks/tasks.repository.js';
import { ObserveOrder } from './observe-order.js';

/** However many ask, the provider is read once per order in this time. */
const COALESCE_MS = 2_000;

/** Reads the provider now instead of at the next poll, and returns the order as it is then. */
@Injectable()
export class RefreshOrder {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly observations: ObservationsRepository,
    private readonly tasks: TasksRepository,
    private readonly observe: ObserveOrder,
  ) {}

  /** An order not yet settled is made due at once instead: only the purchase's own run may look at it. */
  async run(orderId: string, tenantId: string | null): Promise<Order> {
    const order = await this.find(orderId, tenantId);
    if (isTerminal(order.status)) return order;
    if (isOutcomePending(order.status)) {
      await this.tasks.wake(orderId);
      return order;
    }
    if (!(await this.observations.claimRefresh(orderId, COALESCE_MS))) return order;
    await this.observe.run(orderId).catch((thrown: unknown) => {
      if (!(thrown instanceof ProviderError)) throw thrown;
      const retryAfterMs = thrown.at.retryAfterMs ?? COALESCE_MS;
      throw new AppError('provider_unavailable', `${order.provider} could not be read just now`, {
        orderId,
        retryAfterMs,
      });
    });
    return this.find(orderId, tenantId);
  }

  private async find(orderId: string, tenantId: string | null): Promise<Order> {
    const order = await this.orders.find(orderId, tenantId);
    if (!order) throw new AppError('order_not_found', 'There is no such order.');
    return order;
  }
}
