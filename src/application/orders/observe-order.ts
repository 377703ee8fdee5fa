import { Injectable } from '@nestjs/common';
import type { Cause } from '../../domain/orders/cause.js';
import { isTerminal } from '../../domain/orders/lifecycle.js';
import { OrderChange } from '../../domain/orders/order-change.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import {
  adopt,
  observeAbsence,
  observeCheckout,
  observePayment,
  observePurchase,
  refusePayment,
} from '../../domain/orders/observe.js';
import { disagreements } from '../../domain/purchases/integrity.js';
import type { ProviderOrder } from '../../domain/providers/calls.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ProviderError } from '../../domain/providers/provider-error.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { crashPoint } from '../crash-point.js';
import { callForOrder } from '../providers/provider-call.js';
import { ChangeOrder, type ChangeOptions } from './change-order.js';
import { failureOf } from '../providers/failure-of.js';

/** One thing that was seen at the provider, as the change that it makes of an order. */
type Observation = (change: OrderChange) => OrderChange;

/** What one look at the provider saw, before anything is decided. */
export interface Look {
  readonly observations: readonly Observation[];
  /** Why the look ended early; null if it was complete. */
  readonly failure: ProviderError | null;
}

/**
 * Reads at the provider how an order stands. Polls, refreshes, callbacks and browser returns all come through here,
 * because only an authenticated read counts. All reads of a look come first; what they saw is one commit.
 */
@Injectable()
export class ObserveOrder {
  constructor(
    private readonly changes: ChangeOrder,
    private readonly providers: ProviderDirectory,
  ) {}

  /**
   * Looks, and commits what was seen. If the look ended early, it then rejects with its ProviderError. Not for an order
   * whose outcome is pending: only the run of its purchase may look for it.
   */
  async run(state: OrderState, cause: Cause): Promise<void> {
    const look = await this.look(state);
    await this.commit(state, look, { cause, guard: { by: 'version' }, task: { do: 'keep' } });
    if (look.failure) throw look.failure;
  }

  async commit(state: OrderState, { observations }: Look, options: ChangeOptions): Promise<void> {
    await this.changes.run(state, changeBy(observations), options);
    crashPoint('observation_applied');
  }

  async look(state: OrderState): Promise<Look> {
    const provider = this.providers.get(state.order.provider);
    const observations: Observation[] = [];
    try {
      await this.seeHintedPurchases(state, provider, observations);
      const hasEnded = isTerminal(state.order.status);
      if (!hasEnded) await this.seeCheckouts(state, provider, observations);
      const isPaid = await this.seePayments(state, provider, observations);
      // Of an order that has ended, only further purchases or payments matter. One just paid is read by its own id next
      // time.
      if (!hasEnded && !isPaid) await this.seeOrder(state, provider, observations);
      return { observations, failure: null };
    } catch (thrown) {
      const failure = thrown instanceof ProviderError ? thrown : failureOf(provider, thrown, 'fetchStatus');
      if (failure.reason === 'unreadable_answer')
        observations.push((change) => change.flag('unreadable_answer', 'poll', { detail: failure.message }));
      return { observations, failure };
    }
  }

  /** Whether the purchases that callbacks named have changed an order in doubt. A provider that cannot be read changes nothing. */
  async resolveFromCallbacks(state: OrderState, cause: Cause): Promise<boolean> {
    if (state.targets.hintedOrderIds.length === 0) return false;
    const observations: Observation[] = [];
    await this.seeHintedPurchases(state, this.providers.get(state.order.provider), observations).catch(
      (thrown: unknown) => {
        if (!(thrown instanceof ProviderError)) throw thrown;
      },
    );
    const changed = await this.changes.run(state, changeBy(observations), {
      cause,
      guard: { by: 'version' },
      task: { do: 'keep' },
    });
    return changed !== null;
  }

  /**
   * A purchase that carries our order reference is a fact, wherever its id came from. A hint that cannot be read does
   * not stop the next from being read; the first failure is thrown at the end.
   */
  private async seeHintedPurchases(
    { order, targets }: OrderState,
    provider: OffsetProvider,
    observations: Observation[],
  ): Promise<void> {
    const failures: unknown[] = [];
    for (const providerOrderId of targets.hintedOrderIds) {
      const purchase = await provider.fetchStatus(providerOrderId, callForOrder(order)).catch((thrown: unknown) => {
        failures.push(failureOf(provider, thrown, 'fetchStatus'));
        return null;
      });
      if (purchase?.orderReference === order.id && fits(order, purchase))
        observations.push((change) => adopt(change, purchase, 'callback'));
    }
    if (failures.length > 0) throw failures[0];
  }

  private async seeCheckouts(
    { order, targets }: OrderState,
    provider: OffsetProvider,
    observations: Observation[],
  ): Promise<void> {
    if (!provider.fetchCheckout) return;
    for (const { sessionId } of targets.sessions) {
      const session = await provider.fetchCheckout(sessionId, callForOrder(order));
      observations.push((change) => observeCheckout(change, sessionId, session));
    }
  }

  /**
   * For providers of which only payments can be read, not checkouts. A payment id from a browser is a stranger's claim,
   * and one that came with the checkout is not paid yet; either counts once the provider shows a payment that is made
   * and fits.
   * @returns whether one did.
   */
  private async seePayments(
    { order, targets }: OrderState,
    provider: OffsetProvider,
    observations: Observation[],
  ): Promise<boolean> {
    if (provider.capabilities.checkout?.knownBy !== 'return') return false;
    const promised = targets.sessions.map(({ sessionId }) => sessionId);
    const taken = targets.claimedPayments.filter(({ belongsToAnotherOrder }) => belongsToAnotherOrder);
    for (const { paymentId } of taken) observations.push((change) => refusePayment(change, paymentId));
    const claimed = targets.claimedPayments.filter((claim) => !taken.includes(claim)).map(({ paymentId }) => paymentId);
    let isPaid = false;
    for (const paymentId of new Set([...promised, ...claimed])) {
      const payment = await provider.fetchStatus(paymentId, callForOrder(order));
      // Not visible yet, not paid yet, or a try that failed while the checkout is still open.
      if (payment === null || (payment.price === null && !promised.includes(paymentId))) continue;
      if (payment.status === 'awaiting_payment') continue;
      // One that does not fit is a stranger's, or was misread: it is not adopted, and read again next time.
      if (!fits(order, payment)) continue;
      observations.push((change) => observePayment(change, payment));
      isPaid = true;
    }
    return isPaid;
  }

  private async seeOrder(
    { order, now }: OrderState,
    provider: OffsetProvider,
    observations: Observation[],
  ): Promise<void> {
    if (order.providerOrderId === null) {
      const isClosed = order.checkout?.expiresAt && order.checkout.expiresAt <= now;
      const isUnreadable = provider.capabilities.checkout?.knownBy === 'return';
      if (isClosed && isUnreadable) observations.push((change) => change.flag('payment_unconfirmed', 'poll'));
      return;
    }
    const observed = await provider.fetchStatus(order.providerOrderId, callForOrder(order));
    crashPoint('observed');
    observations.push((change) => (observed ? observePurchase(change, observed, 'poll') : observeAbsence(change)));
  }
}

const changeBy =
  (observations: readonly Observation[]) =>
  (state: OrderState): OrderChange =>
    observations.reduce((change, observe) => observe(change), OrderChange.of(state));

const fits = (order: OrderState['order'], seen: ProviderOrder): boolean => disagreements(order, seen).length === 0;
