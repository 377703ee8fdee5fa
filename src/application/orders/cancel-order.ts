import { Injectable } from '@nestjs/common';
import { applied, begun, cancelled, type ActRecord } from '../../domain/audit/act.js';
import {
  cancelUnsent,
  isCancellable,
  isPoolSealed,
  ON_ITS_WAY,
  recordCancellation,
  requestCancellation,
  whyNotCancellable,
} from '../../domain/orders/cancellation.js';
import type { Actor } from '../../domain/orders/cause.js';
import { OrderChange } from '../../domain/orders/order-change.js';
import type { Order } from '../../domain/orders/order.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import { AppError } from '../../domain/errors.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ProviderError } from '../../domain/providers/provider-error.js';
import { AuditRepository } from '../../persistence/audit/audit.repository.js';
import { IdempotencyRepository } from '../../persistence/idempotency/idempotency.repository.js';
import { OrdersRepository } from '../../persistence/orders/orders.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { crashPoint } from '../crash-point.js';
import type { IdempotentAct } from '../idempotency/idempotent-executor.js';
import { FarSides } from '../providers/far-sides.js';
import { callForOrder } from '../providers/provider-call.js';
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
    if (order.status === 'cancelled') return order;
    if (order.status === 'created') return this.cancelUnsent(state, cause);
    if (order.status === 'placed' || order.status === 'accepted') return this.cancelAtProvider(state, cause);
    throw this.notPossible(state);
  }

  /** Goes on where people have decided on it and the change that says so is committed. Nothing is left to ask for what was never sent. */
  async afterDecision(decided: OrderState, cause: Actor): Promise<void> {
    if (decided.order.status !== 'cancelled') await this.ask(decided, cause);
  }

  /**
   * Asks the provider, once the intent is committed, and looks at what it shows then: that counts, whatever it responded.
   * Throws `order_not_cancellable` where it refused, and `provider_unavailable` where it shows it as before.
   */
  private async ask(intended: OrderState, cause: Actor): Promise<Order> {
    const { order, cancelRequests: number } = intended;
    const provider = this.providers.get(order.provider);
    if (!provider.cancel || order.providerOrderId === null) throw this.notPossible(intended);
    crashPoint('cancel_intended');
    const key = `${order.id}-cancel`;
    const error = await provider.cancel(order.providerOrderId, key, callForOrder(order)).then(
      () => null,
      (thrown: unknown) => provider.classifyError(thrown, 'cancel'),
    );
    crashPoint('cancel_responded');
    await this.changes.run(intended, (current) => recordCancellation(current, number, error), {
      cause,
      guard: { by: 'version' },
      task: { do: 'wake' },
    });
    await this.look(await this.read(order.id), provider, cause);
    const { order: after } = await this.read(order.id);
    if (after.status === 'cancelled') {
      await this.audit.record(applied(cause, cancelled({ base: intended, order: after })));
      return after;
    }
    if (error?.failure === 'rejected') throw notCancellable(after.id, `${provider.displayName} refused to cancel it`);
    throw new AppError('provider_unavailable', `${provider.displayName} has not confirmed the cancellation yet.`, {
      orderId: order.id,
      retryAfterMs: error?.at.retryAfterMs ?? 2_000,
    });
  }

  private async cancelUnsent(state: OrderState, cause: Actor): Promise<Order> {
    const decide = (current: OrderState): OrderChange => {
      const change = cancelUnsent(current, 'request');
      return change instanceof OrderChange ? change : OrderChange.of(current);
    };
    const options = { cause, guard: { by: 'no_run' }, task: { do: 'keep' } } as const;
    const act = (change: OrderChange): ActRecord => applied(cause, cancelled(change));
    const changed = await this.changes.run(state, decide, { ...options, act });
    if (changed) return changed.state.order;
    const current = await this.read(state.order.id);
    if (current.order.status !== 'created') return this.run(state.order.id, cause);
    throw this.notPossible(current);
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
    if (!isCancellable(order, provider.capabilities.cancellation)) throw this.notPossible(state);

    const here = this.farSides.here(provider.id);
    const intended = await this.changes.run(state, (current) => requestCancellation(current, here, 'request'), {
      cause,
      guard: { by: 'version' },
      task: { do: 'keep' },
      act: (change) => begun(cause, cancelled(change)),
    });
    if (!intended) throw new Error('the intent to cancel was not committed');
    return this.ask(intended.state, cause);
  }

  /** Also of an order whose provider is not enabled any more. */
  private notPossible(state: OrderState): AppError {
    const { id, provider: of } = state.order;
    const provider = this.providers.find(of) ?? { displayName: of, capabilities: { cancellation: null } };
    const why = whyNotCancellable(state, provider) ?? ON_ITS_WAY;
    return isPoolSealed(state.order) ? poolSealed(id, why) : notCancellable(id, why);
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

const poolSealed = (orderId: string, reason: string): AppError =>
  new AppError('pool_sealed', `The order cannot be cancelled: ${reason}.`, { orderId });

export const notCancellable = (orderId: string, reason: string): AppError =>
  new AppError('order_not_cancellable', `The order cannot be cancelled: ${reason}.`, { orderId });
