import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Order, OrderTerms } from '../../domain/order/order.js';
import type { IdempotentRequest } from '../../persistence/idempotency.repository.js';
import { OrdersRepository } from '../../persistence/orders.repository.js';
import { LEASE_MS } from './engine-settings.js';
import { RouteOrder, type Route, type Wish } from './route-order.js';
import { InlineRuns } from './inline-runs.js';

export interface PlaceOrderCommand extends Wish {
  readonly terms: Omit<OrderTerms, keyof Route | 'paymentMethod'>;
  /** The tenant's own accounts, by provider id. */
  readonly providerAccounts: Readonly<Record<string, string>>;
}

/** Makes an order durable and, where the caller waits, brings it to its provider in the same breath. */
@Injectable()
export class PlaceOrder {
  constructor(
    private readonly route: RouteOrder,
    private readonly orders: OrdersRepository,
    private readonly inline: InlineRuns,
  ) {}

  /**
   * Returns the order as it stands when the provider has answered or `waitMs` are over; the purchase goes on by
   * itself either way. Null: another request has taken the idempotency key, nothing was accepted. Throws AppError
   * with the order's id where the purchase was refused.
   */
  async run(command: PlaceOrderCommand, request: IdempotentRequest, waitMs: number): Promise<Order | null> {
    const route = await this.route.run(command, request.tenantId);
    const terms: OrderTerms = { ...command.terms, ...route, paymentMethod: command.paymentMethod };
    const account = command.providerAccounts[route.provider] ?? null;
    const accepted = await this.orders.accept(request, terms, account, waitMs > 0 ? LEASE_MS : null);
    if (!accepted) return null;
    if (!accepted.lease) return accepted.order;
    await this.inline.run(accepted.lease, waitMs);
    return this.settled(accepted.order.id);
  }

  /** The order as it stands now, for a caller who waited. Throws AppError where it was refused. */
  async settled(orderId: string): Promise<Order> {
    const order = await this.orders.find(orderId, null);
    if (!order) throw new AppError('order_not_found', 'There is no such order.');
    if (order.status !== 'failed') return order;
    if (order.statusReason === 'price_above_limit')
      throw new AppError('price_above_limit', 'The price is above max_total. Nothing was sent.', { orderId });
    throw new AppError('provider_rejected', `${order.provider} refused the order: ${order.statusReason}.`, { orderId });
  }
}
