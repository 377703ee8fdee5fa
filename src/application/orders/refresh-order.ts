import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Cause } from '../../domain/orders/cause.js';
import { isOutcomePending, isTerminal } from '../../domain/orders/lifecycle.js';
import type { Order } from '../../domain/orders/order.js';
import { ProviderError } from '../../domain/providers/provider-error.js';
import { OrdersRepository, type TenantScope } from '../../persistence/orders/orders.repository.js';
import { TasksRepository } from '../../persistence/tasks/tasks.repository.js';
import { FindOrder } from './find-order.js';
import { LostOrders } from './lost-orders.js';
import { ObserveOrder } from './observe-order.js';

/** The provider is read at most once per order in this time, however many callers ask. */
const COALESCE_MS = 2_000;

/** Reads the provider now instead of at the next poll, and returns the order as it is then. */
@Injectable()
export class RefreshOrder {
  constructor(
    private readonly find: FindOrder,
    private readonly orders: OrdersRepository,
    private readonly tasks: TasksRepository,
    private readonly observe: ObserveOrder,
    private readonly lost: LostOrders,
  ) {}

  /** If the outcome is pending, the order's task is made due instead: only the run of the purchase may look for it. */
  async run(orderId: string, scope: TenantScope, cause: Cause): Promise<Order> {
    const order = await this.find.run(orderId, scope);
    if (isTerminal(order.status)) return order;
    if (isOutcomePending(order.status)) {
      await this.tasks.wake(orderId);
      return order;
    }
    if (!(await this.orders.claimRefresh(orderId, COALESCE_MS))) return order;
    const state = await this.orders.readState(orderId);
    if (!state) throw this.lost.report(orderId, order);
    await this.observe.run(state, cause).catch((thrown: unknown) => {
      if (!(thrown instanceof ProviderError)) throw thrown;
      const retryAfterMs = thrown.at.retryAfterMs ?? COALESCE_MS;
      throw new AppError('provider_unavailable', `${order.provider} could not be read just now.`, {
        orderId,
        retryAfterMs,
      });
    });
    return this.find.run(orderId, scope);
  }
}
