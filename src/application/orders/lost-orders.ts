import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import { Metrics } from '../../telemetry/metrics.js';

/**
 * Raises the alarm when an order is missing that this process knows to have been committed: orders are never deleted, so
 * the database has lost a commit, as after a failover to a standby that lagged. What was bought for it is at the
 * provider, under the order's id.
 */
@Injectable()
export class LostOrders {
  private readonly logger = new Logger('orders');

  constructor(private readonly metrics: Metrics) {}

  /** @returns what the caller is told. */
  report(
    orderId: string,
    facts: { readonly provider?: string; readonly providerOrderId?: string | null } = {},
  ): AppError {
    const { provider, providerOrderId } = facts;
    this.metrics.ordersLost.inc();
    this.logger.error(
      { order_id: orderId, provider, provider_order_id: providerOrderId },
      'the database has lost an order that it had confirmed; see the runbook',
    );
    return new AppError('order_lost', 'The database has lost the order after confirming it. Do not order again.', {
      orderId,
    });
  }
}
