import { Injectable } from '@nestjs/common';
import { isTerminal, isOutcomePending } from '../../domain/orders/lifecycle.js';
import { disagreements } from '../../domain/purchases/integrity.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { ProviderError } from '../../domain/providers/provider-error.js';
import { CheckoutsRepository } from '../../persistence/purchases/checkouts.repository.js';
import { ObservationsRepository, type ObservationTargets } from '../../persistence/orders/observations.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { crashPoint } from '../crash-point.js';
import { callFor } from '../providers/provider-call.js';

/**
 * Reads at the provider how an order stands, and applies it. Polls, refreshes, callbacks and browser returns all come
 * through here: whatever woke us, only what an authenticated read says counts.
 */
@Injectable()
export class ObserveOrder {
  constructor(
    private readonly observations: ObservationsRepository,
    private readonly checkouts: CheckoutsRepository,
    private readonly providers: ProviderDirectory,
  ) {}

  /**
   * Whether more news can come: false once the order has ended. Rejects with a ProviderError when the provider could
   * not be read. Not for an order that is not settled yet: only the purchase's own run may look for it.
   */
  async run(orderId: string): Promise<boolean> {
    const watched = await this.observations.watched(orderId);
    if (!watched) return false;
    const { order } = watched;
    const provider = this.providers.get(order.provider);
    try {
      await this.readHints(watched, provider);
      const hasEnded = isTerminal(order.status);
      if (!hasEnded) await this.readPages(watched, provider);
      const adopted = await this.readPayments(watched, provider);
      // After its end only what was bought or paid beside it is news.
      if (hasEnded) return false;
      // What was adopted just now is looked at next time: what was watched for before says nothing of it.
      if (!adopted) await this.readOrder(watched, provider);
      return true;
    } catch (thrown) {
      const error = thrown instanceof ProviderError ? thrown : provider.classifyError(thrown, 'fetchStatus');
      if (error.reason === 'unreadable_answer')
        await this.observations.flag(orderId, 'unreadable_answer', { detail: error.message });
      throw error;
    }
  }

  /**
   * Whether an order in doubt has been settled by what callbacks told of. A provider that cannot be read now tells
   * nothing.
   */
  async resolveFromCallbacks(orderId: string): Promise<boolean> {
    const watched = await this.observations.watched(orderId);
    if (!watched || watched.hintedOrderIds.length === 0) return false;
    await this.readHints(watched, this.providers.get(watched.order.provider)).catch((thrown: unknown) => {
      if (!(thrown instanceof ProviderError)) throw thrown;
    });
    return !isOutcomePending(await this.observations.statusOf(orderId));
  }

  /**
   * A purchase that carries our reference is a fact, whoever told us where to look. One hint that cannot be read does not
   * hide the next; the first failure is thrown in the end.
   */
  private async readHints(
    { order, account, hintedOrderIds }: ObservationTargets,
    provider: OffsetProvider,
  ): Promise<void> {
    const failures: unknown[] = [];
    for (const providerOrderId of hintedOrderIds) {
      const purchase = await provider
        .fetchStatus(providerOrderId, callFor(order.id, account))
        .catch((thrown: unknown) => {
          failures.push(provider.classifyError(thrown, 'fetchStatus'));
          return null;
        });
      const ours = purchase?.orderReference === order.id && disagreements(order, purchase).length === 0;
      if (ours) await this.observations.apply(order.id, purchase, 'callback');
    }
    if (failures.length > 0) throw failures[0];
  }

  private async readPages({ order, account, sessions }: ObservationTargets, provider: OffsetProvider): Promise<void> {
    if (!provider.fetchCheckout) return;
    for (const sessionId of sessions) {
      const session = await provider.fetchCheckout(sessionId, callFor(order.id, account));
      if (!session) {
        await this.observations.flag(order.id, 'vanished', { checkout_session_id: sessionId });
        continue;
      }
      const fields = [...disagreements(order, session), ...(session.order ? disagreements(order, session.order) : [])];
      if (fields.length > 0) await this.observations.flag(order.id, 'answer_disagrees', { fields: [...fields] });
      else await this.checkouts.applySession(order.id, sessionId, session);
    }
  }

  /**
   * Where only payments can be read, not pages: a payment id from a browser is a stranger's claim, and one that came
   * with the page is a promise; either counts once the provider shows a payment that is made and fits. Whether one did.
   */
  private async readPayments(
    { order, account, claimedPayments, sessions }: ObservationTargets,
    provider: OffsetProvider,
  ): Promise<boolean> {
    let adopted = false;
    if (provider.capabilities.checkout?.knownBy !== 'return') return adopted;
    for (const paymentId of new Set([...sessions, ...claimedPayments])) {
      const payment = await provider.fetchStatus(paymentId, callFor(order.id, account));
      // Not to be seen yet, not paid yet, or a try that came to nothing while the page is still open.
      if (payment === null || (payment.price === null && !sessions.includes(paymentId))) continue;
      if (payment.status === 'awaiting_payment') continue;
      // One that does not fit is a stranger's, or a bad reading: it is not taken, and looked at again.
      if (disagreements(order, payment).length > 0) continue;
      adopted = (await this.checkouts.confirmPayment(order.id, payment)) || adopted;
    }
    return adopted;
  }

  private async readOrder(
    { order, account, cancelSent, now }: ObservationTargets,
    provider: OffsetProvider,
  ): Promise<void> {
    if (order.providerOrderId === null) {
      const closed = order.checkout?.expiresAt && order.checkout.expiresAt <= now;
      const unreadable = provider.capabilities.checkout?.knownBy === 'return';
      if (closed && unreadable) await this.observations.flag(order.id, 'payment_unconfirmed');
      return;
    }
    const observed = await provider.fetchStatus(order.providerOrderId, callFor(order.id, account));
    crashPoint('observed');
    if (observed === null) {
      if (cancelSent) await this.observations.applyCancelled(order.id);
      else await this.observations.flag(order.id, 'vanished');
      return;
    }
    const fields = disagreements(order, observed);
    if (fields.length > 0) await this.observations.flag(order.id, 'answer_disagrees', { fields: [...fields] });
    else await this.observations.apply(order.id, observed, 'poll');
    crashPoint('observation_applied');
  }
}
