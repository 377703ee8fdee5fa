import { Injectable } from '@nestjs/common';
import { OrderChange } from '../../domain/orders/order-change.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import { observePurchase } from '../../domain/orders/observe.js';
import { disagreements } from '../../domain/purchases/integrity.js';
import type { ProviderOrder } from '../../domain/providers/calls.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { isUnusable, ProviderError } from '../../domain/providers/provider-error.js';
import type { Decision, Evidence } from '../../domain/resolutions/decisions.js';
import type { Seen, Sight } from '../../domain/resolutions/sighting.js';
import { isPaid, sameDifferences, sightOfPurchase, worstSight } from '../../domain/resolutions/sight-of.js';
import { hasUnknownAttempt } from '../../domain/purchases/attempt.js';
import { OrdersRepository } from '../../persistence/orders/orders.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';
import { failureOf } from '../providers/failure-of.js';
import { callForOrder } from '../providers/provider-call.js';
import { searchByReference } from '../purchases/search-by-reference.js';

export interface EvidenceRead {
  readonly seen: Seen;
  /** The purchase or payment that the decision is about. */
  readonly purchase: ProviderOrder | null;
}

type Look = { readonly sight: Sight; readonly purchase: ProviderOrder | null };

/** What a provider shows of a case, by reads alone: nothing is sent that changes anything. */
@Injectable()
export class ReadEvidence {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly providers: ProviderDirectory,
  ) {}

  async run(state: OrderState, decision: Decision, evidence: Evidence): Promise<EvidenceRead> {
    const provider = this.providers.get(state.order.provider);
    const { sight, purchase } = await this.look(state, decision, evidence, provider);
    const isCovered = decision === 'compensation_done' && (await this.isCovered(state, evidence));
    return { seen: { sight, hasStatement: evidence.statement !== null, isCovered }, purchase };
  }

  private async look(
    state: OrderState,
    decision: Decision,
    evidence: Evidence,
    provider: OffsetProvider,
  ): Promise<Look> {
    const { order } = state;
    switch (decision) {
      case 'adopt_purchase':
        return this.purchase(state, provider, evidence.providerOrderId);
      case 'adopt_payment': {
        const { sight, purchase } = await this.purchase(state, provider, evidence.providerOrderId);
        return purchase && !isPaid(purchase) ? { sight: 'unpaid', purchase } : { sight, purchase };
      }
      case 'end_not_bought':
        return { sight: await this.listed(state, provider), purchase: null };
      case 'close_unpaid_page':
        return { sight: await this.pages(state, provider), purchase: null };
      case 'end_undone': {
        const { sight, purchase } = await this.purchase(state, provider, order.providerOrderId);
        return { sight: isRetired(purchase) ? 'retired' : sight, purchase };
      }
      case 'accept_difference': {
        const look = await this.purchase(state, provider, evidence.providerOrderId ?? order.providerOrderId);
        return look.sight === 'differs' && !(await this.isAsFlagged(state, look.purchase))
          ? { ...look, sight: 'changed' }
          : look;
      }
      case 'compensation_done':
        return { sight: await this.surplus(state, provider, evidence), purchase: null };
      case 'acknowledge':
        return { sight: await this.cause(state, provider), purchase: null };
      case 'cancel': {
        const { sight, purchase } = await this.purchase(state, provider, order.providerOrderId);
        if (purchase?.status === 'cancelled') return { sight: 'cancelled', purchase };
        return { sight: isRetired(purchase) ? 'retired' : sight, purchase };
      }
    }
  }

  private async purchase(state: OrderState, provider: OffsetProvider, id: string | null): Promise<Look> {
    if (id === null) return { sight: 'not_read', purchase: null };
    const read = await this.fetch(state, provider, id);
    if (typeof read === 'string') return { sight: read, purchase: null };
    const owners = await this.orders.ownersOf(provider.id, id);
    const isTaken = owners.some((owner) => owner !== state.order.id);
    return { sight: isTaken ? 'taken' : sightOfPurchase(state.order, read), purchase: read };
  }

  /** Whether the provider's own list has a purchase of the order. */
  private async listed(state: OrderState, provider: OffsetProvider): Promise<Sight> {
    if (!hasUnknownAttempt(state.attempts)) return 'not_read';
    if (!provider.listOrders) return 'incomplete';
    const search = await searchByReference(state, provider.listOrders.bind(provider)).catch((thrown: unknown) =>
      failureOf(provider, thrown, 'listOrders'),
    );
    if (search instanceof ProviderError) return sightOfFailure(search);
    if (search.found.length > 0 || search.foundUnread.length > 0) return 'found';
    return search.complete ? 'absent' : 'incomplete';
  }

  private async pages(state: OrderState, provider: OffsetProvider): Promise<Sight> {
    const sights: Sight[] = [];
    for (const { sessionId } of state.targets.sessions) sights.push(await this.page(state, provider, sessionId));
    return worstSight(sights);
  }

  /** Where pages cannot be read, a payment whose id came with the page can. */
  private async page(state: OrderState, provider: OffsetProvider, sessionId: string): Promise<Sight> {
    if (!provider.fetchCheckout) {
      const read = await this.fetch(state, provider, sessionId);
      if (typeof read === 'string') return read;
      return isPaid(read) ? 'found' : 'unpaid';
    }
    const session = await provider
      .fetchCheckout(sessionId, callForOrder(state.order))
      .catch((thrown: unknown) => failureOf(provider, thrown, 'fetchCheckout'));
    if (session instanceof ProviderError) return sightOfFailure(session);
    if (session === null) return 'absent';
    if (session.status === 'open') return 'open';
    return session.status === 'expired' && session.order === null ? 'unpaid' : 'found';
  }

  /** What is said to be cancelled is read; of the rest, nothing can be. */
  private async surplus(state: OrderState, provider: OffsetProvider, evidence: Evidence): Promise<Sight> {
    const sights: Sight[] = [];
    for (const id of evidence.cancelled) {
      const read = await this.fetch(state, provider, id);
      const isUndone = read === 'absent' || (typeof read !== 'string' && read.status === 'cancelled');
      sights.push(isUndone ? 'cancelled' : typeof read === 'string' ? read : 'found');
    }
    const worst = worstSight(sights);
    const isToldOnly = evidence.refunded.length + evidence.kept.length > 0;
    return worst === 'cancelled' && isToldOnly ? 'not_read' : worst;
  }

  /** `found`: a look now would not flag the order again. A dispute is between two orders, of which no read tells. */
  private async cause(state: OrderState, provider: OffsetProvider): Promise<Sight> {
    const { order } = state;
    if (order.providerOrderId === null || order.review?.reason === 'payment_disputed') return 'not_read';
    const read = await this.fetch(state, provider, order.providerOrderId);
    if (typeof read === 'string') return read;
    const unflagged = { ...state, order: { ...order, review: null } };
    const { review } = observePurchase(OrderChange.of(unflagged), read, 'poll').order;
    return review === null ? 'found' : 'differs';
  }

  private async isCovered({ order }: OrderState, evidence: Evidence): Promise<boolean> {
    const named = [...evidence.cancelled, ...evidence.refunded, ...evidence.kept];
    const flags = order.review ? await this.orders.flagsOf(order.id, order.review.reason) : [];
    const surplus = flags.flatMap((flag) => [
      ...(flag.provider_order_ids ?? []),
      ...(flag.provider_order_ids === undefined && flag.provider_order_id !== undefined
        ? [flag.provider_order_id]
        : []),
    ]);
    return named.length > 0 && surplus.every((id) => named.includes(id));
  }

  private async isAsFlagged({ order }: OrderState, purchase: ProviderOrder | null): Promise<boolean> {
    const flag = (await this.orders.flagsOf(order.id, 'answer_disagrees')).at(-1);
    return purchase !== null && sameDifferences(flag?.disagreements ?? [], disagreements(order, purchase));
  }

  /** A provider that refuses to look for an id has no purchase under it. */
  private async fetch({ order }: OrderState, provider: OffsetProvider, id: string): Promise<ProviderOrder | Sight> {
    const read = await provider
      .fetchStatus(id, callForOrder(order))
      .catch((thrown: unknown) => failureOf(provider, thrown, 'fetchStatus'));
    if (read === null) return 'absent';
    return read instanceof ProviderError ? sightOfFailure(read) : read;
  }
}

const isRetired = (purchase: ProviderOrder | null): boolean =>
  purchase?.status === 'retired' || purchase?.status === 'completed';

const sightOfFailure = (failure: ProviderError): Sight => {
  if (isUnusable(failure)) return 'unreadable';
  return failure.failure === 'rejected' ? 'absent' : 'unavailable';
};
