import { Injectable } from '@nestjs/common';
import type { Cause } from '../../domain/orders/cause.js';
import { AppError } from '../../domain/errors.js';
import type { BuyerLimits } from '../../domain/limits/purchase-limits.js';
import type { Spending } from '../../domain/limits/spending.js';
import type { Order, OrderTerms } from '../../domain/orders/order.js';
import type { NewPool } from '../../domain/pools/pool.js';
import { plainMoney } from '../../domain/refusal-numbers.js';
import { purchaseOperation } from '../../domain/purchases/attempt.js';
import { SWITCHED_AS, type StandingSwitch } from '../../domain/switches/switch.js';
import { LEASE_MS } from '../../domain/purchases/timing.js';
import { IdempotencyRepository } from '../../persistence/idempotency/idempotency.repository.js';
import { OrdersRepository, type Accepted } from '../../persistence/orders/orders.repository.js';
import { crashPoint } from '../crash-point.js';
import type {
  IdempotentAct,
  IdempotentRequest,
  KnownKey,
  Renderer,
  StoredResponse,
  Taken,
} from '../idempotency/idempotent-executor.js';
import { FarSides } from '../providers/far-sides.js';
import { ApplyLimits } from '../limits/apply-limits.js';
import { switchedOffRefusal } from '../switches/refusal.js';
import { AdmitCallback } from '../webhooks/admit-callback.js';
import { LostOrders } from './lost-orders.js';
import { OrderSettings } from './order-settings.js';
import { PoolSettings } from '../pools/pool-settings.js';
import { InlinePurchases } from '../purchases/inline-purchases.js';
import { RouteOrder, type OrderSelection, type Route } from './route-order.js';

export interface PlaceOrderCommand extends OrderSelection {
  readonly terms: Omit<OrderTerms, keyof Route | 'paymentMethod' | 'poolRole'>;
  /** The key that asks. */
  readonly keyId: string;
  /** What tenant and key may buy, defaults not included. */
  readonly limits: BuyerLimits;
  /** The tenant's own accounts, by provider id. */
  readonly providerAccounts: Readonly<Record<string, string>>;
  /** Whether the tenant has a secret to sign callbacks with, as it was when the key was read. */
  readonly hasCallbackSecret: boolean;
  /** Whether to accept an order that says the same as a recent one. */
  readonly allowDuplicate: boolean;
  /** Whether to accept an order that has to wait because its provider is paused, or switched off. */
  readonly waitIfPaused: boolean;
}

/** A request to place an order, and how to respond to it. */
export interface Placement {
  readonly command: PlaceOrderCommand;
  /** How long the caller waits for the provider; 0 for not at all. */
  readonly waitMs: number;
  readonly cause: Cause;
  readonly renderer: Renderer<Order>;
  /** Called when no provider has to be asked any more before the order is accepted, only the database. */
  readonly routed?: () => void;
}

/** Makes an order durable and, if the caller waits, starts the purchase at once. */
@Injectable()
export class PlaceOrder {
  constructor(
    private readonly route: RouteOrder,
    private readonly farSides: FarSides,
    private readonly orders: OrdersRepository,
    private readonly keys: IdempotencyRepository,
    private readonly inline: InlinePurchases,
    private readonly limits: ApplyLimits,
    private readonly callbacks: AdmitCallback,
    private readonly settings: OrderSettings,
    private readonly pools: PoolSettings,
    private readonly lost: LostOrders,
  ) {}

  /** The act for the idempotent executor. It throws AppError with the order's id if the purchase was refused. */
  act(placement: Placement): IdempotentAct<Order> {
    return {
      take: (request) => this.accept(placement, request),
      recover: (orderId) => this.currentOrder(orderId),
    };
  }

  /**
   * Takes the key and accepts the order in one statement. A costly route is worth asking first whether the key is
   * known.
   */
  private async accept(placement: Placement, request: IdempotentRequest): Promise<Taken<Order> | KnownKey> {
    const { command, waitMs, cause, renderer } = placement;
    const limits = this.limits.of(command.limits);
    const { webhookUrl } = command.terms;
    if (webhookUrl !== null) await this.callbacks.run(webhookUrl, request.tenantId, command.hasCallbackSecret);
    const known = this.route.isCostly(command) ? await this.keys.known(request) : null;
    if (known) return known;
    const { terms, spending, pool } = await this.decide(command, limits, request.tenantId, waitMs);
    crashPoint('routed');
    placement.routed?.();
    // Nothing is sent for a member of a pool now: neither does it wait for a provider that is paused, nor a caller for it.
    const refuseIfPaused = !command.waitIfPaused && pool === null;
    const elsewhere = this.farSides.pauseOf(terms.provider);
    if (elsewhere && refuseIfPaused) throw paused(terms, elsewhere);
    const isAwaited = waitMs > 0 && pool === null;
    const providerAccount = command.providerAccounts[terms.provider] ?? null;
    const accepted = await this.orders.accept(request, terms, {
      buyer: { keyId: command.keyId, providerAccount, spending },
      monthUsd: { tenant: limits.tenant.monthUsd, key: limits.key.monthUsd },
      leaseMs: isAwaited ? LEASE_MS : null,
      duplicateWindowMs: command.allowDuplicate ? 0 : this.settings.duplicateWindowMs,
      refuseIfPaused,
      pool,
      cause,
      response: waitMs > 0 || pool ? null : (order) => renderer.render(order),
    });
    switch (accepted.kind) {
      case 'accepted':
        crashPoint('accepted');
        return {
          kind: 'taken',
          orderId: accepted.state.order.id,
          execute: () => this.execute(accepted, placement, request),
        };
      case 'paused':
        throw paused(terms, accepted);
      case 'switched_off':
        throw switchedOff(terms, accepted.by);
      case 'duplicate':
        throw duplicate(accepted, terms);
      case 'over_limit':
        throw await this.limits.spendingRefused(accepted, request.tenantId, limits);
      case 'reused':
      case 'responded':
      case 'pruned':
      case 'in_progress':
      case 'abandoned':
        return accepted;
    }
  }

