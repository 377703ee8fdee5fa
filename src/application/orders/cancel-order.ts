import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Order } from '../../domain/orders/order.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ProviderError } from '../../domain/providers/provider-error.js';
import { CancellationsRepository } from '../../persistence/purchases/cancellations.repository.js';
import { OrdersRepository } from '../../persistence/orders/orders.repository.js';
import { ObservationsRepository } from '../../persistence/orders/observations.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { crashPoint } from '../crash-point.js';
import { CALL_DEADLINE_MS } from '../purchases/engine-settings.js';
import { ObserveOrder } from './observe-order.js';
import { callFor } from '../providers/provider-call.js';

/** Undoes an order before fulfilment, where that is still possible. Says `cancelled` only when the provider says so. */
@Injectable()
export class CancelOrder {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly observations: ObservationsRepository,
    private readonly cancellations: CancellationsRepository,
    private readonly observe: ObserveOrder,
    private readonly providers: ProviderDirectory,
  ) {}

  async run(orderId: string, tenantId: string | null): Promise<Order> {
    const order = await this.find(orderId, tenantId);
    switch (order.status) {
      case 'cancelled':
        return order;
      case 'created':
        return this.cancelUnsent(order);
      case 'placed':
      case 'accepted':
        return this.cancelAtProvider(order);
      case 'submitting':
      case 'in_doubt':
        throw refusal(order, 'it may have reached the provider, and nobody knows yet; try again once it is settled');
      case 'awaiting_payment':
        throw refusal(order, 'its hosted page can still be paid; it expires by itself');
      case 'retired':
      case 'completed':
        throw refusal(order, 'its credits are retired, and a retirement cannot be undone');
      case 'failed':
      case 'expired':
        throw refusal(order, `it has ended as ${order.status}; nothing was bought`);
    }
  }

  private async cancelUnsent(order: Order): Promise<Order> {
    const result = await this.cancellations.cancelUnsent(order.id);
    switch (result) {
      case 'cancelled':
        return this.find(order.id, null);
      case 'being_sent':
      case 'may_have_been_sent':
        throw refusal(order, 'it is on its way to the provider; try again in a moment');
      case 'not_created':
        return this.run(order.id, null);
    }
  }

  /** The provider is read first, so that nothing is asked to be undone that is done. */
  private async cancelAtProvider(order: Order): Promise<Order> {
    const provider = this.providers.get(order.provider);
    await this.read(order, provider);
    const current = await this.find(order.id, null);
    if (current.status !== 'placed' && current.status !== 'accepted') return this.run(order.id, null);
    const { cancellation } = provider.capabilities;
    if (!cancellation || !provider.cancel || current.providerOrderId === null)
      throw refusal(order, `${provider.displayName} cannot cancel an order once placed`);
    if (!cancellation.while.includes(current.status))
      throw refusal(order, `${provider.displayName} has ${current.status} it already`);

    const { account } = (await this.observations.watched(order.id)) ?? { account: null };
    const attempt = await this.cancellations.open(order.id, CALL_DEADLINE_MS);
    crashPoint('cancel_intended');
    const error = await provider
      .cancel(current.providerOrderId, attempt.idempotencyKey, callFor(order.id, account))
      .then(
        () => null,
        (thrown: unknown) => provider.classifyError(thrown, 'cancel'),
      );
    crashPoint('cancel_answered');
    await this.cancellations.settle(order.id, attempt.number, error);
    // Whatever the answer was, what the provider shows now is what counts.
    await this.read(order, provider);
    const after = await this.find(order.id, null);
    if (after.status === 'cancelled') return after;
    if (error?.failure === 'rejected') throw refusal(order, `${provider.displayName} refused to cancel it`);
    throw new AppError('provider_unavailable', `${provider.displayName} has not confirmed the cancellation yet.`, {
      orderId: order.id,
      retryAfterMs: error?.at.retryAfterMs ?? 2_000,
    });
  }

  private async read(order: Order, provider: OffsetProvider): Promise<void> {
    await this.observe.run(order.id).catch((thrown: unknown) => {
      if (!(thrown instanceof ProviderError)) throw thrown;
      throw new AppError('provider_unavailable', `${provider.displayName} could not be read just now.`, {
        orderId: order.id,
        retryAfterMs: thrown.at.retryAfterMs ?? 2_000,
      });
    });
  }

  private async find(orderId: string, tenantId: string | null): Promise<Order> {
    const order = await this.orders.find(orderId, tenantId);
    if (!order) throw new AppError('order_not_found', 'There is no such order.');
    return order;
  }
}

const refusal = (order: Order, reason: string): AppError =>
  new AppError('order_not_cancellable', `The order cannot be cancelled: ${reason}.`, { orderId: order.id });
