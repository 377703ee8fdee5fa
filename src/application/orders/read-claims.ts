import { Injectable } from '@nestjs/common';
import { BY_TASK } from '../../domain/orders/cause.js';
import { OrderChange } from '../../domain/orders/order-change.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import { decideUnread, deferClaim, dispute, isDisputed, observeClaim } from '../../domain/orders/observe-claim.js';
import { claimsToRead, untilNextClaimMs, type PurchaseClaim } from '../../domain/purchases/claims.js';
import type { ProviderOrder } from '../../domain/providers/calls.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { isUnusable, ProviderError } from '../../domain/providers/provider-error.js';
import { OrdersRepository } from '../../persistence/orders/orders.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { failureOf } from '../providers/failure-of.js';
import { callForOrder } from '../providers/provider-call.js';
import { ChangeOrder } from './change-order.js';

/** One thing that was seen at the provider, as the change that it makes of an order. */
export type Observation = (change: OrderChange) => OrderChange;

export const changeBy =
  (observations: readonly Observation[]) =>
  (state: OrderState): OrderChange =>
    observations.reduce((change, observe) => observe(change), OrderChange.of(state));

export interface ClaimsRead {
  readonly observations: readonly Observation[];
  /** Why not all of them could be read; null if they were. */
  readonly failure: ProviderError | null;
  /** How long until claims of the order are to be read again; null if none is left. */
  readonly nextClaimMs: number | null;
}

/** Reads at the provider what strangers claim of an order: payment ids of browsers, and purchases named by callbacks. */
@Injectable()
export class ReadClaims {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly changes: ChangeOrder,
    private readonly providers: ProviderDirectory,
  ) {}

  /** A provider that does not respond decides nothing, and the claims that are left are due still. */
  async run(state: OrderState): Promise<ClaimsRead> {
    const { order, targets, now } = state;
    const provider = this.providers.get(order.provider);
    const observations: Observation[] = [];
    let failure: ProviderError | null = null;
    for (const claim of claimsToRead(targets.claims, now)) {
      const outcome = await this.look(state, claim, provider);
      if (outcome instanceof ProviderError) {
        failure = outcome;
        break;
      }
      observations.push(outcome);
    }
    const { claims: decisions } = changeBy(observations)(state);
    return { observations, failure, nextClaimMs: untilNextClaimMs(targets.claims, decisions, now) };
  }

  private async look(
    state: OrderState,
    claim: PurchaseClaim,
    provider: OffsetProvider,
  ): Promise<Observation | ProviderError> {
    const { order } = state;
    const knownBy = provider.capabilities.checkout?.knownBy ?? null;
    if (decideUnread(OrderChange.of(state), claim, knownBy))
      return (change) => decideUnread(change, claim, knownBy) ?? change;
    const seen = await provider
      .fetchStatus(claim.providerOrderId, callForOrder(order))
      .catch((thrown: unknown) => failureOf(provider, thrown, 'fetchStatus'));
    if (!(seen instanceof ProviderError)) {
      if (seen && isDisputed(order, claim, seen)) await this.tellOwner(claim, seen);
      return (change) => observeClaim(change, claim, seen);
    }
    // A provider that refuses to look for an id has no purchase under it.
    if (seen.failure === 'rejected') return (change) => observeClaim(change, claim, null);
    if (!isUnusable(seen)) return seen;
    return (change) => deferClaim(change, claim).flag('unreadable_answer', claim.source, { detail: seen.message });
  }

  /** Before the claim is decided: a process that dies in between leaves the claim, and so both orders are told. */
  private async tellOwner({ ownerId }: PurchaseClaim, seen: ProviderOrder): Promise<void> {
    const owner = ownerId === null ? null : await this.orders.readState(ownerId);
    if (!owner) return;
    const tell = (state: OrderState): OrderChange => dispute(OrderChange.of(state), seen);
    await this.changes.run(owner, tell, { cause: BY_TASK, guard: { by: 'version' }, task: { do: 'keep' } });
  }
}
