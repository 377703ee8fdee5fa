import { Injectable } from '@nestjs/common';
import { applied, begun, cancelled, type ActRecord } from '../../domain/audit/act.js';
import { cancelUnsent, recordCancellation, requestCancellation } from '../../domain/orders/cancellation.js';
import type { Actor } from '../../domain/orders/cause.js';
import { OrderChange } from '../../domain/orders/order-change.js';
import type { Order } from '../../domain/orders/order.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import { AppError } from '../../domain/errors.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ProviderError } from '../../domain/providers/provider-error.js';
import { AuditRepository } from '../../persistence/audit/audit.repository.js';
import { IdempotencyRepository } from '../../persistence/idempotency/idempotency.repository.js';
import { OrdersRepository, SwitchedOffError } from '../../persistence/orders/orders.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { crashPoint } from '../crash-point.js';
import type { IdempotentAct } from '../idempotency/idempotent-executor.js';
import { FarSides } from '../providers/far-sides.js';
import { callForOrder } from '../providers/provider-call.js';
import { switchedOffRefusal } from '../switches/refusal.js';
import { ChangeOrder } from './change-order.js';
import { LostOrders } from './lost-orders.js';
import { ObserveOrder } from './observe-order.js';

/**
 * Cancels an order before it is fulfilled, if that is still possible. It is `cancelled` only once the provider says so.
 */
