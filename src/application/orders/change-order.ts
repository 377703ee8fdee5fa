import { Injectable, Logger } from '@nestjs/common';
import type { ActRecord } from '../../domain/audit/act.js';
import type { AppError } from '../../domain/errors.js';
import type { Cause } from '../../domain/orders/cause.js';
import type { OrderChange } from '../../domain/orders/order-change.js';
import type { Order } from '../../domain/orders/order.js';
import type { ResolutionWrite } from '../../domain/resolutions/resolution.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import type { StandingSwitch } from '../../domain/switches/switch.js';
import type { KeyLock, StoredResponse } from '../../persistence/idempotency/idempotency.repository.js';
import {
  OrdersRepository,
  PurchaseTakenError,
  SwitchedOffError,
  type CommitGuard,
  type Committed,
  type TaskOutcome,
} from '../../persistence/orders/orders.repository.js';
import { Metrics } from '../../telemetry/metrics.js';
import { TasksRepository } from '../../persistence/tasks/tasks.repository.js';
import { switchedOffRefusal } from '../switches/refusal.js';
import { LostOrders } from './lost-orders.js';

/** The request that waits for the outcome of the order. */
export interface Responder {
  readonly lock: KeyLock;
  /** @returns null if the response must not be stored under the key. */
  respond(order: Order): StoredResponse | null;
}

export interface ChangeOptions {
  readonly cause: Cause;
  readonly guard: CommitGuard;
  readonly task: TaskOutcome;
  readonly responder?: Responder | undefined;
  /** What is recorded in the audit with the change; null for nothing. */
  readonly act?: (change: OrderChange) => ActRecord | null;
  /** The decision of people that makes the change, written with it. */
  readonly resolution?: ResolutionWrite;
  /** What is done instead, task included, if another order has the purchase. */
  readonly ifTaken?: () => Promise<void>;
}

export interface Changed {
  /** The order and its attempts as the commit left them. */
  readonly state: OrderState;
  /** The response that was stored in the same commit. */
  readonly response: StoredResponse | null;
}

/** An order has few other writers, and they are quick: more conflicts in a row than this are a bug. */
const MAX_TRIES = 10;

/** Decides, then commits in one statement. If another writer was faster, it reads again and decides again. */
@Injectable()
export class ChangeOrder {
  private readonly logger = new Logger('orders');

  constructor(
    private readonly orders: OrdersRepository,
    private readonly tasks: TasksRepository,
    private readonly metrics: Metrics,
    private readonly lost: LostOrders,
  ) {}

  /**
   * @returns null if nothing was written: the decision changed nothing, another order has the purchase, or the guard
   * does not hold any more. A run that writes nothing for one of the first two reasons still releases its task.
   */
  async run(
    read: OrderState,
    decide: (state: OrderState) => OrderChange,
    options: ChangeOptions,
  ): Promise<Changed | null> {
    let state = read;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const change = decide(state);
      if (change.isEmpty) return this.releaseOnly(options.task);
      const committed = await this.commit(change, options);
      if (committed === 'taken') {
        await (options.ifTaken ?? (() => this.releaseOnly(options.task)))();
        return null;
      }
      if (committed) {
        this.report(change);
        return { state: change.committedAt(committed.at), response: committed.response };
      }
      const current = await this.orders.readState(state.order.id);
      if (!current) this.lost.report(state.order.id, change.order);
      if (!current || isOver(current, options.guard)) return null;
      state = current;
    }
    throw new Error('the order changed too often while a change of it was decided');
  }

  /** `taken`: another order has the purchase. */
  private async commit(change: OrderChange, options: ChangeOptions): Promise<Committed | null | 'taken'> {
    try {
      const record = options.act?.(change);
      return await this.orders.commit(change, { ...options, record, ...responseTo(change.order, options) });
    } catch (thrown) {
      if (thrown instanceof SwitchedOffError) throw notAsked(change.order, thrown.by);
      if (!(thrown instanceof PurchaseTakenError)) throw thrown;
      this.logger.warn({ order_id: change.order.id }, 'another order has the purchase that was seen for this one');
      return 'taken';
    }
  }

  /** Logs and counts a committed change: one line for every move and every flag. */
  report({ order, events, hasMoved }: OrderChange): void {
    if (hasMoved) this.metrics.countMove(order.provider, order.status);
    for (const { type, from, to, source, evidence } of events) {
      const line = { order_id: order.id, provider: order.provider, source };
      if (from !== to) this.logger.log({ ...line, from, to }, `order moved to ${to}`);
      else if (type === 'review_flagged' && 'reason' in evidence)
        this.logger.warn({ ...line, reason: evidence.reason }, 'order flagged for review');
    }
  }

  private async releaseOnly(task: TaskOutcome): Promise<null> {
    if (task.do === 'release') await this.tasks.release(task.lease, task.delayMs);
    return null;
  }
}

/** Purchases have a statement of their own: what is sent after a change through here cancels. */
const notAsked = ({ id, provider }: Order, by: StandingSwitch): AppError =>
  switchedOffRefusal(by, 'cancellations', { provider, nothing: 'The provider was not asked to cancel.', orderId: id });

const isOver = (state: OrderState, guard: CommitGuard): boolean => {
  switch (guard.by) {
    case 'version':
      return false;
    case 'lease':
      return state.leaseToken !== guard.lease.token;
    case 'running_lease':
      return state.leaseToken !== guard.lease.token || !state.isLeased;
    case 'no_run':
      return state.isLeased;
  }
};

const responseTo = (
  order: Order,
  { responder }: ChangeOptions,
): { readonly response?: { readonly lock: KeyLock; readonly response: StoredResponse } } => {
  const response = responder?.respond(order);
  return responder && response ? { response: { lock: responder.lock, response } } : {};
};
