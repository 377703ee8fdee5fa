import { Injectable } from '@nestjs/common';
import { OrderChange } from '../../domain/orders/order-change.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import { OrdersRepository } from '../../persistence/orders/orders.repository.js';
import { ChangeOrder } from './change-order.js';

/** Clears the flag of an order once a person has dealt with its reason. */
@Injectable()
export class ClearReview {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly changes: ChangeOrder,
  ) {}

  /** @returns false if there is no such order, or it is not under review. */
  async run(orderId: string, operator: string, note: string): Promise<boolean> {
    const state = await this.orders.readState(orderId);
    if (!state) return false;
    const clear = (current: OrderState): OrderChange => {
      const change = OrderChange.of(current);
      const reason = current.order.review?.reason;
      return reason === undefined
        ? change
        : change.record('review_cleared', 'operator', { reason, note }, { review: null });
    };
    const cause = { by: 'operator', name: operator } as const;
    return (await this.changes.run(state, clear, { cause, guard: { by: 'version' }, task: { do: 'keep' } })) !== null;
  }
}
