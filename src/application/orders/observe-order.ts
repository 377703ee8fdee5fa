import { Injectable } from '@nestjs/common';
import type { Cause } from '../../domain/orders/cause.js';
import { isTerminal } from '../../domain/orders/lifecycle.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import { observeAbsence, observeCheckout, observePayment, observePurchase } from '../../domain/orders/observe.js';
import { observeFullClaims } from '../../domain/orders/observe-claim.js';
import { disagreements } from '../../domain/purchases/integrity.js';
import type { ProviderOrder } from '../../domain/providers/calls.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { sentElsewhere } from '../../domain/providers/far-side.js';
import { isUnusable, ProviderError, ReadThrottledError } from '../../domain/providers/provider-error.js';
import { PAUSE_MS } from '../../domain/providers/throttle.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { crashPoint } from '../crash-point.js';
import { FarSides } from '../providers/far-sides.js';
import { failureOf } from '../providers/failure-of.js';
import { callForOrder } from '../providers/provider-call.js';
import { ChangeOrder, type ChangeOptions } from './change-order.js';
import { changeBy, ReadClaims, type Observation } from './read-claims.js';

/** What one look at the provider saw, before anything is decided. */
export interface Look {
  readonly observations: readonly Observation[];
  /** Why the look ended early; null if it was complete. */
  readonly failure: ProviderError | null;
  /** How long until claims of the order are to be read again; null if none is left. */
  readonly nextClaimMs: number | null;
}

/**
 * Reads at the provider how an order stands. Polls, refreshes, callbacks and browser returns all come through here,
 * because only an authenticated read counts. All reads of a look come first; what they saw is one commit.
 */
@Injectable()
export class ObserveOrder {
  constructor(
    private readonly changes: ChangeOrder,
    private readonly claims: ReadClaims,
    private readonly providers: ProviderDirectory,
    private readonly farSides: FarSides,
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
    if (sentElsewhere(state.attempts, this.farSides.here(provider.id)))
      return { observations: [], failure: notHere(provider), nextClaimMs: null };
    const claims = await this.claims.run(state);
    const observations = [...claims.observations];
    if (state.targets.claims.isFull) observations.push(observeFullClaims);
    const { nextClaimMs } = claims;
    // Of an order that has ended, only further purchases or payments matter.
    if (isTerminal(state.order.status)) return { observations, failure: claims.failure, nextClaimMs };
    try {
      await this.seeCheckouts(state, provider, observations);
      await this.seePromisedPayments(state, provider, observations);
      // One just paid is read by its own id next time.
      if (!changeBy(observations)(state).hasMoved) await this.seeOrder(state, provider, observations);
      return { observations, failure: claims.failure, nextClaimMs };
    } catch (thrown) {
      const failure = thrown instanceof ProviderError ? thrown : failureOf(provider, thrown, 'fetchStatus');
      if (isUnusable(failure))
        observations.push((change) => change.flag('unreadable_answer', 'poll', { detail: failure.message }));
      return { observations, failure, nextClaimMs };
    }
  }

  /** Whether the purchases that callbacks named have settled an order in doubt. A provider that cannot be read settles nothing. */
  async resolveFromCallbacks(state: OrderState, cause: Cause): Promise<boolean> {
    if (state.targets.claims.due.length === 0) return false;
    if (sentElsewhere(state.attempts, this.farSides.here(state.order.provider))) return false;
    const { observations } = await this.claims.run(state);
    const options = { cause, guard: { by: 'version' }, task: { do: 'keep' } } as const;
    const changed = await this.changes.run(state, changeBy(observations), options);
    return changed !== null && changed.state.order.version !== state.order.version;
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

  /** For providers of which only payments can be read, not checkouts: a payment whose id came with the checkout. */
  private async seePromisedPayments(
    { order, targets }: OrderState,
    provider: OffsetProvider,
    observations: Observation[],
  ): Promise<void> {
    if (provider.capabilities.checkout?.knownBy !== 'return') return;
    for (const { sessionId } of targets.sessions) {
      const payment = await provider.fetchStatus(sessionId, callForOrder(order));
      // Not visible yet, not paid yet, or misread: it is read again next time.
      if (payment === null || payment.status === 'awaiting_payment' || !fits(order, payment)) continue;
      observations.push((change) => observePayment(change, payment));
    }
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

/** Another account would know nothing of the order, which proves nothing. */
const notHere = ({ id: provider }: OffsetProvider): ProviderError =>
  new ReadThrottledError('other_account', { provider, operation: 'fetchStatus' }, PAUSE_MS.other_account);

const fits = (order: OrderState['order'], seen: ProviderOrder): boolean => disagreements(order, seen).length === 0;