  /** What exactly is ordered where, and what it counts. */
  private async decide(
    command: PlaceOrderCommand,
    limits: BuyerLimits,
    tenantId: string,
    waitMs: number,
  ): Promise<{ readonly terms: OrderTerms; readonly spending: Spending | null; readonly pool: NewPool | null }> {
    if (command.mass !== null) this.limits.refuseMass(command.mass, limits);
    const selection = { ...command, mayBePooled: command.mayBePooled && this.mayPool(command) };
    const routed = await this.route.run(selection, { tenantId, limits }, waitMs).catch((thrown: unknown) => {
      throw command.mayBePooled && this.pools.house === null ? withoutPools(thrown) : thrown;
    });
    const { expectedTotal, currency, poolStep, ...route } = routed;
    const pool = poolStep && this.pools.newPool(poolStep);
    const poolRole = pool && ('member' as const);
    const terms = { ...command.terms, ...route, paymentMethod: command.paymentMethod, poolRole };
    const { maxTotal, spending } = this.limits.run(terms, expectedTotal, currency, limits);
    return { terms: { ...terms, maxTotal }, spending, pool };
  }

  /** What a tenant buys on an account of its own is not bought on that of the house. */
  private mayPool({ providerAccounts, provider }: PlaceOrderCommand): boolean {
    const hasOwn =
      provider === null ? Object.keys(providerAccounts).length > 0 : Object.hasOwn(providerAccounts, provider);
    return this.pools.house !== null && !hasOwn;
  }

  /** The purchase goes on after the wait is over. */
  private async execute(
    { state, lease, response }: Extract<Accepted, { kind: 'accepted' }>,
    { waitMs, cause, renderer }: Placement,
    lock: IdempotentRequest,
  ): Promise<{ result: Order } | { stored: StoredResponse }> {
    if (response) return { stored: response };
    // Which pool it is in, nobody knew before.
    if (state.order.poolRole !== null) return { result: await this.currentOrder(state.order.id) };
    if (!lease) return { result: state.order };
    const responder = { lock, respond: (order: Order) => respond(order, renderer) };
    const stored = await this.inline.run({ state, lease, runs: 1, cause, responder }, waitMs);
    return stored ? { stored } : { result: await this.currentOrder(state.order.id) };
  }

  /** The order as it stands now, for a caller who waited. Throws AppError if it was refused. */
  private async currentOrder(orderId: string): Promise<Order> {
    const order = await this.orders.findAny(orderId);
    if (!order) throw this.lost.report(orderId);
    if (order.status === 'failed') throw refusal(order);
    return order;
  }
}

/** A mass that others would have been bought with, where nobody is. */
const withoutPools = (thrown: unknown): unknown =>
  thrown instanceof AppError && thrown.code === 'mass_not_orderable'
    ? new AppError(thrown.code, `${thrown.message} This gateway buys no small orders together.`, thrown.context)
    : thrown;

const respond = (order: Order, renderer: Renderer<Order>): StoredResponse | null =>
  order.status === 'failed' ? renderer.renderError(refusal(order)) : renderer.render(order);

/** Refused by a limit before anything was sent, or by the provider. Either way with its numbers and words. */
const refusal = (order: Order): AppError => {
  const { id: orderId, provider, providerStatus, statusReason, statusDetail, price, maxTotal } = order;
  const limit = LIMITS.find((code) => code === statusReason);
  if (limit) {
    const total = price && { total: plainMoney(price.total) };
    const most = limit === 'price_above_limit' && maxTotal && { maximumTotal: plainMoney(maxTotal) };
    const numbers = { ...total, ...most };
    return new AppError(limit, `${statusDetail ?? statusReason} Nothing was sent.`, { orderId, numbers });
  }
  const why = [statusReason ?? providerStatus, statusDetail].filter((part) => part !== null).join(': ');
  return new AppError('provider_rejected', `${provider} refused the order: ${why.replace(/\.$/, '')}.`, { orderId });
};

const LIMITS = ['price_above_limit', 'total_not_payable'] as const;

const paused = (
  { provider }: Pick<Route, 'provider'>,
  { reason, probeInMs }: Omit<Extract<Accepted, { kind: 'paused' }>, 'kind'>,
): AppError =>
  new AppError('provider_paused', `${provider} takes no orders at the moment (${reason}). Nothing was ordered.`, {
    retryAfterMs: Math.max(1_000, probeInMs),
  });

const switchedOff = ({ provider, paymentMethod }: OrderTerms, by: StandingSwitch): AppError =>
  switchedOffRefusal(by, SWITCHED_AS[purchaseOperation(paymentMethod)], { provider, nothing: 'Nothing was ordered.' });

/** Only without a reference is it the offer that is compared. */
const duplicate = (
  { orderId }: Extract<Accepted, { kind: 'duplicate' }>,
  { reference }: Pick<OrderTerms, 'reference'>,
): AppError => {
  const known =
    reference === null
      ? 'This offer has been ordered'
      : 'An order with this reference, provider, mass and beneficiary exists';
  return new AppError('possible_duplicate', `${known}; to buy again, allow_duplicate.`, { orderId });
};