@Injectable()
export class CancelOrder {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly keys: IdempotencyRepository,
    private readonly changes: ChangeOrder,
    private readonly observe: ObserveOrder,
    private readonly providers: ProviderDirectory,
    private readonly lost: LostOrders,
    private readonly farSides: FarSides,
    private readonly audit: AuditRepository,
  ) {}

  /** The act for the idempotent executor. */
  act(orderId: string, tenantId: string, cause: Actor): IdempotentAct<Order> {
    return {
      take: async (request) => {
        if (!(await this.orders.findForTenant(orderId, tenantId))) throw notFound();
        const known = await this.keys.take(request, orderId);
        return known ?? { kind: 'taken', orderId, execute: async () => ({ result: await this.run(orderId, cause) }) };
      },
      recover: () => this.run(orderId, cause),
    };
  }

  async run(orderId: string, cause: Actor): Promise<Order> {
    const state = await this.read(orderId);
    const { order } = state;
    switch (order.status) {
      case 'cancelled':
        return order;
      case 'created':
        return this.cancelUnsent(state, cause);
      case 'placed':
      case 'accepted':
        return this.cancelAtProvider(state, cause);
      case 'submitting':
      case 'in_doubt':
        throw refusal(order, 'it may have reached the provider; try again once its outcome is known');
      case 'awaiting_payment':
        throw refusal(order, whyNotUnpaid(order, state.now));
      case 'retired':
      case 'completed':
        throw refusal(order, 'its credits are retired, and a retirement cannot be undone');
      case 'failed':
      case 'expired':
        throw refusal(order, `it has ended as ${order.status}; nothing was bought`);
    }
  }

  private async cancelUnsent(state: OrderState, cause: Actor): Promise<Order> {
    const decide = (current: OrderState): OrderChange => {
      const change = cancelUnsent(current);
      return change instanceof OrderChange ? change : OrderChange.of(current);
    };
    const options = { cause, guard: { by: 'no_run' }, task: { do: 'keep' } } as const;
    const act = (change: OrderChange): ActRecord => applied(cause, cancelled(change));
    const changed = await this.changes.run(state, decide, { ...options, act });
    if (changed) return changed.state.order;
    const current = await this.read(state.order.id);
    if (current.order.status !== 'created') return this.run(state.order.id, cause);
    throw refusal(state.order, 'it is on its way to the provider; try again in a moment');
  }

  /**
   * The provider is read first, so that no cancellation is requested for an order that is fulfilled or cancelled
   * already.
   */
  private async cancelAtProvider(found: OrderState, cause: Actor): Promise<Order> {
    const provider = this.providers.get(found.order.provider);
    await this.look(found, provider, cause);
    const state = await this.read(found.order.id);
    const { order } = state;
    if (order.status !== 'placed' && order.status !== 'accepted') return this.run(order.id, cause);
    const { cancellation } = provider.capabilities;
    if (!cancellation || !provider.cancel || order.providerOrderId === null)
      throw refusal(order, `${provider.displayName} cannot cancel an order once placed`);
    if (!cancellation.while.includes(order.status))
      throw refusal(order, `${provider.displayName} has ${order.status} it already`);

    const options = { cause, guard: { by: 'version' } } as const;
    const here = this.farSides.here(provider.id);
    const decide = (current: OrderState): OrderChange => requestCancellation(current, here);
    const act = (change: OrderChange): ActRecord => begun(cause, cancelled(change));
    const intended = await this.changes
      .run(state, decide, { ...options, task: { do: 'keep' }, act })
      .catch((thrown: unknown) => {
        if (!(thrown instanceof SwitchedOffError)) throw thrown;
        const nothing = 'The provider was not asked to cancel.';
        throw switchedOffRefusal(thrown.by, 'cancellations', { provider: provider.id, nothing, orderId: order.id });
      });
    if (!intended) throw new Error('the intent to cancel was not committed');
    crashPoint('cancel_intended');
    const key = `${order.id}-cancel`;
    const error = await provider.cancel(order.providerOrderId, key, callForOrder(order)).then(
      () => null,
      (thrown: unknown) => provider.classifyError(thrown, 'cancel'),
    );
    crashPoint('cancel_responded');
    const { cancelRequests: number } = intended.state;
    await this.changes.run(intended.state, (current) => recordCancellation(current, number, error), {
      ...options,
      task: { do: 'wake' },
    });
    // What the provider shows now counts, whatever it responded.
    await this.look(await this.read(order.id), provider, cause);
    const { order: after } = await this.read(order.id);
    if (after.status === 'cancelled') {
      await this.audit.record(applied(cause, cancelled({ base: intended.state, order: after })));
      return after;
    }
    if (error?.failure === 'rejected') throw refusal(after, `${provider.displayName} refused to cancel it`);
    throw new AppError('provider_unavailable', `${provider.displayName} has not confirmed the cancellation yet.`, {
      orderId: order.id,
      retryAfterMs: error?.at.retryAfterMs ?? 2_000,
    });
  }

  private async look(state: OrderState, provider: OffsetProvider, cause: Actor): Promise<void> {
    await this.observe.run(state, cause).catch((thrown: unknown) => {
      if (!(thrown instanceof ProviderError)) throw thrown;
      throw new AppError('provider_unavailable', `${provider.displayName} could not be read just now.`, {
        orderId: state.order.id,
        retryAfterMs: thrown.at.retryAfterMs ?? 2_000,
      });
    });
  }

  private async read(orderId: string): Promise<OrderState> {
    const state = await this.orders.readState(orderId);
    if (!state) throw this.lost.report(orderId);
    return state;
  }
}

const notFound = (): AppError => new AppError('order_not_found', 'There is no such order.');

/** The page cannot be closed from here. A payment would buy, so the order cannot be called cancelled before it closes. */
const whyNotUnpaid = ({ checkout, review }: Order, now: Date): string => {
  const expiresAt = checkout?.expiresAt ?? null;
  if (checkout?.status !== 'open' || expiresAt === null)
    return 'its hosted checkout may have been paid, which is being looked into; it ends by itself once that is known';
  const when = expiresAt.toISOString();
  if (expiresAt > now)
    return (
      `its hosted checkout can still be paid until ${when}; ` +
      'if nobody pays, it ends after that. To buy sooner, place another order and send nobody to this page any more'
    );
  const next = review ? 'a person is looking for a payment' : 'the provider is asked for a payment within minutes';
  return `its hosted checkout closed at ${when}, and it is not known yet that nobody paid; ${next}, and then it ends`;
};

const refusal = (order: Order, reason: string): AppError =>
  new AppError('order_not_cancellable', `The order cannot be cancelled: ${reason}.`, { orderId: order.id });
