import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Order, OrderTerms } from '../../domain/orders/order.js';
import type { IdempotentRequest } from '../../persistence/idempotency/idempotency.repository.js';
import { OrdersRepository } from '../../persistence/orders/orders.repository.js';
import { ProviderHealthRepository } from '../../persistence/providers/provider-health.repository.js';
import { crashPoint } from '../crash-point.js';
import { EngineSettings, LEASE_MS } from '../purchases/engine-settings.js';
import { RouteOrder, type Route, type OrderSelection } from './route-order.js';
import { InlineRuns } from '../purchases/inline-purchases.js';

export interface PlaceOrderCommand extends OrderSelection {
  readonly terms: Omit<OrderTerms, keyof Route | 'paymentMethod'>;
  /** The tenant's own accounts, by provider id. */
  readonly providerAccounts: Readonly<Record<string, string>>;
  /** Whether an order that says the same as a recent one is meant. */
  readonly allowDuplicate: boolean;
  /** Whether to accept an order that has to wait because its provider is paused. */
  readonly waitIfPaused: boolean;
}

/** Makes an order durable and, where the caller waits, brings it to its provider in the same breath. */
@Injectable()
export class PlaceOrder {
  constructor(
    private readonly route: RouteOrder,
    private readonly orders: OrdersRepository,
    private readonly inline: InlineRuns,
    private readonly health: ProviderHealthRepository,
    private readonly settings: EngineSettings,
  ) {}

  /**
   * Returns the order as it stands when the provider has answered or `waitMs` are over; the purchase goes on by
   * itself either way. Null: another request has taken the idempotency key, nothing was accepted. Throws AppError
   * with the order's id where the purchase was refused.
   */
  async run(command: PlaceOrderCommand, request: IdempotentRequest, waitMs: number): Promise<Order | null> {
    const route = await this.route.run(command, request.tenantId);
    crashPoint('routed');
    if (!command.waitIfPaused) await this.refuseWhilePaused(route);
    const terms: OrderTerms = { ...command.terms, ...route, paymentMethod: command.paymentMethod };
    const accepted = await this.orders.accept(request, terms, {
      providerAccount: command.providerAccounts[route.provider] ?? null,
      leaseMs: waitMs > 0 ? LEASE_MS : null,
      duplicateWindowMs: command.allowDuplicate ? 0 : this.settings.duplicateWindowMs,
    });
    if (!accepted) return null;
    crashPoint('accepted');
    if (!accepted.lease) return accepted.order;
    await this.inline.run(accepted.lease, waitMs);
    return this.settled(accepted.order.id);
  }

  private async refuseWhilePaused({ provider }: Route): Promise<void> {
    const pause = await this.health.pauseOf(provider);
    if (pause)
      throw new AppError(
        'provider_paused',
        `${provider} takes no orders at the moment (${pause.reason}). Nothing was ordered.`,
        {
          retryAfterMs: Math.max(1_000, pause.probeInMs),
        },
      );
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
