import { Injectable } from '@nestjs/common';
import { applied, reviewCleared, type ActRecord } from '../../domain/audit/act.js';
import type { OrderStatus } from '../../domain/orders/lifecycle.js';
import { OrderChange } from '../../domain/orders/order-change.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import type { ReviewReason } from '../../domain/orders/review.js';
import { OrdersRepository } from '../../persistence/orders/orders.repository.js';
import { ChangeOrder } from './change-order.js';

export type ClearedReview =
  | { readonly kind: 'cleared'; readonly reason: ReviewReason }
  | { readonly kind: 'not_under_review'; readonly status: OrderStatus }
  | { readonly kind: 'no_such_order' };

/** Clears the flag of an order once a person has dealt with its reason. */
@Injectable()
export class ClearReview {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly changes: ChangeOrder,
  ) {}

  async run(orderId: string, operator: string, note: string): Promise<ClearedReview> {
    const read = await this.orders.readState(orderId);
    if (!read) return { kind: 'no_such_order' };
    let outcome: ClearedReview = { kind: 'not_under_review', status: read.order.status };
    const clear = (current: OrderState): OrderChange => {
      const { review, status } = current.order;
      outcome = review ? { kind: 'cleared', reason: review.reason } : { kind: 'not_under_review', status };
      const change = OrderChange.of(current);
      return review
        ? change.record('review_cleared', 'operator', { reason: review.reason, note }, { review: null })
        : change;
    };
    const cause = { by: 'operator', name: operator } as const;
    const act = (change: OrderChange): ActRecord | null => {
      const cleared = reviewCleared(change);
      return cleared && applied(cause, cleared);
    };
    await this.changes.run(read, clear, { cause, guard: { by: 'version' }, task: { do: 'keep' }, act });
    return outcome;
  }
}
